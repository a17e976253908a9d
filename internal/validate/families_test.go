package validate

import (
	"testing"
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
)

const (
	passes = dossier.Pass
	fails  = dossier.Fail
	doubts = dossier.Unknown
	none   = dossier.NotApplicable
)

func TestV02Closing(t *testing.T) {
	at := func(s string) change {
		return inDossier(func(d *dossier.Dossier) {
			depot, err := time.Parse(time.RFC3339Nano, s)
			if err != nil {
				panic(err)
			}
			d.DateDepot = depot
		})
	}
	check(t, "V02",
		is(passes, "the closing second is in time", at("2025-10-02T18:00:00+02:00")),
		is(passes, "and all of it", at("2025-10-02T18:00:00.999+02:00")),
		is(fails, "one second late", at("2025-10-02T18:00:01+02:00")),
		is(passes, "written in UTC", at("2025-10-02T16:00:00Z")),
		is(fails, "an hour that looks earlier is later", at("2025-10-02T17:30:00Z")),
		is(passes, "evening in La Réunion", at("2025-10-02T19:59:00+04:00")),
		is(doubts, "no closing", inCall(func(c *call.Call) { c.Calendar.Closes = time.Time{} })),
		is(doubts, "no deposit", inDossier(func(d *dossier.Dossier) { d.DateDepot = time.Time{} })),
		is(passes, "no zone", inCall(func(c *call.Call) { c.Zone = nil })),
	)
}

func TestV05Region(t *testing.T) {
	groupe := func(label string) change {
		return inDossier(func(d *dossier.Dossier) { d.GroupeInstructeur.Label = label })
	}
	check(t, "V05",
		is(passes, "same"),
		is(fails, "another groupe", groupe("DREETS Bretagne")),
		is(fails, "another region", with(region("53"))),
		is(doubts, "a groupe without region", groupe("défaut")),
		is(fails, "left empty", with(dossier.Champ{DescriptorID: call.FieldRegion, Type: dossier.RegionChamp})),
		is(fails, "hidden by a condition", without(call.FieldRegion)),
		is(passes, "a list of names", with(dossier.Champ{DescriptorID: call.FieldRegion, Type: dossier.DropDownListChamp, Text: "Pays-de-la-Loire"})),
		is(passes, "a list of codes", with(text(call.FieldRegion, "52"))),
		is(passes, "a name without code", with(dossier.Champ{DescriptorID: call.FieldRegion, Type: dossier.RegionChamp, Place: &dossier.Place{Name: "Pays de la Loire"}})),
		is(doubts, "a list of something else", with(text(call.FieldRegion, "le grand Ouest"))),
		is(doubts, "several regions", with(list(call.FieldRegion, "Bretagne", "Pays de la Loire"))),
		is(passes, "a department code is not a region code", with(region("84")), groupe("DREETS Auvergne-Rhône-Alpes")),
	)
}

func TestV10Siret(t *testing.T) {
	champ := inCall(func(c *call.Call) { c.Fields[call.FieldSiret] = call.FieldSiret })
	of := func(siret string) change { return demandeur(dossier.PersonneMorale, association(siret)) }
	check(t, "V10",
		is(passes, "valid", of(aSiret)),
		is(passes, "with spaces", of("775 672 272 21138")),
		is(fails, "a wrong digit", of("77567227221139")),
		is(fails, "two digits swapped", of("77567227221183")),
		is(fails, "13 digits", of("7756722722113")),
		is(fails, "15 digits", of("775672272211380")),
		is(fails, "letters", of("7756722722113O")),
		is(fails, "digits of another script", of("٧٧٥٦٧٢٢٧٢٢١١٣٨")),
		is(fails, "none", of("")),
		is(fails, "a person has none", demandeur(dossier.PersonnePhysique, nil)),
		is(passes, "La Poste, head office, by Luhn", of("35600000000048")),
		is(passes, "La Poste, an office, by its own key", of("35600000049837")),
		is(fails, "La Poste, neither", of("35600000049838")),
		is(fails, "the key of La Poste is for La Poste", of("77567227221133")),
		is(doubts, "look-up not done yet", demandeur(dossier.PersonneMoraleIncomplete, &dossier.Etablissement{Siret: aSiret})),
		is(doubts, "not even its SIRET", demandeur(dossier.PersonneMoraleIncomplete, nil)),
		is(doubts, "a kind of demandeur to come", demandeur("PersonneQuantique", &dossier.Etablissement{Siret: aSiret})),
		is(passes, "in a champ", champ, with(siretChamp(another, association(another)))),
		is(doubts, "in a champ, look-up failed", champ, with(siretChamp(another, nil))),
		is(fails, "in a champ, wrong key", champ, with(siretChamp("73282932000075", nil))),
		is(passes, "in a champ left empty, the demandeur's stands", champ, with(siretChamp("", nil))),
		is(passes, "in a champ hidden by a condition, likewise", champ),
		is(fails, "in a champ left empty, and the demandeur has none", champ, with(siretChamp("", nil)), demandeur(dossier.PersonneMorale, nil)),
		is(passes, "in a text, the demandeur's", champ, with(text(call.FieldSiret, "775 672 272 21138"))),
		is(doubts, "in a text, another's", champ, with(text(call.FieldSiret, another))),
		is(doubts, "in a champ that drifted", champ, with(drifted(call.FieldSiret))),
	)
}

func TestV11Closed(t *testing.T) {
	etat := func(s string) change {
		return inDossier(func(d *dossier.Dossier) { d.Demandeur.Etablissement.Entreprise.EtatAdministratif = s })
	}
	check(t, "V11",
		is(passes, "active", etat("Actif")),
		is(fails, "closed", etat("Ferme")),
		is(doubts, "not known yet", etat("")),
		is(doubts, "a state to come", etat("Suspendu")),
		is(doubts, "no entreprise yet", inDossier(func(d *dossier.Dossier) { d.Demandeur.Etablissement.Entreprise = nil })),
		is(doubts, "no établissement", demandeur(dossier.PersonneMoraleIncomplete, nil)),
		is(none, "a person", demandeur(dossier.PersonnePhysique, nil)),
	)
}

func TestV12LegalPerson(t *testing.T) {
	champ := inCall(func(c *call.Call) { c.Fields[call.FieldSiret] = call.FieldSiret })
	check(t, "V12",
		is(passes, "an association"),
		is(passes, "look-up not done yet", demandeur(dossier.PersonneMoraleIncomplete, &dossier.Etablissement{Siret: aSiret})),
		is(fails, "a person", demandeur(dossier.PersonnePhysique, nil)),
		is(fails, "a person who gives no SIRET", demandeur(dossier.PersonnePhysique, nil), champ, with(siretChamp("", nil))),
		is(doubts, "a person for a body", demandeur(dossier.PersonnePhysique, nil), champ, with(siretChamp(aSiret, association(aSiret)))),
		is(doubts, "a kind of demandeur to come", demandeur("PersonneQuantique", nil)),
	)
}

func TestV19Engagement(t *testing.T) {
	unticked := with(ticked(call.FieldCER, false))
	forme := func(code string) change { return demandeur(dossier.PersonneMorale, company(aSiret, "X", code)) }
	check(t, "V19",
		is(passes, "subscribed"),
		is(fails, "not subscribed", unticked),
		is(fails, "hidden by a condition", without(call.FieldCER)),
		is(fails, "an association by its legal form", unticked, forme("9220")),
		is(fails, "an Alsatian association", unticked, forme("9260")),
		is(fails, "a foundation", unticked, forme("9300")),
		is(passes, "a foundation, subscribed", forme("9300")),
		is(none, "of public utility, deemed to subscribe", unticked, forme("9230")),
		is(none, "a company", unticked, forme("5710")),
		is(none, "a company that ticked the box", forme("5710")),
		is(none, "a commune", unticked, forme("7210")),
		is(doubts, "legal form not known yet", forme("")),
		is(doubts, "no entreprise yet", demandeur(dossier.PersonneMorale, &dossier.Etablissement{Siret: aSiret})),
		is(fails, "no entreprise yet, but an RNA number given", unticked, demandeur(dossier.PersonneMorale, &dossier.Etablissement{Siret: aSiret}),
			with(dossier.Champ{DescriptorID: call.FieldRNA, Type: dossier.RNAChamp, Text: "W442000000"})),
		is(none, "a person", unticked, demandeur(dossier.PersonnePhysique, nil)),
		is(passes, "a yes", with(yesNo(call.FieldCER, true))),
		is(fails, "no answer", with(unanswered(call.FieldCER))),
		is(passes, "the signed contract", with(attachment(call.FieldCER, 1))),
		is(fails, "no contract attached", with(attachment(call.FieldCER, 0))),
		is(passes, "oui in a list", with(text(call.FieldCER, "Oui"))),
		is(doubts, "a sentence", with(text(call.FieldCER, "oui sauf le point 3"))),
	)
}

func TestV32Activities(t *testing.T) {
	check(t, "V32",
		is(passes, "two of three"),
		is(passes, "accents and case", with(list(call.FieldActivites, "REPÉRAGE des publics"))),
		is(passes, "aller vers", with(list(call.FieldActivites, "Aller-vers"))),
		is(passes, "one list", with(text(call.FieldActivites, "Remobilisation"))),
		is(fails, "none", with(list(call.FieldActivites))),
		is(fails, "hidden by a condition", without(call.FieldActivites)),
		is(doubts, "nothing known", with(list(call.FieldActivites, "Autre"))),
	)
}

func TestChecklistOfPaysDeLaLoire(t *testing.T) {
	for rule, field := range map[string]string{"V14": call.FieldObjet, "V15": call.FieldExperience, "V16": call.FieldAncrage} {
		got := check(t, rule,
			is(doubts, "a text, for a person to appraise"),
			is(fails, "no text", with(text(field, "  "))),
			is(fails, "hidden by a condition", without(field)),
			is(doubts, "a file in its place", with(attachment(field, 1))),
		)
		wantEmpty := dossier.Info
		if rule == "V15" {
			wantEmpty = dossier.Warning
		}
		if got[0].Severity != dossier.Info || got[1].Severity != wantEmpty {
			t.Errorf("%s: severities %s and, when empty, %s", rule, got[0].Severity, got[1].Severity)
		}
	}
	check(t, "V17",
		is(doubts, "accounts to read"),
		is(fails, "none", with(attachment(call.FieldComptes, 0))),
	)
}

func TestV80V84Pieces(t *testing.T) {
	for rule, field := range map[string]string{"V80": call.FieldRIB, "V84": call.FieldBudget} {
		check(t, rule,
			is(passes, "one file"),
			is(passes, "three files", with(attachment(field, 3))),
			is(fails, "none", with(attachment(field, 0))),
			is(fails, "hidden by a condition", without(field)),
			is(doubts, "the champ became a text", with(text(field, "envoyé par courrier"))),
		)
	}
}
