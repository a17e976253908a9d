package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"relais/internal/ingest"
)

var alarmStories = []story{
	{"nothing is wrong at first", func(t *testing.T, s Store) {
		same(t, 0, len(alarms(t, s)))
	}},
	{"an alarm comes back whole", func(t *testing.T, s Store) {
		var want ingest.Alarm
		fill(&want)
		raise(t, s, want.Cause, want.Since)
		same(t, []ingest.Alarm{want}, alarms(t, s))
	}},
	{"first only once, and since then", func(t *testing.T, s Store) {
		same(t, true, raise(t, s, "jeton refusé", noon))
		for _, at := range []time.Time{noon, after(time.Hour), after(-time.Hour)} {
			same(t, false, raise(t, s, "jeton refusé", at))
		}
		same(t, []ingest.Alarm{{Cause: "jeton refusé", Since: noon}}, alarms(t, s))
	}},
	{"each cause is its own", func(t *testing.T, s Store) {
		for _, cause := range []string{"copie ancienne 1", "copie ancienne 12", "copie ancienne", "Copie ancienne"} {
			same(t, true, raise(t, s, cause, noon))
		}
		same(t, 4, len(alarms(t, s)))
	}},
	{"a cause that is cleared is forgotten, the others stay", func(t *testing.T, s Store) {
		raise(t, s, "a", noon)
		raise(t, s, "b", noon)
		ok(t, s.ClearAlarm(t.Context(), "a"))
		same(t, []string{"b"}, causes(alarms(t, s)))
		same(t, false, raise(t, s, "b", noon))
	}},
	{"raised anew, it is first again", func(t *testing.T, s Store) {
		for hour := range 3 {
			at := after(time.Duration(hour) * time.Hour)
			same(t, true, raise(t, s, "a", at))
			same(t, []ingest.Alarm{{Cause: "a", Since: at}}, alarms(t, s))
			ok(t, s.ClearAlarm(t.Context(), "a"))
			same(t, 0, len(alarms(t, s)))
		}
	}},
	{"clearing what is not raised is no error", func(t *testing.T, s Store) {
		ok(t, s.ClearAlarm(t.Context(), "a"))
		raise(t, s, "b", noon)
		ok(t, s.ClearAlarm(t.Context(), "a"))
		same(t, []string{"b"}, causes(alarms(t, s)))
	}},
	{"oldest first, then by cause", func(t *testing.T, s Store) {
		for _, a := range []ingest.Alarm{
			{Cause: "c", Since: noon}, {Cause: "d", Since: after(-time.Microsecond)}, {Cause: "a", Since: after(time.Hour)},
			{Cause: "b", Since: noon},
		} {
			raise(t, s, a.Cause, a.Since)
		}
		same(t, []string{"d", "b", "c", "a"}, causes(alarms(t, s)))
	}},
	{"of several callers at once, one is first", func(t *testing.T, s Store) {
		for round := range 4 {
			var won sync.Map
			together(6, func(i int) {
				first, err := s.RaiseAlarm(t.Context(), "a", after(time.Duration(i)*time.Second))
				check(t, err)
				if first {
					won.Store(fmt.Sprint(i), true)
				}
			})
			since := alarms(t, s)[0].Since
			same(t, []string{fmt.Sprint(int(since.Sub(noon) / time.Second))}, keysOf(&won))
			if round%2 == 0 {
				ok(t, s.ClearAlarm(t.Context(), "a"))
				continue
			}
			same(t, false, raise(t, s, "a", noon))
			ok(t, s.ClearAlarm(t.Context(), "a"))
		}
	}},
}

func raise(t tester, s Store, cause string, at time.Time) (first bool) {
	t.Helper()
	first, err := s.RaiseAlarm(t.Context(), cause, at)
	ok(t, err)
	return first
}

func alarms(t tester, s Store) []ingest.Alarm {
	t.Helper()
	got, err := s.Alarms(t.Context())
	ok(t, err)
	return got
}

func causes(alarms []ingest.Alarm) []string {
	var out []string
	for _, a := range alarms {
		out = append(out, a.Cause)
	}
	return out
}
