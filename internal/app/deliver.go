package app

import (
	"context"
	"errors"
	"time"

	"relais/internal/notify"
)

// Deliver sends each person one mail with what is pending and still true at an
// instant. chosen tells that a person chose the instant: then the age of our copy
// is not held against it. The operator is written to about each address that was
// refused, and about each call that nobody can be told of.
func (w *World) Deliver(ctx context.Context, now time.Time, chosen bool) (notify.Delivered, error) {
	var refused []notify.Refusal
	d := w.delivery()
	d.Waive = chosen
	d.Fresh = func(r notify.Refusal) { refused = append(refused, r) }
	done, err := d.Run(ctx, now)
	return done, errors.Join(err, w.raiseRefusals(ctx, refused), w.watchUnreached(ctx))
}

func (w *World) delivery() notify.Delivery {
	return notify.Delivery{
		Outbox: w.Store, Claims: w.Store, Mails: w.Store, Truth: w.Store, Plans: w.Store, Census: w.Store, Notes: w.Store,
		Refusals: w.Store, Preferences: w.Preferences, Page: w.PreferencePage, Sender: w.Sender,
		Calls: w.Calls, Calendar: w.Calendar, Mode: w.Mode,
		From: w.From, BaseURL: w.BaseURL, Console: w.Console, Demo: w.Demo,
		Clock: w.Now, Log: w.Log,
	}
}

// raiseRefusals tells the operator of addresses refused at sending, each once.
func (w *World) raiseRefusals(ctx context.Context, refused []notify.Refusal) error {
	var fresh []notify.Refusal
	for _, r := range refused {
		first, err := w.Store.RaiseAlarm(ctx, r.Cause, w.Now())
		if err != nil {
			return err
		}
		if first {
			fresh = append(fresh, r)
		}
	}
	return w.tellRefusals(ctx, fresh)
}
