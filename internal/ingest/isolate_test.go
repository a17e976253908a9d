package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/dossier"
	"relais/internal/ingest"
)

func (s *story) quarantine() []ingest.Case {
	s.Helper()
	cases, err := s.store.Cases(s.Context(), 7)
	if err != nil {
		s.Fatal(err)
	}
	return cases
}

func (s *story) wantQuarantined(numbers ...int) {
	s.Helper()
	var got []int
	for _, c := range s.quarantine() {
		got = append(got, c.Number)
	}
	if !slices.Equal(got, numbers) {
		s.Errorf("quarantined %v, want %v", got, numbers)
	}
}

// wide is a story whose pages have the platform's true size.
func wide(t *testing.T, dossiers int) *story {
	t.Helper()
	s := newStory(t)
	s.platform.size = 100
	s.fill(dossiers)
	return s
}

func TestTwoBadDossiersAmongTwoHundredStopNobody(t *testing.T) {
	for _, holes := range []bool{true, false} {
		t.Run(fmt.Sprint("holes ", holes), func(t *testing.T) {
			s := wide(t, 200)
			s.platform.holes = holes
			s.platform.spoil("invalid_null", 42, 150)
			r, requests, _ := s.cost()
			s.want(r, 198, 0, 0, 0)
			s.wantQuarantined(42, 150)
			if !r.Complete || r.Quarantined != 2 {
				t.Errorf("report %+v", r)
			}
			// Each page: itself, its listing, ten lots of which one fails, its ten
			// dossiers; or only the bad one when the others came with the failure.
			if most := map[bool]int{true: 2*3 + 2, false: 2*22 + 2}[holes]; len(requests) > most {
				t.Errorf("%d requests, want at most %d: %q", len(requests), most, requests)
			}
			at := s.streams()
			if at.Position.Cursor != cursor(s.platform.dossiers[200]) {
				t.Errorf("the position is %+v", at.Position)
			}

			s.after(time.Minute) // all of them lie in the overlap
			r, requests, writes := s.cost()
			s.want(r, 0, 0, 198, 0)
			// Each page: itself, its listing, the two runs around the bad one.
			if len(requests) > 2*4+1 || len(writes) > 3 || r.Quarantined != 2 {
				t.Errorf("%d requests and writes %q", len(requests), writes)
			}

			s.after(2 * time.Hour)
			s.run() // settles; the two are due and fail again
			s.after(time.Minute)
			if r, requests, writes = s.cost(); len(requests) != 2 || len(writes) != 2 || r.Quarantined != 2 {
				t.Errorf("once settled: requests %q, writes %q", requests, writes)
			}
			for n := 1; n <= 200; n++ {
				if n != 42 && n != 150 && s.text(n) != "first" {
					t.Errorf("dossier %d is lost", n)
				}
			}
		})
	}
}

func TestACaseSaysWhySinceWhenAndWhenNext(t *testing.T) {
	s := wide(t, 20)
	s.platform.spoil("timeout", 7)
	s.run()
	c := s.quarantine()[0]
	if c.Cause != "timeout" || c.Attempts != 1 || !c.FirstSeen.Equal(start) {
		t.Errorf("case %+v", c)
	}
	tries := 1
	for !s.platform.clock().After(start.Add(5 * 24 * time.Hour)) {
		s.after(time.Minute)
		if s.platform.clock().Before(c.NextTry) {
			continue
		}
		s.run()
		next := s.quarantine()[0]
		tries++
		if next.Attempts != tries || !next.FirstSeen.Equal(start) {
			t.Fatalf("case %+v after %d tries", next, tries)
		}
		wait := next.NextTry.Sub(s.platform.clock())
		if full := min(5*time.Minute<<tries, 24*time.Hour); wait > full || wait < full*3/4 {
			t.Errorf("after %d tries, the wait is %v, want about %v", tries, wait, full)
		}
		c = next
	}
	if tries < 10 || tries > 16 {
		t.Errorf("%d tries in five days", tries)
	}
}

func TestABadDossierThatIsMendedIsReadWhenDue(t *testing.T) {
	s := wide(t, 20)
	s.platform.spoil("timeout", 7)
	s.run()
	s.after(ingest.DefaultOverlap + time.Second)
	s.run()
	s.platform.dossiers[7].bad = nil // without any modification
	s.after(time.Minute)
	s.run() // not due yet
	s.wantQuarantined(7)
	s.after(10 * time.Minute)
	s.want(s.run(), 1, 0, 0, 0)
	s.wantQuarantined()
	if s.text(7) != "first" {
		t.Error("dossier 7 is not stored")
	}
}

func TestAPageThatBringsABadDossierFreesIt(t *testing.T) {
	s := wide(t, 20)
	s.platform.spoil("timeout", 7, 8)
	s.run()
	s.after(time.Minute)
	s.platform.put(7, s.platform.clock(), "mended")
	s.platform.dossiers[8].hidden = true // and the other one is gone
	s.platform.deleted = []dossier.Departure{{Number: 8, At: s.platform.clock()}}
	s.after(2 * time.Hour)
	r := s.run()
	s.wantQuarantined()
	if s.text(7) != "mended" || r.Quarantined != 0 {
		t.Errorf("text %q, report %+v", s.text(7), r)
	}
}

func TestEveryCaseIsTriedWhenAsked(t *testing.T) {
	s := wide(t, 20)
	s.platform.spoil("timeout", 7, 8, 9)
	s.run()
	s.platform.dossiers[7].bad = nil
	s.platform.dossiers[8].hidden = true
	r, err := s.pass.Retry(t.Context(), 7, 7)
	if err != nil || r.Created != 1 || r.Quarantined != 2 {
		t.Fatalf("retry of one: %+v, %v", r, err)
	}
	if r, err = s.pass.Retry(t.Context(), 7); err != nil || r.Quarantined != 1 {
		t.Fatalf("retry of all: %+v, %v", r, err)
	}
	s.wantQuarantined(9)
	s.platform.dossiers[9].bad = nil
	s.after(ingest.DefaultOverlap + time.Second)
	s.pass.RetryAll = true
	s.run()
	s.wantQuarantined()
}

func TestOnlyBadDossiersAreNoReasonToStop(t *testing.T) {
	s := wide(t, 3)
	s.platform.spoil("server_error", 1, 2, 3)
	if r := s.run(); !r.Complete || r.Quarantined != 3 {
		t.Errorf("report %+v", r)
	}
	at := s.streams()
	if at.Position.Cursor != cursor(s.platform.dossiers[3]) {
		t.Errorf("the position is %+v", at.Position)
	}
}

// When the platform cannot give any dossier in full, nothing is quarantined.
func TestASickPlatformIsNotAThousandBadDossiers(t *testing.T) {
	s := wide(t, 300)
	s.platform.down = &trouble{word: "server_error"}
	r, err := s.pass.Run(t.Context(), 7)
	if err == nil || r.Complete || len(s.quarantine()) != 0 || len(s.platform.requests) > 20 {
		t.Fatalf("report %+v, %v, %d requests", r, err, len(s.platform.requests))
	}
	s.platform.down = nil
	s.want(s.run(), 300, 0, 0, 0)

	// The same with a dossier known to be good: it fails too.
	for n := 301; n <= 340; n++ {
		s.platform.put(n, s.platform.clock(), "second")
	}
	s.platform.down = &trouble{word: "server_error"}
	if _, err := s.pass.Run(t.Context(), 7); err == nil || len(s.quarantine()) != 0 {
		t.Fatalf("%v, quarantined %d", err, len(s.quarantine()))
	}
	// A whole page of bad dossiers, while a good one can be read.
	s.platform.down = nil
	for n := 301; n <= 340; n++ {
		s.platform.spoil("fault", n)
	}
	if r := s.run(); r.Quarantined != 40 || !r.Complete {
		t.Errorf("report %+v", r)
	}
}

// A platform that turns bad after something could be read blames nobody either.
func TestAPlatformThatTurnsBadMidwayBlamesNoDossier(t *testing.T) {
	s := wide(t, 100)
	s.platform.spoil("timeout", 50)
	s.platform.onPage = func(int) {
		if slices.Contains(s.platform.requests, "dossier 43") { // of the one lot that failed
			s.platform.down = &trouble{word: "server_error"}
		}
	}
	r, err := s.pass.Run(t.Context(), 7)
	if err == nil || r.Complete || len(s.quarantine()) != 0 {
		t.Fatalf("report %+v, %v, quarantined %d", r, err, len(s.quarantine()))
	}
	s.platform.onPage, s.platform.down = nil, nil
	if r := s.run(); !r.Complete || r.Quarantined != 1 {
		t.Errorf("report %+v", r)
	}
	s.wantQuarantined(50)
}

// A whole page of bad dossiers among good ones is not taken for a bad platform.
func TestARowOfBadDossiersAfterGoodOnesIsQuarantined(t *testing.T) {
	s := wide(t, 100)
	for n := 41; n <= 60; n++ {
		s.platform.spoil("timeout", n)
	}
	if r := s.run(); !r.Complete || r.Quarantined != 20 {
		t.Errorf("report %+v", r)
	}
}

func TestWhatIsNoDossiersFaultStopsThePass(t *testing.T) {
	s := wide(t, 200)
	s.platform.spoil("timeout", 150)
	s.platform.onPage = func(n int) {
		if n == 6 { // among the lots of the second page
			s.platform.fail[n] = errors.New("the token has expired")
		}
	}
	r, err := s.pass.Run(t.Context(), 7)
	if err == nil || !strings.Contains(err.Error(), "token") || len(s.quarantine()) != 0 {
		t.Fatalf("report %+v, %v", r, err)
	}
	if at := s.streams(); at.Position.Cursor != cursor(s.platform.dossiers[100]) || at.Walk == nil {
		t.Errorf("the position is %+v", at)
	}
	s.platform.onPage = nil
	s.run()
	s.wantQuarantined(150)
}

// A page too big for the platform is no bad dossier: the next ones are smaller.
func TestAPageTooBigIsReadInSmallerOnes(t *testing.T) {
	s := wide(t, 500)
	s.pass.Source = &complex{s.platform, 60}
	r, requests, _ := s.cost()
	s.want(r, 500, 0, 0, 0)
	s.wantQuarantined()
	if len(requests) > 1+10+8+3 {
		t.Errorf("%d requests: %q", len(requests), requests)
	}
}

// complex refuses pages above a size.
type complex struct {
	*platform
	most int
}

func (c *complex) Dossiers(ctx context.Context, demarche int, at dossier.Position, size int, with bool) (dossier.Page, error) {
	if size > c.most {
		return dossier.Page{}, &trouble{word: "too_complex"}
	}
	return c.platform.Dossiers(ctx, demarche, at, size, with)
}

// Between the listing of a page and the reading of its lots, dossiers change,
// leave, and appear.
func TestAPageThatChangesWhileItIsIsolatedLosesNothing(t *testing.T) {
	s := wide(t, 40)
	s.platform.spoil("timeout", 15)
	s.platform.onPage = func(n int) {
		if n != 3 { // after the listing, before the first lot
			return
		}
		s.platform.put(3, start.Add(time.Second), "moved to the end")
		s.platform.dossiers[4].hidden = true
		s.platform.put(60, start.Add(-36500*time.Millisecond), "late, in the first lot")
	}
	r := s.run()
	if !r.Complete {
		t.Errorf("report %+v", r)
	}
	s.platform.onPage = nil
	for n := 1; n <= 40; n++ {
		if n != 4 && n != 15 {
			s.text(n)
		}
	}
	if s.text(3) != "moved to the end" || s.text(60) == "" {
		t.Error("a moving dossier was lost")
	}
	s.wantQuarantined(15)
}

func TestABadDossierFoundByAPassCutShortIsKnownToTheNext(t *testing.T) {
	s := wide(t, 100)
	s.platform.spoil("timeout", 95)
	s.pass.Margin = 10 * time.Second
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(time.Hour))
	defer cancel()
	limit, _ := ctx.Deadline()
	s.platform.onPage = func(n int) {
		if strings.HasSuffix(s.last(), "dossier 98") {
			s.platform.set(limit.Add(-5 * time.Second))
		}
	}
	r, err := s.pass.Run(ctx, 7)
	if err != nil || r.Complete || r.Created < 90 {
		t.Fatalf("report %+v, %v", r, err)
	}
	s.wantQuarantined(95)
	s.platform.onPage = nil
	s.platform.set(start)
	if r := s.run(); !r.Complete || r.Created == 0 {
		t.Errorf("report %+v", r)
	}
}

func (s *story) last() string {
	s.platform.mu.Lock()
	defer s.platform.mu.Unlock()
	return s.platform.requests[len(s.platform.requests)-1]
}

// While a dossier that was hidden comes back, it cannot be read: it stays hidden
// until it can.
func TestRestorationWhileInQuarantine(t *testing.T) {
	s := wide(t, 5)
	s.run()
	s.platform.dossiers[3].hidden = true
	s.platform.pending = []dossier.Departure{{Number: 3, At: s.platform.clock()}}
	s.after(time.Minute)
	s.run()
	s.platform.pending = nil
	s.platform.put(3, s.platform.clock(), "restored")
	s.platform.spoil("timeout", 3)
	s.after(time.Minute)
	s.run()
	s.wantQuarantined(3)
	if s.stored(3).Removed != dossier.Pending {
		t.Error("shown before it could be read")
	}
	s.platform.dossiers[3].bad = nil
	s.after(time.Hour)
	if r := s.run(); r.Returned != 1 || s.stored(3).Removed != dossier.Present || s.text(3) != "restored" {
		t.Errorf("report %+v, removed %q", r, s.stored(3).Removed)
	}
}

// nameless lists a dossier without its number.
type nameless struct{ *platform }

func (n nameless) Listing(ctx context.Context, demarche int, at dossier.Position, size int) (dossier.Listing, error) {
	page, err := n.platform.Listing(ctx, demarche, at, size)
	page.Rows[1].Number = 0
	return page, err
}

func TestADossierWithoutNumberIsNotPassedOver(t *testing.T) {
	s := wide(t, 3)
	s.platform.spoil("fault", 2)
	s.pass.Source = nameless{s.platform}
	if r, err := s.pass.Run(t.Context(), 7); err == nil || r.Complete || s.streams().Position.Cursor != "" {
		t.Errorf("report %+v, %v", r, err)
	}
}

// Requests that take long and bring nothing do not let the lease end.
func TestTheLeaseLivesThroughALongIsolation(t *testing.T) {
	s := wide(t, 100)
	s.platform.spoil("timeout", 1, 11, 21, 31, 41, 51, 61, 71, 81, 91)
	busy := 0
	s.platform.onPage = func(n int) {
		s.after(time.Minute) // the keeper has that long to extend the lease
		onPage := s.platform.onPage
		s.platform.onPage = nil
		if _, err := s.pass.Run(t.Context(), 7); errors.Is(err, ingest.ErrBusy) {
			busy++
		}
		s.platform.onPage = onPage
	}
	r := s.run()
	s.platform.onPage = nil
	if n := len(s.platform.requests); r.Created != 90 || r.Quarantined != 10 || busy != n {
		t.Errorf("report %+v; another pass was kept away %d times of %d", r, busy, n)
	}
}
