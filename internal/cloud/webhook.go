package cloud

import (
	"context"
	"net/http"

	"relais/internal/app"
	"relais/internal/ds"
	"relais/internal/settings"
	"relais/internal/sqs"
)

// Webhook builds the function that takes the platform's webhooks: it knows
// neither the token nor the table.
func Webhook(context.Context) (Handler, error) {
	w, err := open(settings.NeedQueue | settings.NeedWebhook)
	if err != nil {
		return nil, err
	}
	w.Arrivals = sqs.New(w.aws, w.settings.Queue.String())
	mux := http.NewServeMux()
	mux.Handle(app.WebhookPath, w.World.Webhook(w.settings.WebhookSecret.Source(w.secrets.Get), ds.ReadHintNumbers))
	return timed(w, gateway(mux)), nil
}
