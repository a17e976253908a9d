package ingest_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
)

// bound is a story whose call binds two champs of the form.
func bound(t *testing.T) *story {
	s := wide(t, 5)
	for _, r := range s.platform.dossiers {
		r.dossier.Champs = append(r.dossier.Champs, dossier.Champ{ID: "x", DescriptorID: "C1", Type: dossier.PieceJustificativeChamp})
	}
	s.platform.form = dossier.Form{Champs: []dossier.Descriptor{
		{ID: "C1", Type: "PieceJustificative", Label: "RIB"},
		{ID: "C2", Type: "DecimalNumber", Label: "Coût total du projet"},
	}}
	s.pass.Forms = s.platform
	s.pass.Calls = withRIB("one")
	return s
}

func withRIB(digest string) call.Set {
	c := bretagne(digest).All()[0]
	c.Source = "bretagne.yaml"
	c.Fields = map[string]string{call.FieldRIB: "C1", call.FieldTotalCost: "C2"}
	return call.NewSet(c)
}

// rib is what the rule of the RIB answers.
func (s *story) rib(number int) dossier.Outcome {
	s.Helper()
	for _, f := range s.stored(number).Judgement.Findings {
		if strings.Contains(f.Message, "RIB") {
			return f.Outcome
		}
	}
	s.Fatalf("no finding about the RIB: %+v", s.stored(number).Judgement.Findings)
	return ""
}

func TestABoundChampThatDisappearsIsToldOnceAndFailsNobody(t *testing.T) {
	s := bound(t)
	if r := s.run(); len(r.Stale) != 0 || s.platform.asked("form") != 1 {
		t.Fatalf("report %+v, form asked for %d times", r, s.platform.asked("form"))
	}
	if got := s.rib(1); got != dossier.Fail {
		t.Fatalf("without a file, the RIB is %s", got)
	}
	s.after(time.Hour)
	s.run()
	if n := s.platform.asked("form"); n != 1 {
		t.Errorf("the form was read again for nothing: %d times", n)
	}

	s.platform.form.Champs[0].Retired = true
	s.platform.revision = "R2"
	s.after(time.Minute)
	r := s.run()
	if len(r.Stale) != 1 || r.Stale[0].Field != call.FieldRIB || r.Stale[0].Call != "o2r-bretagne" ||
		!strings.Contains(r.Stale[0].Why, "bretagne.yaml: fields.pj_rib is bound to champ C1") || r.Rejudged != 5 {
		t.Errorf("report %+v", r)
	}
	if got := s.rib(1); got != dossier.Unknown {
		t.Errorf("the RIB is %s", got)
	}
	s.platform.revision = "R3" // another revision that changes nothing to it
	s.after(time.Minute)
	if r := s.run(); len(r.Stale) != 0 || r.Rejudged != 0 || len(s.streams().Stale) != 1 {
		t.Errorf("told again: %+v", r)
	}

	// Somebody binds another champ.
	c := withRIB("two").All()[0]
	s.platform.form.Champs = append(s.platform.form.Champs, dossier.Descriptor{ID: "C3", Type: "PieceJustificative", Label: "RIB"})
	c.Fields[call.FieldRIB] = "C3"
	s.pass.Calls = call.NewSet(c)
	s.after(time.Minute)
	if r := s.run(); len(r.Stale) != 0 || r.Rejudged != 5 || len(s.streams().Stale) != 0 {
		t.Errorf("report %+v, stale %+v", r, s.streams().Stale)
	}
}

func TestARetypedOrRenamedChampIsToldToo(t *testing.T) {
	s := bound(t)
	s.run()
	s.platform.form.Champs[0].Label = "Numéro RNA"
	s.platform.form.Champs[1].Type = "Date"
	s.platform.revision = "R2"
	s.after(time.Minute)
	r := s.run()
	var fields []string
	for _, stale := range r.Stale {
		fields = append(fields, stale.Field)
	}
	slices.Sort(fields)
	if !slices.Equal(fields, []string{call.FieldTotalCost, call.FieldRIB}) || s.rib(1) != dossier.Unknown {
		t.Errorf("stale %q, RIB %s", fields, s.rib(1))
	}
	// The file is changed, its binding kept: the new label is accepted.
	s.pass.Calls = withRIB("read again")
	s.platform.form.Champs[1].Type = "DecimalNumber"
	s.after(time.Minute)
	s.run()
	if stale := s.streams().Stale; len(stale) != 0 || s.rib(1) != dossier.Fail {
		t.Errorf("stale %+v, RIB %s", stale, s.rib(1))
	}
}

func TestAFormThatCannotBeReadStopsNothing(t *testing.T) {
	s := bound(t)
	s.platform.fail[2] = errors.New("front server: 502")
	if s.platform.fail[3] = s.platform.fail[2]; !s.runs() {
		t.Fatal("the pass failed")
	}
	clear(s.platform.fail)
	s.after(time.Minute)
	s.run()
	if s.streams().Revision != "R1" {
		t.Error("the form was not read later")
	}
}

// runs tells that a pass reads the dossiers, whatever comes of the lists.
func (s *story) runs() bool {
	r, _ := s.pass.Run(s.Context(), 7)
	return r.DossiersRead == len(s.platform.dossiers)
}

func TestADemarcheIsWrittenWhenItChanges(t *testing.T) {
	s := wide(t, 3)
	s.run()
	s.after(time.Minute)
	if _, _, writes := s.cost(); slices.Contains(writes, "démarche") {
		t.Errorf("writes %q", writes)
	}
	s.platform.revision = "R2"
	if _, _, writes := s.cost(); !slices.Contains(writes, "démarche") {
		t.Errorf("writes %q", writes)
	}
}
