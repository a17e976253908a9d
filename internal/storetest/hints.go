package storetest

import (
	"slices"
	"sync"
	"testing"
	"time"

	"relais/internal/ingest"
)

var hintStories = []story{
	{"an empty queue", func(t *testing.T, s Store) {
		same(t, 0, len(pull(t, s, noon, time.Hour, 10)))
	}},
	{"a hint comes back whole, its id and attempts are the queue's own", func(t *testing.T, s Store) {
		var want ingest.Hint
		fill(&want)
		for range 2 { // the same hint twice is two hints
			push(t, s, want)
		}
		got := pull(t, s, noon, time.Hour, 10)
		same(t, 2, len(got))
		same(t, true, got[0].ID < got[1].ID)
		for _, h := range got {
			same(t, ingest.Hint{
				ID: h.ID, Demarche: want.Demarche, Number: want.Number, ReceivedAt: want.ReceivedAt, Attempts: 1,
			}, h)
		}
	}},
	{"oldest first, as they were pushed", func(t *testing.T, s Store) {
		received := []time.Time{noon, after(time.Hour), after(-time.Hour), noon}
		for i, number := range []int{7, 9, 8, 1} {
			h := hint(number)
			h.ReceivedAt = received[i]
			push(t, s, h)
		}
		got := pull(t, s, noon, time.Hour, 10)
		same(t, []int{7, 9, 8, 1}, hinted(got))
		same(t, true, slices.IsSorted(idsOf(got)))
	}},
	{"at most limit, the oldest", func(t *testing.T, s Store) {
		pushAll(t, s, 1, 2, 3, 4, 5)
		same(t, []int(nil), hinted(pull(t, s, noon, time.Hour, 0)))
		same(t, []int(nil), hinted(pull(t, s, noon, time.Hour, -1)))
		same(t, []int{1, 2}, hinted(pull(t, s, noon, time.Hour, 2)))
		got := pull(t, s, noon, time.Hour, 9)
		same(t, []int{3, 4, 5}, hinted(got))
		same(t, 1, got[0].Attempts) // to ask for nothing is no attempt
	}},
	{"hidden until now plus hide, that instant excluded", func(t *testing.T, s Store) {
		pushAll(t, s, 1)
		pull(t, s, noon, time.Hour, 10)
		for _, at := range []time.Time{noon, after(-24 * time.Hour), after(time.Hour - time.Microsecond)} {
			same(t, 0, len(pull(t, s, at, time.Hour, 10)))
		}
		same(t, []int{1}, hinted(pull(t, s, after(time.Hour), time.Minute, 10)))
		same(t, 0, len(pull(t, s, after(time.Hour+time.Minute-time.Microsecond), time.Hour, 10)))
		same(t, []int{1}, hinted(pull(t, s, after(time.Hour+time.Minute), time.Hour, 10)))
	}},
	{"the zone of the consumer does not matter", func(t *testing.T, s Store) {
		pushAll(t, s, 1)
		pull(t, s, noon.In(time.FixedZone("La Réunion", 4*3600)), time.Hour, 10)
		martinique := time.FixedZone("Martinique", -4*3600)
		same(t, 0, len(pull(t, s, after(time.Hour-time.Microsecond).In(martinique), time.Hour, 10)))
		same(t, []int{1}, hinted(pull(t, s, after(time.Hour).In(martinique), time.Hour, 10)))
	}},
	{"hidden ones do not hold up the others, and come first when they are back", func(t *testing.T, s Store) {
		pushAll(t, s, 1, 2)
		pull(t, s, noon, time.Hour, 1)
		same(t, []int{2}, hinted(pull(t, s, noon, time.Minute, 1)))
		pushAll(t, s, 3)
		same(t, []int{2, 3}, hinted(pull(t, s, after(time.Minute), time.Minute, 10)))
		same(t, []int{1, 2, 3}, hinted(pull(t, s, after(time.Hour), time.Minute, 10)))
	}},
	{"a new hint is visible at once, whatever the clocks", func(t *testing.T, s Store) {
		h := hint(1)
		h.ReceivedAt = after(time.Hour)
		push(t, s, h)
		same(t, []int{1}, hinted(pull(t, s, noon, time.Hour, 10)))
		push(t, s, hint(2))
		same(t, []int{2}, hinted(pull(t, s, time.Unix(0, 0), time.Hour, 10)))
	}},
	{"each pull counts, this one included", func(t *testing.T, s Store) {
		pushAll(t, s, 1)
		for attempts := 1; attempts <= 4; attempts++ {
			got := pull(t, s, after(time.Duration(attempts)*time.Hour), time.Hour, 10)
			same(t, attempts, got[0].Attempts)
			pull(t, s, after(time.Duration(attempts)*time.Hour), time.Hour, 10) // hidden: not counted
		}
	}},
	{"the id stays from pull to pull", func(t *testing.T, s Store) {
		pushAll(t, s, 1, 2)
		want := idsOf(pull(t, s, noon, 0, 10))
		same(t, want, idsOf(pull(t, s, noon, 0, 10)))
	}},
	{"what is done is forgotten, the others stay", func(t *testing.T, s Store) {
		pushAll(t, s, 1, 2, 3, 4)
		ids := idsOf(pull(t, s, noon, 0, 10))
		ok(t, s.Done(t.Context(), []int64{ids[2], ids[0]}))
		same(t, []int{2, 4}, hinted(pull(t, s, noon, time.Hour, 10)))
		ok(t, s.Done(t.Context(), ids[1:2])) // hidden
		same(t, []int{4}, hinted(pull(t, s, after(time.Hour), time.Hour, 10)))
	}},
	{"done twice, unknown or empty: no error", func(t *testing.T, s Store) {
		pushAll(t, s, 1, 2)
		ids := idsOf(pull(t, s, noon, 0, 10))
		for range 2 {
			ok(t, s.Done(t.Context(), []int64{ids[0], ids[0], 1 << 60, -1, 0}))
		}
		ok(t, s.Done(t.Context(), nil))
		same(t, []int{2}, hinted(pull(t, s, noon, 0, 10)))
	}},
	{"an id is never given again", func(t *testing.T, s Store) {
		var last int64
		for round := range 5 {
			push(t, s, hint(round))
			got := pull(t, s, noon, time.Hour, 10)
			same(t, []int{round}, hinted(got))
			if got[0].ID <= last {
				t.Fatalf("id %d after %d", got[0].ID, last)
			}
			// A consumer that is late forgets only what it had.
			ok(t, s.Done(t.Context(), []int64{last}))
			last = got[0].ID
			same(t, []int{round}, hinted(pull(t, s, after(time.Hour), 0, 10)))
			ok(t, s.Done(t.Context(), []int64{last}))
		}
	}},
	{"several consumers at once: each hint to one", racingPulls},
	{"pushes and pulls at once: nothing lost, nothing twice", racingPushes},
	{"any order of queue calls", anyOrderOfHints},
}

func racingPulls(t *testing.T, s Store) {
	const count, consumers = 60, 6
	var want []int
	for number := range count {
		push(t, s, hint(number))
		want = append(want, number)
	}
	for round := range 3 { // then again, once they are visible again
		var mu sync.Mutex
		var got []int
		together(consumers, func(int) {
			for range count { // enough for one alone
				hints, err := s.Pull(t.Context(), after(time.Duration(round)*time.Hour), time.Hour, 7)
				check(t, err)
				if len(hints) == 0 {
					return
				}
				mu.Lock()
				got = append(got, hinted(hints)...)
				mu.Unlock()
				for _, h := range hints {
					check(t, mismatch(round+1, h.Attempts))
				}
			}
		})
		same(t, want, sorted(got))
	}
}

func racingPushes(t *testing.T, s Store) {
	const each = 12
	var mu sync.Mutex
	seen := map[int]int{}
	consume := func() {
		hints, err := s.Pull(t.Context(), noon, time.Hour, 5)
		check(t, err)
		mu.Lock()
		for _, h := range hints {
			seen[h.Number]++
		}
		mu.Unlock()
		check(t, s.Done(t.Context(), idsOf(hints)))
	}
	together(6, func(i int) {
		for n := range each {
			if i%2 == 0 {
				check(t, s.Push(t.Context(), hint(i*each+n)))
			}
			consume()
		}
	})
	for range each {
		consume()
	}
	same(t, 3*each, len(seen))
	for number, times := range seen {
		if times != 1 {
			t.Errorf("the hint of %d was pulled %d times", number, times)
		}
	}
	same(t, 0, len(pull(t, s, after(24*time.Hour), 0, 100)))
}

func hint(number int) ingest.Hint {
	return ingest.Hint{Demarche: national, Number: number, ReceivedAt: noon}
}

func push(t tester, s Store, h ingest.Hint) {
	t.Helper()
	ok(t, s.Push(t.Context(), h))
}

func pushAll(t tester, s Store, numbers ...int) {
	t.Helper()
	for _, number := range numbers {
		push(t, s, hint(number))
	}
}

func pull(t tester, s Store, now time.Time, hide time.Duration, limit int) []ingest.Hint {
	t.Helper()
	hints, err := s.Pull(t.Context(), now, hide, limit)
	ok(t, err)
	return hints
}

// hinted lists the dossiers that hints are about.
func hinted(hints []ingest.Hint) []int {
	var out []int
	for _, h := range hints {
		out = append(out, h.Number)
	}
	return out
}

func idsOf(hints []ingest.Hint) []int64 {
	var out []int64
	for _, h := range hints {
		out = append(out, h.ID)
	}
	return out
}
