package console

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"relais/internal/dossier"
	"relais/internal/french"
)

// whenPassed asks for the deadlines gone by; the other values are days ahead.
const whenPassed = "passed"

// soonest is how many days ahead the page of deadlines shows unless asked.
const soonest = 30

var whens = []choice{
	{Value: "7", Text: "7 prochains jours"},
	{Value: "30", Text: "30 prochains jours"},
	{Value: "90", Text: "90 prochains jours"},
	{Value: whenPassed, Text: "Dépassées"},
}

// agendaQuery is the filter of the page of deadlines, as its address writes it.
// A Day narrows the deadlines not met to those of one day, whatever When says.
type agendaQuery struct {
	Call, When string
	Day        dossier.Day
}

func (q agendaQuery) url(page int) string {
	when := q.When
	if when == strconv.Itoa(soonest) {
		when = ""
	}
	return address("/echeances", page, url.Values{"call": {q.Call}, "when": {when}, "day": {q.Day.String()}})
}

// agendaData is the page of deadlines.
type agendaData struct {
	Query  agendaQuery
	Passed bool
	Calls  []choice
	Whens  []choice
	Days   []agendaDay
	Pager  pager
}

type agendaDay struct {
	Day      moment
	Anchor   string
	Distance string
	Rows     []agendaRow
}

// agendaRow is one deadline; Number is 0 for one of the call itself.
type agendaRow struct {
	Number     int
	URL        string
	Name       string
	Call       string
	Kind       string
	Title      string
	Status     tag
	Suspended  moment
	Held       bool
	Hypothesis bool
}

// echeances lists deadlines by day: ahead, the nearest first; passed, the last
// one first.
func (s *site) echeances(r *http.Request) (view, error) {
	values, err := parameters(r)
	if err != nil {
		return view{}, err
	}
	q, keep, err := s.parseAgenda(values)
	if err != nil {
		return view{}, err
	}
	page, err := pageNumber(values)
	if err != nil {
		return view{}, err
	}
	entries, err := s.entries(r.Context(), keep)
	if err != nil {
		return view{}, err
	}
	slices.SortFunc(entries, func(a, b entry) int {
		byDay := a.on.Compare(b.on)
		if q.When == whenPassed {
			byDay = -byDay
		}
		return cmp.Or(byDay, cmp.Compare(a.number, b.number), cmp.Compare(a.kind, b.kind))
	})
	window, pager := cut(entries, page, 100, q.url)
	data := agendaData{
		Query: q, Passed: q.When == whenPassed && q.Day.IsZero(), Calls: s.callChoices(q.Call, false),
		Days: s.byDay(window), Pager: pager,
	}
	for _, w := range whens {
		w.Selected = w.Value == q.When
		data.Whens = append(data.Whens, w)
	}
	return view{"echeances", "echeances", "Échéances", data}, nil
}

func (s *site) parseAgenda(values url.Values) (agendaQuery, func(entry) bool, error) {
	q := agendaQuery{Call: values.Get("call"), When: values.Get("when")}
	if q.When == "" {
		q.When = strconv.Itoa(soonest)
	}
	if err := s.checkCall(q.Call, false); err != nil {
		return q, nil, err
	}
	if !slices.ContainsFunc(whens, func(c choice) bool { return c.Value == q.When }) {
		return q, nil, badParameter("when", "l’une des périodes du filtre")
	}
	if err := q.Day.UnmarshalText([]byte(values.Get("day"))); err != nil {
		return q, nil, badParameter("day", "une date écrite AAAA-MM-JJ")
	}
	return q, q.matcher(), nil
}

func (q agendaQuery) matcher() func(entry) bool {
	days, _ := strconv.Atoi(q.When) // one of whens
	return func(e entry) bool {
		switch {
		case q.Call != "" && q.Call != e.call:
			return false
		case !q.Day.IsZero():
			return e.on == q.Day && (e.live() || e.passed())
		case q.When == whenPassed:
			return e.passed()
		}
		return e.ahead(days)
	}
}

// entries are the deadlines that pass, of dossiers and of calls.
func (s *site) entries(ctx context.Context, keep func(entry) bool) ([]entry, error) {
	rows, err := s.index.current(ctx)
	if err != nil {
		return nil, err
	}
	clock := s.clock()
	var out []entry
	add := func(e entry) {
		if keep(e) {
			out = append(out, e)
		}
	}
	for _, e := range clock.closings() {
		add(e)
	}
	for _, r := range rows {
		clock.entries(r, add)
	}
	return out, nil
}

// byDay groups entries that are in order already.
func (s *site) byDay(entries []entry) []agendaDay {
	today := dossier.DayOf(s.Now(), s.Zone)
	var days []agendaDay
	for _, e := range entries {
		at := anchor(e.on)
		if len(days) == 0 || days[len(days)-1].Anchor != at {
			days = append(days, agendaDay{Day: longDay(e.on), Anchor: at, Distance: french.Distance(e.on.Sub(today))})
		}
		last := &days[len(days)-1]
		last.Rows = append(last.Rows, s.agendaRow(e))
	}
	return days
}

func (s *site) agendaRow(e entry) agendaRow {
	row := agendaRow{
		Number: e.number, URL: dossierURL(e.number), Name: e.name, Call: orText(s.callName(e.call), "sans appel"),
		Kind: e.kind, Title: kindTitle(e.kind), Status: tagOf(deadlineTags, e.status),
		Held: e.held, Hypothesis: e.hypothesis,
	}
	if e.number == 0 {
		row.URL = listQuery{Call: e.call}.url(1)
	}
	if e.due != e.on {
		row.Suspended = day(e.due)
	}
	return row
}
