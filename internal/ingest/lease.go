package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"relais/internal/dossier"
)

// DefaultTerm is longer than twice one request with its retries, after each of
// which the lease can be extended. A pass that was killed keeps others away for
// that long, unless its process is known to be dead.
const DefaultTerm = 5 * time.Minute

// lastWord is the time a pass that was stopped takes to release its lease.
const lastWord = 3 * time.Second

// underLease does some work while holding the lease. An idle one costs two
// writes: the one that takes the lease, and the one that saves and releases it.
func (r *run) underLease(ctx context.Context, work func(context.Context) error) error {
	if err := r.acquire(ctx); err != nil {
		return err
	}
	failed := work(ctx)
	if err := r.release(ctx, failed); err != nil {
		r.report.Complete = false
		return err
	}
	return failed
}

func (r *run) acquire(ctx context.Context) error {
	streams, err := r.Positions.Streams(ctx, r.demarche)
	if err != nil {
		return err
	}
	if r.held(streams.Lease) && !r.Bugs.IgnoreLease {
		return ErrBusy
	}
	r.streams, r.leased = streams, true
	r.streams.Demarche = r.demarche
	if r.streams.DeletedReadAt.IsZero() {
		// The first list must reach back to the first pass, which may have been cut
		// short weeks ago: nothing purged before it is in our copy.
		r.streams.DeletedReadAt = r.started.Add(-deletedEvery)
	}
	return r.save(ctx)
}

// held tells that somebody alive holds the lease. One that ends later than any
// could was written by a clock that jumped: it binds nobody.
func (r *run) held(l Lease) bool {
	left := l.Until.Sub(r.Now())
	return left > 0 && left <= 2*r.term() && (r.Dead == nil || !r.Dead(l.Holder))
}

func (r *run) term() time.Duration {
	if r.Term > 0 {
		return r.Term
	}
	return DefaultTerm
}

// extend saves when half of the lease is over.
func (r *run) extend(ctx context.Context) error {
	if !r.leased || r.streams.Lease.Until.Sub(r.Now()) > r.term()/2 {
		return nil
	}
	return r.save(ctx)
}

// release writes what was reached, which is never ahead of the data. After a
// failure it is a best effort, which outlives the context for a moment.
func (r *run) release(ctx context.Context, failed error) error {
	if r.lost {
		return nil
	}
	r.leased = false
	if failed == nil && ctx.Err() == nil {
		return r.save(ctx)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWord)
	defer cancel()
	if err := r.save(ctx); err != nil && r.Log != nil {
		r.Log.WithField("demarche", r.demarche).Warnf("the lease could not be released and ends at %s", r.streams.Lease.Until.UTC().Format(time.RFC3339))
	}
	return nil
}

// save writes the positions; always after the data they stand for.
func (r *run) save(ctx context.Context) error {
	next := r.streams
	next.Lease = Lease{}
	if r.leased {
		next.Lease = Lease{Holder: r.Holder, Until: r.Now().Add(r.term()).UTC().Truncate(time.Microsecond)}
	}
	version, err := r.Positions.SaveStreams(ctx, next)
	if errors.Is(err, dossier.ErrConflict) && r.Bugs.IgnoreFence {
		var stored Streams
		stored, err = r.Positions.Streams(ctx, r.demarche)
		next.Version = stored.Version
		if err == nil {
			version, err = r.Positions.SaveStreams(ctx, next)
		}
	}
	if errors.Is(err, dossier.ErrConflict) {
		r.lost = true
		return ErrBusy
	}
	if err != nil {
		return fmt.Errorf("saving the positions: %w", err)
	}
	next.Version = version
	r.streams = next
	return nil
}
