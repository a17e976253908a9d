package ingest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"relais/internal/dossier"
	"relais/internal/ingest"
)

func (s *story) hint(demarche, number int) {
	s.Helper()
	if err := s.store.Push(s.Context(), ingest.Hint{Demarche: demarche, Number: number, ReceivedAt: s.platform.clock()}); err != nil {
		s.Fatal(err)
	}
}

func (s *story) consume() (ingest.HintReport, error) {
	return ingest.Hinted{Pass: s.pass, Hints: s.store}.Consume(s.Context())
}

// left is how many hints are still in the queue.
func (s *story) left() int {
	s.Helper()
	s.after(time.Hour) // past what hides them
	hints, err := s.store.Pull(s.Context(), s.platform.clock(), time.Nanosecond, 1000)
	if err != nil {
		s.Fatal(err)
	}
	return len(hints)
}

func TestHintsAreFollowedOnceEach(t *testing.T) {
	s := wide(t, 5)
	s.run()
	s.after(time.Minute)
	s.platform.put(2, s.platform.clock(), "changed")
	s.platform.put(9, s.platform.clock(), "new")
	s.platform.dossiers[4].hidden = true
	s.platform.put(8, s.platform.clock(), "of another démarche").dossier.Demarche = 8
	for _, h := range [][2]int{{7, 2}, {7, 2}, {7, 9}, {7, 4}, {7, 777}, {7, 8}, {12, 1}, {7, 5}} {
		s.hint(h[0], h[1])
	}
	requests := len(s.platform.requests)
	r, err := s.consume()
	if err != nil {
		t.Fatal(err)
	}
	if r.Pulled != 8 || r.Created != 1 || r.Updated != 1 || r.Unchanged != 1 || r.Repeated != 1 || r.Hidden != 2 || r.Elsewhere != 1 || r.Unknown != 1 {
		t.Errorf("report %+v", r)
	}
	if n := len(s.platform.requests) - requests; n != 6 {
		t.Errorf("%d requests", n)
	}
	if s.text(2) != "changed" || s.text(9) != "new" || s.left() != 0 {
		t.Errorf("texts %q and %q, %d hints left", s.text(2), s.text(9), s.left())
	}
}

func TestAHintOlderThanACompletePassIsCovered(t *testing.T) {
	s := wide(t, 5)
	s.hint(7, 1)
	s.after(time.Second)
	s.run()
	s.hint(7, 2) // at the very instant of the pass: not covered
	s.after(time.Minute)
	r, err := s.consume()
	if err != nil || r.Covered != 1 || r.DossiersRead != 1 || s.left() != 0 {
		t.Errorf("report %+v, %v", r, err)
	}
	// A pass dated in the future covers nothing.
	at := s.streams()
	at.CompletedAt = s.platform.clock().Add(24 * time.Hour)
	if _, err := s.store.SaveStreams(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	s.hint(7, 3)
	if r, err := s.consume(); err != nil || r.Covered != 0 || r.DossiersRead != 1 {
		t.Errorf("report %+v, %v", r, err)
	}
}

func TestAHintForABadDossierQuarantinesIt(t *testing.T) {
	s := wide(t, 5)
	s.run()
	s.after(time.Minute)
	s.platform.spoil("timeout", 3)
	s.hint(7, 3)
	if r, err := s.consume(); err != nil || r.Failed != 1 || s.left() != 0 {
		t.Errorf("report %+v, %v", r, err)
	}
	s.wantQuarantined(3)
	s.platform.dossiers[3].bad = nil
	s.hint(7, 3)
	if r, err := s.consume(); err != nil || r.Unchanged != 1 || r.Quarantined != 0 {
		t.Errorf("report %+v, %v", r, err)
	}
	s.wantQuarantined()
}

func TestAHintThatCannotBeFollowedComesBack(t *testing.T) {
	s := wide(t, 5)
	s.run()
	s.after(time.Minute)
	for n := 1; n <= 3; n++ {
		s.hint(7, n)
	}
	s.platform.fail[len(s.platform.requests)+2] = errors.New("no network")
	r, err := s.consume()
	if err == nil || r.DossiersRead != 1 {
		t.Fatalf("report %+v, %v", r, err)
	}
	if n := s.left(); n != 2 {
		t.Errorf("%d hints left, want 2", n)
	}
	s.after(time.Hour)
	if r, err := s.consume(); err != nil || r.DossiersRead != 2 || s.left() != 0 {
		t.Errorf("report %+v, %v", r, err)
	}
}

// The platform answers a hint while a page with an older reading is on its way.
func TestAHintAndAPageNeverOverwriteTheNewer(t *testing.T) {
	s := wide(t, 5)
	s.run()
	s.after(time.Minute)
	s.platform.put(2, s.platform.clock(), "older")
	s.platform.onPage = func(n int) {
		if s.last() == "pending" {
			s.platform.onPage = nil
			s.platform.put(2, s.platform.clock().Add(time.Second), "newer")
			s.hint(7, 2)
			if _, err := s.consume(); err != nil {
				t.Error(err)
			}
			s.platform.put(2, s.platform.clock(), "older")
		}
	}
	s.run()
	s.sweep()
	if s.text(2) != "newer" {
		t.Errorf("text %q", s.text(2))
	}
}

// rival writes an older reading between the moment a pass looks and writes.
type rival struct {
	*counting
	before func()
}

func (r *rival) Put(ctx context.Context, records []dossier.Record) ([]int, error) {
	if before := r.before; before != nil {
		r.before = nil
		before()
	}
	return r.counting.Put(ctx, records)
}

func TestAReadingThatMeetsAnotherWriterIsNotGivenUp(t *testing.T) {
	s := wide(t, 5)
	s.run()
	s.after(time.Minute)
	newer := s.platform.put(2, s.platform.clock(), "newer")
	s.pass.Copy = &rival{s.store, func() {
		s.platform.put(2, start.Add(time.Second), "older")
		s.hint(7, 2)
		if _, err := s.consume(); err != nil {
			t.Error(err)
		}
		s.platform.dossiers[2] = newer
	}}
	s.run()
	if s.text(2) != "newer" {
		t.Errorf("text %q", s.text(2))
	}
}
