package validate

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"relais/internal/call"
	"relais/internal/dossier"
)

func TestTheListOfRules(t *testing.T) {
	want := []string{"V02", "V05", "V10", "V11", "V12", "V14", "V15", "V16", "V17", "V19",
		"V32", "V50", "V54", "V60", "V61", "V62", "V63", "V64", "V80", "V84"}
	var ids, pieces []string
	for _, r := range Rules() {
		ids = append(ids, r.ID)
		if r.Title == "" || r.Source == "" || r.Check == nil || r.Severity == "" {
			t.Errorf("%s is not explained", r.ID)
		}
		if Piece(r.ID) {
			pieces = append(pieces, r.ID)
		}
	}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"V80", "V84"}, pieces); diff != "" {
		t.Errorf("pieces: %s", diff)
	}
}

func TestACompleteDossier(t *testing.T) {
	d := complete()
	na := []string{"V50", "V54", "V61"}
	toAppraise := []string{"V14", "V15", "V16", "V17"}
	for _, f := range All(loire(), "52", d) {
		want := dossier.Pass
		switch {
		case slices.Contains(na, f.Rule):
			want = dossier.NotApplicable
		case slices.Contains(toAppraise, f.Rule):
			want = dossier.Unknown
		}
		if f.Outcome != want {
			t.Errorf("%s: %s (%s)", f.Rule, f.Outcome, f.Message)
		}
	}
	if diff := cmp.Diff(complete(), d); diff != "" {
		t.Errorf("the dossier was changed: %s", diff)
	}
}

// A call that configures nothing fails nobody, whatever the dossier.
func TestNothingConfiguredFailsNothing(t *testing.T) {
	for name, d := range map[string]*dossier.Dossier{"complete": complete(), "empty": {}} {
		for _, f := range All(&call.Call{Family: "o2r", Regions: []string{"52"}}, "52", d) {
			person := f.Rule == "V12" || f.Rule == "V10"
			if f.Outcome == dossier.Fail && !person {
				t.Errorf("%s dossier, %s fails: %s", name, f.Rule, f.Message)
			}
		}
	}
}

func TestNullsOfACall(t *testing.T) {
	null := inCall(func(c *call.Call) {
		c.Floor, c.MaxShare, c.Ineligible, c.Consortium = nil, nil, nil, nil
	})
	for _, rule := range []string{"V50", "V54", "V60", "V61", "V62"} {
		f := check(t, rule, is(dossier.NotApplicable, "null in the call", null))[0]
		if !strings.Contains(f.Message, "non configuré") {
			t.Errorf("%s does not say why: %q", rule, f.Message)
		}
	}
	needed := map[string][]string{
		"V05": {call.FieldRegion}, "V10": {call.FieldSiret}, "V14": {call.FieldObjet}, "V15": {call.FieldExperience},
		"V16": {call.FieldAncrage}, "V17": {call.FieldComptes}, "V19": {call.FieldCER}, "V32": {call.FieldActivites},
		"V60": {call.FieldTotalCost}, "V62": {call.FieldTrainingAsked, call.FieldTrainingAmount}, "V63": {call.FieldYear2},
		"V64": {call.FieldRequestedAmount}, "V80": {call.FieldRIB}, "V84": {call.FieldBudget},
	}
	for rule, fields := range needed {
		f := check(t, rule, is(dossier.Unknown, "not bound", unconfigured(fields...)))[0]
		if !strings.Contains(f.Message, "non configuré") {
			t.Errorf("%s does not say why: %q", rule, f.Message)
		}
	}
}

// What a new revision of the form turned into something else is unknown, and
// never held against the usager.
func TestADriftedChampNeverFails(t *testing.T) {
	rules := map[string][]string{
		call.FieldRegion: {"V05"}, call.FieldTotalCost: {"V60", "V63", "V64"}, call.FieldRequestedAmount: {"V64"},
		call.FieldYear1: {"V63"}, call.FieldTrainingAsked: {"V62"}, call.FieldTrainingAmount: {"V62"},
		call.FieldRIB: {"V80"}, call.FieldBudget: {"V84"}, call.FieldCER: {"V19"}, call.FieldActivites: {"V32"},
		call.FieldGroupement: {}, call.FieldPartenaires: {},
	}
	for field, affected := range rules {
		c, d := changed(with(drifted(field)))
		findings := All(c, "52", d)
		for _, f := range findings {
			if f.Outcome == dossier.Fail {
				t.Errorf("%s drifted, %s fails: %s", field, f.Rule, f.Message)
			}
		}
		for _, rule := range affected {
			if f := find(t, findings, rule); f.Outcome != dossier.Unknown {
				t.Errorf("%s drifted, %s: %s", field, rule, f.Outcome)
			}
		}
	}
}

func TestRulesOfOtherCalls(t *testing.T) {
	pic := inCall(func(c *call.Call) { c.Family = "pic" })
	elsewhere := inCall(func(c *call.Call) { c.Regions = []string{"53"} })
	national := inCall(func(c *call.Call) { c.Regions = nil })
	for _, rule := range []string{"V05", "V12", "V14", "V15", "V16", "V17", "V19", "V32", "V84"} {
		check(t, rule, is(dossier.NotApplicable, "a PIC call", pic))
	}
	for _, rule := range []string{"V14", "V15", "V17"} {
		check(t, rule, is(dossier.NotApplicable, "Bretagne", elsewhere), is(dossier.NotApplicable, "national", national))
	}
	check(t, "V16", is(dossier.Unknown, "national", national))

	c, d := changed(inCall(func(c *call.Call) { c.Regions = []string{"52", "53"} }))
	for region, want := range map[string]dossier.Outcome{"52": doubts, "53": none, "": doubts} {
		if f := find(t, All(c, region, d), "V14"); f.Outcome != want {
			t.Errorf("V14 in region %q of a call for two: %s", region, f.Outcome)
		}
	}
	check(t, "V80", is(dossier.Pass, "a PIC call", pic))
}

func TestMessagesAreFrenchAndHoldNoPersonalData(t *testing.T) {
	d := after(
		with(yesNo(call.FieldGroupement, true), partnersBlock(row(text("x", "Camille Dupont"), ticked(call.FieldPartnerChef, true)))),
		inDossier(func(d *dossier.Dossier) { d.Usager.Email = "camille@example.org" }))
	for _, f := range All(loire(), "52", &d) {
		if f.Message == "" || strings.Contains(f.Message, "Camille") || strings.Contains(f.Message, "@") ||
			strings.Contains(f.Message, aSiret) || strings.Contains(f.Message, "Rebond") {
			t.Errorf("%s: %q", f.Rule, f.Message)
		}
		for _, wrong := range []string{" :", " ;", " €", " %", "« ", " »"} {
			if strings.Contains(f.Message, wrong) {
				t.Errorf("%s: breakable space in %q", f.Rule, f.Message)
			}
		}
	}
}
