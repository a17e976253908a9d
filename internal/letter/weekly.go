package letter

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"relais/internal/call"
	"relais/internal/french"
	"relais/internal/report"
)

// weekly is the report of one call, or of one region of it.
type weekly struct {
	Title   string
	Period  string
	Empty   bool     // there is nothing to count
	Urgent  []string // what to look at first
	Picture string   // content id; empty for none
	Drawn   string   // the picture in words
	Tables  []table
	URL     string // of the démarche
}

// table is figures: a name and a value a row.
type table struct {
	Caption string
	Names   string // head of the first column
	Values  string // head of the second one
	Rows    []figure
}

type figure struct{ Name, Value string }

// reports writes the weekly reports of a mail, in the order of their calls, and
// draws their pictures.
func (w writer) reports(paint painter) ([]weekly, []File, error) {
	sorted := slices.Clone(w.Draft.Reports)
	slices.SortStableFunc(sorted, func(a, b Weekly) int {
		return cmp.Or(cmp.Compare(a.Call.ID, b.Call.ID), cmp.Compare(a.Figures.Region, b.Figures.Region))
	})
	var all []weekly
	var pictures []File
	for n, r := range sorted {
		if r.Figures.Total == 0 {
			all = append(all, weekly{Title: nameIn(r.Call, r.Figures.Region), Period: spell(r.Figures.Period), Empty: true, URL: w.url(r.Call.Demarche, 0)})
			continue
		}
		png, drawn, err := paint(r.Figures)
		if err != nil {
			return nil, nil, fmt.Errorf("draw the figures of call %s: %w", r.Call.ID, err)
		}
		said := w.weekly(r, drawn)
		if len(png) > 0 {
			name := "rapport-" + strconv.Itoa(n+1)
			said.Picture = name + "@" + w.Host
			pictures = append(pictures, File{Name: name + ".png", Type: "image/png", ContentID: said.Picture, Data: png})
		}
		all = append(all, said)
	}
	return all, pictures, nil
}

func (w writer) weekly(r Weekly, drawn string) weekly {
	f := r.Figures
	return weekly{
		Title: nameIn(r.Call, f.Region), Period: spell(f.Period), Urgent: urgentFigures(f),
		Drawn: drawn, URL: w.url(r.Call.Demarche, 0),
		Tables: []table{states(f), proposals(f), silences(f, r.Call), amounts(f)},
	}
}

// spell writes a period of days: du lundi 2 au dimanche 8 novembre 2026.
func spell(p report.Period) string {
	switch {
	case p.From.IsZero() || p.To.IsZero():
		return ""
	case p.From == p.To:
		return "Le " + french.LongDay(p.From)
	}
	from := french.LongDay(p.From)
	if p.From.Year == p.To.Year {
		from = strings.TrimSuffix(from, french.NBSP+strconv.Itoa(p.To.Year))
	}
	return "Du " + from + " au " + french.LongDay(p.To)
}

// urgentFigures are those that ask for something.
func urgentFigures(f report.Figures) []string {
	var said []string
	for _, c := range []struct {
		n               int
		one, many, what string
	}{
		{f.Late, "dossier non décidé", "dossiers non décidés", ", date prudente passée"},
		{f.Near, "dossier à décider", "dossiers à décider", " dans les 7" + french.NBSP + "jours"},
		{f.BornInPeriod, "rejet implicite né", "rejets implicites nés", " dans la semaine"},
	} {
		if c.n > 0 {
			said = append(said, french.Count(c.n, c.one, c.many)+c.what+".")
		}
	}
	if f.BeforeCommittee > 0 && !f.Committee.IsZero() {
		said = append(said, expiring(f.BeforeCommittee, f.Committee)+".")
	}
	return said
}

func states(f report.Figures) table {
	t := table{Caption: "Dossiers par état", Names: "État", Values: "Dossiers"}
	for _, l := range f.States() {
		t.add(l.Name, french.Integer(l.Count))
	}
	t.add("Total", french.Integer(f.Total))
	t.add("Déposés dans la semaine", french.Integer(f.Filed))
	t.add("Décidés dans la semaine", french.Integer(f.Decided))
	return t
}

func proposals(f report.Figures) table {
	t := table{Caption: "Propositions de Relais sur les dossiers non décidés", Names: "Proposition", Values: "Dossiers"}
	for _, l := range f.Verdicts() {
		t.add(l.Name, french.Integer(l.Count))
	}
	return t
}

// silences are the deadlines to answer, by what the law retains of them.
func silences(f report.Figures, c *call.Call) table {
	t := table{Caption: "Délais de réponse", Names: "Délais et durées", Values: "Valeur"}
	if c.Silence != nil {
		t.addAnswers(f, c.Silence)
	}
	t.add("Délai médian, du dépôt à la décision", days(f.MedianToDecision))
	t.add("Âge médian des dossiers non décidés", days(f.MedianOpenAge))
	return t
}

func (t *table) addAnswers(f report.Figures, s *call.Silence) {
	t.add("Délais tenus", french.Integer(f.Met))
	t.add("Délais manqués", french.Integer(f.Missed))
	born := french.Integer(f.Born)
	if f.Born > 0 && s.ConfirmedBy == "" {
		born += doubt
	}
	t.add("Rejets implicites nés", born)
	t.add("Rejets implicites nés dans la semaine", french.Integer(f.BornInPeriod))
	t.add("Non décidés, date prudente passée", french.Integer(f.Late))
	t.add("À décider dans les 7"+french.NBSP+"jours", french.Integer(f.Near))
	if !f.Committee.IsZero() {
		t.add("Expirent avant le comité du "+french.Day(f.Committee), french.Integer(f.BeforeCommittee))
	}
}

func amounts(f report.Figures) table {
	t := table{Caption: "Montants et personnes", Names: "Donnée", Values: "Somme (dossiers renseignés)"}
	t.add("Coût total", given(euros(f.TotalCost), f.WithTotalCost))
	t.add("Montant demandé", given(euros(f.RequestedAmount), f.WithRequestedAmount))
	t.add("Personnes à repérer", given(french.Integer(f.PeopleFound), f.WithPeopleFound))
	t.add("Personnes à accompagner", given(french.Integer(f.PeopleSupported), f.WithPeopleSupported))
	return t
}

func (t *table) add(name, value string) { t.Rows = append(t.Rows, figure{name, value}) }

// given says over how many dossiers a sum runs.
func given(sum string, dossiers int) string {
	if dossiers == 0 {
		return "non renseigné"
	}
	return sum + " (" + french.Count(dossiers, "dossier", "dossiers") + ")"
}

// euros writes a sum to the cent: floats leave dust.
func euros(sum float64) string { return french.Euros(math.Round(sum*100) / 100) }

// days writes 41,5 jours.
func days(median *float64) string {
	if median == nil || math.IsNaN(*median) || math.IsInf(*median, 0) {
		return "pas encore"
	}
	rounded := math.Round(*median*10) / 10
	unit := "jours"
	if math.Abs(rounded) < 2 {
		unit = "jour"
	}
	return strings.Replace(strconv.FormatFloat(rounded, 'f', -1, 64), ".", ",", 1) + french.NBSP + unit
}
