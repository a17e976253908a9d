package validate

import (
	"slices"

	"relais/internal/call"
	"relais/internal/dossier"
)

// member is a body of a group: the names it is known by and its legal form.
type member struct {
	names []string
	forme string
}

// members are the filing body and its partners.
func (c Case) members(rows []dossier.Row) []member {
	who, _ := c.applicant()
	members := []member{memberOf(who.Etablissement)}
	for _, r := range rows {
		members = append(members, c.partner(r))
	}
	return members
}

func memberOf(e *dossier.Etablissement) member {
	if e == nil {
		return member{}
	}
	var m member
	if e.Association != nil {
		m.add(e.Association.Titre)
	}
	if e.Entreprise != nil {
		m.forme = e.Entreprise.FormeJuridiqueCode
		m.add(e.Entreprise.RaisonSociale)
		m.add(e.Entreprise.NomCommercial)
	}
	return m
}

func (m *member) add(name string) {
	if name != "" {
		m.names = append(m.names, name)
	}
}

// partner reads the names in a row: that of its établissement, and short texts.
// A role chosen in a list says what the body is; one written freely may speak of
// others, and is read only for want of a name.
func (c Case) partner(r dossier.Row) member {
	var m member
	role := ""
	for _, champ := range r.Champs {
		known := memberOf(champ.Etablissement)
		m.names = append(m.names, known.names...)
		m.forme += known.forme
		switch {
		case champ.Type != dossier.TextChamp && champ.Type != dossier.DropDownListChamp, len(champ.Text) > longestLine:
		case champ.DescriptorID == c.Call.Fields[call.FieldPartnerRole] && champ.Type == dossier.TextChamp:
			role = champ.Text
		default:
			m.add(champ.Text)
		}
	}
	if m.unnamed() {
		m.add(role)
	}
	return m
}

func (m member) unnamed() bool { return len(m.names) == 0 }

// departement is the legal form of a département (INSEE, catégories juridiques).
const departement = "7220"

// isDepartement wants the name to begin with the word, since many bodies say in
// which département they are.
func (m member) isDepartement() bool {
	return m.forme == departement || slices.ContainsFunc(m.names, func(name string) bool {
		w := words(name)
		if len(w) > 1 && (w[0] == "le" || w[0] == "du") {
			w = w[1:]
		}
		return says(name, "conseil départemental") || len(w) > 0 && w[0] == "departement"
	})
}

func (m member) isFranceTravail() bool {
	return slices.ContainsFunc(m.names, func(name string) bool {
		return says(name, "France Travail") || says(name, "Pôle emploi")
	})
}
