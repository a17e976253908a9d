package console

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/french"
)

// horizon is how many days of deadlines the overview counts.
const horizon = 30

// overviewData is the first page.
type overviewData struct {
	Calls     []callBlock
	Templates []string
	Days      []dayCount
	Horizon   int
	Passed    int
	PassedURL string
	Mails     mailSummary
}

// callBlock is one call with its dossiers counted. Known is false for dossiers
// of no call, or of a call whose file is gone.
type callBlock struct {
	ID, Anchor, Title, Authority string
	Known                        bool
	Demarche                     int
	DemarcheURL                  string
	Closes                       moment
	Completed                    moment
	Age                          string
	Old                          bool
	States                       []string
	Rows                         []countRow
	Total                        string
	TotalURL                     string
	Removed                      string
}

type countRow struct {
	Verdict tag
	Cells   []countCell
	Total   countCell
}

// countCell is a number of dossiers and the list that shows them.
type countCell struct {
	N     string
	Zero  bool
	URL   string
	Label string
}

// dayCount is how many deadlines fall on one day.
type dayCount struct {
	Day      moment
	URL      string
	Distance string
	Kinds    []string
}

// overview reads the heads once.
func (s *site) overview(r *http.Request) (view, error) {
	ctx := r.Context()
	tallies := map[string]*tally{}
	days := map[dossier.Day]map[string]int{}
	passed := 0
	err := s.Reader.EachHead(ctx, 0, func(h dossier.Head) error {
		count := tallies[h.Judgement.Call]
		if count == nil {
			count = &tally{by: map[verdictState]int{}}
			tallies[h.Judgement.Call] = count
		}
		count.add(h)
		for _, e := range s.deadlinesOf(&h) {
			switch {
			case e.passed():
				passed++
			case e.ahead(horizon):
				note(days, e)
			}
		}
		return nil
	})
	if err != nil {
		return view{}, err
	}
	for _, e := range s.closings() {
		if e.ahead(horizon) {
			note(days, e)
		}
	}
	blocks, err := s.callBlocks(ctx, tallies)
	if err != nil {
		return view{}, err
	}
	mails, err := s.mailSummary(ctx)
	if err != nil {
		return view{}, err
	}
	return view{"overview", "overview", "Vue d’ensemble", overviewData{
		Calls: blocks, Templates: s.templates(), Days: s.dayCounts(days), Horizon: horizon,
		Passed: passed, PassedURL: agendaQuery{When: whenPassed}.url(1), Mails: mails,
	}}, nil
}

func note(days map[dossier.Day]map[string]int, e entry) {
	if days[e.on] == nil {
		days[e.on] = map[string]int{}
	}
	days[e.on][e.kind]++
}

// dayCounts lists the days, nearest first, the most frequent kind first.
func (s *site) dayCounts(days map[dossier.Day]map[string]int) []dayCount {
	today := dossier.DayOf(s.Now(), s.Zone)
	var out []dayCount
	for _, on := range slices.SortedFunc(maps.Keys(days), dossier.Day.Compare) {
		c := dayCount{Day: nearDay(on), URL: agendaQuery{Day: on}.url(1), Distance: french.Distance(on.Sub(today))}
		for _, kind := range slices.Sorted(maps.Keys(days[on])) {
			c.Kinds = append(c.Kinds, kindTitle(kind)+french.NBSP+": "+french.Integer(days[on][kind]))
		}
		out = append(out, c)
	}
	return out
}

type verdictState struct {
	verdict dossier.Verdict
	state   dossier.State
}

// tally counts the dossiers of one call; those no longer shown apart.
type tally struct {
	by             map[verdictState]int
	total, removed int
}

func (t *tally) add(h dossier.Head) {
	if h.Removed != dossier.Present {
		t.removed++
		return
	}
	t.total++
	t.by[verdictState{h.Judgement.Verdict, h.State}]++
}

// callBlocks puts the loaded calls first, in their order, then what the store
// holds beside them.
func (s *site) callBlocks(ctx context.Context, tallies map[string]*tally) ([]callBlock, error) {
	var blocks []callBlock
	calls := s.Calls.All()
	for i := range calls {
		c := &calls[i]
		if c.Template() {
			continue
		}
		at, err := s.Reader.CompletedAt(ctx, c.Demarche)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, s.callBlock(c, at, tallies[c.ID]))
		delete(tallies, c.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(tallies)) {
		b := callBlock{ID: id, Title: "Appel " + french.Quoted(id) + ", sans fichier chargé"}
		if id == "" {
			b.ID, b.Title = none, "Dossiers sans appel"
		}
		b.fill(tallies[id])
		blocks = append(blocks, b)
	}
	for i := range blocks {
		blocks[i].Anchor = "appel-" + strconv.Itoa(i+1)
	}
	return blocks, nil
}

func (s *site) callBlock(c *call.Call, completed time.Time, t *tally) callBlock {
	b := callBlock{
		ID: c.ID, Title: callTitle(c), Authority: c.Authority, Known: true,
		Demarche: c.Demarche, DemarcheURL: s.demarcheURL(c.Demarche),
		Closes: s.localInstant(c.Calendar.Closes, c.ID),
	}
	if !completed.IsZero() {
		since := s.Now().Sub(completed)
		b.Completed, b.Age, b.Old = instant(completed, s.Zone), age(since), since > s.Patience
	}
	b.fill(t)
	return b
}

// fill writes the table of counts: verdicts down, states across, both of them
// with what this version does not know.
func (b *callBlock) fill(t *tally) {
	if t == nil {
		return
	}
	b.Total, b.TotalURL = french.Count(t.total, "dossier", "dossiers"), listQuery{Call: b.ID}.url(1)
	if t.removed > 0 {
		b.Removed = french.Count(t.removed, "dossier n’est plus sur la plateforme", "dossiers ne sont plus sur la plateforme")
	}
	down, across := slices.Clone(verdicts), slices.Clone(states)
	for k := range t.by {
		if !slices.Contains(down, k.verdict) {
			down = append(down, k.verdict)
		}
		if !slices.Contains(across, k.state) {
			across = append(across, k.state)
		}
	}
	for _, state := range across {
		b.States = append(b.States, tagOf(stateTags, state).Text)
	}
	for _, v := range down {
		if row, n := b.row(t, v, across); n > 0 {
			b.Rows = append(b.Rows, row)
		}
	}
}

func (b *callBlock) row(t *tally, v dossier.Verdict, across []dossier.State) (countRow, int) {
	row, total := countRow{Verdict: tagOf(verdictTags, v)}, 0
	for _, state := range across {
		n := t.by[verdictState{v, state}]
		total += n
		row.Cells = append(row.Cells, b.cell(n, v, state))
	}
	row.Total = b.cell(total, v, "")
	return row, total
}

func (b *callBlock) cell(n int, v dossier.Verdict, state dossier.State) countCell {
	label := ", " + tagOf(verdictTags, v).Text
	if state != "" {
		label += ", " + tagOf(stateTags, state).Text
	}
	q := listQuery{Call: b.ID, Verdict: orNone(string(v)), State: string(state)}
	return countCell{N: french.Integer(n), Zero: n == 0, URL: q.url(1), Label: label}
}

// templates are the ids of the calls that are never read.
func (s *site) templates() []string {
	var out []string
	for _, c := range s.Calls.All() {
		if c.Template() {
			out = append(out, c.ID)
		}
	}
	return out
}

func orNone(s string) string {
	if s == "" {
		return none
	}
	return s
}
