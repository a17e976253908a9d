package cloud

import (
	"context"
	"encoding/json"
	"errors"

	"relais/internal/cloud/journal"
	"relais/internal/notify"
	"relais/internal/ses"
)

// Feedback builds the function that hears of bounces and complaints.
func Feedback(context.Context) (Handler, error) {
	w, err := open(0)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(w.withStore(), w.withSender()); err != nil {
		return nil, err
	}
	return timed(w, w.feedback), nil
}

// feedback fails when something is to be heard again: Lambda then brings the whole
// event back, and hearing it twice is harmless.
func (w *world) feedback(ctx context.Context, event json.RawMessage) (notify.Heard, error) {
	read, unreadable := ses.ReadFeedback(event)
	var list []notify.Feedback
	for _, f := range read {
		one := notify.Feedback{Mail: f.Mail, Recipients: f.Recipients, At: f.At, Permanent: f.Permanent, Complaint: f.Kind == ses.Complaint}
		if f.Kind == ses.Reject { // for what the mail held: its address is not to blame
			one.Permanent, one.Recipients = true, nil
		}
		list = append(list, one)
	}
	defer w.leave()
	heard, err := w.Feedback(ctx, list)
	w.emit(journal.MailsRefused(heard.Refused))
	w.Log.WithFields(map[string]any{"heard": len(list), "refused": heard.Refused, "ignored": heard.Ignored}).Info("feedback")
	if unreadable != nil {
		w.Log.WithField("cause", unreadable.Error()).Error("feedback: left unread")
	}
	return heard, err
}
