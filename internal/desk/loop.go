package desk

import (
	"context"
	"math/rand/v2"
	"time"

	"relais/internal/app"
	"relais/internal/ingest"
	"relais/internal/notify"
)

// pollLimit bounds one poll, so that a platform in trouble cannot hold up the
// reminders for ever.
const pollLimit = 10 * time.Minute

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

	hour time.Time
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
	c.Poll, c.PollErr = l.poll(ctx)
	if hour := now.Truncate(time.Hour); !hour.Equal(l.hour) && ctx.Err() == nil {
		l.hour = hour
		c.Told = true
		c.Remind, c.RemindErr = l.World.Remind(ctx, l.World.Now())
		c.Deliver, c.DeliverErr = l.World.Deliver(ctx, l.World.Now(), false)
	}
	c.DurationReal = time.Since(start)
	return c
}

func (l *Loop) poll(ctx context.Context) (app.PollReport, error) {
	ctx, cancel := context.WithTimeout(ctx, pollLimit)
	defer cancel()
	return l.World.Poll(ctx, "", l.Progress)
}
