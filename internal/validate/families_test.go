package validate

import (
	"testing"
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
)

const (
	pass_    = dossier.Pass
	fail_    = dossier.Fail
	unknown_ = dossier.Unknown
	none_    = dossier.NotApplicable
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
		is(pass_, "the closing second is in time", at("2025-10-02T18:00:00+02:00")),
		is(pass_, "and all of it", at("2025-10-02T18:00:00.999+02:00")),
		is(fail_, "one second late", at("2025-10-02T18:00:01+02:00")),
		is(pass_, "written in UTC", at("2025-10-02T16:00:00Z")),
		is(fail_, "an hour that looks earlier is later", at("2025-10-02T17:30:00Z")),
		is(pass_, "evening in La Réunion", at("2025-10-02T19:59:00+04:00")),
		is(unknown_, "no closing", inCall(func(c *call.Call) { c.Calendar.Closes = time.Time{} })),
		is(unknown_, "no deposit", inDossier(func(d *dossier.Dossier) { d.DateDepot = time.Time{} })),
		is(pass_, "no zone", inCall(func(c *call.Call) { c.Zone = nil })),
	)
}

func TestV05Region(t *testing.T) {
	groupe := func(label string) change {
		return inDossier(func(d *dossier.Dossier) { d.GroupeInstructeur.Label = label })
	}
	check(t, "V05",
		is(pass_, "same"),
		is(fail_, "another groupe", groupe("DREETS Bretagne")),
		is(fail_, "another region", with(region("53"))),
		is(unknown_, "a groupe without region", groupe("défaut")),
		is(fail_, "left empty", with(dossier.Champ{DescriptorID: call.FieldRegion, Type: dossier.RegionChamp})),
		is(fail_, "hidden by a condition", without(call.FieldRegion)),
		is(pass_, "a list of names", with(dossier.Champ{DescriptorID: call.FieldRegion, Type: dossier.DropDownListChamp, Text: "Pays-de-la-Loire"})),
		is(pass_, "a list of codes", with(text(call.FieldRegion, "52"))),
		is(pass_, "a name without code", with(dossier.Champ{DescriptorID: call.FieldRegion, Type: dossier.RegionChamp, Place: &dossier.Place{Name: "Pays de la Loire"}})),
		is(unknown_, "a list of something else", with(text(call.FieldRegion, "le grand Ouest"))),
		is(unknown_, "several regions", with(list(call.FieldRegion, "Bretagne", "Pays de la Loire"))),
		is(pass_, "a department code is not a region code", with(region("84")), groupe("DREETS Auvergne-Rhône-Alpes")),
	)
}

func TestV10Siret(t *testing.T) {
	champ := inCall(func(c *call.Call) { c.Fields[call.FieldSiret] = call.FieldSiret })
	of := func(siret string) change { return demandeur(dossier.PersonneMorale, association(siret)) }
	check(t, "V10",
		is(pass_, "valid", of(aSiret)),
		is(pass_, "with spaces", of("775 672 272 21138")),
		is(fail_, "a wrong digit", of("77567227221139")),
		is(fail_, "two digits swapped", of("77567227221183")),
		is(fail_, "13 digits", of("7756722722113")),
		is(fail_, "15 digits", of("775672272211380")),
		is(fail_, "letters", of("7756722722113O")),
		is(fail_, "digits of another script", of("٧٧٥٦٧٢٢٧٢٢١١٣٨")),
		is(fail_, "none", of("")),
		is(fail_, "a person has none", demandeur(dossier.PersonnePhysique, nil)),
		is(pass_, "La Poste, head office, by Luhn", of("35600000000048")),
		is(pass_, "La Poste, an office, by its own key", of("35600000049837")),
		is(fail_, "La Poste, neither", of("35600000049838")),
		is(fail_, "the key of La Poste is for La Poste", of("77567227221133")),
		is(unknown_, "look-up not done yet", demandeur(dossier.PersonneMoraleIncomplete, &dossier.Etablissement{Siret: aSiret})),
		is(unknown_, "not even its SIRET", demandeur(dossier.PersonneMoraleIncomplete, nil)),
		is(unknown_, "a kind of demandeur to come", demandeur("PersonneQuantique", &dossier.Etablissement{Siret: aSiret})),
		is(pass_, "in a champ", champ, with(siretChamp(another, association(another)))),
		is(unknown_, "in a champ, look-up failed", champ, with(siretChamp(another, nil))),
		is(fail_, "in a champ, wrong key", champ, with(siretChamp("73282932000075", nil))),
		is(fail_, "in a champ left empty", champ, with(siretChamp("", nil))),
		is(fail_, "in a champ hidden by a condition", champ),
		is(pass_, "in a text, the demandeur's", champ, with(text(call.FieldSiret, "775 672 272 21138"))),
		is(unknown_, "in a text, another's", champ, with(text(call.FieldSiret, another))),
		is(unknown_, "in a champ that drifted", champ, with(drifted(call.FieldSiret))),
	)
}

func TestV11Closed(t *testing.T) {
	etat := func(s string) change {
		return inDossier(func(d *dossier.Dossier) { d.Demandeur.Etablissement.Entreprise.EtatAdministratif = s })
	}
	check(t, "V11",
		is(pass_, "active", etat("Actif")),
		is(fail_, "closed", etat("Ferme")),
		is(unknown_, "not known yet", etat("")),
		is(unknown_, "a state to come", etat("Suspendu")),
		is(unknown_, "no entreprise yet", inDossier(func(d *dossier.Dossier) { d.Demandeur.Etablissement.Entreprise = nil })),
		is(unknown_, "no établissement", demandeur(dossier.PersonneMoraleIncomplete, nil)),
		is(none_, "a person", demandeur(dossier.PersonnePhysique, nil)),
	)
}

func TestV12LegalPerson(t *testing.T) {
	champ := inCall(func(c *call.Call) { c.Fields[call.FieldSiret] = call.FieldSiret })
	check(t, "V12",
		is(pass_, "an association"),
		is(pass_, "look-up not done yet", demandeur(dossier.PersonneMoraleIncomplete, &dossier.Etablissement{Siret: aSiret})),
		is(fail_, "a person", demandeur(dossier.PersonnePhysique, nil)),
		is(fail_, "a person who gives no SIRET", demandeur(dossier.PersonnePhysique, nil), champ, with(siretChamp("", nil))),
		is(unknown_, "a person for a body", demandeur(dossier.PersonnePhysique, nil), champ, with(siretChamp(aSiret, association(aSiret)))),
		is(unknown_, "a kind of demandeur to come", demandeur("PersonneQuantique", nil)),
	)
}

func TestV19Engagement(t *testing.T) {
	unticked := with(ticked(call.FieldCER, false))
	forme := func(code string) change { return demandeur(dossier.PersonneMorale, company(aSiret, "X", code)) }
	check(t, "V19",
		is(pass_, "subscribed"),
		is(fail_, "not subscribed", unticked),
		is(fail_, "hidden by a condition", without(call.FieldCER)),
		is(fail_, "an association by its legal form", unticked, forme("9220")),
		is(fail_, "an Alsatian association", unticked, forme("9260")),
		is(fail_, "a foundation", unticked, forme("9300")),
		is(pass_, "a foundation, subscribed", forme("9300")),
		is(none_, "of public utility, deemed to subscribe", unticked, forme("9230")),
		is(none_, "a company", unticked, forme("5710")),
		is(none_, "a company that ticked the box", forme("5710")),
		is(none_, "a commune", unticked, forme("7210")),
		is(unknown_, "legal form not known yet", forme("")),
		is(unknown_, "no entreprise yet", demandeur(dossier.PersonneMorale, &dossier.Etablissement{Siret: aSiret})),
		is(fail_, "no entreprise yet, but an RNA number given", unticked, demandeur(dossier.PersonneMorale, &dossier.Etablissement{Siret: aSiret}),
			with(dossier.Champ{DescriptorID: call.FieldRNA, Type: dossier.RNAChamp, Text: "W442000000"})),
		is(none_, "a person", unticked, demandeur(dossier.PersonnePhysique, nil)),
		is(pass_, "a yes", with(yesNo(call.FieldCER, true))),
		is(fail_, "no answer", with(unanswered(call.FieldCER))),
		is(pass_, "the signed contract", with(attachment(call.FieldCER, 1))),
		is(fail_, "no contract attached", with(attachment(call.FieldCER, 0))),
		is(pass_, "oui in a list", with(text(call.FieldCER, "Oui"))),
		is(unknown_, "a sentence", with(text(call.FieldCER, "oui sauf le point 3"))),
	)
}

func TestV32Activities(t *testing.T) {
	check(t, "V32",
		is(pass_, "two of three"),
		is(pass_, "accents and case", with(list(call.FieldActivites, "REPÉRAGE des publics"))),
		is(pass_, "aller vers", with(list(call.FieldActivites, "Aller-vers"))),
		is(pass_, "one list", with(text(call.FieldActivites, "Remobilisation"))),
		is(fail_, "none", with(list(call.FieldActivites))),
		is(fail_, "hidden by a condition", without(call.FieldActivites)),
		is(unknown_, "nothing known", with(list(call.FieldActivites, "Autre"))),
	)
}

func TestChecklistOfPaysDeLaLoire(t *testing.T) {
	for rule, field := range map[string]string{"V14": call.FieldObjet, "V15": call.FieldExperience, "V16": call.FieldAncrage} {
		got := check(t, rule,
			is(unknown_, "a text, for a person to appraise"),
			is(fail_, "no text", with(text(field, "  "))),
			is(fail_, "hidden by a condition", without(field)),
			is(unknown_, "a file in its place", with(attachment(field, 1))),
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
		is(unknown_, "accounts to read"),
		is(fail_, "none", with(attachment(call.FieldComptes, 0))),
	)
}

func TestV80V84Pieces(t *testing.T) {
	for rule, field := range map[string]string{"V80": call.FieldRIB, "V84": call.FieldBudget} {
		check(t, rule,
			is(pass_, "one file"),
			is(pass_, "three files", with(attachment(field, 3))),
			is(fail_, "none", with(attachment(field, 0))),
			is(fail_, "hidden by a condition", without(field)),
			is(unknown_, "the champ became a text", with(text(field, "envoyé par courrier"))),
		)
	}
}
