package letter

import (
	"maps"
	"slices"

	"relais/internal/french"
)

// because gathers the reasons of a mail.
type because struct {
	all, followed                          map[int]bool
	groupes, served, calls, raised, headed map[string]bool
}

// why tells the reader why this mail came.
func (w writer) why() string {
	b := because{
		all: map[int]bool{}, followed: map[int]bool{}, groupes: map[string]bool{},
		served: map[string]bool{}, calls: map[string]bool{}, raised: map[string]bool{}, headed: map[string]bool{},
	}
	for _, i := range w.Items {
		b.add(i)
	}
	for _, r := range w.Reports {
		b.headed[nameIn(r.Call, r.Figures.Region)] = true
	}
	maps.DeleteFunc(b.served, func(label string, _ bool) bool { return b.groupes[label] })
	return sentence(b.reasons())
}

func (b because) add(i Item) {
	if i.Head.Number != 0 {
		b.all[i.Head.Number] = true
	}
	label := shown(i.Because.Groupe, longest)
	switch i.Because.Reason {
	case Follows:
		b.followed[i.Head.Number] = true
	case Belongs:
		b.groupes[label] = true
	case Serves:
		b.served[label] = true
	case LastResort:
		b.calls[shortName(i.Call)] = true
	case Escalated:
		b.raised[shortName(i.Call)] = true
	case Heads:
		b.headed[nameIn(i.Call, i.Head.Judgement.Facts.Region)] = true
	}
}

func (b because) reasons() []string {
	var reasons []string
	if n := len(b.followed); n > 0 {
		reasons = append(reasons, "vous suivez "+followedText(n, len(b.all)))
	}
	if len(b.groupes) > 0 {
		instruct := "qui instruit"
		if len(b.groupes) > 1 {
			instruct = "qui instruisent"
		}
		reasons = append(reasons, "vous êtes membre "+ofGroupes(b.groupes)+", "+instruct+" des dossiers que personne ne suit encore")
	}
	if len(b.served) > 0 {
		reasons = append(reasons, "vous êtes membre "+ofGroupes(b.served)+", que l’appel concerne")
	}
	if len(b.calls) > 0 {
		reasons = append(reasons, "votre adresse est celle de secours "+ofCalls(b.calls)+", et aucun instructeur ne peut être prévenu")
	}
	if len(b.raised) > 0 {
		reasons = append(reasons, "votre adresse est celle d’alerte "+ofCalls(b.raised)+
			", et que des dossiers ne sont suivis par personne, ou que personne d’autre ne peut être prévenu")
	}
	if len(b.headed) > 0 {
		reasons = append(reasons, "votre adresse reçoit le rapport hebdomadaire "+ofCalls(b.headed))
	}
	return reasons
}

func sentence(reasons []string) string {
	if len(reasons) == 0 {
		return ""
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

func ofCalls(names map[string]bool) string {
	if len(names) == 1 {
		return "de l’appel " + french.Enumerate(slices.Sorted(maps.Keys(names)))
	}
	return "des appels " + french.Enumerate(slices.Sorted(maps.Keys(names)))
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
