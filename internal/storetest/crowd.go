package storetest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"relais/internal/dossier"
	"relais/internal/ingest"
	"relais/internal/notify"
)

var crowdStories = []story{
	{"many goroutines: nothing lost, nothing twice", crowd},
}

// crowd lets writers and readers of everything loose on one store.
func crowd(t *testing.T, s Store) {
	const goroutines, rounds = 12, 6
	var added, passes, pulled, raised atomic.Int64
	together(goroutines, func(g int) {
		for round := range rounds {
			number := g*rounds + round + 1
			conflicts, err := s.Put(t.Context(), []dossier.Record{record(number)})
			check(t, err)
			check(t, mismatch(0, len(conflicts)))
			got, found, err := s.Record(t.Context(), number)
			check(t, err)
			if !found || got.Dossier == nil || got.Dossier.Champs[0].Text != content(number) {
				t.Errorf("dossier %d was written and is not read", number)
			}

			n, err := s.Enqueue(t.Context(), intentions("p", fmt.Sprint("shared", round), fmt.Sprint("own", number)))
			check(t, err)
			added.Add(int64(n))

			check(t, s.Push(t.Context(), hint(number)))
			hints, err := s.Pull(t.Context(), noon, time.Hour, 1)
			check(t, err)
			pulled.Add(int64(len(hints)))
			check(t, s.Done(t.Context(), idsOf(hints)))
			check(t, s.PutCase(t.Context(), quarantined(national, number)))
			first, err := s.RaiseAlarm(t.Context(), fmt.Sprint("cause ", round), noon)
			check(t, err)
			if first {
				raised.Add(1)
			}

			check(t, s.Suppress(t.Context(), fmt.Sprint("digest ", round), after(time.Duration(g)*time.Hour)))
			since, err := s.Suppressed(t.Context(), fmt.Sprint("digest ", round))
			check(t, err)
			if since.IsZero() {
				t.Errorf("digest %d was suppressed and is not", round)
			}

			check(t, pass(t, s, &passes))
			check(t, s.EachHead(t.Context(), 0, func(dossier.Head) error { return nil }))
			_, err = s.People(t.Context(), notify.Pending, "", 3)
			check(t, err)
		}
	})
	const total = goroutines * rounds
	same(t, total, len(headsAfter(t, s, 0)))
	same(t, int64(total+rounds), added.Load())
	same(t, total+rounds, len(told(t, s)))
	same(t, int64(total), pulled.Load())
	same(t, 0, len(pull(t, s, after(24*time.Hour), 0, total)))
	same(t, total, len(cases(t, s, national)))
	same(t, int64(rounds), raised.Load())
	same(t, int64(total), passes.Load())
	same(t, int64(total), streams(t, s, national).Version)
}

// pass saves the positions once, over again while another one is faster.
func pass(t *testing.T, s Store, passes *atomic.Int64) error {
	for {
		at, err := s.Streams(t.Context(), national)
		if err != nil {
			return err
		}
		_, err = s.SaveStreams(t.Context(), ingest.Streams{Demarche: national, Version: at.Version})
		if err == nil {
			passes.Add(1)
			return nil
		}
		if !isError(err, dossier.ErrConflict) {
			return err
		}
	}
}

// check is ok for goroutines.
func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func mismatch(want, got int) error {
	if want == got {
		return nil
	}
	return fmt.Errorf("got %d, want %d", got, want)
}
