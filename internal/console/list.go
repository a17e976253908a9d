package console

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"relais/internal/dossier"
)

// listData is the page of the list.
type listData struct {
	Query    listQuery
	Calls    []choice
	Verdicts []choice
	States   []choice
	Rows     []listRow
	Pager    pager
}

// choice is one option of a filter.
type choice struct {
	Value, Text string
	Selected    bool
}

// listRow is one dossier as the page writes it.
type listRow struct {
	Number    int
	URL       string
	Structure string
	Siret     string
	Call      string
	Groupe    string
	Deposited moment
	Requested string
	State     tag
	Verdict   tag
	Removed   *tag
}

// line is what the list keeps of a head while it reads: twenty thousand of them
// take a few megabytes, whatever findings and deadlines their heads hold.
type line struct {
	number       int
	structure    string
	siret        string
	call, groupe string
	deposited    time.Time
	requested    *float64
	state        dossier.State
	verdict      dossier.Verdict
	removed      dossier.Removal
}

func lineOf(h *dossier.Head) line {
	j := &h.Judgement
	return line{
		number: h.Number, structure: j.Facts.Structure, siret: j.Facts.Siret,
		call: j.Call, groupe: h.Groupe, deposited: h.DateDepot,
		requested: j.Facts.RequestedAmount, state: h.State, verdict: j.Verdict, removed: h.Removed,
	}
}

// dossiers lists what passes the filter, the highest number first.
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
	match := q.matcher()
	var lines []line
	err = s.Reader.EachHead(r.Context(), 0, func(h dossier.Head) error {
		if match(&h) {
			lines = append(lines, lineOf(&h))
		}
		return nil
	})
	if err != nil {
		return view{}, err
	}
	slices.Reverse(lines)
	window, pager := cut(lines, page, 50, q.url)
	data := listData{
		Query: q, Pager: pager,
		Calls: s.callChoices(q.Call, true), Verdicts: verdictChoices(q.Verdict), States: stateChoices(q.State),
	}
	for _, l := range window {
		data.Rows = append(data.Rows, s.listRow(l))
	}
	return view{"dossiers", "dossiers", "Dossiers", data}, nil
}

func (s *site) listRow(l line) listRow {
	row := listRow{
		Number: l.number, URL: dossierURL(l.number), Structure: l.structure, Siret: siret(l.siret),
		Call: s.callName(l.call), Groupe: l.groupe, Requested: amount(l.requested),
		State: tagOf(stateTags, l.state), Verdict: tagOf(verdictTags, l.verdict),
	}
	if !l.deposited.IsZero() {
		row.Deposited = day(dossier.DayOf(l.deposited, s.zoneOf(l.call)))
	}
	if l.removed != dossier.Present {
		t := tagOf(removalTags, l.removed)
		row.Removed = &t
	}
	return row
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

// url is the address of a page of this list.
func (q listQuery) url(page int) string {
	return address("/dossiers", page, url.Values{
		"call": {q.Call}, "verdict": {q.Verdict}, "state": {q.State}, "q": {q.Q},
	})
}
