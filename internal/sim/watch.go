package sim

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"time"

	"relais/internal/dossier"
	"relais/internal/ingest"
)

// watch looks at each write of what must only grow truer.
type watch struct {
	gone    map[int]time.Time // when a dossier was stored as removed, on the true clock
	heads   map[int]dossier.Head
	streams ingest.Streams
}

func newWatch() watch { return watch{gone: map[int]time.Time{}, heads: map[int]dossier.Head{}} }

// observePut writes records, and checks each that replaced another.
func (s *Storm) observePut(ctx context.Context, who string, records []dossier.Record) ([]int, error) {
	conflicts, err := s.store.Put(ctx, records)
	if err != nil && s.fragile != nil {
		return conflicts, errors.Join(err, s.observeShattered(ctx, who, records))
	}
	if err != nil {
		return conflicts, err
	}
	for _, r := range records {
		if !slices.Contains(conflicts, r.Number) {
			s.replaced(who, s.watch.heads[r.Number], r.Head)
			s.watch.heads[r.Number] = r.Head
		}
	}
	return conflicts, nil
}

// observeShattered looks at what a Put that was cut short has written.
func (s *Storm) observeShattered(ctx context.Context, who string, records []dossier.Record) error {
	s.fragile.Mend()
	for _, r := range records {
		now, known, err := s.store.Record(ctx, r.Number)
		if err != nil {
			return err
		}
		if old := s.watch.heads[r.Number]; known && now.Version > old.Version {
			s.replaced(who, old, now.Head)
			s.watch.heads[r.Number] = now.Head
		}
	}
	return nil
}

func (s *Storm) replaced(who string, old, now dossier.Head) {
	switch {
	case now.Removed == dossier.Present:
		delete(s.watch.gone, now.Number)
	case old.Removed == dossier.Present:
		s.watch.gone[now.Number] = s.clock.platform()
	}
	if old.Number == 0 {
		return
	}
	switch {
	case old.Removed == dossier.Purged && now.Removed != dossier.Purged:
		s.fail("%s brought dossier %d back, which had been erased", who, now.Number)
	case now.Modified.Before(old.Modified):
		s.fail("%s replaced the dossier %d of %s by that of %s", who, now.Number, at(old.Modified), at(now.Modified))
	case s.temper.jumps || now.Removed == dossier.Purged || !now.ReadAt.Before(old.ReadAt):
	case now.Modified.Equal(old.Modified) && now.Fingerprint != old.Fingerprint:
		s.fail("%s replaced the dossier %d read at %s by the one read at %s", who, now.Number, at(old.ReadAt), at(now.ReadAt))
	case now.Removed != old.Removed:
		s.fail("%s made dossier %d %q, as of %s, although it was %q at %s", who, now.Number, now.Removed, at(now.ReadAt), old.Removed, at(old.ReadAt))
	}
}

// observeSave writes positions, and checks them against those they replace.
func (s *Storm) observeSave(ctx context.Context, p *process, next ingest.Streams) (int64, error) {
	before := s.watch.streams
	version, err := s.store.SaveStreams(ctx, next)
	if err != nil {
		return version, err
	}
	s.watch.streams = next
	if place(next).less(place(before)) {
		s.fail("%s moved the position back from %s to %s", p.name, at(before.Reached), at(next.Reached))
	}
	if s.alive(before.Lease) && before.Lease.Holder != p.holder {
		s.fail("%s wrote positions under the living lease of %s", p.name, before.Lease.Holder)
	}
	return version, nil
}

// alive tells whether a lease binds others. With clocks that jump, nobody can.
func (s *Storm) alive(l ingest.Lease) bool {
	dead := s.temper.knowsDead && s.morgue[l.Holder]
	return !s.temper.jumps && !dead && l.Until.After(s.clock.ours())
}

// spot is a position that can be compared with another.
type spot struct {
	reached time.Time
	cursor  string
}

// place reads the cursor of the stand-in, which names an instant and a number of
// eight digits.
func place(streams ingest.Streams) spot {
	cursor, _ := base64.RawURLEncoding.DecodeString(streams.Position.Cursor)
	return spot{streams.Reached, string(cursor)}
}

func (a spot) less(b spot) bool {
	return a.reached.Before(b.reached) || a.reached.Equal(b.reached) && a.cursor < b.cursor
}

// at writes an instant in a message.
func at(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
