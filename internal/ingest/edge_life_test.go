package ingest_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/dossier"
	"relais/internal/ds"
	"relais/internal/ingest"
	"relais/internal/sandbox"
)

// Our own annotation comes back as a change, once, and starts no reminder again.
func TestAnAnnotationOfOursComesBackOnce(t *testing.T) {
	s := few(t, 5)
	n := s.deposit(sandbox.Draft{})
	s.must(s.platform.Decide(n, "en_instruction"))
	s.settle()
	told := s.stored(n)
	if len(told.Judgement.Deadlines) == 0 {
		t.Fatal("no deadline")
	}
	told.Judgement.Deadlines[0].HandledUntil = s.now
	if conflicts, err := s.store.Put(t.Context(), []dossier.Record{told}); err != nil || len(conflicts) > 0 {
		t.Fatal(err, conflicts)
	}
	who := s.stored(n).Dossier
	id := s.demarche.Annotations["ann_complet"]
	s.must(s.client.ModifierAnnotations(t.Context(), who.ID, who.Instructeurs[0].ID, []ds.Annotation{ds.YesNoAnnotation(id, true)}))
	if r := s.run(); r.Updated != 1 {
		t.Errorf("the first time: %+v", r)
	}
	version := s.stored(n).Version
	for range 3 {
		s.after(time.Minute)
		if r := s.run(); r.Updated+r.Created != 0 {
			t.Errorf("again: %+v", r)
		}
	}
	got := s.stored(n)
	if got.Version != version || !got.Judgement.Deadlines[0].HandledUntil.Equal(told.Judgement.Deadlines[0].HandledUntil) {
		t.Errorf("version %d, handled until %s", got.Version, got.Judgement.Deadlines[0].HandledUntil)
	}
}

// Decided, archived, examined again, sent back: the state alone tells, and the
// date of the first decision stays.
func TestARéexamenAllTheWayBack(t *testing.T) {
	s := few(t, 3)
	n := s.deposit(sandbox.Draft{})
	s.must(s.platform.Decide(n, "refuse"))
	s.must(s.platform.Archive(n, true))
	s.run()
	decided := s.stored(n)
	if decided.State != dossier.Refuse || !decided.Dossier.Archived || decided.Dossier.DateTraitement == nil {
		t.Fatalf("%+v", decided.Dossier)
	}
	for _, state := range []dossier.State{dossier.EnInstruction, dossier.EnConstruction} {
		s.after(time.Hour)
		s.must(s.platform.Decide(n, string(state)))
		s.run()
		got := s.stored(n)
		if got.State != state || got.Dossier.Archived || got.Dossier.DateTraitement == nil || got.Dossier.DateExpiration != nil {
			t.Errorf("%s: %+v", state, got.Dossier)
		}
		for _, d := range got.Judgement.Deadlines {
			if d.Open() {
				t.Errorf("%s: %s is open again", state, d.Kind)
			}
		}
	}
}

// At the deposit deadline everything changes within a second and calls: a pass
// covers every call, without a request for each.
func TestTheBurstAtTheDepositDeadline(t *testing.T) {
	t.Parallel()
	s := live(t, sandbox.Options{Bare: true, Dossiers: -1})
	for range 130 {
		s.deposit(sandbox.Draft{})
	}
	corrected := s.deposit(sandbox.Draft{})
	s.must(s.platform.AskCorrection(corrected, "incomplete"))
	s.settle()
	s.now = time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC) // midnight in Paris
	calls := 0
	s.platform.Webhooks(func(c sandbox.WebhookCall) {
		calls++
		s.must(s.store.Push(t.Context(), ingest.Hint{Demarche: c.Demarche, Number: c.Dossier, ReceivedAt: s.now}))
	})
	passed, err := s.platform.CloseDeposits(s.demarche.Number)
	s.must(err)
	s.after(time.Second)
	before := s.client.Requests()
	if r := s.run(); passed != 130 || calls != 130 || r.Updated != 130 {
		t.Fatalf("%d passed, %d calls, %+v", passed, calls, r)
	}
	r, err := ingest.Hinted{Pass: s.pass, Hints: s.store}.Consume(t.Context())
	if err != nil || r.Pulled != 130 || r.Covered != 130 {
		t.Errorf("hints: %+v, %v", r, err)
	}
	// Two pages, one list, and the form at most.
	if n := s.client.Requests() - before; n > 5 {
		t.Errorf("%d requests", n)
	}
	s.isTrue()
	if got := s.stored(corrected); got.State != dossier.EnConstruction {
		t.Errorf("awaited pieces: %s", got.State)
	}
}

// A démarche closes, opens again, is unpublished, goes back to test, is taken from
// the token, is deleted: our copy stays whatever it says.
func TestADemarcheThroughItsStates(t *testing.T) {
	t.Parallel()
	s := few(t, 12)
	s.run()
	for _, state := range []string{"close", "publiee", "depubliee", "brouillon", "publiee"} {
		s.after(time.Minute)
		s.must(s.platform.SetState(s.demarche.Number, state))
		if r := s.run(); r.Removed != 0 {
			t.Errorf("%s: %+v", state, r)
		}
		list, err := s.store.Demarches(t.Context())
		if err != nil || len(list) != 1 || list[0].State != state || (list[0].DateFermeture != nil) != (state == "close") {
			t.Errorf("%s: %+v, %v", state, list, err)
		}
	}
	for cause, change := range map[string][2]func() error{
		"unauthorized": {
			func() error { return s.platform.Revoke(s.demarche.Number, true) },
			func() error { return s.platform.Revoke(s.demarche.Number, false) },
		},
		"not_found": {
			func() error { return s.platform.SetState(s.demarche.Number, "supprimee") },
			func() error { return s.platform.SetState(s.demarche.Number, "publiee") },
		},
	} {
		s.must(change[0]())
		before := s.client.Requests()
		r, err := s.pass.Run(t.Context(), s.demarche.Number)
		if err == nil || causeOf(err) != cause || r.Complete || r.Removed != 0 {
			t.Errorf("%s: %+v, %v", cause, r, err)
		}
		if n := s.client.Requests() - before; n > 3 {
			t.Errorf("%s: %d requests", cause, n)
		}
		if _, err := s.pass.Sweep(t.Context(), s.demarche.Number); err == nil {
			t.Errorf("%s: a sweep says nothing", cause)
		}
		if len(s.cases()) != 0 {
			t.Errorf("%s: dossiers are blamed", cause)
		}
		s.must(change[1]())
	}
	s.run()
	s.isTrue()
}

// Ten megabytes of text are read, kept and given back whole.
func TestTenMegabytesOfText(t *testing.T) {
	t.Parallel()
	s := few(t, 2)
	long := strings.Repeat("Une très longue description du projet. ", 10<<20/40)
	n := s.deposit(sandbox.Draft{Answers: map[string]any{"intitule": long}})
	s.run()
	if c, _ := s.champ(n, "intitule"); c.Text != strings.TrimSpace(long) {
		t.Errorf("%d bytes of %d", len(c.Text), len(long))
	}
	s.isTrue()
}

// Hidden by its expiry, a dossier is in no list for two weeks, then purged.
func TestFromExpiryToPurge(t *testing.T) {
	s := few(t, 5)
	n := s.deposit(sandbox.Draft{})
	s.must(s.platform.Decide(n, "refuse"))
	s.settle()
	s.must(s.platform.Hide(n, sandbox.ByExpiry))
	s.run()
	if got := s.stored(n); got.Removed != dossier.Present {
		t.Errorf("a pass cannot know: %q", got.Removed)
	}
	if r := s.sweep(); r.Missing != 1 {
		t.Errorf("sweep: %+v", r)
	}
	if got := s.stored(n); got.Removed != dossier.Missing || got.Dossier == nil || !got.NextStep().IsZero() {
		t.Errorf("missing: %q, payload kept %v", got.Removed, got.Dossier != nil)
	}
	s.after(15 * 24 * time.Hour)
	s.platform.Night()
	s.run()
	if got := s.stored(n); got.Removed != dossier.Purged || got.Dossier != nil {
		t.Errorf("purged: %q", got.Removed)
	}
}

// A champ hidden by its condition, or a row taken away, leaves our copy too; what
// appears comes in.
func TestWhatLeavesTheFormLeavesOurCopy(t *testing.T) {
	t.Parallel()
	s := live(t, sandbox.Options{Dossiers: 10, Solo: true})
	rows := func(roles ...string) (list []map[string]any) {
		for _, r := range roles {
			list = append(list, map[string]any{"partenaire_role": r})
		}
		return list
	}
	n := s.deposit(sandbox.Draft{Answers: map[string]any{
		"formation": true, "formation_montant": 12_000.0, "groupement": true, "partenaires": rows("un", "deux"),
	}})
	s.run()
	if c, ok := s.champ(n, "formation_montant"); !ok || c.Decimal == nil {
		t.Fatalf("%+v, %v", c, ok)
	}
	if c, _ := s.champ(n, "partenaires"); len(c.Rows) != 2 {
		t.Fatalf("%d rows", len(c.Rows))
	}
	s.after(time.Minute)
	s.must(s.platform.Edit(n, "formation", false))
	s.must(s.platform.Edit(n, "partenaires", rows("deux")))
	s.run()
	if c, ok := s.champ(n, "formation_montant"); ok {
		t.Errorf("hidden by its condition: %+v", c)
	}
	if c, _ := s.champ(n, "partenaires"); len(c.Rows) != 1 || !slices.ContainsFunc(c.Rows[0].Champs, func(c dossier.Champ) bool { return c.Text == "deux" }) {
		t.Errorf("rows %+v", c.Rows)
	}
	s.after(time.Minute)
	s.must(s.platform.Edit(n, "partenaires", rows()))
	s.run()
	if c, ok := s.champ(n, "partenaires"); ok && len(c.Rows) != 0 {
		t.Errorf("rows %+v", c.Rows)
	}
}
