package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/judge"
)

// DefaultOverlap covers the platform's late commits: a dossier can become
// visible with a modification date some minutes in the past.
const DefaultOverlap = 5 * time.Minute

// beginning is the lower bound of a first pass: the platform orders by
// modification only when it is given one.
var beginning = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// Pass makes our copy of a démarche true once. Source, Copy, Positions and Now
// are needed; the rest may be zero.
type Pass struct {
	Source    Source
	Copy      Copy
	Positions Positions
	// Quarantine takes the dossiers that cannot be read. Without one, a page that
	// cannot be read stops the pass.
	Quarantine Quarantine
	// Forms tells which bindings the form no longer honours; nil checks none.
	Forms Forms
	// Inventory is needed by Sweep alone.
	Inventory Inventory

	Calls    call.Set
	Calendar deadline.Calendar
	// Regions of this deployment; empty means all. Dossiers known to be of
	// another region are kept as number and date only.
	Regions []string
	Overlap time.Duration
	// Margin is the time to keep in hand before the context's deadline: with less
	// left on its own clock, the pass stops cleanly and the next one resumes. Zero
	// reads on to the deadline.
	Margin time.Duration

	// Holder names this process in the lease, and Dead tells that a holder can no
	// longer be at work; nil means that nobody knows. Term is how long a lease
	// lasts unless extended; DefaultTerm when 0.
	Holder string
	Dead   func(holder string) bool
	Term   time.Duration
	// RetryAll tries every quarantined dossier again, due or not.
	RetryAll bool

	Now      func() time.Time
	Progress func(Report)
	Log      logrus.FieldLogger

	Bugs Bugs // for tests only
}

// Report counts what a pass did. Complete is false when it stopped before the
// end of a stream.
type Report struct {
	DossiersRead int
	Created      int
	Updated      int
	Unchanged    int
	// Removed counts the dossiers that left: pending, missing and erased.
	Removed  int
	Rejudged int
	// Drifted counts, among the updated, those whose modification date had told
	// nothing.
	Drifted int
	// Returned counts, among the updated, those that were missing or pending.
	Returned int
	// Expired counts, among the removed, those erased at the end of their call's
	// retention.
	Expired int
	// Quarantined is how many dossiers of the démarche cannot be read, at the end.
	Quarantined int
	// Stale are the bindings found to be stale in this pass and not before.
	Stale    []StaleBinding
	Complete bool
}

// run is one pass under way.
type run struct {
	*Pass
	demarche int
	started  time.Time
	streams  Streams
	report   Report

	calls call.Set // without the stale bindings
	stamp string
	cases map[int]Case // in quarantine

	leased bool // each save extends the lease
	lost   bool // another pass took over
	seen   map[int]sight
}

// sight is what a sweep saw of a dossier; nil when nobody asks.
type sight int

const (
	listed sight = iota + 1 // shown, perhaps not readable
	read
	gone // in the list of those hidden or purged
)

// Run reads one démarche to the end, or as far as time allows. Whatever it
// returns, all that the report counts is stored, and the position lies at or
// before the data. ErrBusy means that another pass is under way.
func (p *Pass) Run(ctx context.Context, demarche int) (Report, error) {
	r := p.open(demarche)
	err := r.underLease(ctx, r.all)
	return r.report, r.named(err)
}

func (p *Pass) open(demarche int) *run {
	return &run{Pass: p, demarche: demarche, started: p.Now()}
}

func (r *run) named(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("démarche %d: %w", r.demarche, err)
}

// all is a pass. The quarantine comes last: whatever it takes, the streams have
// been read by then.
func (r *run) all(ctx context.Context) error {
	if err := r.prepare(ctx); err != nil {
		return err
	}
	done, err := r.readDossiers(ctx)
	if err != nil || !done {
		return err
	}
	// The pending list is known to time out on large démarches; purges are read all
	// the same.
	if err := errors.Join(
		wrap("pendingDeletedDossiers", r.readPending(ctx)),
		wrap("deletedDossiers", r.readDeleted(ctx)),
	); err != nil {
		return err
	}
	r.complete()
	return r.retryDue(ctx)
}

// complete notes that everything was read to the end; the last save tells it.
func (r *run) complete() {
	r.streams.CompletedAt = r.started
	r.report.Complete = true
}

// prepare reads what the pass needs to know and judges again what was judged
// otherwise.
func (r *run) prepare(ctx context.Context) error {
	r.unbind()
	if err := r.readCases(ctx); err != nil {
		return err
	}
	if err := r.rejudge(ctx); err != nil {
		return fmt.Errorf("re-judging: %w", err)
	}
	return nil
}

func wrap(list string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", list, err)
}

// use judges with a set of calls from now on.
func (r *run) use(calls call.Set) {
	r.calls, r.stamp = calls, judge.Stamp(calls.OfDemarche(r.demarche))
	if len(r.Regions) > 0 { // narrowing them must reach what is stored already
		r.stamp += "/" + strings.Join(slices.Sorted(slices.Values(r.Regions)), ",")
	}
}

func (r *run) overlap() time.Duration {
	if r.Overlap > 0 {
		return r.Overlap
	}
	return DefaultOverlap
}

func (r *run) progress() {
	if r.Progress != nil {
		r.Progress(r.report)
	}
}

// outOfTime tells that the context's deadline is nearer than the margin.
func (p *Pass) outOfTime(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && p.Margin > 0 && deadline.Sub(p.Now()) < p.Margin
}

func numbersOf(dossiers []dossier.Dossier) []int {
	list := make([]int, len(dossiers))
	for i := range dossiers {
		list[i] = dossiers[i].Number
	}
	return list
}
