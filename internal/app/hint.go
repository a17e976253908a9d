package app

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"

	"relais/internal/ingest"
)

// WebhookPath is the route of the webhook; the secret is its last segment. It is
// the one secret in a URL: logs record the route, never the path.
const WebhookPath = "/webhook/{secret}"

// largestHint bounds the body of a webhook; a true one has four short fields.
const largestHint = 64 << 10

// ReadHint reads the numbers of a webhook, without trusting them.
type ReadHint func(r *http.Request) (demarche, number int, err error)

// Secret gives the last segment of the webhook's URL.
type Secret func(ctx context.Context) (string, error)

// Webhook takes the platform's webhooks. Nothing is believed of one but that a
// dossier may have changed: it is kept durably, then answered, and the dossier is
// read again through the API later. An unknown démarche or dossier is accepted
// all the same: a cloned démarche keeps the URL of its model.
//
// Without the secret every answer is 503. The platform sends no webhook twice:
// polling then finds the change.
func (w *World) Webhook(secret Secret, read ReadHint) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		want, err := secret(r.Context())
		switch {
		case err != nil:
			w.Log.WithField("cause", err.Error()).Error("webhook: its secret cannot be read")
			http.Error(out, "not kept", http.StatusServiceUnavailable)
		case !same(r.PathValue("secret"), want):
			http.NotFound(out, r)
		case r.Method != http.MethodPost:
			out.Header().Set("Allow", http.MethodPost)
			http.Error(out, "POST only", http.StatusMethodNotAllowed)
		default:
			w.take(out, r, read)
		}
	})
}

// same compares in constant time, whatever the lengths. Nothing equals "".
func same(got, want string) bool {
	g, w := sha256.Sum256([]byte(got)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(g[:], w[:]) == 1 && want != ""
}

func (w *World) take(out http.ResponseWriter, r *http.Request, read ReadHint) {
	r.Body = http.MaxBytesReader(out, r.Body, largestHint)
	demarche, number, err := read(r)
	if err != nil {
		w.Log.WithField("cause", err.Error()).Info("webhook: refused")
		http.Error(out, "not a webhook of the platform", http.StatusBadRequest)
		return
	}
	hint := ingest.Hint{Demarche: demarche, Number: number, ReceivedAt: w.Now()}
	if err := w.Arrivals.Push(r.Context(), hint); err != nil {
		w.Log.WithError(err).Error("webhook: not kept; polling will find the change")
		http.Error(out, "not kept", http.StatusServiceUnavailable)
		return
	}
	out.WriteHeader(http.StatusNoContent)
}

// Ingest follows the hints that are waiting.
func (w *World) Ingest(ctx context.Context) (ingest.HintReport, error) {
	return ingest.Hinted{Pass: w.pass(0, nil), Hints: w.Hints}.Consume(ctx)
}
