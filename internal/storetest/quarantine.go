package storetest

import (
	"fmt"
	"testing"
	"time"

	"relais/internal/ingest"
)

var quarantineStories = []story{
	{"nobody is in quarantine at first", func(t *testing.T, s Store) {
		put(t, s, record(1))
		same(t, 0, len(cases(t, s, national)))
		same(t, 0, len(cases(t, s, 0)))
	}},
	{"a case comes back whole", func(t *testing.T, s Store) {
		var want ingest.Case
		fill(&want)
		ok(t, s.PutCase(t.Context(), want))
		same(t, []ingest.Case{want}, cases(t, s, want.Demarche))
		same(t, []ingest.Case{want}, cases(t, s, 0))
	}},
	{"over the one of the same démarche and number", func(t *testing.T, s Store) {
		var want ingest.Case
		fill(&want)
		want.Demarche, want.Number = national, 1
		ok(t, s.PutCase(t.Context(), want))
		for attempts := range 3 {
			want = quarantined(national, 1)
			want.Attempts, want.NextTry = attempts, after(time.Duration(attempts)*time.Hour)
			ok(t, s.PutCase(t.Context(), want))
			same(t, []ingest.Case{want}, cases(t, s, national))
		}
		want = ingest.Case{Demarche: national, Number: 1} // nothing of the former is left
		ok(t, s.PutCase(t.Context(), want))
		same(t, []ingest.Case{want}, cases(t, s, national))
	}},
	{"by number; those of all by démarche, then number", func(t *testing.T, s Store) {
		for _, number := range []int{200, 9, 1000} {
			for _, demarche := range []int{other, national, 7} {
				ok(t, s.PutCase(t.Context(), quarantined(demarche, number)))
			}
		}
		var all []ingest.Case
		for _, demarche := range []int{7, national, other} {
			var own []ingest.Case
			for _, number := range []int{9, 200, 1000} {
				own = append(own, quarantined(demarche, number))
			}
			same(t, own, cases(t, s, demarche))
			all = append(all, own...)
		}
		same(t, all, cases(t, s, 0))
		same(t, 0, len(cases(t, s, 8)))
	}},
	{"a case that is dropped is forgotten, the others stay", func(t *testing.T, s Store) {
		for _, c := range []ingest.Case{quarantined(national, 1), quarantined(national, 2), quarantined(other, 1)} {
			ok(t, s.PutCase(t.Context(), c))
		}
		ok(t, s.DropCase(t.Context(), national, 1))
		same(t, []ingest.Case{quarantined(national, 2), quarantined(other, 1)}, cases(t, s, 0))
	}},
	{"dropping what is not there is no error", func(t *testing.T, s Store) {
		ok(t, s.PutCase(t.Context(), quarantined(national, 1)))
		ok(t, s.DropCase(t.Context(), national, 2))
		ok(t, s.DropCase(t.Context(), other, 1))
		ok(t, s.DropCase(t.Context(), 0, 1)) // 0 is all only when listing
		same(t, []ingest.Case{quarantined(national, 1)}, cases(t, s, 0))
		ok(t, s.DropCase(t.Context(), national, 1))
		ok(t, s.DropCase(t.Context(), national, 1))
		same(t, 0, len(cases(t, s, 0)))
	}},
	{"a case is no copy: our own stays as it is", func(t *testing.T, s Store) {
		put(t, s, record(1))
		want := stored(t, s, 1)
		ok(t, s.PutCase(t.Context(), quarantined(national, 1)))
		ok(t, s.PutCase(t.Context(), quarantined(national, 2)))
		same(t, []int{1}, headsAfter(t, s, 0))
		ok(t, s.DropCase(t.Context(), national, 1))
		same(t, want, stored(t, s, 1))
	}},
	{"racing writers: the case of one of them, whole", func(t *testing.T, s Store) {
		together(6, func(i int) {
			c := quarantined(national, 1)
			c.Cause, c.Attempts = fmt.Sprint("cause ", i), i
			check(t, s.PutCase(t.Context(), c))
		})
		got := cases(t, s, national)
		same(t, 1, len(got))
		same(t, fmt.Sprint("cause ", got[0].Attempts), got[0].Cause)
	}},
}

func quarantined(demarche, number int) ingest.Case {
	return ingest.Case{
		Demarche: demarche, Number: number, Cause: "timeout",
		FirstSeen: noon, Attempts: 1, NextTry: after(time.Minute),
	}
}

func cases(t tester, s Store, demarche int) []ingest.Case {
	t.Helper()
	got, err := s.Cases(t.Context(), demarche)
	ok(t, err)
	return got
}
