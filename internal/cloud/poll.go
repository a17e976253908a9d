package cloud

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"relais/internal/app"
	"relais/internal/cloud/journal"
	"relais/internal/settings"
)

// PollEvent is what the schedule or an operator hands to poll. Action is poll,
// sweep or check; "" is poll. Call limits a poll to the démarche of one call.
type PollEvent struct {
	Action string `json:"action"`
	Call   string `json:"call"`
}

// PollResult is what poll answers. Busy tells that another run holds the lease of
// a démarche; Check is the answer to the action of that name.
type PollResult struct {
	app.PollReport
	Busy     bool            `json:"busy,omitempty"`
	Sweep    *app.Comparison `json:"sweep,omitempty"`
	Check    []app.CheckLine `json:"check,omitempty"`
	Problems int             `json:"problems,omitempty"`
}

// Poll builds the function that reads the platform: the only one, with ingest,
// that uses the token, so that it is only ever used from their address.
func Poll(context.Context) (Handler, error) {
	w, err := open(settings.NeedPlatform)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(w.withCalls(), w.withStore(), w.withPlatform(pollShare)); err != nil {
		return nil, err
	}
	return timed(w, w.poll), nil
}

func (w *world) poll(ctx context.Context, event PollEvent) (PollResult, error) {
	switch event.Action {
	case "check":
		return w.check(ctx)
	case "", "poll", "sweep":
	default:
		return PollResult{}, fmt.Errorf("the action must be poll, sweep or check (got %d characters)", len(event.Action))
	}
	if err := w.own(ctx); err != nil {
		return PollResult{}, err
	}
	started := time.Now()
	report, err := w.Poll(ctx, app.PollOptions{Call: event.Call, Sweep: event.Action == "sweep"})
	result := PollResult{PollReport: report}
	if report.Sweep.Made {
		result.Sweep = &report.Sweep
	}
	if err != nil && app.OnlyBusy(err) {
		result.Busy, err = true, nil
	}
	w.emit(w.measure(ctx, result, time.Since(started))...)
	w.Log.WithFields(map[string]any{
		"requests": report.Requests, "read": report.DossiersRead, "created": report.Created, "updated": report.Updated,
		"removed": report.Removed, "rejudged": report.Rejudged, "quarantined": report.Quarantined,
		"complete": report.Complete, "busy": result.Busy, "sweep": report.Sweep.Made,
	}).Info("poll")
	w.nameCases(ctx, report.Quarantined)
	return result, err
}

// nameCases logs which dossiers cannot be read, and why: the alarm sends its reader
// here.
func (w *world) nameCases(ctx context.Context, quarantined int) {
	if quarantined == 0 {
		return
	}
	cases, err := w.Store.Cases(ctx, 0)
	if err != nil {
		w.Log.WithField("cause", err.Error()).Warn("the quarantine cannot be read")
	}
	for _, c := range cases[:min(len(cases), 20)] {
		w.Log.WithFields(map[string]any{"demarche": c.Demarche, "dossier": c.Number, "cause": c.Cause, "attempts": c.Attempts}).Warn("quarantined")
	}
}

// measure gathers the metrics of a poll. A démarche never read to its end has no
// age: the alarm takes missing data for bad news.
func (w *world) measure(ctx context.Context, r PollResult, lasted time.Duration) []journal.Value {
	minutes := math.Ceil(max(lasted.Minutes(), 1))
	values := []journal.Value{
		journal.Changes(r.Created + r.Updated + r.Removed),
		journal.Quarantined(r.Quarantined),
		journal.Requests(r.Requests),
		journal.RequestBudgetUsed(100 * float64(r.Requests) / (minutes * float64(w.settings.RequestsPerMinute))),
	}
	if r.Sweep != nil {
		values = append(values, journal.Drift(r.Sweep.Drifted+r.Sweep.Missing))
	}
	if left, known := w.TokenDaysLeft(w.settings.TokenExpires); known {
		values = append(values, journal.TokenDaysLeft(left))
	}
	if age, known := w.oldest(ctx); known {
		values = append(values, journal.OldestCompletePass(age))
	}
	return values
}

func (w *world) emit(values ...journal.Value) {
	if err := w.metrics.Emit(values...); err != nil {
		w.Log.WithField("cause", err.Error()).Error("metrics")
	}
}

// oldest is the age of the complete pass that is the oldest of all démarches.
func (w *world) oldest(ctx context.Context) (age time.Duration, known bool) {
	for _, demarche := range w.Calls.Demarches() {
		at, err := w.Store.CompletedAt(ctx, demarche)
		if err != nil || at.IsZero() {
			return 0, false
		}
		one := time.Since(at)
		w.Log.WithFields(map[string]any{"demarche": demarche, "age_seconds": int(one.Seconds())}).Info("last complete pass")
		age, known = max(age, one), true
	}
	return age, known
}

func (w *world) check(ctx context.Context) (PollResult, error) {
	var result PollResult
	result.Check = w.World.Check(ctx, w.settings.TokenExpires)
	if err := w.OwnPlatform(ctx, w.settings.APIURL); err != nil {
		result.Check = append(result.Check, app.CheckLine{Level: app.Problem, Text: err.Error()})
	}
	for _, line := range result.Check {
		if line.Level == app.Problem {
			result.Problems++
		}
	}
	return result, nil
}
