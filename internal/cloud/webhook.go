package cloud

import (
	"context"
	"net/http"

	"relais/internal/app"
	"relais/internal/ds"
	"relais/internal/preference"
	"relais/internal/settings"
	"relais/internal/sqs"
)

// Webhook builds the function that answers the public: the platform's webhooks and,
// with a secret of preferences, the pages of readers. It does not know the token,
// and of the table only the notes.
func Webhook(context.Context) (Handler, error) {
	w, err := open(settings.NeedQueue | settings.NeedWebhook)
	if err != nil {
		return nil, err
	}
	w.Arrivals = sqs.New(w.aws, w.settings.Queue.String())
	mux := http.NewServeMux()
	mux.Handle(app.WebhookPath, w.World.Webhook(w.settings.WebhookSecret.Source(w.secrets.Get), ds.ReadHintNumbers))
	if w.settings.PreferencesSecret != "" {
		if err := w.withStore(); err != nil {
			return nil, err
		}
		mux.Handle(preference.Path, w.pages())
	}
	return timed(w, gateway(mux)), nil
}
