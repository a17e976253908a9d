package letter

import (
	"cmp"
	"slices"

	"relais/internal/dossier"
	"relais/internal/french"
)

// committees warn of the dossiers whose prudent date falls before the committee
// that is to look at them, the nearest committee first.
func (w writer) committees() []notice {
	sorted := slices.Clone(w.Draft.Committees)
	slices.SortStableFunc(sorted, func(a, b Committee) int {
		return cmp.Or(a.On.Compare(b.On), cmp.Compare(a.Call.ID, b.Call.ID))
	})
	var said []notice
	for _, c := range sorted {
		if c.Before > 0 {
			said = append(said, w.committee(c))
		}
	}
	return said
}

func (w writer) committee(c Committee) notice {
	n := notice{Text: expiring(c.Before, c.On)}
	if w.several {
		n.Text += " (" + shortName(c.Call) + ")"
	}
	n.Text += "."
	n.Advice = "ne pas attendre le comité pour les décider, ou les faire examiner avant leur date."
	if c.Before == 1 {
		n.Advice = "ne pas attendre le comité pour le décider, ou le faire examiner avant sa date."
	}
	n.Advice = french.Capital(n.Advice)
	return n
}

// expiring writes 17 dossiers expirent avant le comité du 12 novembre 2026.
func expiring(n int, on dossier.Day) string {
	return french.Count(n, "dossier expire", "dossiers expirent") + " avant le comité du " + french.Day(on)
}
