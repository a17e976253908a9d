package storetest

import (
	"testing"
	"time"

	"relais/internal/dossier"
	"relais/internal/notify"
)

var dueStories = []story{
	{"earliest first, the instant itself included, payload too", func(t *testing.T, s Store) {
		put(t, s, dueAt(1, after(3*time.Hour)), dueAt(2, after(time.Hour)), dueAt(3, after(2*time.Hour)),
			dueAt(4, after(3*time.Hour+time.Microsecond)), dueAt(5, after(-time.Hour)))
		got, err := s.Due(t.Context(), after(3*time.Hour), notify.Seen{}, 10)
		ok(t, err)
		same(t, []int{5, 2, 3, 1}, numbers(got))
		for _, r := range got {
			same(t, content(r.Number), r.Dossier.Champs[0].Text)
			same(t, stored(t, s, r.Number), r)
		}
	}},
	{"at most limit, the earliest ones", func(t *testing.T, s Store) {
		for number := 1; number <= 9; number++ {
			put(t, s, dueAt(number, after(-time.Duration(number)*time.Hour)))
		}
		same(t, []int{9, 8, 7}, due(t, s, noon, 3))
		same(t, 9, len(due(t, s, noon, 9)))
		same(t, []int(nil), due(t, s, noon, 0))
	}},
	{"after the place given, by step then number", func(t *testing.T, s Store) {
		hour := after(time.Hour)
		put(t, s, dueAt(4, noon), dueAt(2, noon), dueAt(9, noon), dueAt(1, hour), dueAt(3, hour), dueAt(5, after(2*time.Hour)))
		for _, c := range []struct {
			after notify.Seen
			limit int
			want  []int
		}{
			{notify.Seen{Step: noon, Number: 2}, 9, []int{4, 9, 1, 3}},
			{notify.Seen{Step: noon, Number: 3}, 2, []int{4, 9}},
			{notify.Seen{Step: noon, Number: 4}, 2, []int{9, 1}},
			{notify.Seen{Step: noon.In(time.FixedZone("Mayotte", 3*3600)), Number: 9}, 9, []int{1, 3}},
			{notify.Seen{Step: noon.Add(-time.Microsecond), Number: 9}, 1, []int{2}},
			{notify.Seen{Step: noon.Add(time.Minute)}, 9, []int{1, 3}},
			{notify.Seen{Step: hour, Number: 3}, 9, nil},
			{notify.Seen{Step: after(2 * time.Hour)}, 9, nil},
			{notify.Seen{Step: noon, Number: 2}, 0, nil},
		} {
			got, err := s.Due(t.Context(), hour, c.after, c.limit)
			ok(t, err)
			same(t, c.want, numbers(got))
		}
	}},
	{"a place whose record is gone is a place still", func(t *testing.T, s Store) {
		put(t, s, dueAt(1, noon), dueAt(2, noon), dueAt(3, noon))
		told := dueAt(2, after(-time.Hour))
		told.Version = 1
		put(t, s, told)
		got, err := s.Due(t.Context(), noon, notify.Seen{Step: noon, Number: 2}, 9)
		ok(t, err)
		same(t, []int{3}, numbers(got))
	}},
	{"the zone of the question does not matter", func(t *testing.T, s Store) {
		reunion := time.FixedZone("La Réunion", 4*3600)
		put(t, s, dueAt(1, noon.In(reunion)))
		same(t, []int{1}, due(t, s, noon.In(time.FixedZone("Martinique", -4*3600)), 10))
		same(t, []int(nil), due(t, s, noon.Add(-time.Microsecond), 10))
	}},
	{"every démarche", func(t *testing.T, s Store) {
		elsewhere := dueAt(2, noon)
		elsewhere.Demarche = other
		put(t, s, dueAt(1, noon.Add(-time.Hour)), elsewhere)
		same(t, []int{1, 2}, due(t, s, noon, 10))
	}},
	{"a dossier no longer shown is out, and in again when it is back", func(t *testing.T, s Store) {
		put(t, s, dueAt(1, noon), dueAt(2, noon), dueAt(3, noon))
		for i, removal := range []dossier.Removal{dossier.Pending, dossier.Missing, dossier.Purged} {
			r := dueAt(i+1, noon)
			r.Version, r.Dossier, r.Removed = 1, nil, removal
			put(t, s, r)
		}
		same(t, []int(nil), due(t, s, after(1000*time.Hour), 10))
		back := dueAt(1, noon)
		back.Version = 2
		put(t, s, back)
		same(t, []int{1}, due(t, s, noon, 10))
	}},
	{"without a step left, or of another region, it is out", func(t *testing.T, s Store) {
		met, none, done := dueAt(1, noon), record(2), dueAt(3, noon)
		elsewhere := dueAt(4, noon)
		elsewhere.Foreign = true
		met.Judgement.Deadlines[0].MetOn = dossier.Day{Year: 2026, Month: 3, Day: 1}
		none.Judgement.Deadlines = nil
		done.Judgement.Deadlines[0].HandledUntil = noon
		put(t, s, met, none, done, elsewhere)
		same(t, []int(nil), due(t, s, after(1000*time.Hour), 10))
	}},
	{"the earliest step of several deadlines counts", func(t *testing.T, s Store) {
		r := record(1)
		r.Judgement.Deadlines = []dossier.Deadline{deadline(after(5 * time.Hour)), deadline(noon, after(time.Hour))}
		put(t, s, r)
		same(t, []int{1}, due(t, s, noon, 10))
	}},
	{"without payload it is due all the same", func(t *testing.T, s Store) {
		r := dueAt(1, noon)
		r.Dossier = nil
		put(t, s, r)
		got, err := s.Due(t.Context(), noon, notify.Seen{}, 10)
		ok(t, err)
		same(t, []int{1}, numbers(got))
		same(t, (*dossier.Dossier)(nil), got[0].Dossier)
	}},
	{"a step before 1970 or far ahead keeps its place", func(t *testing.T, s Store) {
		old := time.Date(1969, time.December, 31, 23, 59, 59, 0, time.UTC)
		far := time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)
		put(t, s, dueAt(1, far), dueAt(2, time.Unix(0, 0)), dueAt(3, old))
		same(t, []int{3, 2, 1}, due(t, s, far, 10))
		same(t, []int{3, 2}, due(t, s, noon, 10))
		same(t, []int{3}, due(t, s, old, 10))
	}},
}

// dueAt is a record whose steps are the given instants.
func dueAt(number int, steps ...time.Time) dossier.Record {
	r := record(number)
	r.Judgement.Deadlines = []dossier.Deadline{deadline(steps...)}
	return r
}

func due(t *testing.T, s Store, at time.Time, limit int) []int {
	t.Helper()
	rs, err := s.Due(t.Context(), at, notify.Seen{}, limit)
	ok(t, err)
	return numbers(rs)
}
