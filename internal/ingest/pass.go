package ingest

import (
	"context"
	"errors"
	"fmt"
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

// Pass makes our copy of a démarche true once. The zero Overlap, Margin and
// Progress are allowed.
type Pass struct {
	Source    Source
	Copy      Copy
	Positions Positions
	Calls     call.Set
	Calendar  deadline.Calendar
	// Regions of this deployment; empty means all. Dossiers known to be of
	// another region are kept as number and date only.
	Regions []string
	Overlap time.Duration
	// Margin is the time to keep in hand before the context's deadline: with less
	// left on its own clock, the pass stops cleanly and the next one resumes. Zero
	// reads on to the deadline.
	Margin   time.Duration
	Now      func() time.Time
	Progress func(Report)
	Log      logrus.FieldLogger
}

// Report counts what a pass did. Complete is false when it stopped before the
// end of a stream.
type Report struct {
	DossiersRead int
	Created      int
	Updated      int
	Unchanged    int
	Removed      int
	Rejudged     int
	Complete     bool
}

// run is one pass under way.
type run struct {
	*Pass
	demarche int
	stamp    string
	started  time.Time
	streams  Streams
	report   Report
}

// Run reads one démarche to the end, or as far as time allows. Whatever it
// returns, all that the report counts is stored, and the position lies at or
// before the data. dossier.ErrConflict means that another pass is under way.
func (p *Pass) Run(ctx context.Context, demarche int) (Report, error) {
	r := &run{
		Pass: p, demarche: demarche, started: p.Now(),
		stamp: judge.Stamp(p.Calls.OfDemarche(demarche)),
	}
	err := r.all(ctx)
	if err != nil {
		return r.report, fmt.Errorf("démarche %d: %w", demarche, err)
	}
	return r.report, nil
}

func (r *run) all(ctx context.Context) error {
	streams, err := r.Positions.Streams(ctx, r.demarche)
	if err != nil {
		return err
	}
	r.streams = streams
	r.streams.Demarche = r.demarche
	if err := r.rejudge(ctx); err != nil {
		return fmt.Errorf("re-judging: %w", err)
	}
	done, err := r.readDossiers(ctx)
	if err != nil || !done {
		return err
	}
	if err := r.readPending(ctx); err != nil {
		return fmt.Errorf("pendingDeletedDossiers: %w", err)
	}
	if err := r.readDeleted(ctx); err != nil {
		return fmt.Errorf("deletedDossiers: %w", err)
	}
	r.streams.CompletedAt = r.started
	if err := r.save(ctx); err != nil {
		return err
	}
	r.report.Complete = true
	return nil
}

// save writes the position; always after the data it stands for.
func (r *run) save(ctx context.Context) error {
	version, err := r.Positions.SaveStreams(ctx, r.streams)
	if errors.Is(err, dossier.ErrConflict) {
		return fmt.Errorf("another pass of this démarche is under way: %w", err)
	}
	if err != nil {
		return err
	}
	r.streams.Version = version
	return nil
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
func (r *run) outOfTime(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && r.Margin > 0 && deadline.Sub(r.Now()) < r.Margin
}
