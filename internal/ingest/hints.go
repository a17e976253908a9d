package ingest

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// A batch of hints is hidden from others while it is handled; a crash brings it
// back after that.
const (
	hintBatch = 20
	hintHide  = 10 * time.Minute
)

// Hinted follows hints: each names a dossier to read again through the platform.
// It holds no lease, since each dossier is written conditionally.
type Hinted struct {
	*Pass
	Hints HintSource
}

// HintReport counts what became of the hints pulled.
type HintReport struct {
	Report
	Pulled int
	// Unknown are of démarches that no call file names.
	Unknown int
	// Covered are older than the last complete pass.
	Covered int
	// Repeated name a dossier that the same batch had read.
	Repeated int
	// Hidden are of dossiers that the platform does not show.
	Hidden int
	// Elsewhere are of dossiers of another démarche than they say.
	Elsewhere int
	// Failed are of dossiers that could not be read: quarantined.
	Failed int
}

// Consume handles the hints that are waiting, oldest first. The first failure
// that is not a dossier's ends it: that hint and the following come back later.
// A hint is never lost, and at worst handled twice.
func (h Hinted) Consume(ctx context.Context) (HintReport, error) {
	var report HintReport
	for !h.outOfTime(ctx) {
		hints, err := h.Hints.Pull(ctx, h.Now(), hintHide, hintBatch)
		if err != nil || len(hints) == 0 {
			return report, err
		}
		report.Pulled += len(hints)
		b := batchOfHints{Hinted: h, report: &report, runs: map[int]*run{}, seen: map[[2]int]bool{}}
		err = b.handle(ctx, hints)
		report.Report = report.Report.with(b.runs)
		if err != nil {
			return report, err
		}
	}
	return report, nil
}

// batchOfHints is what one batch knows: a run for each démarche.
type batchOfHints struct {
	Hinted
	report *HintReport
	runs   map[int]*run
	seen   map[[2]int]bool
}

// handle tells the queue at the end what is done, whatever stopped it.
func (b *batchOfHints) handle(ctx context.Context, hints []Hint) error {
	var done []int64
	var failed error
	for _, hint := range hints {
		if failed = b.follow(ctx, hint); failed != nil {
			failed = fmt.Errorf("hint for dossier %d of démarche %d: %w", hint.Number, hint.Demarche, failed)
			break
		}
		done = append(done, hint.ID)
	}
	if len(done) > 0 {
		if err := b.Hints.Done(ctx, done); failed == nil {
			failed = err
		}
	}
	return failed
}

func (b *batchOfHints) follow(ctx context.Context, hint Hint) error {
	key := [2]int{hint.Demarche, hint.Number}
	switch {
	case !slices.Contains(b.Calls.Demarches(), hint.Demarche):
		b.report.Unknown++
		return nil
	case b.seen[key]:
		b.report.Repeated++
		return nil
	}
	r, err := b.run(ctx, hint.Demarche)
	if err != nil {
		return err
	}
	if r.covers(hint) {
		b.report.Covered++
		return nil
	}
	what, err := r.one(ctx, hint.Number)
	if err != nil {
		return err
	}
	b.seen[key] = true
	b.count(what)
	return nil
}

// run is what one batch knows of a démarche.
func (b *batchOfHints) run(ctx context.Context, demarche int) (*run, error) {
	if r := b.runs[demarche]; r != nil {
		return r, nil
	}
	r, err := b.look(ctx, demarche)
	if err == nil {
		b.runs[demarche] = r
	}
	return r, err
}

// covers tells that a complete pass began after the hint came, and so read what
// it announced. A pass of the future was noted by a clock that jumped.
func (r *run) covers(hint Hint) bool {
	completed := r.streams.CompletedAt
	return hint.ReceivedAt.Before(completed) && !completed.After(r.started)
}

func (b *batchOfHints) count(what outcome) {
	switch what {
	case hidden:
		b.report.Hidden++
	case elsewhere:
		b.report.Elsewhere++
	case quarantined:
		b.report.Failed++
	}
}

// with adds what the runs of a batch counted. Quarantined is that of the démarches
// in the last batch.
func (r Report) with(runs map[int]*run) Report {
	r.Quarantined = 0
	for _, one := range runs {
		r.DossiersRead += one.report.DossiersRead
		r.Created += one.report.Created
		r.Updated += one.report.Updated
		r.Unchanged += one.report.Unchanged
		r.Removed += one.report.Removed
		r.Drifted += one.report.Drifted
		r.Returned += one.report.Returned
		r.Expired += one.report.Expired
		r.Quarantined += one.report.Quarantined
	}
	return r
}
