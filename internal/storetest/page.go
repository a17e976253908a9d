package storetest

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"relais/internal/dossier"
	"relais/internal/notify"
)

var pageStories = []story{
	{"all heads since the beginning, then at least those written", func(t *testing.T, s Store) {
		known := map[int]dossier.Head{}
		mark := since(t, s, 0, known)
		same(t, 0, len(known))
		var rs []dossier.Record
		for number := range many {
			r := record(many - number)
			r.Dossier = nil
			rs = append(rs, r)
		}
		put(t, s, rs...)
		mark = since(t, s, mark, known)
		same(t, many, len(known))

		changed := stored(t, s, 7)
		changed.Groupe = "ailleurs"
		put(t, s, changed, record(many+1))
		advanced := stored(t, s, 9).Head
		advanced.Judgement.Deadlines[0].HandledUntil = noon
		_, err := s.Advance(t.Context(), advanced, nil)
		ok(t, err)
		gone := purged(11, 1, nil)
		put(t, s, gone)
		clear(known)
		since(t, s, mark, known)
		for _, number := range []int{7, 9, 11, many + 1} {
			same(t, stored(t, s, number).Head, known[number])
		}
	}},
	{"a mark can be used again", func(t *testing.T, s Store) {
		put(t, s, record(1))
		mark := since(t, s, 0, map[int]dossier.Head{})
		put(t, s, record(2))
		for range 2 {
			known := map[int]dossier.Head{}
			since(t, s, mark, known)
			same(t, 2, known[2].Number)
		}
	}},
	{"a head written while heads are read is not missed", func(t *testing.T, s Store) {
		var rs []dossier.Record
		for number := range many {
			rs = append(rs, record(number+1))
		}
		put(t, s, rs...)
		known := map[int]dossier.Head{}
		left := 3
		mark, err := s.HeadsSince(t.Context(), 0, func(h dossier.Head) error {
			known[h.Number] = h
			if left--; left >= 0 {
				r := stored(t, s, 1)
				r.Groupe = fmt.Sprintf("tour %d", left)
				put(t, s, r)
			}
			return nil
		})
		ok(t, err)
		since(t, s, mark, known)
		same(t, many, len(known))
		same(t, "tour 0", known[1].Groupe)
	}},
	{"an error of fn ends the reading and is returned", func(t *testing.T, s Store) {
		put(t, s, record(1), record(2))
		calls := 0
		_, err := s.HeadsSince(t.Context(), 0, func(dossier.Head) error { calls++; return errEnough })
		is(t, err, errEnough)
		same(t, 1, calls)
	}},
	{"the intentions of a dossier, oldest first", func(t *testing.T, s Store) {
		late, early, elsewhere, ofCall := intention("a", "p"), intention("b", "q"), intention("c", "p"), intention("d", "p")
		early.CreatedAt = after(-time.Hour)
		elsewhere.Dossier, ofCall.Dossier = 12, 0
		enqueue(t, s, late, early, elsewhere, ofCall)
		claim(t, s, mail("m", "q", "b"))
		settle(t, s, "m", notify.Sent, noon)
		got, err := s.IntentionsOf(t.Context(), 1)
		ok(t, err)
		same(t, []string{"b", "a"}, keys(got))
		same(t, notify.Sent, got[0].Status)
		same(t, "m", got[0].Mail)
		same(t, noon, got[0].SentAt)
		for number, want := range map[int]int{12: 1, 0: 0, 2: 0} {
			got, err := s.IntentionsOf(t.Context(), number)
			ok(t, err)
			same(t, want, len(got))
		}
	}},
	{"counts by status, a claimed intention as its mail", func(t *testing.T, s Store) {
		wantCounts(t, s, nil, nil)
		enqueue(t, s, intentions("p", "k1", "k2", "k3")...)
		enqueue(t, s, intentions("q", "k4", "k5")...)
		ok(t, s.Mark(t.Context(), []string{"k5"}, notify.Held))
		claim(t, s, mail("m", "p", "k1", "k2"))
		wantCounts(t, s, map[notify.Status]int{notify.Pending: 4, notify.Held: 1}, map[notify.Status]int{notify.Pending: 1})
		settle(t, s, "m", notify.Sent, noon)
		claim(t, s, mail("n", "q", "k4"))
		settle(t, s, "n", notify.Refused, noon)
		wantCounts(t, s, map[notify.Status]int{notify.Pending: 1, notify.Held: 1, notify.Sent: 2, notify.Refused: 1},
			map[notify.Status]int{notify.Sent: 1, notify.Refused: 1})
	}},
}

// since adds to known what a mark leads to.
func since(t *testing.T, s Store, mark int64, known map[int]dossier.Head) int64 {
	t.Helper()
	next, err := s.HeadsSince(t.Context(), mark, func(h dossier.Head) error {
		known[h.Number] = h
		return nil
	})
	ok(t, err)
	return next
}

func keys(intentions []notify.Intention) []string {
	var out []string
	for _, i := range intentions {
		out = append(out, i.Key)
	}
	return out
}

func wantCounts(t *testing.T, s Store, intentions, mails map[notify.Status]int) {
	t.Helper()
	gotIntentions, gotMails, err := s.Counts(t.Context())
	ok(t, err)
	for _, c := range []struct{ want, got map[notify.Status]int }{{intentions, gotIntentions}, {mails, gotMails}} {
		statuses := slices.Concat(slices.Collect(maps.Keys(c.want)), slices.Collect(maps.Keys(c.got)))
		for _, status := range statuses {
			if c.want[status] != c.got[status] {
				t.Errorf("%s: %d, want %d", status, c.got[status], c.want[status])
			}
		}
	}
}
