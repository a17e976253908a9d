package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"relais/internal/dossier"
)

// readDossiers walks the dossiers from where the last pass left off. It tells
// whether the end was reached.
func (r *run) readDossiers(ctx context.Context) (done bool, err error) {
	walk := r.begin()
	return r.walk(ctx, walk.Position, func(f fetched) error { return r.turn(ctx, &walk, f) })
}

// begin chooses where to read from: the place where a pass was cut short, else
// the overlap window before the position, else the position alone.
func (r *run) begin() Walk {
	s := r.streams
	switch {
	case s.Walk != nil:
		return *s.Walk
	case s.Reached.IsZero():
		return Walk{Position: dossier.Position{Since: beginning}}
	case s.Settled || r.Bugs.NoOverlap:
		return Walk{Position: s.Position, Ahead: true}
	}
	since := s.Reached.Add(-r.overlap())
	if !s.Recheck.IsZero() && s.Recheck.Before(since) && !r.Bugs.ResumeBlindly {
		since = s.Recheck
	}
	return Walk{Position: dossier.Position{Since: since}}
}

// walk reads pages from a position to the end. A page is stored while the next
// one is fetched; turn is called once it is.
func (r *run) walk(ctx context.Context, from dossier.Position, turn func(fetched) error) (done bool, err error) {
	pages := r.fetch(ctx, from)
	defer pages.stop()
	for f := range pages.c {
		if f.err != nil {
			return false, f.err
		}
		if r.Bugs.PositionBeforeData && !f.part {
			_, _ = turn(f), r.save(ctx)
		}
		if err := r.keepPage(ctx, f); err != nil {
			return false, err
		}
		if f.part {
			continue
		}
		if err := turn(f); err != nil || !f.page.HasNextPage {
			return err == nil, err
		}
	}
	return false, ctx.Err()
}

// turn moves the positions past a stored page.
func (r *run) turn(ctx context.Context, walk *Walk, f fetched) error {
	r.note(walk, f)
	r.advance(walk, f)
	if !f.page.HasNextPage {
		r.finish(walk)
		return nil
	}
	walk.Position.Cursor = f.page.EndCursor
	here := *walk
	r.streams.Walk = &here
	return r.save(ctx)
}

// note keeps the platform's clock when the walk began, and when it came near the
// present.
func (r *run) note(walk *Walk, f fetched) {
	now := f.page.PlatformAt.UTC()
	if walk.StartedAt.IsZero() {
		walk.StartedAt = now
	}
	near := f.last.IsZero() || f.last.After(now.Add(-r.overlap()))
	if walk.NearAt.IsZero() && near && f.page.EndCursor != "" {
		walk.NearAt = now
	}
}

// advance moves the position to the end of a page, unless the page lies behind
// it: the overlap is read again without moving back. Dates are cut to the second
// and cursors cannot be compared, so a page that ends in the very second of the
// position lies ahead of it only if the walk already does.
func (r *run) advance(walk *Walk, f fetched) {
	if f.page.EndCursor == "" && r.Bugs.EmptyPageResets {
		r.streams.Position, r.streams.Reached = dossier.Position{}, time.Time{}
	}
	if f.last.IsZero() || f.page.EndCursor == "" || f.page.EndCursor == r.streams.Position.Cursor {
		return
	}
	if !walk.Ahead && !f.last.After(r.streams.Reached) || f.last.Before(r.streams.Reached) {
		return
	}
	walk.Ahead = true
	r.streams.Position = dossier.Position{Since: f.last, Cursor: f.page.EndCursor}
	r.streams.Reached = f.last
	r.streams.ReachedAt = f.page.PlatformAt.UTC()
	r.streams.Settled = false
}

// finish closes a walk that reached the end. Once a whole walk has started later
// than the overlap after the position was reached, nothing can appear behind it.
func (r *run) finish(walk *Walk) {
	r.streams.Walk = nil
	r.streams.Recheck = time.Time{}
	if !walk.NearAt.IsZero() {
		r.streams.Recheck = walk.NearAt.Add(-r.overlap())
	}
	if r.streams.Reached.IsZero() || r.streams.Settled {
		return
	}
	r.streams.Settled = walk.StartedAt.Sub(r.streams.ReachedAt) > r.overlap() || r.Bugs.SettleAtOnce
}

// keepPage stores the démarche, if the page brought it, the dossiers, and those
// that could not be read.
func (r *run) keepPage(ctx context.Context, f fetched) error {
	if f.page.Demarche != nil {
		if err := r.keepDemarche(ctx, *f.page.Demarche); err != nil {
			return err
		}
	}
	if err := r.keep(ctx, f.page.Dossiers, f.page.ReadAt); err != nil {
		return err
	}
	if err := r.keepCases(ctx, f); err != nil {
		return err
	}
	if n := len(f.page.Dossiers); n > 0 {
		r.streams.Witness = f.page.Dossiers[n-1].Number
	}
	r.sight(f)
	r.report.DossiersRead += len(f.page.Dossiers)
	r.progress()
	return r.extend(ctx)
}

// keepDemarche costs a write only when something changed.
func (r *run) keepDemarche(ctx context.Context, d dossier.Demarche) error {
	digest, err := digestOf(d)
	if err != nil {
		return err
	}
	if digest != r.streams.Shown {
		if err := r.Positions.PutDemarche(ctx, d); err != nil {
			return err
		}
		r.streams.Shown = digest
	}
	return r.checkForm(ctx, d)
}

func digestOf(d dossier.Demarche) (string, error) {
	b, err := json.Marshal(d)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16]), err
}
