package storetest

import (
	"context"
	"testing"
	"time"

	"relais/internal/dossier"
	"relais/internal/ingest"
	"relais/internal/notify"
)

var cancelStories = []story{
	{"a cancelled context gives its error and writes nothing", cancelledBefore},
	{"cancelled on the way, a tick is whole or absent", cancelledAdvance},
	{"cancelled on the way, a claim is whole or absent", cancelledClaim},
	{"cancelled on the way, a record is whole or absent", cancelledPut},
	{"cancelled on the way, a pull loses no hint", cancelledPull},
	{"the store works after a cancellation", func(t *testing.T, s Store) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 20 {
			_, err := s.Put(ctx, []dossier.Record{record(1)})
			is(t, err, context.Canceled)
		}
		put(t, s, record(1))
	}},
}

func cancelledBefore(t *testing.T, s Store) {
	put(t, s, record(1))
	enqueue(t, s, intentions("p", "k1", "k2")...)
	claim(t, s, mail("m", "p", "k1"))
	enqueue(t, s, intention("envoyée", "q"))
	claim(t, s, mail("parti", "q", "envoyée"))
	settle(t, s, "parti", notify.Sent, noon)
	suppress(t, s, "tu", noon)
	ok(t, s.PutCase(t.Context(), quarantined(national, 3)))
	push(t, s, hint(1))
	raise(t, s, "levée", noon)
	intended, kept, claimed := told(t, s), stored(t, s, 1), readMail(t, s, "m")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	moved := record(1)
	moved.Version, moved.Groupe = 1, "ailleurs"
	for name, call := range map[string]func() error{
		"Heads":           func() error { _, err := s.Heads(ctx, national, []int{1}); return err },
		"Put":             func() error { _, err := s.Put(ctx, []dossier.Record{moved, record(2)}); return err },
		"JudgedOtherwise": func() error { _, err := s.JudgedOtherwise(ctx, national, "x", 0, 9); return err },
		"Streams":         func() error { _, err := s.Streams(ctx, national); return err },
		"SaveStreams":     func() error { _, err := s.SaveStreams(ctx, ingest.Streams{Demarche: national}); return err },
		"PutDemarche":     func() error { return s.PutDemarche(ctx, dossier.Demarche{Number: national}) },
		"Cases":           func() error { _, err := s.Cases(ctx, 0); return err },
		"PutCase":         func() error { return s.PutCase(ctx, quarantined(national, 4)) },
		"DropCase":        func() error { return s.DropCase(ctx, national, 3) },
		"Push":            func() error { return s.Push(ctx, hint(2)) },
		"Pull":            func() error { _, err := s.Pull(ctx, noon, time.Hour, 9); return err },
		"Done":            func() error { return s.Done(ctx, []int64{1}) },
		"RaiseAlarm":      func() error { _, err := s.RaiseAlarm(ctx, "autre", noon); return err },
		"ClearAlarm":      func() error { return s.ClearAlarm(ctx, "levée") },
		"Alarms":          func() error { _, err := s.Alarms(ctx); return err },
		"Due":             func() error { _, err := s.Due(ctx, after(1000*time.Hour), notify.Seen{}, 9); return err },
		"Advance":         func() error { _, err := s.Advance(ctx, moved.Head, intentions("p", "k3")); return err },
		"CallPlan":        func() error { _, err := s.CallPlan(ctx, "o2r"); return err },
		"AdvanceCall": func() error {
			_, err := s.AdvanceCall(ctx, notify.Plan{Call: "o2r"}, intentions("p", "k3"))
			return err
		},
		"HeadsSince": func() error {
			_, err := s.HeadsSince(ctx, 0, func(dossier.Head) error { return nil })
			return err
		},
		"IntentionsOf":  func() error { _, err := s.IntentionsOf(ctx, 1); return err },
		"Counts":        func() error { _, _, err := s.Counts(ctx); return err },
		"Record":        func() error { _, _, err := s.Record(ctx, 1); return err },
		"Demarche":      func() error { _, _, err := s.Demarche(ctx, national); return err },
		"CompletedAt":   func() error { _, err := s.CompletedAt(ctx, national); return err },
		"People":        func() error { _, err := s.People(ctx, notify.Pending, "", 9); return err },
		"Of":            func() error { _, err := s.Of(ctx, "p", notify.Pending); return err },
		"Rows":          func() error { _, err := s.Rows(ctx, []string{"k1"}); return err },
		"Mark":          func() error { return s.Mark(ctx, []string{"k2"}, notify.Dropped) },
		"Enqueue":       func() error { _, err := s.Enqueue(ctx, intentions("p", "k3")); return err },
		"Claim":         func() error { return s.Claim(ctx, mail("m2", "p", "k2")) },
		"Settle":        func() error { return s.Settle(ctx, "m", notify.Sent, noon) },
		"Release":       func() error { return s.Settle(ctx, "m", notify.Pending, noon) },
		"Orphans":       func() error { _, err := s.Orphans(ctx, after(time.Hour), 9); return err },
		"Reclaim":       func() error { return s.Reclaim(ctx, mail("m", "p", "k1"), after(time.Hour)) },
		"Refuse":        func() error { _, err := s.Refuse(ctx, "parti", noon); return err },
		"Suppress":      func() error { return s.Suppress(ctx, "autre", noon) },
		"Allow":         func() error { return s.Allow(ctx, "tu") },
		"Suppressed":    func() error { _, err := s.Suppressed(ctx, "tu"); return err },
		"EachHead":      func() error { return s.EachHead(ctx, 0, func(dossier.Head) error { return nil }) },
		"EachIntention": func() error { return s.EachIntention(ctx, func(notify.Intention) error { return nil }) },
		"Demarches":     func() error { _, err := s.Demarches(ctx); return err },
		"Mail":          func() error { _, _, err := s.Mail(ctx, "m"); return err },
		"Meta":          func() error { _, err := s.Meta(ctx, "host"); return err },
		"SetMeta":       func() error { return s.SetMeta(ctx, "host", "x") },
	} {
		if err := call(); !isError(err, context.Canceled) {
			t.Errorf("%s: error %v, want %v", name, err, context.Canceled)
		}
	}
	same(t, intended, told(t, s))
	same(t, kept, stored(t, s, 1))
	same(t, claimed, readMail(t, s, "m"))
	noMail(t, s, "m2")
	same(t, noon, suppressed(t, s, "tu"))
	same(t, time.Time{}, suppressed(t, s, "autre"))
	same(t, []ingest.Case{quarantined(national, 3)}, cases(t, s, 0))
	same(t, []ingest.Alarm{{Cause: "levée", Since: noon}}, alarms(t, s))
	left := pull(t, s, noon, time.Hour, 9)
	same(t, []int{1}, hinted(left))
	same(t, 1, left[0].Attempts)
	same(t, []int{1}, headsAfter(t, s, 0))
	same(t, int64(0), streams(t, s, national).Version)
	same(t, int64(0), plan(t, s, "o2r").Version)
	note, err := s.Meta(t.Context(), "host")
	ok(t, err)
	same(t, "", note)
	_, found, err := s.Demarche(t.Context(), national)
	ok(t, err)
	same(t, false, found)
}

// hastily runs a call many times with ever more time before its cancellation,
// and checks the outcome each time, whatever it was.
func hastily(t *testing.T, rounds int, call func(ctx context.Context, round int) error, check func(round int, err error)) {
	t.Helper()
	for round := range rounds {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(round*round)*5*time.Microsecond)
		err := call(ctx, round)
		cancel()
		check(round, err)
	}
}

func cancelledAdvance(t *testing.T, s Store) {
	put(t, s, dueAt(1, noon))
	keys := make([]string, 40)
	hastily(t, 25, func(ctx context.Context, round int) error {
		for i := range keys {
			keys[i] = string(rune('a'+round)) + "/" + string(rune('A'+i))
		}
		_, err := s.Advance(ctx, stored(t, s, 1).Head, intentions("p", keys...))
		return err
	}, func(round int, err error) {
		t.Helper()
		now := steady(func() advanced { return advanced{len(told(t, s)), stored(t, s, 1).Version} })
		same(t, 0, now.told%len(keys))
		same(t, int64(1+now.told/len(keys)), now.version)
	})
}

// advanced and claimed are what two readings show together.
type advanced struct {
	told    int
	version int64
}

type claimed struct {
	found bool
	free  int
}

// steady reads until two readings agree: a request that its caller gave up can
// still reach a distant store, between the reads of one look.
func steady[T comparable](look func() T) T {
	before := look()
	for {
		now := look()
		if now == before {
			return now
		}
		before = now
	}
}

func cancelledClaim(t *testing.T, s Store) {
	var keys []string
	for i := range 40 {
		keys = append(keys, string(rune('A'+i)))
	}
	enqueue(t, s, intentions("p", keys...)...)
	hastily(t, 25, func(ctx context.Context, round int) error {
		return s.Claim(ctx, mail("m", "p", keys...))
	}, func(round int, err error) {
		t.Helper()
		now := steady(func() claimed {
			_, found, readErr := s.Mail(t.Context(), "m")
			ok(t, readErr)
			return claimed{found, len(free(t, s, "p", notify.Pending))}
		})
		if !now.found {
			same(t, len(keys), now.free)
			return
		}
		same(t, 0, now.free)
		settle(t, s, "m", notify.Pending, noon)
	})
}

func cancelledPut(t *testing.T, s Store) {
	hastily(t, 25, func(ctx context.Context, round int) error {
		_, err := s.Put(ctx, []dossier.Record{record(2*round + 1), record(2*round + 2)})
		return err
	}, func(round int, err error) {
		t.Helper()
		for number := 2*round + 1; number <= 2*round+2; number++ {
			r, found, readErr := s.Record(t.Context(), number)
			ok(t, readErr)
			if found {
				same(t, record(number).Dossier, r.Dossier)
			}
			if err == nil {
				same(t, true, found)
			}
		}
	})
}

func cancelledPull(t *testing.T, s Store) {
	var want []int
	for number := range 40 {
		push(t, s, hint(number))
		want = append(want, number)
	}
	hastily(t, 25, func(ctx context.Context, round int) error {
		hints, err := s.Pull(ctx, after(time.Duration(round)*time.Hour), time.Hour, 100)
		if err != nil && len(hints) > 0 {
			t.Errorf("%d hints beside the error %v", len(hints), err)
		}
		return err
	}, func(round int, err error) {
		t.Helper()
		rest := pull(t, s, after(time.Duration(round)*time.Hour), 0, 100) // not hidden by this
		same(t, 0, len(rest)%len(want))
		if err == nil {
			same(t, 0, len(rest))
		}
	})
	same(t, want, hinted(pull(t, s, after(1000*time.Hour), time.Hour, 100)))
}
