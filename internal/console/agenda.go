package console

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/french"
)

// whenPassed asks for the deadlines gone by; the other values are days ahead.
const whenPassed = "passed"

var whens = []choice{
	{Value: "7", Text: "7 prochains jours"},
	{Value: "30", Text: "30 prochains jours"},
	{Value: "90", Text: "90 prochains jours"},
	{Value: whenPassed, Text: "Dépassées"},
}

// agendaQuery is the filter of the page of deadlines, as its address writes it.
// A Day narrows the live deadlines to those of one day, whatever When says.
type agendaQuery struct {
	Call, When string
	Day        dossier.Day
}

func (q agendaQuery) url(page int) string {
	when := q.When
	if when == strconv.Itoa(horizon) {
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

// entry is what the walk keeps of a deadline. Days run from today in the zone
// of the call.
type entry struct {
	number     int
	name       string
	call, kind string
	on, due    dossier.Day
	days       int
	status     string
	held       bool // a suspension runs
	hypothesis bool
}

func (e entry) passed() bool { return e.status == deadline.Passed }

// live is true, too, of a prudent day gone by while the suspended one is not.
func (e entry) live() bool {
	return e.status == deadline.Planned || e.status == deadline.Held || e.status == deadline.Due
}

func (e entry) ahead(days int) bool { return e.live() && e.days <= days }

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
	entries, err := s.entries(r, keep)
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
		q.When = strconv.Itoa(horizon)
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
			return e.on == q.Day && e.live()
		case q.When == whenPassed:
			return e.passed()
		}
		return e.ahead(days)
	}
}

func (s *site) entries(r *http.Request, keep func(entry) bool) ([]entry, error) {
	var out []entry
	for _, e := range s.closings() {
		if keep(e) {
			out = append(out, e)
		}
	}
	err := s.Reader.EachHead(r.Context(), 0, func(h dossier.Head) error {
		for _, e := range s.deadlinesOf(&h) {
			if keep(e) {
				out = append(out, e)
			}
		}
		return nil
	})
	return out, err
}

// deadlinesOf makes one entry of a silent rejection and its suspension, since
// they share the prudent day.
func (s *site) deadlinesOf(h *dossier.Head) []entry {
	j := &h.Judgement
	zone, now := s.zoneOf(j.Call), s.Now()
	today := dossier.DayOf(now, zone)
	held := slices.ContainsFunc(j.Deadlines, func(d dossier.Deadline) bool {
		return d.Kind == deadline.SuspendedRejet && deadline.Status(d, now, zone, h.Removed) == deadline.Held
	})
	out := make([]entry, 0, len(j.Deadlines))
	for _, d := range j.Deadlines {
		if d.PrudentOn.IsZero() || d.Kind == deadline.SuspendedRejet {
			continue
		}
		out = append(out, entry{
			number: h.Number, name: j.Facts.Structure, call: j.Call, kind: d.Kind,
			on: d.PrudentOn, due: d.DueOn, days: d.PrudentOn.Sub(today),
			status: deadline.Status(d, now, zone, h.Removed),
			held:   held && d.Kind == deadline.SilentRejet, hypothesis: d.Hypothesis != "",
		})
	}
	return out
}

// closings are the days on which the calls close.
func (s *site) closings() []entry {
	var out []entry
	for _, c := range s.Calls.All() {
		if c.Template() || c.Calendar.Closes.IsZero() {
			continue
		}
		zone := s.zoneOf(c.ID)
		on := dossier.DayOf(c.Calendar.Closes, zone)
		e := entry{name: callTitle(&c), call: c.ID, kind: deadline.Closing, on: on, due: on, status: deadline.Planned}
		e.days = on.Sub(dossier.DayOf(s.Now(), zone))
		if s.Now().After(c.Calendar.Closes) {
			e.status = deadline.Met
		}
		out = append(out, e)
	}
	return out
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
