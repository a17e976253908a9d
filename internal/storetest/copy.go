package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"relais/internal/dossier"
)

var copyStories = []story{
	{"unknown numbers are absent", func(t *testing.T, s Store) {
		put(t, s, record(1), record(3))
		heads, err := s.Heads(t.Context(), national, []int{1, 2, 3, 3})
		ok(t, err)
		same(t, 2, len(heads))
		for _, number := range []int{1, 3} {
			same(t, number, heads[number].Number)
		}
	}},
	{"heads are of the démarche asked for", func(t *testing.T, s Store) {
		elsewhere := record(2)
		elsewhere.Demarche = other
		put(t, s, record(1), elsewhere)
		heads, err := s.Heads(t.Context(), other, []int{1, 2})
		ok(t, err)
		same(t, 1, len(heads))
		same(t, other, heads[2].Demarche)
	}},
	{"no numbers, no heads", func(t *testing.T, s Store) {
		put(t, s, record(1))
		for _, numbers := range [][]int{nil, {}} {
			heads, err := s.Heads(t.Context(), national, numbers)
			ok(t, err)
			same(t, 0, len(heads))
		}
	}},
	{"no records, no conflicts", func(t *testing.T, s Store) {
		put(t, s)
		put(t, s, []dossier.Record{}...)
	}},
	{"a record comes back whole", func(t *testing.T, s Store) {
		var want dossier.Record
		fill(&want)
		want.Number, want.Version = 7, 0
		want.Removed, want.Foreign = dossier.Pending, false // with these, the payload stays
		put(t, s, want)
		want.Version = 1
		same(t, want, stored(t, s, 7))
		heads, err := s.Heads(t.Context(), want.Demarche, []int{7})
		ok(t, err)
		same(t, map[int]dossier.Head{7: want.Head}, heads)
	}},
	{"each write adds one to the version and replaces all", func(t *testing.T, s Store) {
		r := record(1)
		for version := range int64(3) {
			r.Version = version
			r.Groupe = fmt.Sprintf("groupe %d", version)
			r.Dossier.Champs[0].Text = fmt.Sprintf("texte %d", version)
			put(t, s, r)
			got := stored(t, s, 1)
			same(t, version+1, got.Version)
			same(t, r.Groupe, got.Groupe)
			same(t, r.Dossier, got.Dossier)
		}
	}},
	{"a version that is not the stored one leaves the record alone and is reported", func(t *testing.T, s Store) {
		first := record(1)
		put(t, s, first)
		first.Version = 1
		put(t, s, first)
		want := stored(t, s, 1)
		for _, version := range []int64{0, 1, 3} {
			late := record(1)
			late.Version, late.Groupe = version, "en retard"
			late.Dossier.Champs[0].Text = "en retard"
			fresh := record(100 + int(version))
			conflicts, err := s.Put(t.Context(), []dossier.Record{late, fresh})
			ok(t, err)
			same(t, []int{1}, conflicts)
			same(t, want, stored(t, s, 1))
			same(t, int64(1), stored(t, s, fresh.Number).Version) // the others are written
		}
	}},
	{"a version of a dossier never stored is a conflict", func(t *testing.T, s Store) {
		r := record(1)
		r.Version = 1
		conflicts, err := s.Put(t.Context(), []dossier.Record{r})
		ok(t, err)
		same(t, []int{1}, conflicts)
		_, found, err := s.Record(t.Context(), 1)
		ok(t, err)
		same(t, false, found)
	}},
	{"the same number twice on one page: the second is a conflict", func(t *testing.T, s Store) {
		first, second := record(1), record(1)
		second.Groupe = "la seconde"
		conflicts, err := s.Put(t.Context(), []dossier.Record{first, second})
		ok(t, err)
		same(t, []int{1}, conflicts)
		same(t, first.Groupe, stored(t, s, 1).Groupe)
	}},
	{"racing writers: one winner a version", racingWriters},
	{"the caller's records are not changed", func(t *testing.T, s Store) {
		rs := []dossier.Record{record(1)}
		put(t, s, rs...)
		same(t, record(1), rs[0])
	}},
}

func racingWriters(t *testing.T, s Store) {
	const writers, rounds = 8, 5
	for round := range int64(rounds) {
		var won sync.Map
		together(writers, func(writer int) {
			r := record(1)
			r.Version = round
			r.Groupe = fmt.Sprintf("tour %d, écrivain %d", round, writer)
			r.Dossier.Champs[0].Text = r.Groupe
			conflicts, err := s.Put(t.Context(), []dossier.Record{r})
			if err != nil {
				t.Error(err)
			} else if len(conflicts) == 0 {
				won.Store(r.Groupe, true)
			}
		})
		got := stored(t, s, 1)
		winners := keysOf(&won)
		same(t, []string{got.Groupe}, winners)
		same(t, got.Groupe, got.Dossier.Champs[0].Text) // head and payload of one writer
		same(t, round+1, got.Version)
	}
}

var purgeStories = []story{
	{"a nil dossier keeps the payload", func(t *testing.T, s Store) {
		put(t, s, record(1))
		light := record(1)
		light.Version, light.Dossier, light.Removed = 1, nil, dossier.Pending
		put(t, s, light)
		got := stored(t, s, 1)
		same(t, dossier.Pending, got.Removed)
		same(t, record(1).Dossier, got.Dossier)
	}},
	{"a dossier first stored without payload has none", func(t *testing.T, s Store) {
		light := record(1)
		light.Dossier = nil
		put(t, s, light)
		same(t, (*dossier.Dossier)(nil), stored(t, s, 1).Dossier)
	}},
	{"a payload may come later", func(t *testing.T, s Store) {
		r := record(1)
		r.Dossier = nil
		put(t, s, r)
		r = record(1)
		r.Version = 1
		put(t, s, r)
		same(t, r.Dossier, stored(t, s, 1).Dossier)
	}},
	{"a purge erases the payload", func(t *testing.T, s Store) {
		put(t, s, record(1), record(2))
		put(t, s, purged(1, 1, nil))
		got := stored(t, s, 1)
		same(t, (*dossier.Dossier)(nil), got.Dossier)
		same(t, dossier.Purged, got.Removed)
		same(t, record(2).Dossier, stored(t, s, 2).Dossier)
	}},
	{"a purge erases even when it carries a payload", func(t *testing.T, s Store) {
		put(t, s, record(1))
		put(t, s, purged(1, 1, record(1).Dossier), purged(2, 0, record(2).Dossier))
		for _, number := range []int{1, 2} {
			same(t, (*dossier.Dossier)(nil), stored(t, s, number).Dossier)
		}
	}},
	{"a dossier of another region keeps its head only", func(t *testing.T, s Store) {
		put(t, s, record(1))
		moved, unseen := foreign(1, 1), foreign(2, 0)
		put(t, s, moved, unseen)
		for _, want := range []dossier.Record{moved, unseen} {
			want.Version++
			want.Dossier = nil
			same(t, want, stored(t, s, want.Number))
		}
		back := record(1)
		back.Version = 2
		put(t, s, back)
		same(t, record(1).Dossier, stored(t, s, 1).Dossier)
	}},
	{"a purge that comes late erases nothing", func(t *testing.T, s Store) {
		put(t, s, record(1))
		conflicts, err := s.Put(t.Context(), []dossier.Record{purged(1, 0, nil)})
		ok(t, err)
		same(t, []int{1}, conflicts)
		same(t, record(1).Dossier, stored(t, s, 1).Dossier)
	}},
	{"a head written after the purge brings nothing back", func(t *testing.T, s Store) {
		put(t, s, record(1))
		put(t, s, purged(1, 1, nil))
		again := purged(1, 2, nil)
		again.Removed = dossier.Present
		put(t, s, again)
		same(t, (*dossier.Dossier)(nil), stored(t, s, 1).Dossier)
	}},
}

// foreign is a record of another region that wrongly carries its payload.
func foreign(number int, version int64) dossier.Record {
	r := record(number)
	r.Version, r.Foreign = version, true
	return r
}

func purged(number int, version int64, d *dossier.Dossier) dossier.Record {
	return dossier.Record{
		Head: dossier.Head{
			Number: number, Demarche: national, Version: version,
			Removed: dossier.Purged, RemovedAt: noon, FirstSeen: noon.Add(-time.Hour),
		},
		Dossier: d,
	}
}

// together runs n goroutines that start at once, and waits.
func together(n int, run func(i int)) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			run(i)
		})
	}
	close(start)
	wg.Wait()
}

func keysOf(m *sync.Map) []string {
	var out []string
	m.Range(func(k, _ any) bool {
		out = append(out, k.(string))
		return true
	})
	return sorted(out)
}

func isError(err, want error) bool { return errors.Is(err, want) }
