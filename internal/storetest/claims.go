package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"relais/internal/dossier"
	"relais/internal/notify"
)

var claimStories = []story{
	{"intentions point to the mail that claimed them", func(t *testing.T, s Store) {
		enqueue(t, s, intentions("p", "k1", "k2", "k3")...)
		want := mail("m", "p", "k2", "k1")
		claim(t, s, want)
		same(t, want, readMail(t, s, "m"))
		got := told(t, s)
		for _, key := range want.Keys {
			same(t, "m", got[key].Mail)
			same(t, notify.Pending, got[key].Status)
			same(t, true, got[key].SentAt.IsZero())
		}
		same(t, "", got["k3"].Mail)
	}},
	{"all or nothing", func(t *testing.T, s Store) {
		enqueue(t, s, intentions("p", "free", "claimed", "held", "sent")...)
		ok(t, s.Mark(t.Context(), []string{"held"}, notify.Held))
		claim(t, s, mail("m0", "p", "claimed"))
		claim(t, s, mail("m1", "p", "sent"))
		settle(t, s, "m1", notify.Sent, noon)
		want := told(t, s)
		for _, obstacle := range []string{"claimed", "held", "sent", "unknown"} {
			for _, keys := range [][]string{{"free", obstacle}, {obstacle, "free"}} {
				is(t, s.Claim(t.Context(), mail("m2", "p", keys...)), dossier.ErrConflict)
				same(t, want, told(t, s))
				noMail(t, s, "m2")
			}
		}
		claim(t, s, mail("m2", "p", "free"))
	}},
	{"an id that is taken is a conflict", func(t *testing.T, s Store) {
		enqueue(t, s, intentions("p", "k1", "k2")...)
		claim(t, s, mail("m", "p", "k1"))
		is(t, s.Claim(t.Context(), mail("m", "p", "k2")), dossier.ErrConflict)
		same(t, []string{"k1"}, readMail(t, s, "m").Keys)
		same(t, []string{"k2"}, free(t, s, "p", notify.Pending))
	}},
	{"a mail of many intentions", func(t *testing.T, s Store) {
		var keys []string
		for i := range 90 {
			keys = append(keys, fmt.Sprintf("k%02d", i))
		}
		enqueue(t, s, intentions("p", keys...)...)
		claim(t, s, mail("m", "p", keys...))
		same(t, keys, readMail(t, s, "m").Keys)
		settle(t, s, "m", notify.Pending, noon)
		same(t, keys, free(t, s, "p", notify.Pending))
	}},
	{"racing claims: each intention in one mail", racingClaims},
	{"a fresh claim is a first attempt, not settled", func(t *testing.T, s Store) {
		enqueue(t, s, intention("k", "p"))
		m := mail("m", "p", "k")
		m.Attempts, m.Status, m.SettledAt = 0, "", noon
		claim(t, s, m)
		same(t, mail("m", "p", "k"), readMail(t, s, "m"))
	}},
	{"sent: status and instant are seen through the mail", func(t *testing.T, s Store) {
		enqueue(t, s, intentions("p", "k1", "k2")...)
		claim(t, s, mail("m", "p", "k1"))
		settle(t, s, "m", notify.Sent, after(time.Second))
		want := intention("k1", "p")
		want.Status, want.Mail, want.SentAt = notify.Sent, "m", after(time.Second)
		same(t, map[string]notify.Intention{"k1": want, "k2": intention("k2", "p")}, told(t, s))
		m := readMail(t, s, "m")
		same(t, notify.Sent, m.Status)
		same(t, after(time.Second), m.SettledAt)
	}},
	{"refused: never sent", func(t *testing.T, s Store) {
		enqueue(t, s, intention("k", "p"))
		claim(t, s, mail("m", "p", "k"))
		settle(t, s, "m", notify.Refused, after(time.Second))
		got := told(t, s)["k"]
		same(t, notify.Refused, got.Status)
		same(t, true, got.SentAt.IsZero())
		same(t, after(time.Second), readMail(t, s, "m").SettledAt)
	}},
	{"settled once: the first fate stands", func(t *testing.T, s Store) {
		enqueue(t, s, intentions("p", "k1", "k2")...)
		claim(t, s, mail("m1", "p", "k1"))
		claim(t, s, mail("m2", "p", "k2"))
		settle(t, s, "m1", notify.Sent, noon)
		settle(t, s, "m2", notify.Refused, noon)
		want := told(t, s)
		for _, id := range []string{"m1", "m2", "unknown"} {
			for _, fate := range []notify.Status{notify.Sent, notify.Refused, notify.Pending} {
				is(t, s.Settle(t.Context(), id, fate, after(time.Hour)), dossier.ErrConflict)
			}
		}
		same(t, want, told(t, s))
		ok(t, s.Mark(t.Context(), []string{"k1", "k2"}, notify.Pending))
		same(t, want, told(t, s))
	}},
	{"pending releases: free again, the mail is gone", func(t *testing.T, s Store) {
		enqueue(t, s, intentions("p", "k1", "k2")...)
		claim(t, s, mail("m", "p", "k1", "k2"))
		settle(t, s, "m", notify.Pending, noon)
		noMail(t, s, "m")
		same(t, map[string]notify.Intention{"k1": intention("k1", "p"), "k2": intention("k2", "p")}, told(t, s))
		same(t, []string{"p"}, people(t, s, notify.Pending, "", 1))
		is(t, s.Settle(t.Context(), "m", notify.Sent, noon), dossier.ErrConflict)
		claim(t, s, mail("m2", "p", "k1"))
		claim(t, s, mail("m", "p", "k2")) // the id too
	}},
	{"releasing one mail leaves the others", func(t *testing.T, s Store) {
		enqueue(t, s, intentions("p", "k1", "k2")...)
		claim(t, s, mail("m1", "p", "k1"))
		claim(t, s, mail("m2", "p", "k2"))
		settle(t, s, "m1", notify.Pending, noon)
		same(t, "m2", told(t, s)["k2"].Mail)
		same(t, []string{"k1"}, free(t, s, "p", notify.Pending))
	}},
	{"a mail has no other fate", func(t *testing.T, s Store) {
		enqueue(t, s, intention("k", "p"))
		claim(t, s, mail("m", "p", "k"))
		for _, fate := range []notify.Status{notify.Held, notify.Dropped, notify.Skipped, "", "envoyé"} {
			if err := s.Settle(t.Context(), "m", fate, noon); err == nil {
				t.Errorf("settled as %q", fate)
			}
		}
		same(t, mail("m", "p", "k"), readMail(t, s, "m"))
	}},
	{"racing settlements: one fate", func(t *testing.T, s Store) {
		enqueue(t, s, intention("k", "p"))
		claim(t, s, mail("m", "p", "k"))
		var won sync.Map
		together(6, func(i int) {
			fate := []notify.Status{notify.Sent, notify.Refused}[i%2]
			err := s.Settle(t.Context(), "m", fate, after(time.Duration(i)*time.Second))
			if err == nil {
				won.Store(fmt.Sprint(fate, i), true)
			} else if !isError(err, dossier.ErrConflict) {
				t.Error(err)
			}
		})
		m := readMail(t, s, "m")
		same(t, []string{fmt.Sprint(m.Status, int(m.SettledAt.Sub(noon)/time.Second))}, keysOf(&won))
	}},
}

func racingClaims(t *testing.T, s Store) {
	enqueue(t, s, intentions("p", "k0", "k1", "k2", "k3")...)
	var won sync.Map
	together(8, func(i int) {
		id := fmt.Sprint("m", i)
		err := s.Claim(t.Context(), mail(id, "p", fmt.Sprint("k", i%4), fmt.Sprint("k", (i+1)%4)))
		if err == nil {
			won.Store(id, true)
		} else if !isError(err, dossier.ErrConflict) {
			t.Error(err)
		}
	})
	carried := map[string]int{}
	for _, id := range keysOf(&won) {
		for _, key := range readMail(t, s, id).Keys {
			carried[key]++
			same(t, id, told(t, s)[key].Mail)
		}
	}
	for key, i := range told(t, s) {
		want := 0
		if i.Mail != "" {
			want = 1
		}
		same(t, want, carried[key])
	}
	if len(carried) == 0 {
		t.Fatal("nobody won")
	}
}

var orphanStories = []story{
	{"claimed before, not settled, oldest first, at most limit", func(t *testing.T, s Store) {
		for i, claimedAt := range []time.Time{after(time.Hour), noon, after(2 * time.Hour), after(-time.Hour), after(3 * time.Hour)} {
			key := fmt.Sprint("k", i)
			enqueue(t, s, intention(key, "p"))
			m := mail("m"+fmt.Sprint(i), "p", key)
			m.ClaimedAt = claimedAt
			claim(t, s, m)
		}
		settle(t, s, "m1", notify.Sent, noon)
		same(t, []string{"m3", "m0", "m2"}, orphans(t, s, after(3*time.Hour), 10)) // m4 not before
		same(t, []string{"m3", "m0"}, orphans(t, s, after(3*time.Hour), 2))
		same(t, []string(nil), orphans(t, s, after(3*time.Hour), 0))
		same(t, []string(nil), orphans(t, s, after(-time.Hour), 10))
		settle(t, s, "m3", notify.Pending, noon)
		settle(t, s, "m0", notify.Refused, noon)
		same(t, []string{"m2"}, orphans(t, s, after(3*time.Hour), 10))
	}},
	{"an orphan comes whole and can be taken over", func(t *testing.T, s Store) {
		enqueue(t, s, intentions("p", "k1", "k2")...)
		claim(t, s, mail("m", "p", "k1", "k2"))
		got, err := s.Orphans(t.Context(), after(time.Hour), 10)
		ok(t, err)
		same(t, []notify.Mail{mail("m", "p", "k1", "k2")}, got)

		ok(t, s.Reclaim(t.Context(), got[0], after(time.Hour)))
		want := mail("m", "p", "k1", "k2")
		want.ClaimedAt, want.Attempts = after(time.Hour), 2
		same(t, want, readMail(t, s, "m"))
		same(t, []string(nil), orphans(t, s, after(time.Hour), 10))

		ok(t, s.Reclaim(t.Context(), want, after(2*time.Hour)))
		same(t, 3, readMail(t, s, "m").Attempts)
		settle(t, s, "m", notify.Sent, after(2*time.Hour))
		same(t, notify.Sent, told(t, s)["k2"].Status)
	}},
	{"claimed at another instant, settled or released: a conflict", func(t *testing.T, s Store) {
		enqueue(t, s, intentions("p", "k1", "k2", "k3")...)
		for i := range 3 {
			claim(t, s, mail(fmt.Sprint("m", i+1), "p", fmt.Sprint("k", i+1)))
		}
		settle(t, s, "m2", notify.Sent, noon)
		settle(t, s, "m3", notify.Pending, noon)
		early := mail("m1", "p", "k1")
		early.ClaimedAt = after(-time.Microsecond)
		for _, m := range []notify.Mail{early, mail("m2", "p", "k2"), mail("m3", "p", "k3"), mail("m4", "p")} {
			is(t, s.Reclaim(t.Context(), m, after(time.Hour)), dossier.ErrConflict)
		}
		same(t, mail("m1", "p", "k1"), readMail(t, s, "m1"))
		noMail(t, s, "m3")
	}},
	{"the claim's own instant, finer than stored, is recognised", func(t *testing.T, s Store) {
		enqueue(t, s, intention("k", "p"))
		m := mail("m", "p", "k")
		m.ClaimedAt = noon.Add(1999 * time.Nanosecond).In(time.FixedZone("Paris", 3600))
		claim(t, s, m)
		ok(t, s.Reclaim(t.Context(), m, after(time.Hour)))
	}},
	{"racing takers: one sends", func(t *testing.T, s Store) {
		enqueue(t, s, intention("k", "p"))
		m := mail("m", "p", "k")
		claim(t, s, m)
		for round := range 4 {
			var won sync.Map
			at := after(time.Duration(round+1) * time.Hour)
			together(6, func(i int) {
				err := s.Reclaim(t.Context(), m, at) // the same clock for all
				if err == nil {
					won.Store(fmt.Sprint(i), true)
				} else if !isError(err, dossier.ErrConflict) {
					t.Error(err)
				}
			})
			same(t, 1, len(keysOf(&won)))
			m = readMail(t, s, "m")
			same(t, round+2, m.Attempts)
		}
	}},
}

func readMail(t tester, s Store, id string) notify.Mail {
	t.Helper()
	m, found, err := s.Mail(t.Context(), id)
	ok(t, err)
	if !found {
		t.Fatalf("mail %q is not stored", id)
	}
	return m
}

func noMail(t tester, s Store, id string) {
	t.Helper()
	_, found, err := s.Mail(t.Context(), id)
	ok(t, err)
	if found {
		t.Fatalf("mail %q is stored", id)
	}
}

func orphans(t tester, s Store, before time.Time, limit int) []string {
	t.Helper()
	mails, err := s.Orphans(t.Context(), before, limit)
	ok(t, err)
	var ids []string
	for _, m := range mails {
		ids = append(ids, m.ID)
	}
	return ids
}
