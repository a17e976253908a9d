package main

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"relais/internal/sandbox/graphql"
)

// pen writes the texts of one dossier or groupe: as an attacker does, or not.
type pen struct {
	attack
	mark    string
	variant int
	hostile bool
}

func (w pen) name() any {
	if w.hostile {
		return w.attack.name(w.mark, w.variant)
	}
	return w.calm(w.mark)
}

// line is a name for the many places that no page shows: never one of megabytes.
func (w pen) line() any {
	if w.hostile {
		return w.attack.name(w.mark, 3)
	}
	return w.calm(w.mark)
}

func penOf(i int, hostile bool) pen {
	return pen{attacks[i%len(attacks)], fmt.Sprintf("Balise%03d", i), i / len(attacks), hostile}
}

// hundred is how many dossiers are hostile: each attack, in each place for a name.
var hundred = 4 * len(attacks)

// besieged is a platform with a hundred hostile dossiers, in groupes with hostile
// labels; or, not hostile, its harmless twin, the same in all else.
func besieged(t testing.TB, now time.Time, hostile bool) *other {
	t.Helper()
	p := newOther(t, 0)
	p.now = now
	p.title = "O2R Bretagne, harmless"
	if hostile {
		p.title = "=O2R|'Bretagne'<script>alert(1)</script>{{.}}\r\nBcc: x@evil.example\u202e\";\x1b[2J" + attacks[0].text("", 0)
	}
	p.form = append(p.form, champ("Siret", "SIRET de la structure candidate", nil).as("siret"))
	p.form = numbered("champ", p.form)
	p.services = append(p.services, groupes(p.services[0], hostile)...)
	modified := now.Add(-10 * time.Minute).Truncate(time.Second)
	for i := range hundred {
		d := invent(i, 7_000_001+i*3, p.services, modified.Add(time.Duration(i)*time.Second))
		w := penOf(i, hostile)
		d.state, d.decided, d.deposited = "en_construction", time.Time{}, now.Add(-24*time.Hour).Truncate(time.Second)
		if i%4 == 2 { // first seen two weeks before the end: summed up
			d.deposited = d.deposited.AddDate(0, 0, -45)
		}
		d.who.incomplete, d.partners = false, i%2
		d.groupe = p.services[3+i%(len(p.services)-3)]
		d.followers = nil
		if i%3 == 0 {
			d.followers = p.services[0].agents[:1]
		}
		d.retouch = w.dossier
		if w.kind == "megabytes" { // so that they are read once
			d.modified = d.modified.Add(-2 * time.Hour)
		}
		p.papers = append(p.papers, d)
	}
	return p
}

// groupes are ten, whose members are an agent of their own and the first of the
// other's, who so hears of all.
func groupes(beside *service, hostile bool) []*service {
	var list []*service
	for i := range 10 {
		a := attacks[i*2]
		w := pen{a, fmt.Sprintf("Secteur%02d", i), 3, hostile}
		s := &service{number: 900 + i, region: beside.region, option: beside.option}
		s.label, _ = w.name().(string)
		s.agents = []agent{beside.agents[0], {fmt.Sprintf("agent/9%d", i), fmt.Sprintf("agent9%d@%s", i, agentsDomain)}}
		list = append(list, s)
	}
	// An agent whose address would be two, and a header.
	odd := agent{"agent/odd", "odd@nowhere@twice"}
	if hostile {
		odd.email = "odd@" + agentsDomain + "\r\nBcc: pirate@evil.example, pirate@evil.example"
	}
	list[9].agents = append(list[9].agents, odd)
	return list
}

// dossier puts the names in what the API shows of a dossier.
func (w pen) dossier(o graphql.Object) {
	who := o["demandeur"].(graphql.Object)
	w.body(who)
	if w.variant == 3 {
		o["demandeur"] = graphql.Object{"__typename": "PersonnePhysique", "civilite": "M", "nom": w.name(), "prenom": ""}
	}
	o["usager"] = graphql.Object{"id": "usager-1", "email": w.line()}
	o["labels"] = []graphql.Object{{"id": "label-1", "name": w.line(), "color": "green"}}
	for _, m := range o["messages"].([]graphql.Object) {
		m["body"] = w.line()
	}
	for _, list := range []string{"champs", "annotations"} {
		w.champs(o[list].([]graphql.Object))
	}
}

// body names an établissement: by the title of its association, by its raison
// sociale or by its nom commercial. A title that shows nothing names nobody.
func (w pen) body(o graphql.Object) {
	company, association := o["entreprise"].(graphql.Object), o["association"].(graphql.Object)
	company["formeJuridique"], association["objet"], o["libelleNaf"] = w.line(), w.line(), w.line()
	switch w.variant {
	case 0:
		association["titre"], company["raisonSociale"] = w.name(), "Raison sociale"
	case 1:
		o["association"], company["raisonSociale"], company["nomCommercial"] = nil, w.name(), ""
	default:
		o["association"], company["raisonSociale"], company["nomCommercial"] = nil, "", w.name()
	}
}

// read are the champs that rules read: what they say of a hostile one is not what
// they say of a harmless one.
var read = []string{"DropDownListChamp", "YesNoChamp", "CheckboxChamp", "IntegerNumberChamp", "DecimalNumberChamp"}

// champs fills all that can be typed freely.
func (w pen) champs(list []graphql.Object) {
	for _, c := range list {
		switch kind := c["__typename"].(string); {
		case kind == "TextChamp" && c["label"] == "Montant de la subvention demandée à l’État":
		case kind == "TextChamp":
			c["value"], c["stringValue"] = w.line(), w.line()
			if w.kind == "megabytes" && w.variant == 1 && c["label"] == "Votre ancrage local" && w.hostile {
				c["value"] = w.attack.name(w.mark, 0)
			}
		case kind == "SiretChamp":
			w.siretChamp(c)
		case kind == "PieceJustificativeChamp":
			for _, f := range c["files"].([]graphql.Object) {
				f["filename"], f["contentType"] = w.line(), w.line()
			}
		case kind == "LinkedDropDownListChamp":
			c["primaryValue"], c["secondaryValue"] = w.line(), w.line()
		case kind == "RepetitionChamp":
			for _, row := range c["rows"].([]graphql.Object) {
				w.champs(row["champs"].([]graphql.Object))
			}
		case !slices.Contains(read, kind):
			c["stringValue"] = w.line()
		}
	}
}

// siretChamp is answered with what was typed, as long as no établissement is known.
func (w pen) siretChamp(c graphql.Object) {
	switch e, known := c["etablissement"].(graphql.Object); {
	case known:
		small := w
		small.variant = max(small.variant, 2)
		small.body(e)
	case w.siret && w.variant == 3:
		c["stringValue"] = w.line()
	default:
		c["stringValue"], c["etablissement"] = "", nil
	}
}
