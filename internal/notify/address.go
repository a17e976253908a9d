package notify

import (
	"relais/internal/call"
	"relais/internal/dossier"
)

// AddressAboutDossier finds the address of an intention's person again, for an
// operator who asks, in any circle: that person may have been told in place of
// one whose address is suppressed. "" when no longer in any. d may be nil.
func AddressAboutDossier(i Intention, calls call.Set, d *dossier.Dossier, groupes []dossier.GroupeInstructeur) string {
	c, ok := calls.Get(i.Call)
	if !ok || d == nil {
		return ""
	}
	return aroundDossier(d, groupes, c.Recipients, escalated(i.Deadline, i.Step)).addressOf(i.Person)
}

// AddressAboutCall is AddressAboutDossier for an intention about a call.
func AddressAboutCall(i Intention, calls call.Set, groupes []dossier.GroupeInstructeur) string {
	c, ok := calls.Get(i.Call)
	if !ok {
		return ""
	}
	if i.Kind == Report {
		return aroundReport(c, groupes).addressOf(i.Person)
	}
	return aroundCall(c, groupes, claimsBeside(c, calls)).addressOf(i.Person)
}

func (cs circles) addressOf(person string) string {
	for _, c := range cs {
		if r, ok := c.find(person); ok {
			return r.address
		}
	}
	return ""
}
