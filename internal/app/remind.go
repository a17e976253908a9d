package app

import (
	"context"
	"time"

	"relais/internal/notify"
)

// Remind turns the steps due at an instant into intentions.
func (w *World) Remind(ctx context.Context, now time.Time) (notify.Reminded, error) {
	r := notify.Reminders{
		Schedule: w.Store, Truth: w.Store, Calls: w.Calls, Calendar: w.Calendar, Log: w.Log,
	}
	return r.Run(ctx, now)
}
