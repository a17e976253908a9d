package console

import (
	"cmp"
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

// overviewData is the first page.
type overviewData struct {
	Passed     string
	PassedURL  string
	Unreadable string // dossiers in quarantine
	Alarms     string
	Timeline   timeline
	First      []firstRow
	Calls      []callBlock
	Templates  []string
	Mails      mailSummary
}

// firstRow is one dossier of those to look at first.
type firstRow struct {
	Number         int
	URL, Name      string
	Title          string
	Day            moment
	Distance, Tone string
}

// firstRows is how many of them the overview shows.
const firstRows = 8

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

// overview walks the index once.
func (s *site) overview(r *http.Request) (view, error) {
	ctx := r.Context()
	rows, err := s.index.current(ctx)
	if err != nil {
		return view{}, err
	}
	var data overviewData
	tallies := s.survey(rows, &data)
	if data.Calls, err = s.callBlocks(ctx, tallies); err != nil {
		return view{}, err
	}
	data.Templates = s.templates()
	if data.Mails, err = s.mailSummary(ctx); err != nil {
		return view{}, err
	}
	if err := s.troubles(ctx, &data); err != nil {
		return view{}, err
	}
	return view{"overview", "overview", "Vue d’ensemble", data}, nil
}

// survey counts dossiers by call and deadlines by day.
func (s *site) survey(rows []*row, data *overviewData) map[string]*tally {
	clock, tallies, days := s.clock(), map[string]*tally{}, newDays(dossier.DayOf(s.Now(), s.Zone))
	passed, first := 0, []entry{}
	see := func(e entry) {
		days.add(e)
		if e.passed() {
			passed++
		}
		if e.number != 0 && (e.live() || e.passed()) {
			first = nearest(first, e)
		}
	}
	for _, r := range rows {
		count := tallies[r.call]
		if count == nil {
			count = &tally{by: map[verdictState]int{}}
			tallies[r.call] = count
		}
		count.add(r)
		clock.entries(r, see)
	}
	for _, e := range clock.closings() {
		see(e)
	}
	if passed > 0 {
		data.Passed, data.PassedURL = french.Integer(passed), agendaQuery{When: whenPassed}.url(1)
	}
	for _, e := range first {
		data.First = append(data.First, s.firstRow(e))
	}
	data.Timeline = days.draw()
	return tallies
}

// nearest keeps the few entries that come first, in order.
func nearest(first []entry, e entry) []entry {
	at, _ := slices.BinarySearchFunc(first, e, func(a, b entry) int {
		return cmp.Or(a.on.Compare(b.on), cmp.Compare(a.number, b.number), cmp.Compare(a.kind, b.kind))
	})
	if at == firstRows {
		return first
	}
	first = slices.Insert(first, at, e)
	return first[:min(len(first), firstRows)]
}

func (s *site) firstRow(e entry) firstRow {
	row := firstRow{
		Number: e.number, URL: dossierURL(e.number), Name: e.name, Title: kindTitle(e.kind),
		Day: nearDay(e.on), Distance: french.Distance(e.days), Tone: "info",
	}
	switch {
	case e.passed():
		row.Tone = "bad"
	case e.days <= week:
		row.Tone = "warn"
	}
	return row
}

// troubles are what an operator must look at beside the dossiers.
func (s *site) troubles(ctx context.Context, data *overviewData) error {
	cases, err := s.Reader.Cases(ctx, 0)
	if err != nil {
		return err
	}
	alarms, err := s.Reader.Alarms(ctx)
	if err != nil {
		return err
	}
	if len(cases) > 0 {
		data.Unreadable = french.Count(len(cases), "dossier ne peut pas être lu", "dossiers ne peuvent pas être lus")
	}
	if len(alarms) > 0 {
		data.Alarms = french.Count(len(alarms), "alerte ouverte", "alertes ouvertes")
	}
	return nil
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

func (t *tally) add(r *row) {
	if r.removed != dossier.Present {
		t.removed++
		return
	}
	t.total++
	t.by[verdictState{r.verdict, r.state}]++
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
		streams, err := s.Reader.Streams(ctx, c.Demarche)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, s.callBlock(c, streams.CompletedAt, tallies[c.ID]))
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
