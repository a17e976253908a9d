package sandbox

import (
	"strings"
	"testing"
)

// champOf finds a champ by our key in a decoded list.
func champOf(t testing.TB, p *Platform, list any, key string) object {
	t.Helper()
	id, err := p.Descriptor(numberO2R, key)
	must(t, err)
	for _, c := range list.([]any) {
		if dig(t, c, "champDescriptorId") == id {
			return c.(object)
		}
	}
	return nil
}

const champsOf = `query($n: Int!) { dossier(number: $n) { champs { ...champ ... on RepetitionChamp { rows { id champs { ...champ } } } } } }`

// champFragments is the part of dossierFragments that champs need.
var champFragments = dossierFragments[strings.Index(dossierFragments, "fragment morale"):]

func champs(t testing.TB, p *Platform, n int) []any {
	t.Helper()
	return dig(t, get(t, p, champsOf+champFragments, object{"n": n}), "dossier", "champs").([]any)
}

func TestConcreteTypesDependOnTheFragmentsOfTheQuery(t *testing.T) {
	p := newPlatform(t, Options{})
	n, err := p.Deposit(Draft{Answers: map[string]any{"delegation": nil}})
	must(t, err)
	full := champs(t, p, n)
	bare := dig(t, get(t, p, `query($n: Int!) { dossier(number: $n) { champs { __typename champDescriptorId stringValue
		... on TextChamp { text: value } ... on CheckboxChamp { checked: value } } } }`, object{"n": n}), "dossier", "champs").([]any)
	for _, c := range []struct{ key, named, unnamed string }{
		{"delegation", "YesNoChamp", "CheckboxChamp"},
		{"region", "RegionChamp", "TextChamp"},
		{"adresse", "AddressChamp", "TextChamp"},
		{"statut", "DropDownListChamp", "TextChamp"},
		{"siret", "SiretChamp", "SiretChamp"},
		{"cout_total", "DecimalNumberChamp", "DecimalNumberChamp"},
	} {
		if got := champOf(t, p, full, c.key)["__typename"]; got != c.named {
			t.Errorf("%s named: %v, want %s", c.key, got, c.named)
		}
		if got := champOf(t, p, bare, c.key)["__typename"]; got != c.unnamed {
			t.Errorf("%s unnamed: %v, want %s", c.key, got, c.unnamed)
		}
	}
	empty := champOf(t, p, full, "delegation")
	if empty["yes"] != nil || empty["stringValue"] != "false" {
		t.Errorf("an empty yes/no is null with the text \"false\": %v", empty)
	}
	if champOf(t, p, bare, "delegation")["checked"] != false {
		t.Error("unnamed, an empty yes/no becomes false")
	}
	if champOf(t, p, bare, "region")["text"] != "Bretagne" {
		t.Error("unnamed, a region is its name")
	}
}

func TestPersonneMoraleIncompleteNeedsItsFragment(t *testing.T) {
	p := newPlatform(t, Options{})
	n := deposited(t, p, enConstruction)
	p.world.numbers[n].degraded = true
	with := ask(t, p, `query($n: Int!) { dossier(number: $n) { demandeur { __typename ... on PersonneMorale { siret libelleNaf } ... on PersonneMoraleIncomplete { siret } } } }`, object{"n": n})
	if with.code() != "" || dig(t, with.Data, "dossier", "demandeur", "__typename") != "PersonneMoraleIncomplete" {
		t.Errorf("with its fragment: %+v", with)
	}
	without := ask(t, p, `query($n: Int!) { dossier(number: $n) { demandeur { __typename ... on PersonneMorale { siret libelleNaf } } } }`, object{"n": n})
	if without.code() != "invalid_null" || without.Data != nil {
		t.Errorf("without: %+v", without)
	}
	page := ask(t, p, `{ demarche(number: 98431) { dossiers(first: 100) { nodes { number demandeur { ... on PersonneMorale { libelleNaf } } } } } }`, nil)
	nulls := 0
	for _, node := range dig(t, page.Data, "demarche", "dossiers", "nodes").([]any) {
		if node == nil {
			nulls++
		}
	}
	if nulls != len(page.Errors) || nulls < 2 {
		t.Errorf("%d null nodes, %d errors: a broken dossier must break alone", nulls, len(page.Errors))
	}
	if c := champOf(t, p, champs(t, p, n), "siret"); c["etablissement"] != nil || len(c["stringValue"].(string)) != 14 {
		t.Errorf("while the look-up fails the champ keeps only its text: %v", c)
	}
	must(t, p.CompleteDemandeur(n))
	if d := show(t, p, n); dig(t, d, "demandeur", "__typename") != "PersonneMorale" {
		t.Errorf("%v", d["demandeur"])
	}
}

func TestALinkToAForeignDossierIsAnErrorAtTheRoot(t *testing.T) {
	p := newPlatform(t, Options{})
	for _, d := range p.world.byFamily("o2r").dossiers {
		if !d.listed() || d.answers()["dossier_precedent"] == nil {
			continue
		}
		a := ask(t, p, `query($n: Int!) { dossier(number: $n) { number champs { ... on DossierLinkChamp { stringValue dossier { number } } } } }`, object{"n": d.number})
		if a.code() != "unauthorized" || a.Data == nil || len(a.Errors[0].Path) == 0 {
			t.Errorf("%+v", a)
		}
		quiet := ask(t, p, `query($n: Int!) { dossier(number: $n) { champs { ... on DossierLinkChamp { stringValue } } } }`, object{"n": d.number})
		if quiet.code() != "" {
			t.Error("the text alone is no error")
		}
		return
	}
	t.Error("no dossier links to a foreign one")
}

func TestConditionsRowsAndRevisions(t *testing.T) {
	p := newPlatform(t, Options{})
	n, err := p.Deposit(Draft{Answers: map[string]any{"formation": false, "groupement": true, "partenaires": []map[string]any{
		{"partenaire_role": "un", "partenaire_chef_de_file": true}, {"partenaire_role": "deux", "partenaire_montant": 12.5},
	}}})
	must(t, err)
	list := champs(t, p, n)
	if champOf(t, p, list, "formation_montant") != nil {
		t.Error("a champ hidden by its condition must be left out")
	}
	rows := champOf(t, p, list, "partenaires")["rows"].([]any)
	if len(rows) != 2 {
		t.Fatalf("%d rows", len(rows))
	}
	first, second := dig(t, rows[0], "champs").([]any), dig(t, rows[1], "champs").([]any)
	if dig(t, first, 1, "id") == dig(t, second, 1, "id") || dig(t, first, 1, "champDescriptorId") != dig(t, second, 1, "champDescriptorId") {
		t.Error("in a row the id holds the row, the descriptor id does not")
	}
	if champOf(t, p, second, "partenaire_montant")["decimal"] != 12.5 || champOf(t, p, second, "partenaire_role")["text"] != "deux" {
		t.Errorf("second row %v", second)
	}
	if champOf(t, p, list, "zrr") != nil || champOf(t, p, list, "frr") == nil {
		t.Error("a dossier shows the champs of its revision")
	}
	must(t, p.Edit(n, "formation", true))
	if champOf(t, p, champs(t, p, n), "formation_montant") == nil {
		t.Error("the champ must appear with its condition")
	}
}

func TestEditedValuesOfEveryKind(t *testing.T) {
	p := newPlatform(t, Options{})
	n := deposited(t, p, enConstruction)
	for _, c := range []struct {
		key   string
		value any
		at    string
		want  any
	}{
		{"intitule", `<b>"É"</b> 🌍 & fils`, "text", `<b>"É"</b> 🌍 & fils`},
		{"cout_total", 149_999.99, "decimal", 149_999.99},
		{"nb_reperees", "9007199254740993", "integer", "9007199254740993"},
		{"duree_parcours", 12, "integer", "12"},
		{"cer", true, "checked", true},
		{"region", "04", "stringValue", "La Réunion"},
		{"siret", "12345678901234", "etablissement", nil},
		{"rna", "W351234567", "stringValue", "W351234567"},
		{"activites", nil, "stringValue", ""},
		{"statut", nil, "choice", nil},
		{"dossier_precedent", "404", "stringValue", "404"},
		{"date_debut", monday, "date", "2026-11-23"},
	} {
		must(t, p.Edit(n, c.key, c.value))
		got := champOf(t, p, champs(t, p, n), c.key)
		if got[c.at] != c.want {
			t.Errorf("%s: %s is %v, want %v", c.key, c.at, got[c.at], c.want)
		}
	}
	if p.Edit(n, "inconnu", 1) == nil {
		t.Error("an unknown field is an error")
	}
}

func TestDeletedAccountsAndMandataires(t *testing.T) {
	p := newPlatform(t, Options{})
	deleted, third := 0, 0
	for _, e := range dig(t, get(t, p, everything, object{"demarche": numberO2R}), "demarche", "dossiers", "edges").([]any) {
		d := dig(t, e, "node")
		if dig(t, d, "usager", "id") == "<deleted>" {
			deleted++
			if dig(t, d, "connectionUsager") != "deleted" || dig(t, d, "usager", "email") == "" {
				t.Errorf("usager %v", dig(t, d, "usager"))
			}
		}
		if dig(t, d, "deposeParUnTiers") == true && dig(t, d, "nomMandataire") != nil {
			third++
		}
		for _, a := range dig(t, d, "avis").([]any) {
			if dig(t, a, "dateReponse") == nil {
				t.Error("dateReponse is never null")
			}
		}
	}
	if deleted == 0 || third == 0 {
		t.Errorf("%d deleted accounts, %d mandataires", deleted, third)
	}
}
