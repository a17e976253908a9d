package ingest_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"relais/internal/dossier"
	"relais/internal/ingest"
)

func TestAnIdlePassCostsTwoRequestsAndTwoWrites(t *testing.T) {
	s := newStory(t)
	s.platform.size = 100
	s.fill(250)
	s.run()
	s.after(time.Hour)
	s.run() // settles, and reads the list of the purged
	for range 3 {
		s.after(time.Minute)
		r, requests, writes := s.cost()
		if !r.Complete || len(requests) != 2 || !slices.Equal(writes, []string{"streams", "streams"}) {
			t.Errorf("report %+v, requests %q, writes %q", r, requests, writes)
		}
	}
	s.after(time.Hour)
	if _, requests, writes := s.cost(); len(requests) != 3 || len(writes) != 2 {
		t.Errorf("each hour: requests %q, writes %q", requests, writes)
	}
	if l := s.streams().Lease; l != (ingest.Lease{}) {
		t.Errorf("the lease is not released: %+v", l)
	}
}

// held leaves a lease as a killed pass does.
func (s *story) held(holder string, left time.Duration) {
	s.Helper()
	at := s.streams()
	at.Demarche = 7
	at.Lease = ingest.Lease{Holder: holder, Until: s.platform.clock().Add(left)}
	if _, err := s.store.SaveStreams(s.Context(), at); err != nil {
		s.Fatal(err)
	}
}

func TestAHeldLeaseStopsAPassBeforeItAsksAnything(t *testing.T) {
	s := newStory(t)
	s.fill(3)
	s.held("other", time.Minute)
	r, err := s.pass.Run(t.Context(), 7)
	if !errors.Is(err, ingest.ErrBusy) || !errors.Is(err, dossier.ErrConflict) || r.Complete || len(s.platform.requests) != 0 {
		t.Fatalf("report %+v, %v, requests %q", r, err, s.platform.requests)
	}
	if got := s.streams().Lease.Holder; got != "other" {
		t.Errorf("the lease is %q's now", got)
	}
	s.after(time.Minute)
	s.want(s.run(), 3, 0, 0, 0)
}

func TestALeaseDiesWithItsProcess(t *testing.T) {
	s := newStory(t)
	s.fill(3)
	s.held("killed", time.Minute)
	s.pass.Dead = func(holder string) bool { return holder == "killed" }
	s.want(s.run(), 3, 0, 0, 0)
}

func TestALeaseOfAClockThatJumpedBindsNobody(t *testing.T) {
	s := newStory(t)
	s.fill(3)
	s.held("other", 24*time.Hour)
	s.want(s.run(), 3, 0, 0, 0)
}

func TestAFailedPassReleasesItsLease(t *testing.T) {
	s := newStory(t)
	s.fill(10)
	s.platform.fail[3] = errors.New("front server: 502")
	if _, err := s.pass.Run(t.Context(), 7); err == nil {
		t.Fatal("no error")
	}
	s.want(s.run(), 4, 0, 0, 0)
}

func TestACancelledPassReleasesItsLease(t *testing.T) {
	s := newStory(t)
	s.fill(10)
	ctx, cancel := context.WithCancel(t.Context())
	s.platform.onPage = func(n int) {
		if n == 3 {
			cancel()
		}
	}
	if r, err := s.pass.Run(ctx, 7); !errors.Is(err, context.Canceled) || r.Complete {
		t.Fatalf("report %+v, %v", r, err)
	}
	if l := s.streams().Lease; l != (ingest.Lease{}) {
		t.Errorf("the lease is not released: %+v", l)
	}
	s.platform.onPage = nil
	s.run()
	for n := 1; n <= 10; n++ {
		s.text(n)
	}
}

// A lease that a clock ended early: another pass takes over and this one stops at
// its next write, without harm to the positions.
func TestAPassThatLostItsLeaseStops(t *testing.T) {
	s := newStory(t)
	s.fill(10)
	var other error
	s.platform.onPage = func(int) {
		if s.last() == "pending" {
			s.platform.onPage = nil
			s.after(2 * ingest.DefaultTerm)
			_, other = s.pass.Run(t.Context(), 7)
		}
	}
	_, err := s.pass.Run(t.Context(), 7)
	if !errors.Is(err, ingest.ErrBusy) || other != nil {
		t.Fatalf("first pass: %v, second: %v", err, other)
	}
	at := s.streams()
	if at.Lease != (ingest.Lease{}) || at.Position.Cursor != cursor(s.platform.dossiers[10]) {
		t.Errorf("positions %+v", at)
	}
}

// A late dossier that appears behind a walk cut short is found, however long the
// pause was.
func TestALateCommitBehindAPassCutShortIsNotMissed(t *testing.T) {
	s := newStory(t)
	s.fill(10)
	late := s.platform.put(50, start.Add(-9500*time.Millisecond), "late") // behind the second page
	late.visible = start.Add(time.Minute)
	s.platform.fail[3] = errors.New("front server: 502")
	if _, err := s.pass.Run(t.Context(), 7); err == nil {
		t.Fatal("no error")
	}
	s.after(time.Hour)
	s.platform.put(11, s.platform.clock(), "after the pause")
	s.run() // resumes in the middle, behind which the late one lies
	s.after(time.Minute)
	s.run()
	if s.text(50) != "late" {
		t.Error("the late dossier is not stored")
	}
	for range 2 { // and then the cursor alone is used again
		s.after(ingest.DefaultOverlap + time.Second)
		s.run()
	}
	if r := s.run(); r.DossiersRead != 0 {
		t.Errorf("an idle pass read %d dossiers", r.DossiersRead)
	}
}

// The last dossier of the position's second leaves: the page that now ends that
// second lies behind the position.
func TestThePositionDoesNotMoveBackWithinASecond(t *testing.T) {
	s := newStory(t)
	for n := 1; n <= 5; n++ {
		s.platform.put(n, start.Add(-time.Minute+time.Duration(n)*time.Millisecond), "same second")
	}
	s.run()
	before := s.streams().Position
	s.platform.dossiers[5].hidden = true
	s.after(time.Minute)
	s.run()
	if after := s.streams().Position; after != before {
		t.Errorf("the position moved from %+v to %+v", before, after)
	}
	s.platform.put(6, start.Add(-time.Minute+7*time.Millisecond), "same second, later")
	for range 3 {
		s.after(ingest.DefaultOverlap + time.Second)
		s.run()
	}
	if after := s.streams().Position; after.Cursor != cursor(s.platform.dossiers[6]) || s.text(6) == "" {
		t.Errorf("the position is %+v", after)
	}
}

func TestAReadingOfTheFutureDoesNotWin(t *testing.T) {
	s := newStory(t)
	s.fill(1)
	s.after(24 * time.Hour) // our clock jumps
	s.run()
	s.platform.set(start.Add(time.Minute)) // and is set right
	s.platform.dossiers[1].dossier.Champs[0].Text = "changed without a date"
	s.run()
	if s.text(1) != "changed without a date" {
		t.Errorf("text %q", s.text(1))
	}
	s.platform.pending = []dossier.Departure{{Number: 1, At: s.platform.clock()}}
	s.platform.dossiers[1].hidden = true
	s.after(time.Minute)
	s.run()
	if s.stored(1).Removed != dossier.Pending {
		t.Error("the dossier is still shown")
	}
}
