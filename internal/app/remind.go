package app

import (
	"context"
	"errors"
	"time"

	"relais/internal/notify"
)

// Remind turns the steps due at an instant into intentions.
func (w *World) Remind(ctx context.Context, now time.Time) (notify.Reminded, error) {
	r := notify.Reminders{
		Schedule: w.Store, Truth: w.Store, Calls: w.Calls, Calendar: w.Calendar, Log: w.Log,
	}
	done, err := r.Run(ctx, now)
	return done, errors.Join(err, w.noteUnreached(ctx, done.Unreached))
}
