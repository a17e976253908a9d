package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/letter"
)

// deleted is the id of a profile whose account is gone; its address must never
// be written to.
const deleted = "<deleted>"

// recipient is a person to tell about one subject. Person is opaque; the address
// is never stored, and found again at each delivery.
type recipient struct {
	person  string
	address string
	because letter.Because
}

// circle is everybody a subject concerns; several profiles may share an address.
type circle []recipient

// circles are those whom a subject may concern, the nearest first. Who is told is
// the first circle in which somebody can be written to.
type circles []circle

// nearest is the first circle that is not empty.
func (cs circles) nearest() circle {
	for _, c := range cs {
		if len(c) > 0 {
			return c
		}
	}
	return nil
}

// aroundDossier finds whom a dossier may concern: its followers; if none can be
// written to, its groupe's instructeurs; if none, the call's fallback; if none, its
// escalation. Never the usager, even when an instructeur has the same address.
//
// When nobody follows a dossier whose silence is about to decide, escalates is
// true: the escalation hears of it beside the others.
func aroundDossier(d *dossier.Dossier, groupes []dossier.GroupeInstructeur, to call.Recipients, escalates bool) circles {
	book := newDirectory(groupes)
	usager := normal(d.Usager.Email)
	var members circle
	for _, g := range groupes {
		if g.ID == d.GroupeInstructeur.ID {
			members = append(members, book.people(g.Instructeurs, letter.Because{Reason: letter.Belongs, Groupe: g.Label}, usager)...)
		}
	}
	followers := book.people(d.Instructeurs, letter.Because{Reason: letter.Follows}, usager)
	fallback := book.addresses(to.Fallback, letter.LastResort, usager)
	above := book.addresses(to.Escalation, letter.Escalated, usager)
	if escalates && len(followers) == 0 {
		members, fallback = members.and(above), fallback.and(above)
	}
	return circles{followers, members, fallback, above}
}

// and adds others to a circle in which somebody is.
func (c circle) and(others circle) circle {
	if len(c) == 0 {
		return nil
	}
	return slices.Concat(c, others)
}

// escalated tells whether a step is near enough to the end of a silence for the
// escalation to hear of it.
func escalated(kind, step string) bool {
	days, ok := deadline.Offset(step)
	return ok && kind == deadline.SilentRejet && days >= -7
}

// aroundReport are those who receive the report of a call.
func aroundReport(c *call.Call, groupes []dossier.GroupeInstructeur) circles {
	return circles{newDirectory(groupes).addresses(c.Recipients.Report, letter.Heads, "")}
}

// aroundCall finds whom a call's own deadlines may concern: the members of its
// groupes; if none, the call's fallback; if none, its escalation.
func aroundCall(c *call.Call, groupes []dossier.GroupeInstructeur, others claims) circles {
	book := newDirectory(groupes)
	var members circle
	for _, g := range groupesOf(c, groupes, others) {
		members = append(members, book.people(g.Instructeurs, letter.Because{Reason: letter.Serves, Groupe: g.Label}, "")...)
	}
	return circles{
		members,
		book.addresses(c.Recipients.Fallback, letter.LastResort, ""),
		book.addresses(c.Recipients.Escalation, letter.Escalated, ""),
	}
}

// ofCall is whom a call's own deadlines concern.
func ofCall(c *call.Call, groupes []dossier.GroupeInstructeur, others claims) circle {
	return aroundCall(c, groupes, others).nearest()
}

// groupesOf are the open groupes that instruct the dossiers of a call.
//
// A call with regions has those whose label names one of them. When there is
// none, as on a démarche with the groupe « défaut » alone, its dossiers are filed
// in the groupes that name no region: it has these, and shares them with other
// such calls. Unless a call without regions claims them: who is left out then is
// not known, and the fallback of the call is the safe address.
//
// A call without regions has every groupe whose region no other call claims.
func groupesOf(c *call.Call, groupes []dossier.GroupeInstructeur, others claims) []dossier.GroupeInstructeur {
	var named, unnamed []dossier.GroupeInstructeur
	for _, g := range groupes {
		region, known := call.RegionOfLabel(g.Label)
		switch {
		case g.Closed:
		case !known:
			unnamed = append(unnamed, g)
		case slices.Contains(c.Regions, region), len(c.Regions) == 0 && !others.regions[region]:
			named = append(named, g)
		}
	}
	switch {
	case len(c.Regions) == 0:
		return append(named, unnamed...)
	case len(named) == 0 && !others.rest:
		return unnamed
	}
	return named
}

// claims are what the other calls of a démarche take for themselves: the regions
// they name and, when one names none, the rest.
type claims struct {
	regions map[string]bool
	rest    bool
}

func claimsBeside(c *call.Call, calls call.Set) claims {
	others := claims{regions: map[string]bool{}}
	for _, other := range calls.OfDemarche(c.Demarche) {
		if other.ID == c.ID {
			continue
		}
		others.rest = others.rest || len(other.Regions) == 0
		for _, region := range other.Regions {
			others.regions[region] = true
		}
	}
	return others
}

// distinct keeps one recipient per address, always the same one.
func (c circle) distinct() circle {
	sorted := slices.SortedFunc(slices.Values(c), func(a, b recipient) int { return strings.Compare(a.person, b.person) })
	seen := map[string]bool{}
	return slices.DeleteFunc(sorted, func(r recipient) bool {
		again := seen[r.address]
		seen[r.address] = true
		return again
	})
}

// find looks a person up, also by an earlier identity: an address that was not
// yet known to belong to a profile.
func (c circle) find(person string) (recipient, bool) {
	for _, r := range c {
		if r.person == person || addressID(r.address) == person {
			return r, true
		}
	}
	return recipient{}, false
}

// directory is the members of every groupe of a démarche, which each pass reads
// again: fresher than the followers inside a dossier.
type directory struct {
	address map[string]string // by profile id
	profile map[string]string // by address; the first id of several
}

func newDirectory(groupes []dossier.GroupeInstructeur) directory {
	b := directory{map[string]string{}, map[string]string{}}
	for _, g := range groupes {
		for _, p := range g.Instructeurs {
			address := normal(p.Email)
			if p.ID == "" || p.ID == deleted || address == "" {
				continue
			}
			b.address[p.ID] = address
			if first, ok := b.profile[address]; !ok || p.ID < first {
				b.profile[address] = p.ID
			}
		}
	}
	return b
}

func (b directory) people(profiles []dossier.Profile, because letter.Because, usager string) circle {
	var found circle
	for _, p := range profiles {
		address := normal(p.Email)
		if fresh, ok := b.address[p.ID]; ok {
			address = fresh
		}
		if p.ID == deleted || address == "" || address == usager {
			continue
		}
		found = append(found, recipient{personID(p.ID, address), address, because})
	}
	return found
}

func (b directory) addresses(list []string, reason letter.Reason, usager string) circle {
	var found circle
	for _, raw := range list {
		address := normal(raw)
		if address == "" || address == usager {
			continue
		}
		found = append(found, recipient{personID(b.profile[address], address), address, letter.Because{Reason: reason}})
	}
	return found
}

// personID is the profile's own id, when there is one that says nothing.
func personID(id, address string) string {
	if id == "" || strings.Contains(id, "@") {
		return addressID(address)
	}
	return id
}

// addressID names the owner of an address without showing it.
func addressID(address string) string {
	sum := sha256.Sum256([]byte(address))
	return "a-" + hex.EncodeToString(sum[:])[:16]
}

// normal is an address as it is compared; "" when it cannot be one.
func normal(address string) string {
	address = strings.ToLower(strings.TrimSpace(address))
	if !strings.Contains(address, "@") {
		return ""
	}
	return address
}
