package app

import (
	"context"
	"time"

	"relais/internal/notify"
)

// Deliver sends each person one mail with what is pending and still true at an
// instant. chosen tells that a person chose the instant: then the age of our copy
// is not held against it.
func (w *World) Deliver(ctx context.Context, now time.Time, chosen bool) (notify.Delivered, error) {
	d := notify.Delivery{
		Outbox: w.Store, Claims: w.Store, Truth: w.Store, Refusals: w.Store, Sender: w.Sender,
		Calls: w.Calls, Calendar: w.Calendar, Mode: w.Mode, Waive: chosen,
		From: w.From, BaseURL: w.BaseURL, Console: w.Console, Demo: w.Demo,
		Clock: w.Now, Log: w.Log,
	}
	return d.Run(ctx, now)
}
