package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"relais/internal/dossier"
	"relais/internal/notify"
)

// many is above any reasonable batch.
const many = 450

var errEnough = errors.New("enough")

var readingStories = []story{
	{"heads ascend, each once, above the given number", func(t *testing.T, s Store) {
		same(t, []int(nil), headsAfter(t, s, 0))
		var rs []dossier.Record
		for number := many; number > 0; number-- {
			r := record(number * 2)
			r.Dossier = nil
			rs = append(rs, r)
		}
		put(t, s, rs...)
		got := headsAfter(t, s, 0)
		same(t, many, len(got))
		for i, number := range got {
			same(t, (i+1)*2, number)
		}
		same(t, got[200:], headsAfter(t, s, 400))
		same(t, got[200:], headsAfter(t, s, 401))
		same(t, []int(nil), headsAfter(t, s, many*2))
	}},
	{"a head is what was stored, removed ones too", func(t *testing.T, s Store) {
		put(t, s, record(1), purged(2, 0, nil))
		ok(t, s.EachHead(t.Context(), 0, func(h dossier.Head) error {
			same(t, stored(t, s, h.Number).Head, h)
			return nil
		}))
		same(t, []int{1, 2}, headsAfter(t, s, 0))
	}},
	{"an error of fn ends the reading and is returned", func(t *testing.T, s Store) {
		put(t, s, record(1), record(2))
		enqueue(t, s, intentions("p", "k1", "k2")...)
		calls := 0
		is(t, s.EachHead(t.Context(), 0, func(dossier.Head) error { calls++; return errEnough }), errEnough)
		is(t, s.EachIntention(t.Context(), func(notify.Intention) error { calls++; return errEnough }), errEnough)
		same(t, 2, calls)
	}},
	{"fn may use the store", func(t *testing.T, s Store) {
		put(t, s, record(1), record(2), record(3))
		ok(t, s.EachHead(t.Context(), 0, func(h dossier.Head) error {
			r := stored(t, s, h.Number)
			r.Groupe = "relu"
			put(t, s, r)
			return nil
		}))
		same(t, "relu", stored(t, s, 3).Groupe)
	}},
	{"intentions by creation, then key", func(t *testing.T, s Store) {
		var want []string
		var is []notify.Intention
		for i := range many {
			n := notify.Intention{
				Key: fmt.Sprintf("k%03d", (i*7)%many), Person: fmt.Sprint("p", i%5), Kind: notify.Opening,
				CreatedAt: after(time.Duration((i*7)%many/3) * time.Hour), Status: notify.Pending,
			}
			is = append(is, n)
			want = append(want, n.Key) // made so that the two orders agree
		}
		enqueue(t, s, is...)
		var got []string
		ok(t, s.EachIntention(t.Context(), func(i notify.Intention) error {
			got = append(got, i.Key)
			return nil
		}))
		same(t, sorted(want), got)
	}},
	{"intentions older first whatever their keys", func(t *testing.T, s Store) {
		late, early := intention("a", "p"), intention("b", "p")
		early.CreatedAt = after(-time.Microsecond)
		enqueue(t, s, late, early)
		var got []string
		ok(t, s.EachIntention(t.Context(), func(i notify.Intention) error {
			got = append(got, i.Key)
			return nil
		}))
		same(t, []string{"b", "a"}, got)
	}},
	{"an unknown mail is not found", func(t *testing.T, s Store) {
		noMail(t, s, "m")
	}},
	{"notes about the store", func(t *testing.T, s Store) {
		for _, value := range []string{"", "demarches.example", "", "autre"} {
			ok(t, s.SetMeta(t.Context(), "host", value))
			got, err := s.Meta(t.Context(), "host")
			ok(t, err)
			same(t, value, got)
		}
		got, err := s.Meta(t.Context(), "absent")
		ok(t, err)
		same(t, "", got)
	}},
}

func headsAfter(t *testing.T, s Store, after int) []int {
	t.Helper()
	var got []int
	ok(t, s.EachHead(t.Context(), after, func(h dossier.Head) error {
		got = append(got, h.Number)
		return nil
	}))
	return got
}
