package cloud

import (
	"context"
	"errors"
	"fmt"
	"time"

	"relais/internal/cloud/journal"
	"relais/internal/notify"
	"relais/internal/ses"
	"relais/internal/settings"
	"relais/internal/smtp"
)

// TellEvent is what the schedule or an operator hands to remind and deliver. At
// plays the tick at a chosen instant (RFC 3339); "" is now.
type TellEvent struct {
	At string `json:"at"`
}

func (e TellEvent) instant() (at time.Time, chosen bool, err error) {
	if e.At == "" {
		return time.Now(), false, nil
	}
	if at, err = time.Parse(time.RFC3339, e.At); err != nil {
		return at, true, errors.New("at must be an instant, as in 2026-12-07T08:00:00+01:00")
	}
	return at, true, nil
}

// Remind builds the function that turns due steps into intentions.
func Remind(context.Context) (Handler, error) {
	w, err := open(0)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(w.withCalls(), w.withStore()); err != nil {
		return nil, err
	}
	return timed(w, w.remind), nil
}

func (w *world) remind(ctx context.Context, event TellEvent) (notify.Reminded, error) {
	at, _, err := event.instant()
	if err != nil {
		return notify.Reminded{}, err
	}
	done, err := w.Remind(ctx, at)
	w.Log.WithField("done", done).Info("remind")
	return done, err
}

// Deliver builds the function that sends mails.
func Deliver(context.Context) (Handler, error) {
	w, err := open(0)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(w.withCalls(), w.withStore(), w.withSender(), w.withPreferences()); err != nil {
		return nil, err
	}
	return timed(w, w.deliver), nil
}

func (w *world) withSender() error {
	switch w.settings.Mail.Kind {
	case settings.SES:
		w.Sender = ses.New(w.aws, w.settings.Mail.Path)
	case settings.SMTP:
		server := smtp.NewFrom(w.settings.Mail.URL.Source(w.secrets.Get), smtp.Options{})
		w.Sender, w.hangUp = server, server.Close
	default:
		return errors.New("RELAIS_MAIL must be ses:, smtp:// or ssm:NAME: a function keeps no mail on its disk")
	}
	return nil
}

// leave ends the connection to the mail server: Lambda freezes a process between
// two invocations, and no server waits that long.
func (w *world) leave() {
	if w.hangUp != nil {
		_ = w.hangUp()
	}
}

// deliver also tells the operator what is wrong, once per cause. A refused token
// is poll's to report: it fails, and the alarm on it is CloudWatch's.
func (w *world) deliver(ctx context.Context, event TellEvent) (notify.Delivered, error) {
	at, chosen, err := event.instant()
	if err != nil {
		return notify.Delivered{}, err
	}
	defer w.leave()
	w.link(ctx)
	done, err := w.Deliver(ctx, at, chosen)
	w.emit(journal.MailsSent(done.Sent), journal.MailsRefused(done.Refused), journal.MailsHeld(done.Held))
	w.Log.WithField("done", done).Info("deliver")
	if watched := w.Watch(ctx, nil, w.settings.TokenExpires); watched != nil {
		err = errors.Join(err, fmt.Errorf("tell the operator: %w", watched))
	}
	return done, err
}
