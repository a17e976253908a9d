package storetest

import (
	"sync/atomic"
	"testing"
	"time"

	"relais/internal/dossier"
	"relais/internal/ingest"
)

var positionStories = []story{
	{"a démarche never read has zero streams", func(t *testing.T, s Store) {
		got, err := s.Streams(t.Context(), national)
		ok(t, err)
		same(t, ingest.Streams{Demarche: national}, got)
	}},
	{"streams come back whole", func(t *testing.T, s Store) {
		var want ingest.Streams
		fill(&want)
		want.Demarche, want.Version = national, 0
		version, err := s.SaveStreams(t.Context(), want)
		ok(t, err)
		same(t, int64(1), version)
		want.Version = version
		same(t, want, streams(t, s, national))
	}},
	{"streams come back whole whatever they were before", func(t *testing.T, s Store) {
		var full ingest.Streams
		fill(&full)
		for version := range int64(4) {
			want := ingest.Streams{}
			if version%2 == 1 {
				want = full
			}
			want.Demarche, want.Version = national, version
			want.Version = save(t, s, want)
			same(t, want, streams(t, s, national))
		}
	}},
	{"each write gives the next version", func(t *testing.T, s Store) {
		at := ingest.Streams{Demarche: national}
		for want := int64(1); want <= 4; want++ {
			version, err := s.SaveStreams(t.Context(), at)
			ok(t, err)
			same(t, want, version)
			at.Version = version
		}
	}},
	{"a walk that ended is forgotten", func(t *testing.T, s Store) {
		at := ingest.Streams{Demarche: national, Walk: &ingest.Walk{Position: dossier.Position{Cursor: "c"}, StartedAt: noon}}
		at.Version = save(t, s, at)
		at.Walk = nil
		save(t, s, at)
		same(t, (*ingest.Walk)(nil), streams(t, s, national).Walk)
	}},
	{"a stale version is a conflict and changes nothing", func(t *testing.T, s Store) {
		at := ingest.Streams{Demarche: national}
		at.Version = save(t, s, at)
		save(t, s, at)
		want := streams(t, s, national)
		for _, version := range []int64{0, 1, 3} {
			_, err := s.SaveStreams(t.Context(), ingest.Streams{
				Demarche: national, Version: version, Position: dossier.Position{Cursor: "volé"},
			})
			is(t, err, dossier.ErrConflict)
			same(t, want, streams(t, s, national))
		}
	}},
	{"a version of a démarche never read is a conflict", func(t *testing.T, s Store) {
		_, err := s.SaveStreams(t.Context(), ingest.Streams{Demarche: national, Version: 2})
		is(t, err, dossier.ErrConflict)
		same(t, int64(0), streams(t, s, national).Version)
	}},
	{"racing passes: one goes on", func(t *testing.T, s Store) {
		for round := range int64(5) {
			var won atomic.Int64
			together(6, func(int) {
				_, err := s.SaveStreams(t.Context(), ingest.Streams{Demarche: national, Version: round})
				switch {
				case err == nil:
					won.Add(1)
				case !isError(err, dossier.ErrConflict):
					t.Error(err)
				}
			})
			same(t, int64(1), won.Load())
		}
	}},
	{"démarches have positions of their own", func(t *testing.T, s Store) {
		save(t, s, ingest.Streams{Demarche: national, Position: dossier.Position{Cursor: "ici"}})
		same(t, int64(0), streams(t, s, other).Version)
		save(t, s, ingest.Streams{Demarche: other, Position: dossier.Position{Cursor: "là"}})
		same(t, "ici", streams(t, s, national).Position.Cursor)
	}},
	{"the last complete pass", func(t *testing.T, s Store) {
		completed, err := s.CompletedAt(t.Context(), national)
		ok(t, err)
		same(t, true, completed.IsZero())
		at := ingest.Streams{Demarche: national}
		at.Version = save(t, s, at)
		completed, err = s.CompletedAt(t.Context(), national)
		ok(t, err)
		same(t, true, completed.IsZero())
		at.CompletedAt = noon.Add(time.Microsecond)
		save(t, s, at)
		completed, err = s.CompletedAt(t.Context(), national)
		ok(t, err)
		same(t, at.CompletedAt, completed)
	}},
	{"a démarche comes back whole, and the last one put counts", func(t *testing.T, s Store) {
		_, found, err := s.Demarche(t.Context(), national)
		ok(t, err)
		same(t, false, found)
		var want dossier.Demarche
		fill(&want)
		want.Number = national
		ok(t, s.PutDemarche(t.Context(), want))
		got, found, err := s.Demarche(t.Context(), national)
		ok(t, err)
		same(t, true, found)
		same(t, want, got)

		want.Groupes, want.DateFermeture = want.Groupes[:1], nil
		ok(t, s.PutDemarche(t.Context(), want))
		got, _, err = s.Demarche(t.Context(), national)
		ok(t, err)
		same(t, want, got)
	}},
	{"démarches are listed by number", func(t *testing.T, s Store) {
		none, err := s.Demarches(t.Context())
		ok(t, err)
		same(t, 0, len(none))
		want := []dossier.Demarche{{Number: 9, Title: "PIC"}, {Number: 200, Title: "SPIE"}, {Number: 1000, Title: "O2R"}}
		for _, i := range []int{1, 0, 2} {
			ok(t, s.PutDemarche(t.Context(), want[i]))
		}
		got, err := s.Demarches(t.Context())
		ok(t, err)
		same(t, want, got)
	}},
}

func streams(t *testing.T, s Store, demarche int) ingest.Streams {
	t.Helper()
	got, err := s.Streams(t.Context(), demarche)
	ok(t, err)
	return got
}

func save(t *testing.T, s Store, at ingest.Streams) int64 {
	t.Helper()
	version, err := s.SaveStreams(t.Context(), at)
	ok(t, err)
	return version
}
