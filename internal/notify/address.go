package notify

import (
	"relais/internal/call"
	"relais/internal/dossier"
)

// AddressAboutDossier finds the address of an intention's person again, for an
// operator who asks; "" when that person is no longer concerned. d may be nil.
func AddressAboutDossier(i Intention, calls call.Set, d *dossier.Dossier, groupes []dossier.GroupeInstructeur) string {
	c, ok := calls.Get(i.Call)
	if !ok || d == nil {
		return ""
	}
	r, _ := ofDossier(d, groupes, c.Recipients.Fallback).find(i.Person)
	return r.address
}

// AddressAboutCall is AddressAboutDossier for an intention about a call.
func AddressAboutCall(i Intention, calls call.Set, groupes []dossier.GroupeInstructeur) string {
	c, ok := calls.Get(i.Call)
	if !ok {
		return ""
	}
	r, _ := ofCall(c, groupes, claimsBeside(c, calls)).find(i.Person)
	return r.address
}
