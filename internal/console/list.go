package console

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/french"
)

const listPage = 50

// listData is the page of the list.
type listData struct {
	Query      listQuery
	Calls      []choice
	Verdicts   []choice
	States     []choice
	Groupes    []choice
	Regions    []choice
	Dues       []choice
	Sorts      []choice
	Columns    []column
	Rows       []listRow
	Pager      pager
	Ordered    string // the order, in words
	SheetURL   string
	SheetLines string // how many, in words
}

// choice is one option of a filter.
type choice struct {
	Value, Text string
	Selected    bool
}

// column is a title of the table; the address sorts by it, and Sorted is the value
// of aria-sort.
type column struct {
	Title, URL, Sorted string
	Amount             bool
}

// listRow is one dossier as the page writes it.
type listRow struct {
	Number       int
	URL          string
	Structure    string
	Siret        string
	Call         string
	Groupe       string
	Deposited    moment
	Next         moment
	NextDistance string
	Late         bool
	Requested    string
	State        tag
	Verdict      tag
	Removed      *tag
}

// dossiers lists what passes the filter, the highest number first unless asked
// otherwise.
func (s *site) dossiers(r *http.Request) (view, error) {
	values, err := parameters(r)
	if err != nil {
		return view{}, err
	}
	q, err := s.parseList(values)
	if err != nil {
		return view{}, err
	}
	page, err := pageNumber(values)
	if err != nil {
		return view{}, err
	}
	all, err := s.index.current(r.Context())
	if err != nil {
		return view{}, err
	}
	clock := s.clock()
	picked := q.pick(clock, all)
	window, pager := cut(picked, page, listPage, q.url)
	data := listData{
		Query: q, Pager: pager, Columns: q.columns(), Ordered: orders[q.order()].words(q.descending()),
		Calls: s.callChoices(q.Call, true), Verdicts: verdictChoices(q.Verdict), States: stateChoices(q.State),
		Dues: dueChoices(q.Due), Sorts: sortChoices(q), SheetURL: q.at("/dossiers.csv", 1),
		SheetLines: french.Count(len(picked), "ligne", "lignes"),
	}
	data.Groupes, data.Regions = s.places(all, q)
	for _, one := range window {
		data.Rows = append(data.Rows, s.listRow(clock, one))
	}
	return view{"dossiers", "dossiers", "Dossiers", data}, nil
}

// picked is the list that a query asks for.
func (s *site) picked(ctx context.Context, q listQuery) (*clock, []*row, error) {
	all, err := s.index.current(ctx)
	clock := s.clock()
	return clock, q.pick(clock, all), err
}

// pick filters and sorts.
func (q listQuery) pick(c *clock, all []*row) []*row {
	match := q.matcher(c)
	picked := make([]*row, 0, len(all))
	for _, r := range all {
		if match(r) {
			picked = append(picked, r)
		}
	}
	order := orders[q.order()]
	if order.compare == nil {
		byNextDay(c, picked, q.descending())
		return picked
	}
	if q.order() == byNumber {
		if q.descending() {
			slices.Reverse(picked) // they came ascending
		}
		return picked
	}
	sorted(picked, order.compare, order.given, q.descending())
	return picked
}

// sorted puts those without a value last, whatever the way; equal ones keep their
// numbers ascending.
func sorted(rows []*row, compare func(a, b *row) int, given func(*row) bool, descending bool) {
	slices.SortStableFunc(rows, func(a, b *row) int {
		hasA, hasB := given(a), given(b)
		switch {
		case !hasA || !hasB:
			return cmp.Compare(missing(hasA), missing(hasB))
		case descending:
			return compare(b, a)
		}
		return compare(a, b)
	})
}

func missing(given bool) int {
	if given {
		return 0
	}
	return 1
}

// byNextDay sorts by the next prudent day, counted once for each dossier.
func byNextDay(c *clock, rows []*row, descending bool) {
	next := make(map[int]dossier.Day, len(rows))
	for _, r := range rows {
		if e, found := c.next(r); found {
			next[r.number] = e.on
		}
	}
	sorted(rows, func(a, b *row) int { return next[a.number].Compare(next[b.number]) },
		func(r *row) bool { _, found := next[r.number]; return found }, descending)
}

// The orders of the list, as its address writes them.
const (
	byNumber    = "number"
	byStructure = "structure"
	byDeposit   = "deposit"
	byPrudent   = "prudent"
	byAmount    = "amount"
)

// order is one way to sort; a nil compare is for byPrudent, which wants a clock.
type order struct {
	up, down string
	compare  func(a, b *row) int
	given    func(*row) bool
}

func (o order) words(descending bool) string {
	if descending {
		return o.down
	}
	return o.up
}

var orders = map[string]order{
	byNumber: {"les numéros les plus bas d’abord", "les numéros les plus élevés d’abord",
		func(a, b *row) int { return cmp.Compare(a.number, b.number) }, func(*row) bool { return true }},
	byStructure: {"par structure, de A à Z", "par structure, de Z à A",
		func(a, b *row) int { return strings.Compare(a.folded, b.folded) }, func(r *row) bool { return r.structure != "" }},
	byDeposit: {"les plus anciens dépôts d’abord", "les dépôts les plus récents d’abord",
		func(a, b *row) int { return a.deposited.Compare(b.deposited) }, func(r *row) bool { return !r.deposited.IsZero() }},
	byPrudent: {"les échéances les plus proches d’abord", "les échéances les plus lointaines d’abord", nil, nil},
	byAmount: {"les montants les plus bas d’abord", "les montants les plus élevés d’abord",
		func(a, b *row) int { return cmp.Compare(*a.requested, *b.requested) }, func(r *row) bool { return r.requested != nil }},
}

func (s *site) listRow(c *clock, r *row) listRow {
	out := listRow{
		Number: r.number, URL: dossierURL(r.number), Structure: r.structure, Siret: siret(r.siret),
		Call: r.call, Groupe: r.groupe, Requested: amount(r.requested),
		State: tagOf(stateTags, r.state), Verdict: tagOf(verdictTags, r.verdict),
	}
	if !r.deposited.IsZero() {
		out.Deposited = day(dossier.DayOf(r.deposited, c.of(r.call).zone))
	}
	if e, found := c.next(r); found {
		out.Next, out.NextDistance, out.Late = day(e.on), french.Distance(e.days), e.passed()
	}
	if c, known := s.Calls.Get(r.call); known && c.Authority == r.groupe {
		out.Groupe = "" // said already
	}
	if r.removed != dossier.Present {
		t := tagOf(removalTags, r.removed)
		out.Removed = &t
	}
	return out
}

// columns of the table. A click on the one that sorts turns the order round.
func (q listQuery) columns() []column {
	out := []column{
		q.column("Dossier", byNumber, true), q.column("Structure", byStructure, false),
		{Title: "Proposition"}, {Title: "État"}, {Title: "Appel"},
		q.column("Déposé le", byDeposit, true), q.column("Échéance", byPrudent, false), q.column("Demandé", byAmount, true),
	}
	out[len(out)-1].Amount = true
	return out
}

func (q listQuery) column(title, order string, descendingFirst bool) column {
	c, turned := column{Title: title}, descendingFirst
	if q.order() == order {
		turned = !q.descending()
		c.Sorted = "ascending"
		if q.descending() {
			c.Sorted = "descending"
		}
	}
	next := q
	next.Sort = order
	if turned {
		next.Sort = "-" + order
	}
	c.URL = next.url(1)
	return c
}

// callChoices are the calls that are read; orphans adds dossiers of no call.
func (s *site) callChoices(selected string, orphans bool) []choice {
	out := []choice{{"", "Tous les appels", selected == ""}}
	for _, c := range s.Calls.All() {
		if !c.Template() {
			out = append(out, choice{c.ID, callTitle(&c), c.ID == selected})
		}
	}
	if orphans {
		out = append(out, choice{none, "Sans appel", selected == none})
	}
	return out
}

func verdictChoices(selected string) []choice {
	out := []choice{{"", "Toutes", selected == ""}}
	for _, v := range verdicts {
		value := orNone(string(v))
		out = append(out, choice{value, verdictTags[v].Text, value == selected})
	}
	return out
}

func stateChoices(selected string) []choice {
	out := []choice{{"", "Tous", selected == ""}}
	for _, st := range states {
		out = append(out, choice{string(st), stateTags[st].Text, string(st) == selected})
	}
	return out
}

func dueChoices(selected string) []choice {
	return []choice{
		{"", "Toutes", selected == ""},
		{dueLate, "Dépassée", selected == dueLate},
		{dueSoon, "Dans 7" + french.NBSP + "jours ou moins", selected == dueSoon},
	}
}

func sortChoices(q listQuery) []choice {
	var out []choice
	for _, name := range []string{byNumber, byStructure, byDeposit, byPrudent, byAmount} {
		for _, way := range []string{"", "-"} {
			selected := q.order() == name && q.descending() == (way == "-")
			out = append(out, choice{way + name, french.Capital(orders[name].words(way == "-")), selected})
		}
	}
	return out
}

// places are the groupes and regions that the index holds; none when there is
// nothing to choose.
func (s *site) places(all []*row, q listQuery) (groupes, regions []choice) {
	labels, codes := map[string]bool{}, map[string]bool{}
	for _, r := range all {
		labels[r.groupe], codes[r.region] = true, true
	}
	if len(labels) > 1 || q.Groupe != "" {
		groupes = append(groupes, choice{"", "Tous", q.Groupe == ""})
		for _, label := range slices.Sorted(maps.Keys(labels)) {
			groupes = append(groupes, choice{orNone(label), orText(label, "Sans groupe"), q.Groupe == orNone(label)})
		}
	}
	if len(codes) > 1 || q.Region != "" {
		regions = append(regions, choice{"", "Toutes", q.Region == ""})
		for _, one := range call.Regions() {
			if codes[one.Code] {
				regions = append(regions, choice{one.Code, one.Name, q.Region == one.Code})
			}
		}
		if codes[""] {
			regions = append(regions, choice{none, "Sans région", q.Region == none})
		}
	}
	return groupes, regions
}

// url is the address of a page of this list.
func (q listQuery) url(page int) string { return q.at("/dossiers", page) }

func (q listQuery) at(path string, page int) string {
	if q.Sort == "-"+byNumber {
		q.Sort = ""
	}
	return address(path, page, url.Values{
		"call": {q.Call}, "verdict": {q.Verdict}, "state": {q.State}, "groupe": {q.Groupe},
		"region": {q.Region}, "due": {q.Due}, "q": {q.Q}, "sort": {q.Sort},
	})
}
