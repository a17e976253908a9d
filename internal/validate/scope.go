package validate

import (
	"slices"
	"strings"

	"relais/internal/call"
	"relais/internal/dossier"
)

var v32 = Rule{
	ID: "V32", Severity: dossier.Blocking, Families: []string{"o2r"},
	Title:  "Périmètre des activités : repérage, remobilisation ou accompagnement",
	Source: "Arrêté du 26 juin 2024, annexe, partie I ; instruction DGEFP/DS/2024/131",
	Check:  activities,
}

// eligible are the beginnings of the words that name an eligible activity.
var eligible = []string{"reper", "remobilis", "accompagn"}

func activities(c Case) Answer {
	chosen, s := read(c, call.FieldActivites, choices)
	switch {
	case s == empty:
		return fail("Aucune activité indiquée")
	case s != given:
		return cannot(call.FieldActivites, s)
	case !slices.ContainsFunc(chosen, isEligible):
		return unknown("Activités indiquées, mais aucune n’est reconnue comme repérage, remobilisation ou accompagnement")
	}
	return pass("Activités indiquées : " + counted(len(chosen), "réponse", "réponses"))
}

func isEligible(activity string) bool {
	for _, w := range words(activity) {
		for _, start := range eligible {
			if strings.HasPrefix(w, start) {
				return true
			}
		}
	}
	return says(activity, "aller vers")
}
