package judge

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
)

func judged(c call.Call, d *dossier.Dossier) dossier.Judgement {
	return Judge(call.NewSet(c), d, deadline.Calendar{})
}

func TestVerdict(t *testing.T) {
	noRIB := func(_ *call.Call, d *dossier.Dossier) { set(d, files(call.FieldRIB, 0)) }
	noBudget := func(_ *call.Call, d *dossier.Dossier) { set(d, files(call.FieldBudget, 0)) }
	underFloor := func(_ *call.Call, d *dossier.Dossier) { set(d, euros(call.FieldTotalCost, 149_999.99)) }
	irrecevable := func(c *call.Call, _ *dossier.Dossier) { c.Incomplete = call.Irrecevable }
	noPolicy := func(c *call.Call, _ *dossier.Dossier) { c.Incomplete = "" }
	incomplete := func(_ *call.Call, d *dossier.Dossier) { d.Demandeur.Kind = dossier.PersonneMoraleIncomplete }
	badYears := func(_ *call.Call, d *dossier.Dossier) { set(d, euros(call.FieldYear1, 60_000)) }
	noYear := func(c *call.Call, _ *dossier.Dossier) { delete(c.Fields, call.FieldYear1) }
	noExperience := func(_ *call.Call, d *dossier.Dossier) {
		set(d, dossier.Champ{DescriptorID: call.FieldExperience, Type: dossier.TextChamp})
	}

	type change = func(*call.Call, *dossier.Dossier)
	tests := []struct {
		why     string
		changes []change
		want    dossier.Verdict
	}{
		{"nothing wrong", nil, dossier.Recevable},
		{"a blocking rule fails", []change{underFloor}, dossier.NonRecevable},
		{"a piece is missing", []change{noRIB}, dossier.ACompleter},
		{"two pieces are missing", []change{noRIB, noBudget}, dossier.ACompleter},
		{"a piece, and something else", []change{noRIB, underFloor}, dossier.NonRecevable},
		{"a piece, and a doubt", []change{noRIB, incomplete}, dossier.ACompleter},
		{"a piece, and the call is strict", []change{noRIB, irrecevable}, dossier.NonRecevable},
		{"a piece, and the call has no policy", []change{noRIB, noPolicy}, dossier.NonRecevable},
		{"a blocking doubt", []change{incomplete}, dossier.AVerifier},
		{"a warning", []change{badYears}, dossier.AVerifier},
		{"a doubt about a warning", []change{noYear}, dossier.Recevable},
		{"an empty text of the checklist", []change{noExperience}, dossier.AVerifier},
		{"a doubt and a fault", []change{incomplete, underFloor}, dossier.NonRecevable},
	}
	for _, tt := range tests {
		c, d := loire(), complete()
		for _, change := range tt.changes {
			change(&c, d)
		}
		if j := judged(c, d); j.Verdict != tt.want {
			t.Errorf("%s: %s, want %s", tt.why, j.Verdict, tt.want)
			for _, f := range j.Findings {
				t.Logf("  %s %s %s %s", f.Rule, f.Severity, f.Outcome, f.Message)
			}
		}
	}
}

func TestADossierOfNoCallIsKeptAndShown(t *testing.T) {
	d := complete()
	set(d, dossier.Champ{DescriptorID: call.FieldRegion, Type: dossier.RegionChamp, Place: &dossier.Place{Code: "53"}})
	j := judged(loire(), d)
	want := dossier.Judgement{
		Facts:      dossier.Facts{Region: "53", Siret: "77567227221138", Structure: "REBOND"},
		JudgedWith: Stamp([]call.Call{loire()}),
	}
	if diff := cmp.Diff(want, j); diff != "" {
		t.Error(diff)
	}
	if j := Judge(call.Set{}, complete(), deadline.Calendar{}); j.Call != "" || j.JudgedWith != Stamp(nil) {
		t.Errorf("no call at all: %+v", j)
	}
}

func TestJudgingChangesNothingAndRepeats(t *testing.T) {
	d := complete()
	first, second := judged(loire(), d), judged(loire(), d)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(complete(), d); diff != "" {
		t.Errorf("the dossier was changed: %s", diff)
	}
}

func TestTheStampFollowsTheCallsOfTheDemarche(t *testing.T) {
	a, b := loire(), loire()
	b.ID, b.Regions, b.Digest = "o2r-bretagne", []string{"53"}, "b1"
	if Stamp([]call.Call{a, b}) != Stamp([]call.Call{b, a}) {
		t.Error("the order of the calls counts")
	}
	changed := b
	changed.Digest = "b2"
	stamps := map[string]string{}
	for name, calls := range map[string][]call.Call{
		"none": nil, "a": {a}, "a b": {a, b}, "a b changed": {a, changed}, "twice": {a, a},
	} {
		stamp := Stamp(calls)
		if other, seen := stamps[stamp]; seen {
			t.Errorf("%s and %s share a stamp", name, other)
		}
		stamps[stamp] = name
	}

	elsewhere := loire()
	elsewhere.ID, elsewhere.Demarche, elsewhere.Digest = "spie", 200, "c1"
	with := Judge(call.NewSet(a, elsewhere), complete(), deadline.Calendar{})
	if with.JudgedWith != Stamp([]call.Call{a}) {
		t.Error("the calls of another démarche count")
	}
}

func TestAChangedCallFileIsJudgedAgain(t *testing.T) {
	before := judged(loire(), complete())
	raised := loire()
	raised.Floor.Amount, raised.Digest = 200_000, "a2"
	after := judged(raised, complete())
	if before.JudgedWith == after.JudgedWith {
		t.Error("the stamp is the same")
	}
	if before.Verdict != dossier.Recevable || after.Verdict != dossier.NonRecevable {
		t.Errorf("%s, then %s", before.Verdict, after.Verdict)
	}

	longer := loire()
	longer.Silence.Months, longer.Digest = 4, "a3"
	old := before.Deadlines
	for i := range old {
		old[i].HandledUntil = old[i].Steps[0].At
	}
	moved := deadline.Carry(old, judged(longer, complete()).Deadlines)
	if moved[0].Key() == old[0].Key() || !moved[0].HandledUntil.IsZero() {
		t.Errorf("a new date starts anew: %s, handled until %s", moved[0].Key(), moved[0].HandledUntil)
	}
}
