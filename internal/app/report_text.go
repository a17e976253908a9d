package app

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"relais/internal/french"
	"relais/internal/report"
)

func writeAccounts(out io.Writer, accounts []account) error {
	if len(accounts) == 0 {
		_, err := fmt.Fprintln(out, "Aucun appel et aucun dossier"+french.NBSP+": voir relais check.")
		return err
	}
	for i, a := range accounts {
		if i > 0 {
			if _, err := fmt.Fprintln(out); err != nil {
				return err
			}
		}
		if err := a.write(out); err != nil {
			return err
		}
	}
	return nil
}

func (a account) write(out io.Writer) error {
	f := a.whole
	header := fmt.Sprintf("%s\n%s. Situation du %s ; semaine du %s au %s.\n", a.name(), a.scope(f),
		french.Day(a.on), french.Day(f.Period.From), french.Day(f.Period.To))
	if _, err := io.WriteString(out, french.Unbreakable(header)); err != nil {
		return err
	}
	if _, err := io.WriteString(out, written(a.parts())); err != nil {
		return err
	}
	return a.writeRegions(out)
}

// written lays all the parts on the same columns, with the values to the right.
func written(parts []part) string {
	names, values := 0, 0
	for _, p := range parts {
		for _, r := range p.rows {
			names, values = max(names, utf8.RuneCountInString(r.name)), max(values, utf8.RuneCountInString(r.value))
		}
	}
	var b strings.Builder
	for _, p := range parts {
		fmt.Fprintf(&b, "\n%s\n", french.Unbreakable(p.title))
		for _, r := range p.rows {
			fmt.Fprintf(&b, "%s\n", strings.TrimRight(fmt.Sprintf("  %-*s  %*s  %s", names, r.name, values, r.value, r.note), " "))
		}
	}
	return b.String()
}

type part struct {
	title string
	rows  []row
}

type row struct{ name, value, note string }

func (a account) parts() []part {
	f := a.whole
	dates := "Dates de réponse"
	if h := a.hypothesis(); h != "" {
		dates += " : " + h
	}
	return []part{
		{french.Count(f.Total, "dossier", "dossiers") + " par état", counts(f.States())},
		{"Proposition de Relais, avant décision", counts(f.Verdicts())},
		{"Dans la semaine", counts([]report.Line{{Name: "Déposés", Count: f.Filed}, {Name: "Décidés", Count: f.Decided}, {Name: "Rejets implicites nés", Count: f.BornInPeriod}})},
		{"Montants", []row{
			given("Coût total", french.Euros(f.TotalCost), f.WithTotalCost),
			given("Montant demandé", french.Euros(f.RequestedAmount), f.WithRequestedAmount),
		}},
		{"Personnes", []row{
			given("À repérer", french.Integer(f.PeopleFound), f.WithPeopleFound),
			given("À accompagner", french.Integer(f.PeopleSupported), f.WithPeopleSupported),
		}},
		{dates, append(counts(f.Answers()), committee(f)...)},
		{"Délais médians", []row{
			{name: "Du dépôt à la décision", value: median(f.MedianToDecision)},
			{name: "Âge des dossiers en cours", value: median(f.MedianOpenAge)},
		}},
	}
}

func counts(lines []report.Line) []row {
	rows := make([]row, 0, len(lines))
	for _, l := range lines {
		rows = append(rows, row{name: l.Name, value: french.Integer(l.Count)})
	}
	return rows
}

// committee is the line of a committee ahead.
func committee(f report.Figures) []row {
	if f.Committee.IsZero() {
		return nil
	}
	return []row{{name: "Expirent avant le comité du " + french.Day(f.Committee), value: french.Integer(f.BeforeCommittee)}}
}

// given is a sum over the dossiers that give its terms.
func given(name, sum string, dossiers int) row {
	if dossiers == 0 {
		return row{name: name, value: "-"}
	}
	return row{name, sum, "(" + french.Count(dossiers, "dossier", "dossiers") + ")"}
}

// median writes 60 jours or 57,5 jours.
func median(days *float64) string {
	if days == nil {
		return "-"
	}
	noun := "jours"
	if *days < 2 {
		noun = "jour"
	}
	return strings.Replace(strconv.FormatFloat(*days, 'f', -1, 64), ".", ",", 1) + french.NBSP + noun
}

// writeRegions writes a line for each region, its numbers to the right.
func (a account) writeRegions(out io.Writer) error {
	if len(a.regions) == 0 {
		return nil
	}
	rows := [][]string{{"Par région", "dossiers", "à décider", "coût total", "montant demandé", "à repérer", "à accompagner", "sous 7 jours", "rejets nés"}}
	widest := utf8.RuneCountInString(rows[0][0])
	for _, f := range a.regions {
		name := onTerminal("  " + a.scope(f))
		widest = max(widest, utf8.RuneCountInString(name))
		rows = append(rows, []string{name, french.Integer(f.Total), french.Integer(f.Open()),
			given("", french.Euros(f.TotalCost), f.WithTotalCost).value, given("", french.Euros(f.RequestedAmount), f.WithRequestedAmount).value,
			given("", french.Integer(f.PeopleFound), f.WithPeopleFound).value, given("", french.Integer(f.PeopleSupported), f.WithPeopleSupported).value,
			french.Integer(f.Near), french.Integer(f.Born)})
	}
	page := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out)
	for _, r := range rows {
		r[0] += strings.Repeat(" ", widest-utf8.RuneCountInString(r[0]))
		fmt.Fprintf(page, "%s\t\n", strings.Join(r, "\t"))
	}
	return page.Flush()
}
