package console

import (
	"net/http"

	"relais/internal/dossier"
	"relais/internal/sheet"
)

// dossiersSheet is the filtered list as a file for spreadsheets, in its order and
// without pages.
func (s *site) dossiersSheet(w http.ResponseWriter, r *http.Request) {
	values, err := parameters(r)
	var q listQuery
	if err == nil {
		q, err = s.parseList(values)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	clock, rows, err := s.picked(r.Context(), q)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="dossiers.csv"`)
	if r.Method == http.MethodHead {
		return
	}
	if err := s.writeSheet(w, clock, rows); err != nil && r.Context().Err() == nil {
		s.log(r, err)
	}
}

var sheetColumns = []string{
	"Dossier", "Structure", "SIRET", "Appel", "Démarche", "Groupe instructeur", "Région", "État", "Proposition", "Retiré",
	"Déposé le", "Modifié le", "Coût total", "Montant demandé", "Personnes à repérer", "Personnes à accompagner",
	"Prochaine échéance", "Date prudente", "Avec suspension", "Adresse",
}

func (s *site) writeSheet(w http.ResponseWriter, c *clock, rows []*row) error {
	out, err := sheet.New(w, sheetColumns...)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := out.Row(s.sheetRow(c, r)...); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (s *site) sheetRow(c *clock, r *row) []sheet.Cell {
	zone := c.of(r.call).zone
	removed, at := "", s.platformURL(r.demarche, r.number)
	if r.removed != dossier.Present {
		removed, at = tagOf(removalTags, r.removed).Text, ""
	}
	cells := []sheet.Cell{
		sheet.Integer(r.number), sheet.Text(r.structure), sheet.Text(siret(r.siret)), sheet.Text(s.callName(r.call)),
		sheet.Integer(r.demarche), sheet.Text(r.groupe), sheet.Text(regionText(r.region)),
		sheet.Text(tagOf(stateTags, r.state).Text), sheet.Text(tagOf(verdictTags, r.verdict).Text), sheet.Text(removed),
		sheet.Instant(r.deposited, zone), sheet.Instant(r.modified, zone), sheet.Number(r.total), sheet.Number(r.requested),
		people(r.found), people(r.supported),
	}
	e, found := c.next(r)
	title := ""
	if found {
		title = kindTitle(e.kind)
	}
	return append(cells, sheet.Text(title), sheet.Day(e.on), sheet.Day(e.due), sheet.Text(at))
}

func people(n *int) sheet.Cell {
	if n == nil {
		return sheet.Cell{}
	}
	return sheet.Integer(*n)
}
