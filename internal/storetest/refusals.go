package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"relais/internal/dossier"
	"relais/internal/notify"
)

var refusalStories = []story{
	{"a sent mail is refused, and so its intentions", func(t *testing.T, s Store) {
		enqueue(t, s, intentions("p", "k1", "k2", "k3", "k4")...)
		sent(t, s, "m", "p", "k1", "k2")
		sent(t, s, "m2", "p", "k3")
		want, row := told(t, s), readMail(t, s, "m")
		same(t, true, refuse(t, s, "m", after(time.Hour)))

		row.Status, row.SettledAt = notify.Refused, after(time.Hour)
		same(t, row, readMail(t, s, "m"))
		for _, key := range row.Keys {
			i := want[key]
			i.Status, i.SentAt = notify.Refused, time.Time{}
			want[key] = i
		}
		same(t, want, told(t, s))
		same(t, notify.Sent, readMail(t, s, "m2").Status)
	}},
	{"one that is not sent is left as it is", func(t *testing.T, s Store) {
		enqueue(t, s, intentions("p", "k1", "k2", "k3")...)
		claim(t, s, mail("pending", "p", "k1"))
		claim(t, s, mail("refused", "p", "k2"))
		settle(t, s, "refused", notify.Refused, noon)
		claim(t, s, mail("released", "p", "k3"))
		settle(t, s, "released", notify.Pending, noon)
		want := told(t, s)
		for _, id := range []string{"pending", "refused", "released", "unknown", ""} {
			same(t, false, refuse(t, s, id, after(time.Hour)))
		}
		same(t, want, told(t, s))
		same(t, mail("pending", "p", "k1"), readMail(t, s, "pending"))
		same(t, noon, readMail(t, s, "refused").SettledAt)
		noMail(t, s, "released")
		noMail(t, s, "unknown")
		settle(t, s, "pending", notify.Sent, noon) // its own fate is still open
		same(t, true, refuse(t, s, "pending", noon))
	}},
	{"refused once: the first refusal stands", func(t *testing.T, s Store) {
		enqueue(t, s, intention("k", "p"))
		sent(t, s, "m", "p", "k")
		same(t, true, refuse(t, s, "m", after(time.Hour)))
		same(t, false, refuse(t, s, "m", after(2*time.Hour)))
		same(t, after(time.Hour), readMail(t, s, "m").SettledAt)
	}},
	{"a refused mail keeps its intentions for good", func(t *testing.T, s Store) {
		enqueue(t, s, intention("k", "p"))
		sent(t, s, "m", "p", "k")
		refuse(t, s, "m", noon)
		want := told(t, s)
		for _, status := range []notify.Status{notify.Pending, notify.Sent, notify.Refused} {
			same(t, []string(nil), free(t, s, "p", status))
			same(t, []string(nil), people(t, s, status, "", 9))
			is(t, s.Settle(t.Context(), "m", status, after(time.Hour)), dossier.ErrConflict)
		}
		ok(t, s.Mark(t.Context(), []string{"k"}, notify.Pending))
		is(t, s.Claim(t.Context(), mail("m2", "p", "k")), dossier.ErrConflict)
		is(t, s.Reclaim(t.Context(), mail("m", "p", "k"), after(time.Hour)), dossier.ErrConflict)
		same(t, []string(nil), orphans(t, s, after(time.Hour), 9))
		added, err := s.Enqueue(t.Context(), intentions("p", "k"))
		ok(t, err)
		same(t, 0, added)
		same(t, want, told(t, s))
	}},
	{"the rows of its keys say so too", func(t *testing.T, s Store) {
		enqueue(t, s, intention("k", "p"))
		sent(t, s, "m", "p", "k")
		refuse(t, s, "m", noon)
		rows, err := s.Rows(t.Context(), []string{"k"})
		ok(t, err)
		want := intention("k", "p")
		want.Status, want.Mail = notify.Refused, "m"
		same(t, []notify.Intention{want}, rows)
	}},
	{"a mail of many intentions is refused whole", func(t *testing.T, s Store) {
		var keys []string
		for i := range 90 {
			keys = append(keys, fmt.Sprintf("k%02d", i))
		}
		enqueue(t, s, intentions("p", keys...)...)
		sent(t, s, "m", "p", keys...)
		same(t, true, refuse(t, s, "m", noon))
		for _, i := range told(t, s) {
			same(t, notify.Refused, i.Status)
		}
	}},
	{"racing refusals: one is told of it", func(t *testing.T, s Store) {
		enqueue(t, s, intention("k", "p"))
		sent(t, s, "m", "p", "k")
		var won sync.Map
		together(6, func(i int) {
			first, err := s.Refuse(t.Context(), "m", after(time.Duration(i)*time.Second))
			check(t, err)
			if first {
				won.Store(fmt.Sprint(i), true)
			}
		})
		m := readMail(t, s, "m")
		same(t, notify.Refused, m.Status)
		same(t, []string{fmt.Sprint(int(m.SettledAt.Sub(noon) / time.Second))}, keysOf(&won))
	}},
	{"racing its settlement: refused after it, or not at all", func(t *testing.T, s Store) {
		for round := range 6 {
			key, id := fmt.Sprint("k", round), fmt.Sprint("m", round)
			enqueue(t, s, intention(key, "p"))
			claim(t, s, mail(id, "p", key))
			var refused bool
			together(2, func(i int) {
				var err error
				if i == 0 {
					err = s.Settle(t.Context(), id, notify.Sent, noon)
				} else {
					refused, err = s.Refuse(t.Context(), id, after(time.Hour))
				}
				check(t, err)
			})
			want := mail(id, "p", key)
			want.Status, want.SettledAt = notify.Sent, noon
			if refused {
				want.Status, want.SettledAt = notify.Refused, after(time.Hour)
			}
			same(t, want, readMail(t, s, id))
			same(t, want.Status, told(t, s)[key].Status)
		}
	}},
}

var suppressionStories = []story{
	{"nobody is suppressed at first", func(t *testing.T, s Store) {
		same(t, time.Time{}, suppressed(t, s, "d"))
		same(t, time.Time{}, suppressed(t, s, ""))
	}},
	{"an address is suppressed since an instant", func(t *testing.T, s Store) {
		at := noon.Add(1999 * time.Nanosecond).In(time.FixedZone("Paris", 3600))
		digest := notify.Digest("prénom.nom@dreets.example")
		suppress(t, s, digest, at)
		got := suppressed(t, s, digest)
		same(t, after(time.Microsecond), got)
		same(t, time.UTC.String(), got.Location().String())
	}},
	{"suppressed twice, it is since the first time", func(t *testing.T, s Store) {
		for _, at := range []time.Time{noon, after(time.Hour), after(-time.Hour)} {
			suppress(t, s, "d", at)
			same(t, noon, suppressed(t, s, "d"))
		}
	}},
	{"each digest is its own", func(t *testing.T, s Store) {
		digests := []string{"ab", "abc", "AB", "b", "é"}
		for i, d := range digests {
			suppress(t, s, d, after(time.Duration(i)*time.Hour))
		}
		for i, d := range digests {
			same(t, after(time.Duration(i)*time.Hour), suppressed(t, s, d))
		}
		same(t, time.Time{}, suppressed(t, s, "a"))
	}},
	{"allowed, it is forgotten; the others stay", func(t *testing.T, s Store) {
		suppress(t, s, "a", noon)
		suppress(t, s, "b", noon)
		ok(t, s.Allow(t.Context(), "a"))
		same(t, time.Time{}, suppressed(t, s, "a"))
		same(t, noon, suppressed(t, s, "b"))
	}},
	{"suppressed anew, it is since then", func(t *testing.T, s Store) {
		for hour := range 3 {
			suppress(t, s, "d", after(time.Duration(hour)*time.Hour))
			same(t, after(time.Duration(hour)*time.Hour), suppressed(t, s, "d"))
			ok(t, s.Allow(t.Context(), "d"))
			same(t, time.Time{}, suppressed(t, s, "d"))
		}
	}},
	{"allowing what is not there is no error", func(t *testing.T, s Store) {
		suppress(t, s, "b", noon)
		for _, digest := range []string{"a", "", "a"} {
			ok(t, s.Allow(t.Context(), digest))
		}
		same(t, noon, suppressed(t, s, "b"))
	}},
	{"an empty digest and no instant are errors", func(t *testing.T, s Store) {
		if err := s.Suppress(t.Context(), "", noon); err == nil {
			t.Error("an empty digest was suppressed")
		}
		if err := s.Suppress(t.Context(), "d", time.Time{}); err == nil {
			t.Error("suppressed since never")
		}
		same(t, time.Time{}, suppressed(t, s, ""))
		suppress(t, s, "d", noon) // nothing was written
		same(t, noon, suppressed(t, s, "d"))
	}},
	{"it is neither an alarm, nor a note, nor a mail", func(t *testing.T, s Store) {
		suppress(t, s, "d", noon)
		same(t, 0, len(alarms(t, s)))
		note, err := s.Meta(t.Context(), "d")
		ok(t, err)
		same(t, "", note)
		noMail(t, s, "d")
		same(t, true, raise(t, s, "d", after(time.Hour)))
		ok(t, s.ClearAlarm(t.Context(), "d"))
		same(t, noon, suppressed(t, s, "d"))
	}},
	{"of several callers at once, one instant stands", func(t *testing.T, s Store) {
		for round := range 4 {
			digest := fmt.Sprint("d", round)
			together(6, func(i int) {
				check(t, s.Suppress(t.Context(), digest, after(time.Duration(i)*time.Second)))
			})
			since := suppressed(t, s, digest)
			if since.Before(noon) || since.After(after(5*time.Second)) {
				t.Errorf("suppressed since %v, an instant that nobody gave", since)
			}
			suppress(t, s, digest, after(time.Hour))
			same(t, since, suppressed(t, s, digest))
		}
	}},
}

// sent claims intentions with a mail and settles it as sent.
func sent(t tester, s Store, id, person string, keys ...string) {
	t.Helper()
	claim(t, s, mail(id, person, keys...))
	settle(t, s, id, notify.Sent, after(time.Second))
}

func refuse(t tester, s Store, mail string, at time.Time) bool {
	t.Helper()
	refused, err := s.Refuse(t.Context(), mail, at)
	ok(t, err)
	return refused
}

func suppress(t tester, s Store, digest string, at time.Time) {
	t.Helper()
	ok(t, s.Suppress(t.Context(), digest, at))
}

func suppressed(t tester, s Store, digest string) time.Time {
	t.Helper()
	since, err := s.Suppressed(t.Context(), digest)
	ok(t, err)
	return since
}
