package ds

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	logtest "github.com/sirupsen/logrus/hooks/test"
	"golang.org/x/text/unicode/norm"

	"relais/internal/dossier"
)

func pointer[T any](v T) *T { return &v }

// decodeOne passes a champ through JSON as the platform writes it.
func decodeOne(t testing.TB, champ object) (dossier.Champ, *decoder) {
	t.Helper()
	var w wireChamp
	if err := json.Unmarshal(encode(t, champ), &w); err != nil {
		t.Fatal(err)
	}
	var d decoder
	var c dossier.Champ
	d.champ(&w, &c)
	return c, &d
}

func theAddress() *dossier.Address {
	return &dossier.Address{
		Label: "1 Rue de l’Invention 44000 Nantes", StreetAddress: "1 Rue de l’Invention", PostalCode: "44000",
		CityName: "Nantes", CityCode: "44109", DepartmentCode: "44", RegionCode: "52",
	}
}

func theCompany() *dossier.Etablissement {
	return &dossier.Etablissement{
		Siret: "12345678900011", SiegeSocial: true, Naf: "8559A", LibelleNaf: "Formation continue d’adultes",
		Address: theAddress(),
		Entreprise: &dossier.Entreprise{
			Siren: "123456789", RaisonSociale: "Association Exemple", FormeJuridique: "Association déclarée",
			FormeJuridiqueCode: "9220", EtatAdministratif: "Actif", DateCreation: dossier.Day{Year: 2001, Month: 7, Day: 14},
		},
		Association: &dossier.Association{RNA: "W441234567", Titre: "EXEMPLE", Objet: "aider\nles autres"},
	}
}

func TestEveryChampTypeFullAndEmpty(t *testing.T) {
	loire := object{"code": "44", "name": "Loire-Atlantique"}
	pays := object{"code": "52", "name": "Pays de la Loire"}
	file := object{
		"filename": "budget.pdf", "contentType": "application/pdf", "checksum": "q1w2e3==", "byteSizeBigInt": "3000000000",
		"createdAt": parisMoment, "virusScanResult": "safe",
	}
	cases := []struct {
		name   string
		values object
		want   dossier.Champ // its values alone
	}{
		{"TextChamp", object{"stringValue": "a", "textValue": " e\u0301te\u0301\r\n\x00suite "}, dossier.Champ{StringValue: "a", Text: "été\nsuite"}},
		{"TextChamp", object{"textValue": nil}, dossier.Champ{}},
		{"TextChamp", object{"textValue": " \u00a0\n"}, dossier.Champ{}},
		{"CheckboxChamp", object{"stringValue": "true", "checkboxValue": true}, dossier.Champ{StringValue: "true", Bool: pointer(true)}},
		{"CheckboxChamp", object{"stringValue": "false", "checkboxValue": false}, dossier.Champ{StringValue: "false", Bool: pointer(false)}},
		{"YesNoChamp", object{"stringValue": "true", "yesNoValue": true}, dossier.Champ{StringValue: "true", Bool: pointer(true)}},
		{"YesNoChamp", object{"stringValue": "false", "yesNoValue": nil}, dossier.Champ{StringValue: "false"}},
		{"IntegerNumberChamp", object{"integerValue": "92233720368547758070"}, dossier.Champ{Integer: "92233720368547758070"}},
		{"IntegerNumberChamp", object{"integerValue": "-007"}, dossier.Champ{Integer: "-7"}},
		{"IntegerNumberChamp", object{"integerValue": 42}, dossier.Champ{Integer: "42"}},
		{"IntegerNumberChamp", object{"integerValue": nil}, dossier.Champ{}},
		{"IntegerNumberChamp", object{"integerValue": "12 €", "stringValue": "12 €"}, dossier.Champ{StringValue: "12 €"}},
		{"DecimalNumberChamp", object{"decimalValue": 0.0}, dossier.Champ{Decimal: pointer(0.0)}},
		{"DecimalNumberChamp", object{"decimalValue": 149999.99}, dossier.Champ{Decimal: pointer(149999.99)}},
		{"DecimalNumberChamp", object{"decimalValue": nil}, dossier.Champ{}},
		{"DateChamp", object{"date": "2026-02-28", "stringValue": "28 février 2026"}, dossier.Champ{StringValue: "28 février 2026", Date: dossier.Day{Year: 2026, Month: 2, Day: 28}}},
		{"DateChamp", object{"date": nil}, dossier.Champ{}},
		{"DateChamp", object{"date": "20256-02-28", "stringValue": "28 février 20256"}, dossier.Champ{StringValue: "28 février 20256"}},
		{"DatetimeChamp", object{"datetime": parisMoment}, dossier.Champ{Datetime: pointer(moment)}},
		{"DatetimeChamp", object{"datetime": "2026-07-01T00:00:00+02:00"}, dossier.Champ{Datetime: pointer(time.Date(2026, 6, 30, 22, 0, 0, 0, time.UTC))}},
		{"DatetimeChamp", object{"datetime": nil}, dossier.Champ{}},
		{"CiviliteChamp", object{"civiliteValue": "Mme"}, dossier.Champ{Text: "Mme"}},
		{"DropDownListChamp", object{"dropDownValue": "Autre"}, dossier.Champ{Text: "Autre"}},
		{"MultipleDropDownListChamp", object{"values": []any{"un, deux", "trois", " "}}, dossier.Champ{Values: []string{"un, deux", "trois"}}},
		{"MultipleDropDownListChamp", object{"values": []any{}}, dossier.Champ{}},
		{"LinkedDropDownListChamp", object{"primaryValue": "A", "secondaryValue": "a"}, dossier.Champ{Text: "A", Secondary: "a"}},
		{"LinkedDropDownListChamp", object{"primaryValue": "", "secondaryValue": ""}, dossier.Champ{}},
		{"PieceJustificativeChamp", object{"stringValue": nil, "files": []any{file}}, dossier.Champ{Files: []dossier.File{{
			Filename: "budget.pdf", ContentType: "application/pdf", Checksum: "q1w2e3==", Size: 3_000_000_000, CreatedAt: moment, VirusScanResult: "safe",
		}}}},
		{"PieceJustificativeChamp", object{"stringValue": nil, "files": []any{}}, dossier.Champ{}},
		{"TitreIdentiteChamp", object{"filled": true}, dossier.Champ{Bool: pointer(true)}},
		{"AddressChamp", object{"address": anAddress(), "commune": nil, "departement": nil}, dossier.Champ{Address: theAddress()}},
		{"AddressChamp", object{"address": nil, "commune": object{"code": "44109", "name": "Nantes", "postalCode": "44000"}, "departement": loire}, dossier.Champ{Address: &dossier.Address{CityName: "Nantes", CityCode: "44109", PostalCode: "44000", DepartmentCode: "44"}}},
		{"AddressChamp", object{"address": nil}, dossier.Champ{}},
		{"CommuneChamp", object{"commune": object{"code": "2A004", "name": "Ajaccio", "postalCode": "20000"}, "departement": object{"code": "2A", "name": "Corse-du-Sud"}}, dossier.Champ{Place: &dossier.Place{Code: "2A004", Name: "Ajaccio", PostalCode: "20000", Departement: "2A"}}},
		{"CommuneChamp", object{"commune": nil, "departement": nil}, dossier.Champ{}},
		{"EpciChamp", object{"epci": object{"code": "244400404", "name": "Nantes Métropole"}, "departement": loire}, dossier.Champ{Place: &dossier.Place{Code: "244400404", Name: "Nantes Métropole", Departement: "44"}}},
		{"DepartementChamp", object{"departement": object{"code": "01", "name": "Ain"}}, dossier.Champ{Place: &dossier.Place{Code: "01", Name: "Ain"}}},
		{"RegionChamp", object{"region": pays}, dossier.Champ{Place: &dossier.Place{Code: "52", Name: "Pays de la Loire"}}},
		{"PaysChamp", object{"pays": nil}, dossier.Champ{}},
		{"PaysChamp", object{"pays": object{"code": "FR", "name": "France"}}, dossier.Champ{Place: &dossier.Place{Code: "FR", Name: "France"}}},
		{"SiretChamp", object{"stringValue": "12345678900011", "etablissement": aCompany()}, dossier.Champ{StringValue: "12345678900011", Text: "12345678900011", Etablissement: theCompany()}},
		{"SiretChamp", object{"stringValue": "123 456 789 00011", "etablissement": nil}, dossier.Champ{StringValue: "123 456 789 00011", Text: "12345678900011"}},
		{"SiretChamp", object{"stringValue": "123\u009b2J 456\u202e\n7"}, dossier.Champ{StringValue: "1232J 456\n7", Text: "1232J4567"}},
		{"SiretChamp", object{"etablissement": nil}, dossier.Champ{}},
		{"RNAChamp", object{"stringValue": "W441234567", "rna": object{"id": "W441234567", "address": anAddress()}}, dossier.Champ{StringValue: "W441234567", Text: "W441234567", Address: theAddress()}},
		{"RNAChamp", object{"stringValue": "W44", "rna": nil}, dossier.Champ{StringValue: "W44", Text: "W44"}},
		{"RNFChamp", object{"rnf": object{"id": "075-FDD-00003-01", "address": nil}}, dossier.Champ{Text: "075-FDD-00003-01"}},
		{"CarteChamp", object{"stringValue": nil, "geoAreas": []any{object{"id": "1"}, object{"id": "2"}}}, dossier.Champ{GeoAreas: 2}},
		{"DossierLinkChamp", object{"stringValue": "123456"}, dossier.Champ{StringValue: "123456", Text: "123456"}},
		{"EngagementJuridiqueChamp", object{"stringValue": "1000"}, dossier.Champ{StringValue: "1000"}},
		{"HeaderSectionChamp", object{}, dossier.Champ{}},
		{"ExplicationChamp", object{}, dossier.Champ{}},
		{"RepetitionChamp", object{"rows": []any{}}, dossier.Champ{}},
		{"ChampDuFutur", object{"stringValue": " quelque chose "}, dossier.Champ{StringValue: "quelque chose", Text: "quelque chose"}},
	}
	for _, c := range cases {
		got, _ := decodeOne(t, aChamp(c.name, "C1", c.values))
		c.want.ID, c.want.DescriptorID, c.want.Label = "C1", "C1", "Champ C1"
		c.want.Type, c.want.UpdatedAt = dossier.ChampType(c.name), moment
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s %v:\n%s", c.name, c.values, diff)
		}
	}
}

func TestRowsOfARepetition(t *testing.T) {
	row := func(id, text string) object {
		return object{"id": id, "champs": []any{aChamp("TextChamp", "C9|"+id, object{"champDescriptorId": "C9", "textValue": text})}}
	}
	got, _ := decodeOne(t, aChamp("RepetitionChamp", "C1", object{"rows": []any{row("R1", "un"), row("R2", "deux")}}))
	if len(got.Rows) != 2 || got.Rows[1].ID != "R2" {
		t.Fatalf("%+v", got.Rows)
	}
	if c, ok := got.Rows[1].Champ("C9"); !ok || c.Text != "deux" || c.ID != "C9|R2" {
		t.Errorf("%+v", c)
	}
}

func TestUnknownTypesAreReportedOnce(t *testing.T) {
	_, d := decodeOne(t, aChamp("ChampDuFutur", "C1", nil))
	if d.unknown["ChampDuFutur"] != "champ" {
		t.Errorf("%v", d.unknown)
	}
	_, d = decodeOne(t, aChamp("an <evil> name\n", "C1", nil))
	if len(d.unknown) != 0 {
		t.Errorf("%v would reach the log", d.unknown)
	}
}

func TestTheLogHearsOfANewTypeOnce(t *testing.T) {
	log, hook := logtest.NewNullLogger()
	body := dossiersAnswer(pageInfo(false, nil), aDossier(1).with(object{"champs": []any{aChamp("ChampDuFutur", "C", object{"stringValue": "confidentiel"})}}))
	client := newClient(t, answeringJSON(t, body), func(c *Config) { c.Log = log })
	for range 3 {
		page, err := client.Dossiers(inContext(t), 62515, dossier.Position{}, 100, false)
		if err != nil || page.Dossiers[0].Champs[0].Text != "confidentiel" {
			t.Fatalf("%v", err)
		}
	}
	if len(hook.Entries) != 1 || hook.LastEntry().Data["typename"] != "ChampDuFutur" {
		t.Errorf("%d lines", len(hook.Entries))
	}
}

func decodeDossier(t testing.TB, o object) dossier.Dossier {
	t.Helper()
	var w wireDossier
	if err := json.Unmarshal(encode(t, o), &w); err != nil {
		t.Fatal(err)
	}
	var d decoder
	out, broken := d.dossier(&w, 1)
	if broken != "" {
		t.Fatalf("broken at %s", broken)
	}
	return out
}

func TestDemandeurs(t *testing.T) {
	cases := map[string]struct {
		wire object
		want dossier.Demandeur
	}{
		"person": {
			object{"__typename": "PersonnePhysique", "civilite": "Mme", "nom": "D’Été", "prenom": "Zoé "},
			dossier.Demandeur{Kind: dossier.PersonnePhysique, Civilite: "Mme", Nom: "D’Été", Prenom: "Zoé"},
		},
		"company": {
			object{"__typename": "PersonneMorale"}.with(aCompany()),
			dossier.Demandeur{Kind: dossier.PersonneMorale, Etablissement: theCompany()},
		},
		"company half known": {
			object{"__typename": "PersonneMorale", "siret": "1", "naf": nil, "entreprise": nil, "association": nil},
			dossier.Demandeur{Kind: dossier.PersonneMorale, Etablissement: &dossier.Etablissement{Siret: "1"}},
		},
		"incomplete": {
			object{"__typename": "PersonneMoraleIncomplete", "siret": "12345678900011"},
			dossier.Demandeur{Kind: dossier.PersonneMoraleIncomplete, Etablissement: &dossier.Etablissement{Siret: "12345678900011"}},
		},
		"unknown": {
			object{"__typename": "PersonneDuFutur"},
			dossier.Demandeur{Kind: "PersonneDuFutur"},
		},
	}
	for name, c := range cases {
		got := decodeDossier(t, aDossier(1).with(object{"demandeur": c.wire})).Demandeur
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestTheLifeOfADossier(t *testing.T) {
	got := decodeDossier(t, aDossier(5).with(object{
		"state": "etat_du_futur", "archived": true, "deposeParUnTiers": true,
		"dateTraitement": parisMoment, "datePrevisionnelleDecisionSVASVR": "2026-06-01",
		"usager": object{"id": "<deleted>", "email": "ancien@exemple.invalid"}, "connectionUsager": "deleted",
		"labels": []any{object{"id": "L2", "name": "b"}, object{"id": "L1", "name": "a"}},
		"traitements": []any{
			object{"id": "T2", "event": "evenement_du_futur", "dateTraitement": parisMoment},
			object{"id": "T1", "event": "depose", "dateTraitement": parisMoment},
		},
		"messages": []any{
			object{"id": "M1", "createdAt": parisMoment, "discardedAt": parisMoment, "correction": nil},
			object{"id": "M2", "createdAt": parisMoment, "correction": object{"reason": "incomplete", "dateResolution": nil}},
		},
		"avis": []any{
			object{"id": "A1", "dateQuestion": parisMoment, "reponse": nil, "questionAnswer": nil},
			object{"id": "A2", "dateQuestion": parisMoment, "reponse": "oui", "questionAnswer": nil},
			object{"id": "A3", "dateQuestion": parisMoment, "reponse": nil, "questionAnswer": false},
		},
		"annotations": []any{aChamp("CheckboxChamp", "N1", object{"checkboxValue": true})},
		"champs":      []any{},
		"demandeur":   object{"__typename": "PersonneMoraleIncomplete", "siret": "1"},
	}))
	want := dossier.Dossier{
		ID: "RG9zc2llci05", Number: 5, Demarche: 62515, Revision: "UmV2aXNpb24tMQ==", State: "etat_du_futur", Archived: true,
		DateDepot: moment, DatePassageEnConstruction: moment, DateTraitement: &moment,
		DateDerniereModification: moment, DateDerniereModificationChamps: moment, DateDerniereModificationAnnotations: moment,
		DatePrevisionnelleDecisionSVASVR: dossier.Day{Year: 2026, Month: 6, Day: 1},
		Usager:                           dossier.Profile{ID: "<deleted>", Email: "ancien@exemple.invalid"},
		ConnectionUsager:                 "deleted", DeposeParUnTiers: true,
		Demandeur:         dossier.Demandeur{Kind: dossier.PersonneMoraleIncomplete, Etablissement: &dossier.Etablissement{Siret: "1"}},
		GroupeInstructeur: dossier.GroupeInstructeur{ID: "R3JvdXBlLTE=", Number: 1, Label: "Pays de la Loire"},
		Instructeurs:      []dossier.Profile{{ID: "A", Email: "a@exemple.invalid"}, {ID: "B", Email: "b@exemple.invalid"}},
		Labels:            []dossier.Label{{ID: "L1", Name: "a"}, {ID: "L2", Name: "b"}},
		Traitements:       []dossier.Traitement{{ID: "T2", Event: "evenement_du_futur", DateTraitement: moment}, {ID: "T1", Event: "depose", DateTraitement: moment}},
		Messages: []dossier.Message{
			{ID: "M1", CreatedAt: moment, DiscardedAt: &moment},
			{ID: "M2", CreatedAt: moment, Correction: &dossier.Correction{Reason: "incomplete"}},
		},
		Avis: []dossier.Avis{
			{ID: "A1", DateQuestion: moment}, {ID: "A2", DateQuestion: moment, Answered: true}, {ID: "A3", DateQuestion: moment, Answered: true},
		},
		Annotations: []dossier.Champ{{ID: "N1", DescriptorID: "N1", Type: dossier.CheckboxChamp, Label: "Champ N1", UpdatedAt: moment, Bool: pointer(true)}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNothingSecretIsKept(t *testing.T) {
	kept := string(encode(t, decodeDossier(t, aDossier(1).with(object{
		"avis":     []any{object{"id": "A2", "dateQuestion": parisMoment, "reponse": "réponse confidentielle"}},
		"messages": []any{object{"id": "M", "createdAt": parisMoment, "body": "corps confidentiel", "email": "auteur@exemple.invalid"}},
		"champs": []any{aChamp("PieceJustificativeChamp", "C", object{"files": []any{object{
			"filename": "f", "url": "https://files.invalid/?signature=confidentiel",
		}}})},
	}))))
	for _, word := range []string{"confidentiel", "auteur@", "files.invalid"} {
		if strings.Contains(kept, word) {
			t.Errorf("%q was kept", word)
		}
	}
}

func TestNormalisedText(t *testing.T) {
	cases := []struct{ in, line, block string }{
		{"", "", ""},
		{"plain", "plain", "plain"},
		{" \u00a0\u2003x\t", "x", "x"},
		{"a\r\nb\rc\td", "a  b c d", "a\nb\nc\td"},
		{"e\u0301", "é", "é"},
		{"zero\x00width\ufeff\u202eright\u2069", "zerowidthright", "zerowidthright"},
		{"👩‍🏫 été & <b>", "👩‍🏫 été & <b>", "👩‍🏫 été & <b>"},
		{"\x1b[31mred\u0085", "[31mred", "[31mred"},
		{"a\uffff\ufffe\U0010ffffb", "ab", "ab"},
		{"x" + strings.Repeat("\u0325\u0300", 40) + "y", "x\u0325\u0325\u0325\u0325y", "x\u0325\u0325\u0325\u0325y"},
		{"x" + strings.Repeat("\u0336\u200d", 5) + "y", "x" + strings.Repeat("\u0336\u200d", 4) + "\u200dy", "x" + strings.Repeat("\u0336\u200d", 4) + "\u200dy"},
		{"\u0344\u0344\u0344", "", ""},
		{"\u200b\u2060\u00ad", "", ""},
		{"\u3164 \ufe0f\u2800\n\u115f", "", ""},
		{"\u200bх\u2060", "\u200bх\u2060", "\u200bх\u2060"},
		{"\U0001fae9", "\U0001fae9", "\U0001fae9"}, // younger than our tables
	}
	for _, c := range cases {
		if got := line(c.in); got != c.line {
			t.Errorf("line(%q) = %q, want %q", c.in, got, c.line)
		}
		if got := block(c.in); got != c.block {
			t.Errorf("block(%q) = %q, want %q", c.in, got, c.block)
		}
	}
}

// FuzzNormalise also compares the short way with the long one.
func FuzzNormalise(f *testing.F) {
	for _, s := range []string{"", "\u00c3\u0301", "d’été\n", "\u00a0x", "x\u00ad", "\xc3", "\xc2\xc2", " a ", "e\u0301\x00", "\u202e\r\n", "\u1100\u1161\x07\u11a8", "a\u0000\u0301",
		"x\u0344\u0344\u0344\u0344", "\u0f73\u0f73\u0f73\u200d\u0f73", strings.Repeat("\u0301", 70), "\u3164\u200b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, normalise := range map[string]func(string) string{"line": line, "block": block} {
			got := normalise(s)
			if settled(s, name == "block") && utf8.ValidString(s) && strings.TrimFunc(norm.NFC.String(s), unicode.IsSpace) != s {
				t.Errorf("%q was not settled", s)
			}
			if again := normalise(got); again != got {
				t.Errorf("%s is not stable: %q, then %q", name, got, again)
			}
			if utf8.ValidString(s) && !norm.NFC.IsNormalString(got) {
				t.Errorf("%s(%q) = %q is not in NFC", name, s, got)
			}
			for _, r := range got {
				if unicode.IsControl(r) && (name == "line" || r != '\n' && r != '\t') {
					t.Errorf("%s(%q) keeps %q", name, s, r)
				}
			}
		}
	})
}

func FuzzDecodeChamp(f *testing.F) {
	f.Add(`{"__typename":"TextChamp","id":"C","textValue":"x"}`)
	f.Add(`{"__typename":"RepetitionChamp","rows":[{"id":"R","champs":[{"__typename":"DateChamp","date":"2026-02-30"}]}]}`)
	f.Add(`{"__typename":"IntegerNumberChamp","integerValue":"-0009"}`)
	f.Add(`{"__typename":"CommuneChamp","commune":{},"departement":null}`)
	f.Fuzz(func(t *testing.T, text string) {
		var w wireChamp
		if json.Unmarshal([]byte(text), &w) != nil {
			return
		}
		var d decoder
		var c dossier.Champ
		d.champ(&w, &c)
		if c.ID != w.ID || string(c.Type) != w.Typename {
			t.Errorf("identity lost: %+v", c)
		}
		if strings.Trim(strings.TrimPrefix(c.Integer, "-"), "0123456789") != "" {
			t.Errorf("integer %q", c.Integer)
		}
		if _, err := json.Marshal(c); err != nil {
			t.Errorf("cannot be stored: %v", err)
		}
	})
}

func FuzzDecodePage(f *testing.F) {
	page := dossiersAnswer(pageInfo(true, "c2"), aDossier(1), nil)["data"]
	f.Add(string(encode(f, page)), 0)
	f.Add(`{"demarche":{"dossiers":{"pageInfo":null,"nodes":[{"number":"x"},12,null]}}}`, 1)
	f.Add(`{"demarche":null}`, 2)
	f.Add(`null`, 2)
	f.Fuzz(func(t *testing.T, data string, faults int) {
		a := answer{data: []byte(data)}
		for range min(max(faults, 0), 3) {
			a.faults = append(a.faults, &Error{Kind: Timeout, Path: "demarche.dossiers.nodes.0"})
		}
		l, failed := readListing[wireDossier](a)
		if failed == nil {
			failed = l.check("c1")
		}
		if failed != nil {
			_ = failed.Error()
			return
		}
		page, account := decodePage(&l, 1, func(*decoder) {})
		broken := 0
		if account != nil {
			broken = len(account.Broken)
			_ = account.Error()
		}
		if len(page.Dossiers)+broken != len(l.nodes) {
			t.Errorf("%d dossiers and %d broken of %d rows: some were lost", len(page.Dossiers), broken, len(l.nodes))
		}
		for _, d := range page.Dossiers {
			if d.Number <= 0 || d.ID == "" || d.DateDerniereModification.IsZero() && !strings.Contains(data, "0001-01-01") {
				t.Errorf("a dossier without identity or date: %+v", d)
			}
		}
	})
}
