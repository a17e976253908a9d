package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/ingest"
	"relais/internal/sqlite"
)

var start = time.Date(2026, 10, 5, 9, 0, 0, 0, time.UTC)

// story is one Relais on one platform; its clock moves by hand.
type story struct {
	*testing.T
	platform *platform
	store    *counting
	pass     *ingest.Pass
}

// counting is the store, and how often it was written to.
type counting struct {
	*sqlite.Store
	mu     sync.Mutex // two passes at once
	writes []string
}

func (c *counting) wrote(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writes = append(c.writes, what)
}

func (c *counting) SaveStreams(ctx context.Context, s ingest.Streams) (int64, error) {
	c.wrote("streams")
	return c.Store.SaveStreams(ctx, s)
}

func (c *counting) PutDemarche(ctx context.Context, d dossier.Demarche) error {
	c.wrote("démarche")
	return c.Store.PutDemarche(ctx, d)
}

func (c *counting) Put(ctx context.Context, records []dossier.Record) ([]int, error) {
	c.wrote("dossiers")
	return c.Store.Put(ctx, records)
}

func (c *counting) PutCase(ctx context.Context, one ingest.Case) error {
	c.wrote("case")
	return c.Store.PutCase(ctx, one)
}

func newStory(t *testing.T) *story {
	t.Helper()
	s := &story{T: t, platform: newPlatform(start)}
	now := s.platform.clock
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "relais.db"), sqlite.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	s.store = &counting{Store: store}
	s.pass = &ingest.Pass{
		Source: s.platform, Copy: s.store, Positions: s.store, Quarantine: s.store, Inventory: s.store,
		Calls: bretagne("one"), Holder: "one", Now: now,
	}
	return s
}

func bretagne(digest string) call.Set {
	return call.NewSet(call.Call{ID: "o2r-bretagne", Family: "o2r", Demarche: 7, Regions: []string{"53"}, Zone: time.UTC, Digest: digest})
}

func (s *story) run() ingest.Report {
	s.Helper()
	r, err := s.pass.Run(s.Context(), 7)
	if err != nil {
		s.Fatal(err)
	}
	return r
}

func (s *story) want(r ingest.Report, created, updated, unchanged, removed int) {
	s.Helper()
	if r.Created != created || r.Updated != updated || r.Unchanged != unchanged || r.Removed != removed {
		s.Errorf("report %+v, want created %d, updated %d, unchanged %d, removed %d", r, created, updated, unchanged, removed)
	}
}

func (s *story) after(d time.Duration) { s.platform.set(s.platform.clock().Add(d)) }

// cost runs a pass and tells its requests and writes.
func (s *story) cost() (r ingest.Report, requests, writes []string) {
	s.Helper()
	before, written := len(s.platform.requests), len(s.store.writes)
	r = s.run()
	return r, s.platform.requests[before:], s.store.writes[written:]
}

func (s *story) streams() ingest.Streams {
	s.Helper()
	streams, err := s.store.Streams(s.Context(), 7)
	if err != nil {
		s.Fatal(err)
	}
	return streams
}

func (s *story) stored(number int) dossier.Record {
	s.Helper()
	r, ok, err := s.store.Record(s.Context(), number)
	if err != nil || !ok {
		s.Fatalf("dossier %d: stored %v, %v", number, ok, err)
	}
	return r
}

func (s *story) text(number int) string {
	s.Helper()
	r := s.stored(number)
	if r.Dossier == nil {
		return "(no payload)"
	}
	return r.Dossier.Champs[0].Text
}

func (s *story) fill(n int) {
	for i := range n {
		s.platform.put(i+1, start.Add(time.Duration(i-n)*time.Second), "first")
	}
}

func TestAFirstPassReadsAllAndASecondWritesNothing(t *testing.T) {
	s := newStory(t)
	s.fill(10)
	r := s.run()
	s.want(r, 10, 0, 0, 0)
	if !r.Complete || r.DossiersRead != 10 {
		t.Errorf("report %+v", r)
	}
	version := s.stored(4).Version
	s.after(time.Minute)
	s.want(s.run(), 0, 0, 10, 0)
	if got := s.stored(4).Version; got != version {
		t.Errorf("an unchanged dossier was written: version %d, was %d", got, version)
	}
}

func TestAChangedDossierIsUpdatedAndKeepsWhenItWasFirstSeen(t *testing.T) {
	s := newStory(t)
	s.fill(2)
	s.run()
	seen := s.stored(1).FirstSeen
	s.after(time.Hour)
	s.platform.put(1, s.platform.now, "second")
	s.want(s.run(), 0, 1, 1, 0) // the other one lies in the overlap
	if s.text(1) != "second" || !s.stored(1).FirstSeen.Equal(seen) {
		t.Errorf("text %q, first seen %v", s.text(1), s.stored(1).FirstSeen)
	}
}

func TestALateCommitInsideTheOverlapIsNotMissed(t *testing.T) {
	s := newStory(t)
	s.fill(3)
	late := start.Add(-90 * time.Second)
	s.platform.put(50, late, "late")
	s.platform.dossiers[50].visible = start.Add(2 * time.Minute)
	s.run()
	s.after(3 * time.Minute)
	s.want(s.run(), 1, 0, 3, 0)
	if s.text(50) != "late" {
		t.Error("the late dossier is not stored")
	}
}

func TestOnceSettledTheCursorAloneIsUsed(t *testing.T) {
	s := newStory(t)
	s.fill(10)
	s.run()
	s.after(ingest.DefaultOverlap + time.Second) // begins after the overlap: settles at its end
	s.want(s.run(), 0, 0, 10, 0)
	for range 3 {
		s.after(time.Minute)
		before := len(s.platform.requests)
		r := s.run()
		if r.DossiersRead != 0 || len(s.platform.requests)-before != 2 {
			t.Errorf("an idle pass read %d dossiers in %d requests", r.DossiersRead, len(s.platform.requests)-before)
		}
	}
	// A change after the settling is still found, and opens the overlap again.
	s.platform.put(99, s.platform.now, "new")
	s.want(s.run(), 1, 0, 0, 0)
	s.after(time.Second)
	s.want(s.run(), 0, 0, 1, 0)
}

func TestAnEmptyPageKeepsThePosition(t *testing.T) {
	s := newStory(t)
	s.fill(4)
	s.run()
	before, _ := s.store.Streams(t.Context(), 7)
	for _, r := range s.platform.dossiers {
		r.hidden = true
	}
	s.after(time.Hour)
	s.run()
	s.run()
	after, _ := s.store.Streams(t.Context(), 7)
	if after.Position != before.Position || !after.Reached.Equal(before.Reached) {
		t.Errorf("position moved from %+v to %+v", before.Position, after.Position)
	}
}

func TestAPassCutShortIsResumedInTheMiddle(t *testing.T) {
	s := newStory(t)
	s.fill(10)
	s.platform.fail[3] = errors.New("front server: 502")
	r, err := s.pass.Run(t.Context(), 7)
	if err == nil || r.Complete || r.Created != 6 {
		t.Fatalf("report %+v, %v", r, err)
	}
	s.after(time.Minute)
	s.want(s.run(), 4, 0, 0, 0)
	if got := s.platform.requests[3]; !strings.Contains(got, ";00000006") {
		t.Errorf("resumed with %s, want after the sixth dossier", got)
	}
}

func TestLittleTimeLeftStopsCleanly(t *testing.T) {
	s := newStory(t)
	s.fill(10)
	s.pass.Margin = 10 * time.Second
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(time.Hour))
	defer cancel()
	limit, _ := ctx.Deadline()
	s.platform.onPage = func(n int) {
		if n == 2 {
			s.platform.set(limit.Add(-5 * time.Second))
		}
	}
	r, err := s.pass.Run(ctx, 7)
	if err != nil || r.Complete || r.Created == 0 || r.Created == 10 {
		t.Fatalf("report %+v, %v", r, err)
	}
	s.platform.onPage = nil
	rest := s.run()
	if r.Created+rest.Created != 10 || !rest.Complete {
		t.Errorf("%d then %+v", r.Created, rest)
	}
}

// faulty fails all writes of positions from a chosen one on, as a crash would.
type faulty struct {
	*counting
	fail int
}

func (f *faulty) SaveStreams(ctx context.Context, s ingest.Streams) (int64, error) {
	if f.fail--; f.fail <= 0 {
		return 0, errors.New("crash")
	}
	return f.counting.SaveStreams(ctx, s)
}

func TestACrashBetweenDataAndPositionRepeatsAndLosesNothing(t *testing.T) {
	for at := 1; at <= 6; at++ {
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			s := newStory(t)
			s.fill(10)
			s.pass.Positions = &faulty{s.store, at}
			if r, err := s.pass.Run(t.Context(), 7); (err == nil) != (at > 5) || (err == nil) != r.Complete {
				t.Fatalf("crash at write %d: %+v, %v", at, r, err)
			}
			s.pass.Positions = s.store
			s.after(ingest.DefaultTerm)
			s.run()
			for n := 1; n <= 10; n++ {
				if s.text(n) != "first" {
					t.Errorf("dossier %d is lost", n)
				}
			}
		})
	}
}

func TestAStaleReadingNeverWins(t *testing.T) {
	s := newStory(t)
	s.fill(1)
	old := *s.platform.dossiers[1]
	s.run()
	s.after(time.Minute)
	s.platform.put(1, s.platform.now, "newer")
	s.run()
	// A late page brings the old reading again.
	s.platform.dossiers[1] = &old
	s.after(time.Minute)
	s.run()
	if s.text(1) != "newer" {
		t.Errorf("a stale reading overwrote a newer one: %q", s.text(1))
	}
}

func TestPendingThenRestoredThenPurged(t *testing.T) {
	s := newStory(t)
	s.fill(5)
	s.run()
	row := dossier.Departure{Number: 3, State: dossier.EnConstruction, Reason: "user_request", At: s.platform.now}
	s.platform.dossiers[3].hidden = true
	s.platform.pending = []dossier.Departure{row, {Number: 777, At: s.platform.now}}
	s.after(time.Minute)
	s.want(s.run(), 0, 0, 4, 1)
	if got := s.stored(3); got.Removed != dossier.Pending || got.Dossier == nil || !got.NextStep().IsZero() {
		t.Errorf("pending: removed %q, payload kept %v, next step %v", got.Removed, got.Dossier != nil, got.NextStep())
	}
	s.after(time.Minute)
	s.want(s.run(), 0, 0, 4, 0) // seen again, written once

	s.platform.pending = nil
	s.platform.put(3, s.platform.now, "restored")
	s.after(time.Minute)
	s.run()
	if got := s.stored(3); got.Removed != dossier.Present || s.text(3) != "restored" {
		t.Errorf("restored: removed %q, text %q", got.Removed, s.text(3))
	}

	// The purge's row is back-dated by two weeks: a look-back of three finds it.
	s.platform.dossiers[3].hidden = true
	s.after(2 * time.Hour)
	row.At = s.platform.now.Add(-14 * 24 * time.Hour)
	s.platform.deleted = []dossier.Departure{row}
	s.run()
	got := s.stored(3)
	if got.Removed != dossier.Purged || got.Dossier != nil || got.Groupe != "" || got.Fingerprint != "" || len(got.Judgement.Findings) != 0 {
		t.Errorf("the tombstone keeps too much: %+v", got)
	}
	// Whatever the platform says later, a purged dossier is not imported again.
	s.platform.put(3, s.platform.now, "ghost")
	s.after(time.Minute)
	s.run()
	if s.stored(3).Removed != dossier.Purged || s.stored(3).Dossier != nil {
		t.Error("a purged dossier came back")
	}
}

func TestDeletionListsAreReadToTheirEnd(t *testing.T) {
	s := newStory(t)
	s.fill(10)
	s.run()
	for n := 1; n <= 8; n++ {
		s.platform.dossiers[n].hidden = true
		s.platform.pending = append(s.platform.pending, dossier.Departure{Number: n, At: s.platform.now})
	}
	s.after(time.Minute)
	if r := s.run(); r.Removed != 8 {
		t.Errorf("removed %d of 8", r.Removed)
	}
}

func TestDeletedDossiersAreAskedForHourly(t *testing.T) {
	s := newStory(t)
	s.fill(1)
	for range 12 { // two hours of passes
		s.run()
		s.after(10 * time.Minute)
	}
	if n := s.platform.asked("deleted"); n != 2 {
		t.Errorf("deletedDossiers was asked for %d times in two hours", n)
	}
}

func TestAChangedCallFileJudgesAgainWithoutThePlatform(t *testing.T) {
	s := newStory(t)
	s.fill(5)
	s.run()
	adopted := s.stored(2).AdoptedAt
	s.pass.Calls = bretagne("two")
	s.after(10 * time.Minute)
	before := s.stored(2)
	r := s.run()
	if r.Rejudged != 5 || r.Updated != 0 {
		t.Errorf("report %+v", r)
	}
	after := s.stored(2)
	if after.Judgement.JudgedWith == before.Judgement.JudgedWith || s.text(2) != "first" || !after.AdoptedAt.Equal(adopted) {
		t.Errorf("re-judging lost something: %+v", after.Head)
	}
	if r := s.run(); r.Rejudged != 0 {
		t.Errorf("judged again for nothing: %+v", r)
	}
}

func TestACallFileThatArrivesLaterAdoptsAnew(t *testing.T) {
	s := newStory(t)
	s.fill(1)
	s.pass.Calls = call.NewSet(call.Call{ID: "o2r-corse", Demarche: 7, Regions: []string{"94"}, Zone: time.UTC})
	s.run()
	if got := s.stored(1); got.Judgement.Call != "" || got.Judgement.Facts.Region != "53" {
		t.Fatalf("judged under %q in %q, want no call and its region", got.Judgement.Call, got.Judgement.Facts.Region)
	}
	s.after(30 * 24 * time.Hour)
	s.pass.Calls = bretagne("one")
	s.run()
	if got := s.stored(1); got.Judgement.Call != "o2r-bretagne" || !got.AdoptedAt.Equal(s.platform.now) {
		t.Errorf("call %q adopted at %v, want %v", got.Judgement.Call, got.AdoptedAt, s.platform.now)
	}
}

func TestOtherRegionsAreKeptAsNumberAndDate(t *testing.T) {
	s := newStory(t)
	s.fill(3)
	s.platform.dossiers[2].dossier.GroupeInstructeur.Label = "DREETS Corse"
	s.run()
	if s.text(2) != "first" {
		t.Fatal("without regions, everything is kept")
	}

	// The deployment narrows its regions: what is stored already is erased, though
	// nothing changed on the platform.
	s.pass.Regions = []string{"53"}
	s.after(time.Hour)
	s.run()
	got := s.stored(2)
	bare := dossier.Head{
		Number: 2, Demarche: 7, Version: got.Version, Modified: got.Modified, ReadAt: got.ReadAt,
		FirstSeen: got.FirstSeen, AdoptedAt: got.AdoptedAt, Foreign: true,
		Judgement: dossier.Judgement{JudgedWith: got.Judgement.JudgedWith},
	}
	if diff := cmp.Diff(bare, got.Head, cmpopts.EquateEmpty()); diff != "" || got.Dossier != nil {
		t.Errorf("a foreign dossier keeps too much: %s", diff)
	}
	if s.text(1) != "first" {
		t.Error("a dossier of our region lost its payload")
	}
	version := got.Version
	s.after(time.Minute)
	s.run()
	if got := s.stored(2); got.Version != version {
		t.Errorf("an unchanged foreign dossier was written again: version %d, was %d", got.Version, version)
	}

	// It widens them again: the next sweep brings the content back.
	s.pass.Regions, s.pass.Inventory = nil, s.store
	s.after(time.Hour)
	if _, err := s.pass.Sweep(t.Context(), 7); err != nil {
		t.Fatal(err)
	}
	if got := s.stored(2); got.Foreign || s.text(2) != "first" {
		t.Errorf("widened: foreign %v, text %q", got.Foreign, s.text(2))
	}
}

func TestPurgesAreReadThoughThePendingListFails(t *testing.T) {
	s := newStory(t)
	s.fill(3)
	s.run()
	s.platform.deleted = []dossier.Departure{{Number: 2, State: dossier.Refuse, At: s.platform.now}}
	s.platform.dossiers[2].hidden = true
	s.after(2 * time.Hour)
	s.platform.onPage = func(n int) {
		if s.platform.requests[n-1] == "pending" {
			s.platform.fail[n] = errors.New("timeout")
		}
	}
	r, err := s.pass.Run(t.Context(), 7)
	if err == nil || !strings.Contains(err.Error(), "pendingDeletedDossiers") || r.Complete {
		t.Errorf("report %+v, %v", r, err)
	}
	if s.stored(2).Removed != dossier.Purged {
		t.Error("the purge was not read")
	}
}

// circling announces pages for ever, with a cursor that does not move.
type circling struct{ *platform }

func (c circling) Dossiers(ctx context.Context, demarche int, at dossier.Position, size int, with bool) (dossier.Page, error) {
	page, err := c.platform.Dossiers(ctx, demarche, dossier.Position{Since: at.Since}, size, with)
	page.HasNextPage = true
	return page, err
}

func TestACursorThatDoesNotMoveIsAnErrorAndNotALoop(t *testing.T) {
	s := newStory(t)
	s.fill(2)
	s.pass.Source = circling{s.platform}
	if _, err := s.pass.Run(t.Context(), 7); err == nil || !strings.Contains(err.Error(), "cursor") {
		t.Fatalf("err = %v", err)
	}
}

func TestManyDossiersOfOneSecond(t *testing.T) {
	s := newStory(t)
	for n := 1; n <= 20; n++ {
		s.platform.put(n, start.Add(-time.Minute), "same second")
	}
	s.want(s.run(), 20, 0, 0, 0)
	s.after(10 * time.Minute)
	s.want(s.run(), 0, 0, 20, 0)
	s.after(time.Minute)
	if r := s.run(); r.DossiersRead != 0 {
		t.Errorf("once settled, %d dossiers were read again", r.DossiersRead)
	}
}

// The first deletion list must reach back to the first pass, however long ago it
// was cut short.
func TestPurgesSinceAFirstPassCutShortAreFound(t *testing.T) {
	s := newStory(t)
	s.fill(3)
	down := errors.New("front server: 502")
	s.platform.onPage = func(n int) {
		if what := s.platform.requests[n-1]; what == "pending" || what == "deleted" {
			s.platform.fail[n] = down
		}
	}
	if _, err := s.pass.Run(t.Context(), 7); err == nil {
		t.Fatal("the lists failed, and the pass says nothing")
	}
	s.platform.onPage = nil
	s.platform.deleted = []dossier.Departure{{Number: 2, State: dossier.Refuse, At: start.AddDate(0, 0, 2)}}
	s.platform.dossiers[2].hidden = true
	s.after(40 * 24 * time.Hour)
	s.run()
	if s.stored(2).Removed != dossier.Purged {
		t.Error("a purge of the time between is not seen")
	}
}
