package app

import (
	"io"

	"relais/internal/dossier"
	"relais/internal/report"
	// the package's own sheet is the page of one dossier
	spreadsheet "relais/internal/sheet"
)

// column is one column of the table, by its title.
type column struct {
	title string
	cell  func(account, report.Figures) spreadsheet.Cell
}

func columns() []column {
	return []column{
		{"appel", func(a account, _ report.Figures) spreadsheet.Cell { return spreadsheet.Text(a.call.ID) }},
		{"titre", func(a account, _ report.Figures) spreadsheet.Cell { return spreadsheet.Text(a.call.Title) }},
		{"périmètre", func(_ account, f report.Figures) spreadsheet.Cell {
			if f.Region != "" {
				return spreadsheet.Text("région")
			}
			return spreadsheet.Text("appel")
		}},
		{"région", func(a account, f report.Figures) spreadsheet.Cell { return spreadsheet.Text(a.scope(f)) }},
		{"situation du", func(a account, _ report.Figures) spreadsheet.Cell { return spreadsheet.Day(a.on) }},
		{"semaine du", func(_ account, f report.Figures) spreadsheet.Cell { return spreadsheet.Day(f.Period.From) }},
		{"semaine au", func(_ account, f report.Figures) spreadsheet.Cell { return spreadsheet.Day(f.Period.To) }},
		number("dossiers", func(f report.Figures) int { return f.Total }),
		number("en construction", inState(dossier.EnConstruction)),
		number("en instruction", inState(dossier.EnInstruction)),
		number("acceptés", inState(dossier.Accepte)),
		number("refusés", inState(dossier.Refuse)),
		number("classés sans suite", inState(dossier.SansSuite)),
		number("à décider", report.Figures.Open),
		number("à décider, non recevables", ofVerdict(dossier.NonRecevable)),
		number("à décider, à compléter", ofVerdict(dossier.ACompleter)),
		number("à décider, à vérifier", ofVerdict(dossier.AVerifier)),
		number("à décider, recevables", ofVerdict(dossier.Recevable)),
		number("à décider, sans proposition", ofVerdict("")),
		number("déposés dans la semaine", func(f report.Figures) int { return f.Filed }),
		number("décidés dans la semaine", func(f report.Figures) int { return f.Decided }),
		sum("coût total (€)", func(f report.Figures) (float64, int) { return f.TotalCost, f.WithTotalCost }),
		number("dossiers avec coût total", func(f report.Figures) int { return f.WithTotalCost }),
		sum("montant demandé (€)", func(f report.Figures) (float64, int) { return f.RequestedAmount, f.WithRequestedAmount }),
		number("dossiers avec montant demandé", func(f report.Figures) int { return f.WithRequestedAmount }),
		sum("personnes à repérer", func(f report.Figures) (float64, int) { return float64(f.PeopleFound), f.WithPeopleFound }),
		number("dossiers avec personnes à repérer", func(f report.Figures) int { return f.WithPeopleFound }),
		sum("personnes à accompagner", func(f report.Figures) (float64, int) { return float64(f.PeopleSupported), f.WithPeopleSupported }),
		number("dossiers avec personnes à accompagner", func(f report.Figures) int { return f.WithPeopleSupported }),
		number("décidés à temps", func(f report.Figures) int { return f.Met }),
		number("rejets implicites nés (délai dépassé)", func(f report.Figures) int { return f.Born }),
		number("rejets implicites nés dans la semaine", func(f report.Figures) int { return f.BornInPeriod }),
		number("à décider sous 7 jours", func(f report.Figures) int { return f.Near }),
		number("date prudente passée", func(f report.Figures) int { return f.Late }),
		{"comité", func(_ account, f report.Figures) spreadsheet.Cell { return spreadsheet.Day(f.Committee) }},
		number("expirent avant le comité", func(f report.Figures) int { return f.BeforeCommittee }),
		{"médiane du dépôt à la décision (jours)", func(_ account, f report.Figures) spreadsheet.Cell {
			return spreadsheet.Number(f.MedianToDecision)
		}},
		{"âge médian des dossiers à décider (jours)", func(_ account, f report.Figures) spreadsheet.Cell {
			return spreadsheet.Number(f.MedianOpenAge)
		}},
		{"réserve", func(a account, _ report.Figures) spreadsheet.Cell { return spreadsheet.Text(a.hypothesis()) }},
	}
}

func number(title string, of func(report.Figures) int) column {
	return column{title, func(_ account, f report.Figures) spreadsheet.Cell { return spreadsheet.Integer(of(f)) }}
}

// sum is empty when no dossier gives its terms.
func sum(title string, of func(report.Figures) (sum float64, dossiers int)) column {
	return column{title, func(_ account, f report.Figures) spreadsheet.Cell {
		total, dossiers := of(f)
		if dossiers == 0 {
			return spreadsheet.Number(nil)
		}
		return spreadsheet.Number(&total)
	}}
}

func inState(s dossier.State) func(report.Figures) int {
	return func(f report.Figures) int { return f.ByState[s] }
}

func ofVerdict(v dossier.Verdict) func(report.Figures) int {
	return func(f report.Figures) int { return f.ByVerdict[v] }
}

func tabulate(out io.Writer, accounts []account) error {
	all := columns()
	titles := make([]string, 0, len(all))
	for _, c := range all {
		titles = append(titles, c.title)
	}
	table, err := spreadsheet.New(out, titles...)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		for _, f := range append([]report.Figures{a.whole}, a.regions...) {
			cells := make([]spreadsheet.Cell, 0, len(all))
			for _, c := range all {
				cells = append(cells, c.cell(a, f))
			}
			if err := table.Row(cells...); err != nil {
				return err
			}
		}
	}
	return table.Flush()
}
