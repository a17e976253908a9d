package notify

import (
	"maps"
	"slices"

	"relais/internal/french"
)

// why tells the reader why this mail came: a follower of the dossiers, a member
// of a groupe, or an address of last resort.
func why(batch []statement) string {
	all, followed := map[int]bool{}, map[int]bool{}
	groupes, served, calls := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, s := range batch {
		if s.intention.Dossier != 0 {
			all[s.record.Number] = true
		}
		label := shown(s.to.groupe, longest)
		switch s.to.why {
		case follows:
			followed[s.record.Number] = true
		case belongs:
			groupes[label] = true
		case serves:
			served[label] = true
		case lastResort:
			calls[shortName(s.call)] = true
		}
	}
	maps.DeleteFunc(served, func(label string, _ bool) bool { return groupes[label] })
	var reasons []string
	if n := len(followed); n > 0 {
		reasons = append(reasons, "vous suivez "+followedText(n, len(all)))
	}
	if len(groupes) > 0 {
		instruct := "qui instruit"
		if len(groupes) > 1 {
			instruct = "qui instruisent"
		}
		reasons = append(reasons, "vous êtes membre "+ofGroupes(groupes)+", "+instruct+" des dossiers que personne ne suit encore")
	}
	if len(served) > 0 {
		reasons = append(reasons, "vous êtes membre "+ofGroupes(served)+", que l’appel concerne")
	}
	if len(calls) > 0 {
		reasons = append(reasons, "votre adresse est celle de secours de l’appel "+french.Enumerate(slices.Sorted(maps.Keys(calls)))+
			", et aucun instructeur ne peut être prévenu")
	}
	out := "Vous recevez ce message parce que " + reasons[0]
	for i, r := range reasons[1:] {
		link := "; parce que "
		if i == len(reasons)-2 {
			link = "; et parce que "
		}
		out += french.NNBSP + link + r
	}
	return out + "."
}

func followedText(followed, all int) string {
	switch {
	case all == 1:
		return "ce dossier sur la plateforme"
	case followed == 1:
		return "l’un de ces dossiers sur la plateforme"
	case followed < all:
		return french.Count(followed, "de ces dossiers", "de ces dossiers") + " sur la plateforme"
	}
	return "ces dossiers sur la plateforme"
}

func ofGroupes(labels map[string]bool) string {
	var names []string
	for _, label := range slices.Sorted(maps.Keys(labels)) {
		names = append(names, french.Quoted(label))
	}
	if len(names) == 1 {
		return "du groupe instructeur " + names[0]
	}
	return "des groupes instructeurs " + french.Enumerate(names)
}
