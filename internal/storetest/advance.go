package storetest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"relais/internal/dossier"
	"relais/internal/notify"
)

var advanceStories = []story{
	{"progress and intentions are written, the payload stays", func(t *testing.T, s Store) {
		put(t, s, dueAt(1, noon, after(time.Hour)))
		added, err := s.Advance(t.Context(), handled(stored(t, s, 1).Head, noon), intentions("p", "k1", "k2"))
		ok(t, err)
		same(t, 2, added)
		got := stored(t, s, 1)
		same(t, int64(2), got.Version)
		same(t, noon, got.Judgement.Deadlines[0].HandledUntil)
		same(t, record(1).Dossier, got.Dossier)
		same(t, []string{"k1", "k2"}, free(t, s, "p", notify.Pending))
	}},
	{"what was handled is no longer due, the next step is", func(t *testing.T, s Store) {
		put(t, s, dueAt(1, noon, after(time.Hour)))
		advance(t, s, handled(stored(t, s, 1).Head, noon))
		same(t, []int(nil), due(t, s, noon, 10))
		same(t, []int{1}, due(t, s, after(time.Hour), 10))
		advance(t, s, handled(stored(t, s, 1).Head, after(time.Hour)))
		same(t, []int(nil), due(t, s, after(1000*time.Hour), 10))
	}},
	{"what instructeurs do not know is due at once, until they are told", func(t *testing.T, s Store) {
		r := dueAt(1, after(1000*time.Hour))
		r.Told = dossier.Portrait{}
		put(t, s, r, dueAt(2, after(1000*time.Hour)))
		same(t, []int{1}, due(t, s, noon, 10))
		head := stored(t, s, 1).Head
		head.Told = head.Portrait()
		advance(t, s, head)
		same(t, []int(nil), due(t, s, noon, 10))
		same(t, record(1).Told, stored(t, s, 1).Told)
	}},
	{"a conflict writes no intention and no progress", func(t *testing.T, s Store) {
		put(t, s, dueAt(1, noon))
		seen := stored(t, s, 1).Head
		advance(t, s, seen)
		want := stored(t, s, 1)
		for _, version := range []int64{0, 1, 3} {
			late := handled(seen, noon)
			late.Version = version
			added, err := s.Advance(t.Context(), late, intentions("p", "k"))
			is(t, err, dossier.ErrConflict)
			same(t, 0, added)
		}
		same(t, want, stored(t, s, 1))
		same(t, 0, len(told(t, s)))
	}},
	{"a dossier never stored is a conflict", func(t *testing.T, s Store) {
		for _, version := range []int64{0, 1} {
			head := record(1).Head
			head.Version = version
			_, err := s.Advance(t.Context(), head, intentions("p", "k"))
			is(t, err, dossier.ErrConflict)
		}
		same(t, 0, len(told(t, s)))
		_, found, err := s.Record(t.Context(), 1)
		ok(t, err)
		same(t, false, found)
	}},
	{"an existing key is left as it is and not counted", func(t *testing.T, s Store) {
		put(t, s, dueAt(1, noon))
		enqueue(t, s, intention("k1", "p"))
		ok(t, s.Mark(t.Context(), []string{"k1"}, notify.Dropped))
		again := intentions("quelqu'un d'autre", "k1", "k2", "k2")
		added, err := s.Advance(t.Context(), stored(t, s, 1).Head, again)
		ok(t, err)
		same(t, 1, added)
		want := intention("k1", "p")
		want.Status = notify.Dropped
		same(t, map[string]notify.Intention{"k1": want, "k2": again[1]}, told(t, s))
	}},
	{"against a page of ingest, one of the two wins", func(t *testing.T, s Store) {
		put(t, s, dueAt(1, noon))
		for round := range 8 {
			head := stored(t, s, 1).Head
			key := fmt.Sprint("k", round)
			var wins atomic.Int64
			var advanced atomic.Bool
			together(2, func(i int) {
				if i == 0 {
					_, err := s.Advance(t.Context(), head, intentions("p", key))
					if err == nil {
						advanced.Store(true)
						wins.Add(1)
					} else if !isError(err, dossier.ErrConflict) {
						t.Error(err)
					}
					return
				}
				r := dueAt(1, noon)
				r.Version = head.Version
				conflicts, err := s.Put(t.Context(), []dossier.Record{r})
				if err != nil {
					t.Error(err)
				} else if len(conflicts) == 0 {
					wins.Add(1)
				}
			})
			same(t, int64(1), wins.Load())
			_, written := told(t, s)[key]
			same(t, advanced.Load(), written)
		}
	}},
}

var callStories = []story{
	{"a call never stored has a plan of version 0", func(t *testing.T, s Store) {
		got, err := s.CallPlan(t.Context(), "o2r-pdl")
		ok(t, err)
		same(t, notify.Plan{Call: "o2r-pdl"}, got)
	}},
	{"a plan comes back whole, its version grows", func(t *testing.T, s Store) {
		var want notify.Plan
		fill(&want)
		want.Call, want.Version = "o2r-pdl", 0
		for version := range int64(3) {
			want.Version = version
			added, err := s.AdvanceCall(t.Context(), want, intentions("p", fmt.Sprint("k", version)))
			ok(t, err)
			same(t, 1, added)
			want.Version = version + 1
			same(t, want, plan(t, s, "o2r-pdl"))
		}
		same(t, int64(0), plan(t, s, "spie-2021").Version)
	}},
	{"what instructeurs do not know is due at once, until they are told", func(t *testing.T, s Store) {
		r := dueAt(1, after(1000*time.Hour))
		r.Told = dossier.Portrait{}
		put(t, s, r, dueAt(2, after(1000*time.Hour)))
		same(t, []int{1}, due(t, s, noon, 10))
		head := stored(t, s, 1).Head
		head.Told = head.Portrait()
		advance(t, s, head)
		same(t, []int(nil), due(t, s, noon, 10))
		same(t, record(1).Told, stored(t, s, 1).Told)
	}},
	{"a conflict writes no intention and no progress", func(t *testing.T, s Store) {
		p := notify.Plan{Call: "o2r-pdl", AdoptedAt: noon}
		_, err := s.AdvanceCall(t.Context(), p, nil)
		ok(t, err)
		for _, version := range []int64{0, 2} {
			late := notify.Plan{Call: "o2r-pdl", Version: version, AdoptedAt: after(time.Hour)}
			added, err := s.AdvanceCall(t.Context(), late, intentions("p", "k"))
			is(t, err, dossier.ErrConflict)
			same(t, 0, added)
		}
		same(t, noon, plan(t, s, "o2r-pdl").AdoptedAt)
		same(t, 0, len(told(t, s)))
	}},
	{"a version of a call never stored is a conflict", func(t *testing.T, s Store) {
		_, err := s.AdvanceCall(t.Context(), notify.Plan{Call: "o2r-pdl", Version: 1}, intentions("p", "k"))
		is(t, err, dossier.ErrConflict)
		same(t, int64(0), plan(t, s, "o2r-pdl").Version)
		same(t, 0, len(told(t, s)))
	}},
	{"an existing key is left as it is and not counted", func(t *testing.T, s Store) {
		enqueue(t, s, intention("k1", "p"))
		added, err := s.AdvanceCall(t.Context(), notify.Plan{Call: "o2r-pdl"}, intentions("q", "k1", "k2"))
		ok(t, err)
		same(t, 1, added)
		same(t, "p", told(t, s)["k1"].Person)
	}},
	{"racing ticks: one tells", func(t *testing.T, s Store) {
		var added atomic.Int64
		together(6, func(i int) {
			n, err := s.AdvanceCall(t.Context(), notify.Plan{Call: "o2r-pdl"}, intentions("p", fmt.Sprint("k", i)))
			if err != nil && !isError(err, dossier.ErrConflict) {
				t.Error(err)
			}
			added.Add(int64(n))
		})
		same(t, int64(1), added.Load())
		same(t, 1, len(told(t, s)))
	}},
}

// handled is a copy of the head whose steps are done up to an instant.
func handled(h dossier.Head, until time.Time) dossier.Head {
	deadlines := append([]dossier.Deadline(nil), h.Judgement.Deadlines...)
	for i := range deadlines {
		deadlines[i].HandledUntil = until
	}
	h.Judgement.Deadlines = deadlines
	return h
}

func advance(t *testing.T, s Store, h dossier.Head) {
	t.Helper()
	_, err := s.Advance(t.Context(), h, nil)
	ok(t, err)
}

func plan(t *testing.T, s Store, call string) notify.Plan {
	t.Helper()
	p, err := s.CallPlan(t.Context(), call)
	ok(t, err)
	return p
}
