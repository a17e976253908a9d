package validate

import (
	"slices"
	"strconv"
	"strings"

	"relais/internal/call"
	"relais/internal/dossier"
)

var v50 = Rule{
	ID: "V50", Severity: dossier.Blocking,
	Title:  "Plusieurs structures : un chef de file et un seul",
	Source: "Décret n° 2024-584 du 24 juin 2024",
	Check:  oneLead,
}

// oneLead counts the leads named among the partners. The filing body is the
// lead when the form names none because it cannot; where it can, naming none is
// a fault.
func oneLead(c Case) Answer {
	wanted := c.Call.Consortium
	switch {
	case wanted == nil:
		return notApplicable("Groupement non configuré")
	case !wanted.ChefDeFile && !wanted.Required:
		return notApplicable("Cet appel ne demande pas de chef de file")
	}
	g, s := c.group()
	switch {
	case s != given:
		return cannot(call.FieldGroupement, s)
	case !g.several && wanted.Required:
		return fail("Candidature d’une seule structure, alors que l’appel demande un groupement")
	case !g.several:
		return notApplicable("Candidature d’une seule structure")
	case !wanted.ChefDeFile:
		return pass("Candidature de plusieurs structures")
	}
	return c.leadAmong(g)
}

func (c Case) leadAmong(g group) Answer {
	if g.state == unbound || g.state == unreadable {
		return cannot(call.FieldPartenaires, g.state)
	}
	id := c.Call.Fields[call.FieldPartnerChef]
	if id == "" {
		if slices.ContainsFunc(g.rows, asksForLead) {
			return cannot(call.FieldPartnerChef, unbound)
		}
		return pass("Le formulaire ne désigne pas de chef de file : c’est la structure qui dépose")
	}
	leads, s := countLeads(g.rows, id)
	switch {
	case s != given:
		return cannot(call.FieldPartnerChef, s)
	case leads == 0:
		return fail("Aucun chef de file désigné")
	case leads > 1:
		return fail(strconv.Itoa(leads) + " chefs de file désignés, un seul est attendu")
	}
	return pass("Un chef de file désigné")
}

func asksForLead(r dossier.Row) bool {
	return slices.ContainsFunc(r.Champs, func(c dossier.Champ) bool { return says(c.Label, "chef de file") })
}

func countLeads(rows []dossier.Row, descriptorID string) (leads int, s state) {
	for _, r := range rows {
		champ, ok := r.Champ(descriptorID)
		if !ok {
			continue
		}
		lead, s := yes(champ)
		if s == unreadable {
			return 0, s
		}
		if lead {
			leads++
		}
	}
	return leads, given
}

// group is what a dossier says of the bodies behind it. state is that of the
// partners block.
type group struct {
	several bool
	rows    []dossier.Row
	state   state
}

// group tells whether several bodies apply: the usager says so, or names a
// partner. Its state tells why nobody knows.
func (c Case) group() (group, state) {
	rows, block := read(c, call.FieldPartenaires, partners)
	said, s := read(c, call.FieldGroupement, yes)
	g := group{several: said || len(rows) > 0, rows: rows, state: block}
	switch {
	case g.several || s == given:
		return g, given
	case s == unreadable || block == unreadable:
		return g, unreadable
	case block == given || block == empty:
		return g, given
	}
	return g, s
}

// partners reads the rows of a repetition that hold something: the form often
// opens with a blank one.
func partners(c dossier.Champ) ([]dossier.Row, state) {
	if c.Type != dossier.RepetitionChamp {
		return nil, unreadable
	}
	rows := slices.DeleteFunc(slices.Clone(c.Rows), func(r dossier.Row) bool {
		return !slices.ContainsFunc(r.Champs, func(c dossier.Champ) bool { has, _ := filled(c); return has })
	})
	if len(rows) == 0 {
		return nil, empty
	}
	return rows, given
}

var v54 = Rule{
	ID: "V54", Severity: dossier.Blocking,
	Title:  "Groupement comprenant les membres obligatoires",
	Source: "Appel à manifestation d’intérêt SPIE 2021",
	Check:  mandatoryMembers,
}

// mandatory are the kinds of member that a call can require.
var mandatory = map[string]struct {
	name string
	is   func(member) bool
}{
	"departement":    {"le département", member.isDepartement},
	"france_travail": {"France Travail (Pôle emploi)", member.isFranceTravail},
}

// mandatoryMembers recognises members by name, the filing body included. A
// kind is missing for sure only when every member has a name.
func mandatoryMembers(c Case) Answer {
	if c.Call.Consortium == nil {
		return notApplicable("Groupement non configuré")
	}
	if len(c.Call.Consortium.MustInclude) == 0 {
		return notApplicable("Cet appel n’impose aucun membre du groupement")
	}
	rows, s := read(c, call.FieldPartenaires, partners)
	if s == unbound || s == unreadable {
		return cannot(call.FieldPartenaires, s)
	}
	members := c.members(rows)
	missing, known := lacking(c.Call.Consortium.MustInclude, members)
	switch {
	case !known:
		return unknown("Type de membre obligatoire non configuré")
	case len(missing) == 0:
		return pass("Le groupement comprend les membres obligatoires")
	case slices.ContainsFunc(members, member.unnamed):
		return unknown("Non trouvé parmi les membres identifiés : " + strings.Join(missing, ", "))
	}
	return fail("Le groupement ne comprend pas : " + strings.Join(missing, ", "))
}

func lacking(kinds []string, members []member) (missing []string, known bool) {
	for _, k := range kinds {
		kind, ok := mandatory[k]
		if !ok {
			return nil, false
		}
		if !slices.ContainsFunc(members, kind.is) {
			missing = append(missing, kind.name)
		}
	}
	return missing, true
}
