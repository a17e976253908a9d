package ingest_test

import (
	"errors"
	"testing"
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/ingest"
)

func (s *story) sweep() ingest.SweepReport {
	s.Helper()
	r, err := s.pass.Sweep(s.Context(), 7)
	if err != nil {
		s.Fatal(err)
	}
	return r
}

func TestASweepOfATrueCopySaysSo(t *testing.T) {
	s := wide(t, 250)
	s.run()
	before := s.streams()
	s.after(time.Hour)
	requests := len(s.platform.requests)
	r := s.sweep()
	if !r.Complete || r.Listed != 250 || r.Stored != 250 || r.Drifted+r.Missing+r.Removed+r.Updated+r.Created != 0 || r.Unchanged != 250 {
		t.Errorf("report %+v", r)
	}
	if n := len(s.platform.requests) - requests; n != 3+2 {
		t.Errorf("%d requests for 250 dossiers", n)
	}
	after := s.streams()
	if after.Position != before.Position || !after.Reached.Equal(before.Reached) || after.Walk != nil || after.Lease != (ingest.Lease{}) {
		t.Errorf("the positions moved from %+v to %+v", before, after)
	}
	if !after.SweptAt.Equal(s.platform.clock()) || !after.CompletedAt.Equal(s.platform.clock()) {
		t.Errorf("swept at %v, completed at %v", after.SweptAt, after.CompletedAt)
	}
}

func TestASweepFindsWhatNoDateTells(t *testing.T) {
	s := wide(t, 20)
	s.run()
	s.platform.dossiers[4].dossier.Labels = []dossier.Label{{ID: "L", Name: "urgent"}}
	s.after(time.Hour)
	if r := s.sweep(); r.Drifted != 1 || r.Updated != 1 {
		t.Errorf("report %+v", r)
	}
	if got := s.stored(4).Dossier.Labels; len(got) != 1 {
		t.Errorf("labels %v", got)
	}
	if r := s.sweep(); r.Drifted != 0 {
		t.Errorf("drifted again: %+v", r)
	}
}

func TestWhatIsInNoListIsMissingAndComesBack(t *testing.T) {
	s := wide(t, 20)
	s.run()
	s.platform.dossiers[5].hidden = true // by expiry: in no list
	s.platform.dossiers[6].hidden = true
	s.platform.pending = []dossier.Departure{{Number: 6, At: s.platform.clock()}}
	s.after(time.Hour)
	s.run()
	if got := s.stored(5); got.Removed != dossier.Present {
		t.Errorf("a pass cannot know: %q", got.Removed)
	}
	r := s.sweep()
	got := s.stored(5)
	if r.Missing != 1 || got.Removed != dossier.Missing || got.Dossier == nil || !got.NextStep().IsZero() {
		t.Errorf("report %+v, removed %q, next step %v", r, got.Removed, got.NextStep())
	}
	if got := s.stored(6); got.Removed != dossier.Pending {
		t.Errorf("a pending one: %q", got.Removed)
	}
	if r := s.sweep(); r.Missing != 0 || r.Removed != 0 {
		t.Errorf("missing again: %+v", r)
	}
	s.platform.dossiers[5].hidden = false // without any modification
	s.after(time.Hour)
	if r := s.sweep(); r.Returned != 1 || s.stored(5).Removed != dossier.Present {
		t.Errorf("report %+v, removed %q", r, s.stored(5).Removed)
	}

	// A pending dossier that left its list for none.
	s.platform.pending = nil
	if r := s.sweep(); r.Missing != 1 || s.stored(6).Removed != dossier.Missing {
		t.Errorf("report %+v, removed %q", r, s.stored(6).Removed)
	}
}

// The purge was months ago, while nothing ran: its row is found all the same.
func TestASweepErasesWhatWasPurgedLongAgo(t *testing.T) {
	s := wide(t, 20)
	s.run()
	s.platform.dossiers[5].hidden = true
	s.platform.deleted = []dossier.Departure{{Number: 5, State: dossier.Accepte, At: start.Add(time.Hour)}, {Number: 5000, At: start}}
	at := s.streams()
	at.DeletedReadAt = start.Add(90 * 24 * time.Hour) // it was read, and forgotten
	if _, err := s.store.SaveStreams(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	s.after(91 * 24 * time.Hour)
	r := s.sweep()
	if got := s.stored(5); got.Removed != dossier.Purged || got.Dossier != nil || r.Missing != 0 {
		t.Errorf("report %+v, removed %q", r, got.Removed)
	}
}

func TestAnAccountDeletedIsAPurgeWithoutNotice(t *testing.T) {
	s := wide(t, 5)
	s.run()
	s.platform.dossiers[2].hidden = true
	s.platform.deleted = []dossier.Departure{{Number: 2, State: dossier.EnConstruction, Reason: "user_removed", At: s.platform.clock()}}
	s.after(2 * time.Hour)
	s.run()
	if got := s.stored(2); got.Removed != dossier.Purged || got.Dossier != nil {
		t.Errorf("removed %q", got.Removed)
	}
}

func TestOneNumberInBothListsIsPurged(t *testing.T) {
	s := wide(t, 5)
	s.run()
	s.platform.dossiers[2].hidden = true
	row := dossier.Departure{Number: 2, State: dossier.EnConstruction, At: s.platform.clock()}
	s.platform.pending, s.platform.deleted = []dossier.Departure{row}, []dossier.Departure{row}
	for range 2 {
		s.after(2 * time.Hour)
		s.run()
		s.sweep()
		if got := s.stored(2); got.Removed != dossier.Purged || got.Dossier != nil {
			t.Errorf("removed %q", got.Removed)
		}
	}
}

func TestADecidedDossierDeletedByItsUserStaysShown(t *testing.T) {
	s := wide(t, 5)
	s.run()
	at := start.Add(time.Minute)
	row := s.platform.put(2, at, "decided")
	row.dossier.State, row.dossier.DateTraitement, row.dossier.DateSuppressionParUsager = dossier.Accepte, &at, &at
	s.after(time.Hour)
	s.run()
	s.sweep()
	if got := s.stored(2); got.Removed != dossier.Present || got.Dossier.DateSuppressionParUsager == nil {
		t.Errorf("removed %q", got.Removed)
	}
}

func TestASweepIsolatesAndTriesTheWholeQuarantine(t *testing.T) {
	s := wide(t, 120)
	s.platform.spoil("timeout", 20, 110)
	s.run()
	s.after(24 * time.Hour)
	s.platform.dossiers[20].bad = nil
	s.platform.spoil("invalid_null", 30) // was stored: unreadable is not missing
	r := s.sweep()
	s.wantQuarantined(30, 110)
	if r.Listed != 120 || r.Created != 1 || r.Missing != 0 || r.Quarantined != 2 || !r.Complete {
		t.Errorf("report %+v", r)
	}
	if s.stored(30).Removed != dossier.Present || s.text(20) != "first" {
		t.Error("a dossier was lost")
	}
}

func TestASweepThatFailsHidesNothing(t *testing.T) {
	s := wide(t, 250)
	s.run()
	s.platform.dossiers[5].hidden = true
	s.after(time.Hour)
	s.platform.fail[len(s.platform.requests)+3] = errors.New("front server: 502")
	if r, err := s.pass.Sweep(t.Context(), 7); err == nil || r.Complete {
		t.Fatalf("report %+v, %v", r, err)
	}
	if got := s.stored(250); got.Removed != dossier.Present {
		t.Errorf("removed %q", got.Removed)
	}
	if s.streams().Lease != (ingest.Lease{}) {
		t.Error("the lease is not released")
	}
}

func TestASweepKeepsAPassAway(t *testing.T) {
	s := wide(t, 5)
	s.run()
	var other error
	s.platform.onPage = func(int) {
		s.platform.onPage = nil
		_, other = s.pass.Run(t.Context(), 7)
	}
	s.sweep()
	if !errors.Is(other, ingest.ErrBusy) {
		t.Errorf("the other pass: %v", other)
	}
}

// decided makes a dossier of the platform decided at an instant.
func (s *story) decided(number int, at time.Time) {
	row := s.platform.put(number, at, "decided")
	row.dossier.State, row.dossier.DateTraitement = dossier.Accepte, &at
}

func TestTheEndOfRetentionErasesLikeAPurge(t *testing.T) {
	s := wide(t, 3)
	months := 6
	c := bretagne("six months").All()[0]
	c.RetentionMonths, c.Zone = &months, time.FixedZone("Paris", 3600)
	s.pass.Calls = call.NewSet(c)
	decision := time.Date(2026, time.August, 31, 10, 0, 0, 0, time.UTC)
	s.decided(1, decision)
	s.decided(2, decision)
	s.decided(3, decision.AddDate(0, 0, 5))
	s.decided(4, time.Date(2026, time.January, 5, 10, 0, 0, 0, time.UTC)) // over before it is first seen
	s.run()
	s.platform.dossiers[2].hidden = true // pending for months
	s.platform.pending = []dossier.Departure{{Number: 2, At: start}}
	if got := s.stored(4); got.Removed != dossier.Purged || got.Dossier != nil {
		t.Errorf("imported past its retention: %q", got.Removed)
	}

	// Six months after 31 August is 28 February, which begins at 23:00 UTC.
	s.platform.set(time.Date(2027, time.February, 27, 22, 59, 0, 0, time.UTC))
	s.run()
	if r := s.sweep(); r.Expired != 0 || s.text(1) != "decided" {
		t.Errorf("erased too early: %+v", r)
	}
	s.platform.set(time.Date(2027, time.February, 27, 23, 0, 0, 0, time.UTC))
	if r := s.sweep(); r.Expired != 2 || r.Removed != 2 {
		t.Errorf("report %+v", r)
	}
	for _, n := range []int{1, 2} {
		if got := s.stored(n); got.Removed != dossier.Purged || got.Dossier != nil || got.Groupe != "" {
			t.Errorf("dossier %d: %+v", n, got.Head)
		}
	}
	if s.text(3) != "decided" {
		t.Error("another dossier was erased")
	}
	// A réexamen later imports nothing again.
	s.platform.put(1, s.platform.clock(), "again")
	s.after(time.Hour)
	s.run()
	if r := s.sweep(); r.Expired != 0 || r.Created != 0 || s.stored(1).Dossier != nil {
		t.Errorf("a tombstone was imported: %+v", r)
	}
}

func TestARéexamenStopsTheRetention(t *testing.T) {
	s := wide(t, 1)
	months := 1
	c := bretagne("one month").All()[0]
	c.RetentionMonths = &months
	s.pass.Calls = call.NewSet(c)
	s.decided(1, start.AddDate(0, -2, 0))
	s.platform.dossiers[1].dossier.State = dossier.EnInstruction
	s.run()
	if r := s.sweep(); r.Expired != 0 || s.text(1) != "decided" {
		t.Errorf("report %+v", r)
	}
}
