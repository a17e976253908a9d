package validate

import (
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"relais/internal/call"
	"relais/internal/dossier"
)

func TestFacts(t *testing.T) {
	c, d := changed(with(text(call.FieldTotalCost, "150 000,50 €"), text(call.FieldRequestedAmount, "à définir")))
	f := FactsOf(c, "52", d)
	if f.Siret != aSiret || f.Structure != "Rebond" || f.Region != "52" || f.TotalCost == nil || *f.TotalCost != 150_000.50 || f.RequestedAmount != nil {
		t.Errorf("%+v", f)
	}
	f = FactsOf(nil, "53", d)
	if f.Siret != aSiret || f.Structure != "Rebond" || f.Region != "53" || f.TotalCost != nil {
		t.Errorf("without a call: %+v", f)
	}
	c, d = changed(inCall(func(c *call.Call) { c.Fields[call.FieldSiret] = call.FieldSiret }),
		demandeur(dossier.PersonnePhysique, nil), with(siretChamp(another, association(another))))
	if f = FactsOf(c, "52", d); f.Siret != another || f.Structure != "Rebond" {
		t.Errorf("a body named in the form: %+v", f)
	}
	c, d = changed(inCall(func(c *call.Call) { c.Fields[call.FieldSiret] = call.FieldSiret }), with(siretChamp(another, nil)))
	if f = FactsOf(c, "52", d); f.Siret != another || f.Structure != "Rebond" {
		t.Errorf("a body not found yet: %+v", f)
	}
	if f = FactsOf(nil, "", &dossier.Dossier{}); f != (dossier.Facts{}) {
		t.Errorf("an empty dossier: %+v", f)
	}
}

// A head stays small, whatever a body is called.
func TestLongNamesAreCut(t *testing.T) {
	name := strings.Repeat("é", longestName)
	for said, want := range map[string]string{
		name:                                      name,
		name + "é":                                name + "…",
		strings.Repeat("é", 5<<20):                name + "…",
		strings.Repeat("\u200b", 500) + "x":       "x",
		strings.Repeat("\u200d", 5<<20):           "",
		"نمی\u200cخواهم":                          "نمی\u200cخواهم",
		"👩\u200d🏫":                                "👩\u200d🏫",
		"a\u200d\u200d\u200c\u2060\u200db":        "a\u200db",
		strings.Repeat("é ", longestName/2) + "x": strings.TrimSpace(strings.Repeat("é ", longestName/2)) + "…",
	} {
		_, d := changed(demandeur(dossier.PersonneMorale, &dossier.Etablissement{
			Siret: said, Entreprise: &dossier.Entreprise{RaisonSociale: said},
		}))
		if f := FactsOf(nil, "", d); f.Structure != want || utf8.RuneCountInString(f.Siret) > longestName+1 {
			t.Errorf("%.20q (%d): %q, SIRET of %d bytes", said, len(said), f.Structure, len(f.Siret))
		}
	}
}

// The two counts of a project, as candidates and forms give them.
func TestPeople(t *testing.T) {
	bound := inCall(func(c *call.Call) {
		c.Fields[call.FieldPeopleFound], c.Fields[call.FieldPeopleSupported] = call.FieldPeopleFound, call.FieldPeopleSupported
	})
	none := -1
	for _, tt := range []struct {
		why   string
		champ dossier.Champ
		want  int
	}{
		{"a count", integer(call.FieldPeopleFound, "420"), 420},
		{"nobody", integer(call.FieldPeopleFound, "0"), 0},
		{"a decimal champ", decimal(call.FieldPeopleFound, 420), 420},
		{"a text champ of numbers", text(call.FieldPeopleFound, "1 200"), 1200},
		{"the most", integer(call.FieldPeopleFound, "1000000"), 1_000_000},
		{"a slip of the finger", integer(call.FieldPeopleFound, "1000001"), none},
		{"beyond 64 bits", integer(call.FieldPeopleFound, "99999999999999999999"), none},
		{"below none", integer(call.FieldPeopleFound, "-3"), none},
		{"half a person", decimal(call.FieldPeopleFound, 12.5), none},
		{"not a number", decimal(call.FieldPeopleFound, math.NaN()), none},
		{"left empty", integer(call.FieldPeopleFound, ""), none},
		{"1.200 is 1 or 1200", text(call.FieldPeopleFound, "1.200"), none},
		{"words", text(call.FieldPeopleFound, "une centaine"), none},
		{"a revision made it something else", drifted(call.FieldPeopleFound), none},
		{"hidden by a condition", integer("another", "420"), none},
	} {
		c, d := changed(bound, with(tt.champ, integer(call.FieldPeopleSupported, "77")))
		f := FactsOf(c, "52", d)
		if f.PeopleSupported == nil || *f.PeopleSupported != 77 {
			t.Errorf("%s: supported %v", tt.why, f.PeopleSupported)
		}
		if tt.want == none && f.PeopleFound != nil || tt.want != none && (f.PeopleFound == nil || *f.PeopleFound != tt.want) {
			t.Errorf("%s: found %v, want %d", tt.why, f.PeopleFound, tt.want)
		}
	}
	c, d := changed(with(integer(call.FieldPeopleFound, "420")))
	if f := FactsOf(c, "52", d); f.PeopleFound != nil {
		t.Errorf("not bound by the call, found %d", *f.PeopleFound)
	}
}

func TestWhenTheFormWasEdited(t *testing.T) {
	filed := time.Date(2025, 10, 1, 10, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		why    string
		edited time.Time
		want   time.Time
	}{
		{"filled in before it was filed", filed.Add(-time.Hour), time.Time{}},
		{"at the very instant", filed, time.Time{}},
		{"a second later", filed.Add(time.Second), filed.Add(time.Second)},
		{"not told by the platform", time.Time{}, time.Time{}},
	} {
		d := after(inDossier(func(d *dossier.Dossier) { d.DateDepot, d.DateDerniereModificationChamps = filed, tt.edited }))
		if f := FactsOf(nil, "", &d); !f.EditedAt.Equal(tt.want) {
			t.Errorf("%s: %s, want %s", tt.why, f.EditedAt, tt.want)
		}
	}
}

func TestWhenACorrectionWasAnswered(t *testing.T) {
	day := func(n int) *time.Time {
		at := time.Date(2025, 11, n, 9, 0, 0, 0, time.UTC)
		return &at
	}
	asked := func(resolved, withdrawn *time.Time) dossier.Message {
		return dossier.Message{DiscardedAt: withdrawn, Correction: &dossier.Correction{Reason: "incorrect", DateResolution: resolved}}
	}
	for _, tt := range []struct {
		why      string
		messages []dossier.Message
		want     time.Time
	}{
		{"no message", nil, time.Time{}},
		{"a message that asks for nothing", []dossier.Message{{}}, time.Time{}},
		{"not answered yet", []dossier.Message{asked(nil, nil)}, time.Time{}},
		{"answered", []dossier.Message{asked(day(3), nil)}, *day(3)},
		{"the last of two, in any order", []dossier.Message{asked(day(9), nil), asked(day(3), nil), asked(nil, nil)}, *day(9)},
		{"answered, then withdrawn", []dossier.Message{asked(day(9), day(10)), asked(day(3), nil)}, *day(3)},
	} {
		d := after(inDossier(func(d *dossier.Dossier) { d.Messages = tt.messages }))
		if f := FactsOf(nil, "", &d); !f.CorrectedAt.Equal(tt.want) {
			t.Errorf("%s: %s, want %s", tt.why, f.CorrectedAt, tt.want)
		}
	}
}

// Whatever a candidate types, a count is absent or believable.
func TestPeopleAreBelievable(t *testing.T) {
	c := loire()
	c.Fields[call.FieldPeopleFound] = call.FieldPeopleFound
	rapid.Check(t, func(t *rapid.T) {
		champ := dossier.Champ{
			DescriptorID: call.FieldPeopleFound,
			Type:         rapid.SampledFrom([]dossier.ChampType{dossier.IntegerNumberChamp, dossier.DecimalNumberChamp, dossier.TextChamp}).Draw(t, "type"),
			Integer:      rapid.StringMatching(`-?[0-9]{0,25}`).Draw(t, "integer"),
			Text:         rapid.String().Draw(t, "text"),
			Decimal:      rapid.Ptr(rapid.Float64(), true).Draw(t, "decimal"),
		}
		f := FactsOf(c, "52", &dossier.Dossier{Champs: []dossier.Champ{champ}})
		if n := f.PeopleFound; n != nil && (*n < 0 || *n > mostPeople) {
			t.Fatalf("%d people", *n)
		}
	})
}
