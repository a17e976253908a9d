package ingest

import (
	"context"
	"fmt"
	"time"

	"relais/internal/dossier"
)

// fetched is a page on its way from the reader to the keeper.
type fetched struct {
	page dossier.Page
	err  error
}

// readDossiers walks the dossiers from where the last pass left off. A page is
// stored while the next one is fetched. It tells whether the end was reached.
func (r *run) readDossiers(ctx context.Context) (done bool, err error) {
	walk := r.begin()
	pages := r.fetch(ctx, walk)
	defer pages.stop()
	for f := range pages.c {
		if f.err != nil {
			return false, f.err
		}
		if walk.StartedAt.IsZero() {
			walk.StartedAt = f.page.PlatformAt
		}
		if err := r.keepPage(ctx, f.page); err != nil {
			return false, err
		}
		r.advance(walk, f.page)
		if !f.page.HasNextPage {
			r.finish(walk)
			return true, nil
		}
		walk.Position.Cursor = f.page.EndCursor
		r.streams.Walk = walk
		if err := r.save(ctx); err != nil {
			return false, err
		}
	}
	return false, ctx.Err()
}

// begin chooses where to read from: the place where a pass was cut short, else
// the overlap window before the position, else the position alone.
func (r *run) begin() *Walk {
	s := r.streams
	switch {
	case s.Walk != nil:
		w := *s.Walk
		return &w
	case s.Reached.IsZero():
		return &Walk{Position: dossier.Position{Since: beginning}}
	case s.Settled:
		return &Walk{Position: s.Position}
	}
	return &Walk{Position: dossier.Position{Since: s.Reached.Add(-r.overlap())}}
}

// advance moves the position to the end of a page, unless the page lies behind
// it: the overlap is read again without moving back.
func (r *run) advance(walk *Walk, page dossier.Page) {
	if len(page.Dossiers) == 0 || page.EndCursor == "" {
		return
	}
	last := page.Dossiers[len(page.Dossiers)-1].DateDerniereModification
	if last.Before(r.streams.Reached) || page.EndCursor == r.streams.Position.Cursor {
		return
	}
	// Dates are cut to the second, cursors are not: a page that ends earlier in
	// the very second of the position is behind it as long as more follows.
	if last.Equal(r.streams.Reached) && page.HasNextPage {
		return
	}
	r.streams.Position = dossier.Position{Since: last, Cursor: page.EndCursor}
	r.streams.Reached = last
	r.streams.ReachedAt = page.PlatformAt
	r.streams.Settled = false
}

// finish closes a walk that reached the end. Once a whole walk has started later
// than the overlap after the position was reached, nothing can appear behind it.
func (r *run) finish(walk *Walk) {
	r.streams.Walk = nil
	if r.streams.Reached.IsZero() || r.streams.Settled {
		return
	}
	r.streams.Settled = walk.StartedAt.Sub(r.streams.ReachedAt) > r.overlap()
}

// pageReader fetches ahead by one page.
type pageReader struct {
	c    chan fetched
	stop context.CancelFunc
}

// fetch reads pages until the end, an error, or too little time. The channel
// holds none: one page waits for its turn beside the one being kept.
func (r *run) fetch(ctx context.Context, walk *Walk) pageReader {
	ctx, cancel := context.WithCancel(ctx)
	c := make(chan fetched)
	go func(at dossier.Position) {
		defer close(c)
		for first := true; !r.outOfTime(ctx); first = false {
			page, err := r.page(ctx, at, first)
			select {
			case c <- fetched{page, err}:
			case <-ctx.Done():
				return
			}
			if err != nil || !page.HasNextPage {
				return
			}
			at.Cursor = page.EndCursor
		}
	}(walk.Position)
	return pageReader{c, cancel}
}

// page reads one page and refuses one that would make the walk turn in circles.
func (r *run) page(ctx context.Context, at dossier.Position, first bool) (dossier.Page, error) {
	page, err := r.Source.Dossiers(ctx, r.demarche, at, first)
	if err != nil {
		return page, err
	}
	if page.HasNextPage && (page.EndCursor == "" || page.EndCursor == at.Cursor) {
		return page, fmt.Errorf("the platform announces a next page but its cursor does not move; the position is kept, try again later")
	}
	return page, nil
}

// keepPage stores the démarche, if the page brought it, and the dossiers.
func (r *run) keepPage(ctx context.Context, page dossier.Page) error {
	if page.Demarche != nil {
		if err := r.Positions.PutDemarche(ctx, *page.Demarche); err != nil {
			return err
		}
	}
	if err := r.keep(ctx, page.Dossiers, page.ReadAt); err != nil {
		return err
	}
	r.report.DossiersRead += len(page.Dossiers)
	r.progress()
	return nil
}

// since is the lower bound for deletedDossiers: rows are back-dated by up to two
// weeks, so the last reading is looked back upon by three.
func (r *run) since() time.Time {
	last := r.streams.DeletedReadAt
	if last.IsZero() {
		last = r.started
	}
	return last.Add(-lookBack)
}
