package ingest_test

import (
	"testing"
	"time"

	"relais/internal/dossier"
	"relais/internal/ingest"
	"relais/internal/sandbox"
)

// A text that a revision of the form turned into a date makes every request that
// holds it fail: it fails alone, whatever the status, until somebody mends it.
func TestARetypedChampFailsAlone(t *testing.T) {
	s := few(t, 30)
	s.must(s.platform.PublishRevision(s.demarche.Number, sandbox.FieldChange{Key: "intitule", Kind: "date"}))
	bad := s.deposit(sandbox.Draft{}) // born on the new form, with a text
	r := s.run()
	if cases := s.cases(); r.Quarantined != 1 || len(cases) != 1 || cases[0].Number != bad || cases[0].Cause != "bad_request" {
		t.Fatalf("report %+v, cases %+v", r, cases)
	}
	s.must(s.platform.Edit(bad, "intitule", monday))
	s.after(time.Minute)
	if r := s.run(); r.Created != 1 || r.Quarantined != 0 {
		t.Errorf("once mended: %+v", r)
	}
	s.isTrue()
}

// The scripted world holds a company whose look-up failed and a link to a dossier
// that the token may not see: neither breaks anything.
func TestWhatBreaksCarelessReadersIsRead(t *testing.T) {
	t.Parallel()
	s := live(t, sandbox.Options{Dossiers: 60, Solo: true})
	n := s.deposit(sandbox.Draft{Degraded: true})
	if r := s.run(); r.Quarantined != 0 {
		t.Fatalf("report %+v", r)
	}
	s.isTrue()
	if got := s.stored(n).Dossier.Demandeur; got.Kind != dossier.PersonneMoraleIncomplete || got.Etablissement.Siret == "" {
		t.Errorf("demandeur %+v", got)
	}
	_, foreign := s.platform.Foreign()
	links := 0
	for _, d := range s.platform.Truth(s.demarche.Number) {
		if !d.Listed {
			continue
		}
		if c, ok := s.champ(d.Number, "dossier_precedent"); ok && c.Text != "" {
			links++
		}
	}
	if links == 0 || foreign == 0 {
		t.Errorf("%d links: the story is not told", links)
	}
}

// What moves no date is seen by no pass, and by the next sweep.
func TestSilentChangesWaitForTheSweep(t *testing.T) {
	t.Parallel()
	for name, story := range map[string]struct {
		before, change func(s *trueToLife, n int) error
	}{
		"label":               {change: func(s *trueToLife, n int) error { return s.platform.AddLabel(n, "QPV") }},
		"demandeur completed": {change: func(s *trueToLife, n int) error { return s.platform.CompleteDemandeur(n) }},
		"revision": {
			before: func(s *trueToLife, _ int) error {
				return s.platform.PublishRevision(s.demarche.Number, sandbox.FieldChange{Key: "intitule", Label: "Titre du projet"})
			},
			change: func(s *trueToLife, n int) error { _, err := s.platform.Rebase(s.demarche.Number, n); return err },
		},
		"infected file":   {change: func(s *trueToLife, n int) error { return s.platform.Infect(n, "pj_budget") }},
		"account deleted": {change: func(s *trueToLife, n int) error { return s.platform.DeleteAccount(n) }},
	} {
		t.Run(name, func(t *testing.T) {
			s := few(t, 5)
			n := s.deposit(sandbox.Draft{Degraded: true})
			s.must(s.platform.Decide(n, "en_instruction")) // an account deleted purges what is en construction
			if story.before != nil {
				s.must(story.before(s, n))
			}
			s.settle()
			s.must(story.change(s, n))
			if r := s.run(); r.Updated != 0 {
				t.Errorf("a pass saw it: %+v", r)
			}
			before := s.stored(n).Fingerprint
			if r := s.sweep(); r.Drifted != 1 || s.stored(n).Fingerprint == before {
				t.Errorf("sweep: %+v", r)
			}
			if r := s.sweep(); r.Drifted != 0 {
				t.Errorf("drifted again: %+v", r)
			}
		})
	}
}

// The attestation is generated minutes after the decision and moves no date. We
// do not read it: it is no change.
func TestALateAttestationIsNoChange(t *testing.T) {
	s := few(t, 3)
	n := s.deposit(sandbox.Draft{})
	s.must(s.platform.Decide(n, "accepte"))
	s.run()
	s.after(5 * time.Minute)
	s.must(s.platform.Attest(n, s.now))
	if r := s.sweep(); r.Drifted+r.Updated != 0 {
		t.Errorf("sweep: %+v", r)
	}
}

// A cursor that the platform refuses, or takes for another, stops nobody for
// ever: their form has changed before.
func TestACursorThatIsNoLongerUnderstood(t *testing.T) {
	t.Parallel()
	spoiled := func(t *testing.T, spoil func(*dossier.Position)) *trueToLife {
		s := few(t, 20)
		s.settle()
		at, err := s.store.Streams(t.Context(), s.demarche.Number)
		s.must(err)
		if !at.Settled || at.Position.Cursor == "" {
			t.Fatalf("positions %+v", at)
		}
		spoil(&at.Position)
		_, err = s.store.SaveStreams(t.Context(), at)
		s.must(err)
		return s
	}
	t.Run("refused", func(t *testing.T) {
		s := spoiled(t, func(p *dossier.Position) { p.Cursor = "of another time" })
		n := s.deposit(sandbox.Draft{})
		if r := s.run(); r.Created != 1 || r.Quarantined != 0 {
			t.Errorf("report %+v", r)
		}
		s.stored(n)
		s.settle() // and it is forgotten
		s.isTrue()
	})
	t.Run("refused in a walk cut short", func(t *testing.T) {
		s := spoiled(t, func(*dossier.Position) {})
		at, err := s.store.Streams(t.Context(), s.demarche.Number)
		s.must(err)
		at.Walk = &ingest.Walk{Position: dossier.Position{Since: monday.AddDate(-1, 0, 0), Cursor: "of another time"}}
		_, err = s.store.SaveStreams(t.Context(), at)
		s.must(err)
		if r := s.run(); r.DossiersRead < 20 {
			t.Errorf("report %+v", r)
		}
	})
	t.Run("an empty page for ever", func(t *testing.T) {
		far := few(t, 1)
		far.now = monday.AddDate(5, 0, 0)
		far.deposit(sandbox.Draft{})
		far.run()
		late, err := far.store.Streams(t.Context(), far.demarche.Number)
		far.must(err)
		s := spoiled(t, func(p *dossier.Position) { p.Cursor = late.Position.Cursor })
		n := s.deposit(sandbox.Draft{})
		if r := s.run(); r.DossiersRead != 0 {
			t.Fatalf("the cursor shows something: %+v", r)
		}
		s.sweep()
		s.stored(n)
		m := s.deposit(sandbox.Draft{})
		s.after(time.Minute)
		if r := s.run(); r.Created != 1 {
			t.Errorf("after the sweep, passes see again: %+v", r)
		}
		s.stored(m)
	})
}

// Every cursor is that of one order: a lower bound is sent even by a first pass.
func TestCursorsAreAllOfOneOrder(t *testing.T) {
	t.Parallel()
	s := live(t, sandbox.Options{Bare: true, Dossiers: 150})
	s.run()
	at, err := s.store.Streams(t.Context(), s.demarche.Number)
	s.must(err)
	var last sandbox.TruthDossier
	for _, d := range s.platform.Truth(s.demarche.Number) {
		if d.Listed && d.ModifiedAt.After(last.ModifiedAt) {
			last = d
		}
	}
	if !at.Reached.Equal(last.ModifiedAt.Truncate(time.Second)) {
		t.Errorf("reached %s, the last modification is of %s", at.Reached, last.ModifiedAt)
	}
}
