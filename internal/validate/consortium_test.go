package validate

import (
	"testing"

	"relais/internal/call"
	"relais/internal/dossier"
)

// partner is a row of the block: a body, and whether it leads.
func partner(name string, lead bool) dossier.Row {
	return row(
		dossier.Champ{DescriptorID: call.FieldPartnerSiret, Type: dossier.SiretChamp, Text: another, Etablissement: company(another, name, "5710")},
		yesNo(call.FieldPartnerChef, lead),
	)
}

func TestV50ChefDeFile(t *testing.T) {
	together := with(yesNo(call.FieldGroupement, true))
	noLeadChamp := unconfigured(call.FieldPartnerChef)
	unnamed := dossier.Row{Champs: []dossier.Champ{text("nom", "X")}}
	blank := row(text("nom", ""), unanswered(call.FieldPartnerChef), ticked("vu", false))
	check(t, "V50",
		is(none, "alone"),
		is(passes, "one lead", together, with(partnersBlock(partner("A", true), partner("B", false)))),
		is(fails, "none", together, with(partnersBlock(partner("A", false), partner("B", false)))),
		is(fails, "two", together, with(partnersBlock(partner("A", true), partner("B", true)))),
		is(fails, "together, with nobody", together),
		is(passes, "a partner is named though the answer is no", with(partnersBlock(partner("A", true)))),
		is(fails, "and none leads", with(partnersBlock(partner("A", false)))),
		is(none, "a blank row is nobody", with(partnersBlock(blank))),
		is(fails, "the lead was left unanswered", with(partnersBlock(row(text("nom", "X"), unanswered(call.FieldPartnerChef))))),
		is(fails, "the lead is hidden by a condition", with(partnersBlock(unnamed))),
		is(doubts, "the lead drifted", with(partnersBlock(row(drifted(call.FieldPartnerChef))))),
		is(passes, "no champ for the lead: the filing body leads", noLeadChamp, with(partnersBlock(unnamed))),
		is(doubts, "a champ for the lead that the call does not bind", noLeadChamp,
			with(partnersBlock(row(dossier.Champ{DescriptorID: "x", Label: "Est-il le chef de file ?", Type: dossier.YesNoChamp}, text("nom", "X"))))),
		is(none, "the question is hidden, and no partner", without(call.FieldGroupement, call.FieldPartenaires)),
		is(none, "only the block is bound, and no partner", unconfigured(call.FieldGroupement)),
		is(doubts, "neither bound", unconfigured(call.FieldGroupement, call.FieldPartenaires)),
		is(none, "only the question is bound: no", unconfigured(call.FieldPartenaires)),
		is(doubts, "only the question is bound: yes", unconfigured(call.FieldPartenaires), together),
		is(doubts, "only the question is bound: no answer", unconfigured(call.FieldPartenaires), with(unanswered(call.FieldGroupement))),
		is(doubts, "together, and the block drifted", together, with(drifted(call.FieldPartenaires))),
		is(none, "no lead is wanted", inCall(func(c *call.Call) { c.Consortium = &call.Consortium{} }), together),
		is(fails, "alone, and a group is required", inCall(func(c *call.Call) { c.Consortium.Required = true })),
		is(passes, "a group is required, not a lead", inCall(func(c *call.Call) { c.Consortium = &call.Consortium{Required: true} }), together),
	)
}

func TestV54MandatoryMembers(t *testing.T) {
	spie := inCall(func(c *call.Call) {
		c.Family = "spie"
		c.Consortium = &call.Consortium{Required: true, MustInclude: []string{"departement", "france_travail"}}
	})
	filer := func(name, forme string) change {
		return demandeur(dossier.PersonneMorale, company(aSiret, name, forme))
	}
	named := func(names ...string) change {
		var rows []dossier.Row
		for _, n := range names {
			rows = append(rows, row(text("nom", n), text(call.FieldPartnerRole, "porte le Département et France Travail")))
		}
		return with(partnersBlock(rows...))
	}
	check(t, "V54",
		is(none, "no member is required"),
		is(passes, "the département files with Pôle emploi", spie, filer("DEPARTEMENT DE LA SARTHE", "7220"), named("Pôle emploi Sarthe")),
		is(passes, "both are partners", spie, named("Conseil départemental de Maine-et-Loire", "France Travail Pays de la Loire")),
		is(passes, "by the legal form", spie, filer("SARTHE", "7220"), named("POLE EMPLOI")),
		is(passes, "by the SIRET", spie, with(partnersBlock(
			row(siretOf(company(another, "FRANCE TRAVAIL", "7389"))), row(siretOf(company(another, "LOIRE ATLANTIQUE", "7220")))))),
		is(fails, "Pôle emploi is missing", spie, filer("DEPARTEMENT DE LA SARTHE", "7220"), named("Mission locale")),
		is(fails, "the département is missing", spie, named("Pôle emploi")),
		is(fails, "a name that only mentions it", spie, named("Pôle emploi", "Union des maires du département")),
		is(fails, "the State's direction is not the département", spie, named("Pôle emploi", "Direction départementale de l’emploi")),
		is(fails, "alone", spie, filer("DEPARTEMENT DE LA SARTHE", "7220")),
		is(doubts, "a partner that nobody can name yet", spie, filer("DEPARTEMENT DE LA SARTHE", "7220"),
			with(partnersBlock(row(dossier.Champ{DescriptorID: call.FieldPartnerSiret, Type: dossier.SiretChamp, Text: another})))),
		is(doubts, "the filing body has no name yet", spie, demandeur(dossier.PersonneMoraleIncomplete, nil), named("Pôle emploi")),
		is(passes, "a role for want of a name", spie, filer("DEPARTEMENT DE LA SARTHE", "7220"),
			with(partnersBlock(row(text(call.FieldPartnerRole, "Pôle emploi, orientation"))))),
		is(passes, "roles chosen in a list", spie, with(partnersBlock(
			row(siretOf(company(another, "SARTHE", "7389")), chosen("Conseil départemental")),
			row(siretOf(company(another, "AGENCE", "7389")), chosen("Pôle emploi"))))),
		is(fails, "none of them chosen", spie, with(partnersBlock(row(siretOf(company(another, "CCAS", "7361")), chosen("CCAS"))))),
		is(doubts, "the block is not bound", spie, unconfigured(call.FieldPartenaires)),
		is(doubts, "the block drifted", spie, with(drifted(call.FieldPartenaires))),
		is(doubts, "a member of an unknown kind", spie, inCall(func(c *call.Call) { c.Consortium.MustInclude = []string{"prefet"} })),
	)
}

func siretOf(e *dossier.Etablissement) dossier.Champ {
	return dossier.Champ{DescriptorID: call.FieldPartnerSiret, Type: dossier.SiretChamp, Text: e.Siret, Etablissement: e}
}

func chosen(role string) dossier.Champ {
	return dossier.Champ{DescriptorID: call.FieldPartnerRole, Type: dossier.DropDownListChamp, Text: role}
}
