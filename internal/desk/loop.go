package desk

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"relais/internal/app"
	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/ingest"
	"relais/internal/notify"
)

// pollLimit bounds one poll, so that a platform in trouble cannot hold up the
// reminders for ever.
const pollLimit = 10 * time.Minute

// sweepLimit bounds a poll with its full comparison.
const sweepLimit = 2 * time.Hour

// Cycle is what one turn of the loop did. Told is false when the hour had not
// changed, so that nothing was reminded nor delivered.
type Cycle struct {
	Poll         app.PollReport
	PollErr      error
	Told         bool
	Remind       notify.Reminded
	RemindErr    error
	Deliver      notify.Delivered
	DeliverErr   error
	StartedAt    time.Time
	DurationReal time.Duration
}

// Loop polls every Every (real time, with a tenth of jitter), and reminds and
// delivers when the hour changes on the world's clock.
type Loop struct {
	World    *app.World
	Every    time.Duration
	Before   func() // called before each poll; may be nil
	Progress func(demarche int, r ingest.Report)
	After    func(Cycle)
	// TokenExpires is the token's last day, for the operator's alarms.
	TokenExpires dossier.Day

	hour, swept time.Time
}

// Run turns until the context ends; it returns its error.
func (l *Loop) Run(ctx context.Context) error {
	for {
		l.After(l.Once(ctx))
		wait := l.Every + time.Duration((rand.Float64()-0.5)*0.2*float64(l.Every))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// Once makes one turn. Whatever fails is in the Cycle; the next turn tries again.
func (l *Loop) Once(ctx context.Context) Cycle {
	if l.Before != nil {
		l.Before()
	}
	start := time.Now()
	now := l.World.Now()
	c := Cycle{StartedAt: now}
	c.Poll, c.PollErr = l.poll(ctx, l.sweepNow(now))
	if err := l.World.Watch(ctx, c.PollErr, l.TokenExpires); err != nil && ctx.Err() == nil {
		c.PollErr = errors.Join(c.PollErr, err)
	}
	if hour := now.Truncate(time.Hour); !hour.Equal(l.hour) && ctx.Err() == nil {
		l.hour = hour
		c.Told = true
		c.Remind, c.RemindErr = l.World.Remind(ctx, l.World.Now())
		c.Deliver, c.DeliverErr = l.World.Deliver(ctx, l.World.Now(), false)
	}
	c.DurationReal = time.Since(start)
	return c
}

func (l *Loop) poll(ctx context.Context, sweep bool) (app.PollReport, error) {
	limit := pollLimit
	if sweep {
		limit = sweepLimit
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return l.World.Poll(ctx, app.PollOptions{Sweep: sweep, Progress: l.Progress})
}

// sweepNow tells, once a night, that the time of the full comparison has come:
// 04:15 in Paris, after the platform's own nightly work and never in the hour that
// a time change removes or repeats.
func (l *Loop) sweepNow(now time.Time) bool {
	zone := call.PlatformZone()
	night := dossier.DayOf(now, zone).At(4, 15, zone)
	if l.swept.IsZero() {
		l.swept = now // the first sweep is that of the next night
	}
	if now.Before(night) || !l.swept.Before(night) {
		return false
	}
	l.swept = now
	return true
}

// hintEvery is how often hints are followed that nobody announced: those that a
// stop left, or whose dossier could not be read.
const hintEvery = 30 * time.Second

// Follow reads again what webhooks announce, until the context ends: at once when
// hinted is sent to, and now and then.
func (l *Loop) Follow(ctx context.Context, hinted <-chan struct{}, failed func(error)) {
	for {
		if _, err := l.World.Ingest(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-hinted:
		case <-time.After(hintEvery):
		}
	}
}
