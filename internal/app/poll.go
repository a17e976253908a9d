package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"relais/internal/ingest"
)

// PollReport counts one poll over all démarches; its JSON is a contract (design
// §6).
type PollReport struct {
	Requests     int64 `json:"requests"`
	DossiersRead int   `json:"dossiers_read"`
	Created      int   `json:"created"`
	Updated      int   `json:"updated"`
	Unchanged    int   `json:"unchanged"`
	Removed      int   `json:"removed"`
	Rejudged     int   `json:"rejudged"`
	Quarantined  int   `json:"quarantined"`
	DurationMS   int64 `json:"duration_ms"`
	Complete     bool  `json:"complete"`

	// Sweep is what the full comparison found; its zero says that none was made.
	Sweep Comparison `json:"-"`
}

// Comparison counts what a full comparison found. Nothing drifted and nothing
// missing proves that our copy was true.
type Comparison struct {
	Made                             bool
	Listed, Stored, Drifted, Missing int
}

func (c *Comparison) add(s ingest.SweepReport) {
	c.Made = true
	c.Listed += s.Listed
	c.Stored += s.Stored
	c.Drifted += s.Drifted
	c.Missing += s.Missing
}

// PollOptions of one poll. Call is the id of a call, whose whole démarche is then
// the only one. Sweep adds the full comparison.
type PollOptions struct {
	Call     string
	Sweep    bool
	Progress func(demarche int, r ingest.Report)
}

// Poll makes our copy of the calls' démarches true: of all of them, or of the
// whole démarche of one call. One démarche in trouble does not stop the others;
// their errors come joined, with what was done all the same.
func (w *World) Poll(ctx context.Context, o PollOptions) (PollReport, error) {
	demarches, err := w.demarches(o.Call)
	if err != nil {
		return PollReport{}, err
	}
	started, before := time.Now(), w.Platform.Requests() // real time, whatever the world's clock
	report := PollReport{Complete: true}
	var problems []error
	for _, demarche := range demarches {
		err := w.pollOne(ctx, demarche, o, &report)
		if err != nil {
			problems = append(problems, err)
		}
		if ctx.Err() != nil || everywhere(err) {
			report.Complete = false
			break
		}
	}
	if report.Sweep.Made && w.Tidy != nil && ctx.Err() == nil {
		if _, err := w.Tidy(ctx); err != nil {
			problems = append(problems, fmt.Errorf("tidy the store: %w", err))
		}
	}
	report.Requests = w.Platform.Requests() - before
	report.DurationMS = time.Since(started).Milliseconds()
	return report, errors.Join(problems...)
}

// pollOne makes one pass, and the full comparison after it.
func (w *World) pollOne(ctx context.Context, demarche int, o PollOptions, report *PollReport) error {
	pass := w.pass(demarche, o.Progress)
	r, err := pass.Run(ctx, demarche)
	quarantined := r.Quarantined
	defer func() { report.Quarantined += quarantined }()
	report.add(r)
	if err != nil || !o.Sweep {
		return err
	}
	s, err := pass.Sweep(ctx, demarche)
	quarantined = s.Quarantined
	report.add(s.Report)
	report.Sweep.add(s)
	return err
}

// OnlyBusy tells that nothing went wrong in a poll but that another one holds the
// lease of some démarches, and does their work.
func OnlyBusy(err error) bool {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return !slices.ContainsFunc(joined.Unwrap(), func(one error) bool { return !OnlyBusy(one) })
	}
	return errors.Is(err, ingest.ErrBusy)
}

// everywhere tells that a failure would meet every démarche: a refused token, a
// host that does not answer. Trying the next one would only insist.
func everywhere(err error) bool {
	var e interface{ Everywhere() bool }
	return errors.As(err, &e) && e.Everywhere()
}

func (w *World) pass(demarche int, progress func(int, ingest.Report)) *ingest.Pass {
	p := &ingest.Pass{
		Source: w.Platform, Copy: w.Store, Positions: w.Store,
		Calls: w.Calls, Calendar: w.Calendar, Regions: w.Regions,
		Quarantine: w.Store, Forms: w.Platform, Inventory: w.Store,
		Overlap: w.Overlap, Margin: w.Margin, Term: w.Term, Holder: w.Holder, Dead: w.Dead, Now: w.Now, Log: w.Log,
	}
	if progress != nil {
		p.Progress = func(r ingest.Report) { progress(demarche, r) }
	}
	return p
}

func (r *PollReport) add(p ingest.Report) {
	r.DossiersRead += p.DossiersRead
	r.Created += p.Created
	r.Updated += p.Updated
	r.Unchanged += p.Unchanged
	r.Removed += p.Removed
	r.Rejudged += p.Rejudged
	r.Complete = r.Complete && p.Complete
}

// demarches are those to poll; a template has none.
func (w *World) demarches(callID string) ([]int, error) {
	if callID == "" {
		list := w.Calls.Demarches()
		if len(list) == 0 {
			return nil, usage("no call file names a démarche, so there is nothing to poll: write one with relais init --demarche N")
		}
		return list, nil
	}
	c, ok := w.Calls.Get(callID)
	switch {
	case !ok:
		return nil, usage("no call file has the id %q: see the ids in RELAIS_CALLS", callID)
	case c.Template():
		return nil, usage("the call %q is a template (its demarche is null), so it is never polled", callID)
	}
	return []int{c.Demarche}, nil
}
