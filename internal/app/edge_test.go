package app_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"relais/internal/app"
	"relais/internal/dossier"
	"relais/internal/ds"
)

// An expired token, a refused network, a wrong token and a démarche that the
// token lost are four sentences, each told once; so is a démarche that is gone.
func TestEachRefusalIsItsOwnAlarm(t *testing.T) {
	said := map[string]string{}
	for _, kind := range []ds.Kind{ds.ExpiredToken, ds.RefusedNetwork, ds.WrongToken, ds.Unauthorized, ds.NotFound} {
		m := newWatchman(t)
		m.completed(m.now)
		refused := fmt.Errorf("démarche 7: %w", &ds.Error{Kind: kind, Op: "dossiers", Subject: "démarche 7"})
		if n := m.watch(errors.Join(errors.New("another trouble"), refused), dossier.Day{}); n != 1 {
			t.Fatalf("%s: %d mails", kind, n)
		}
		text := m.post.sent[0].Text
		for other, same := range said {
			if same == text {
				t.Errorf("%s and %s are told alike", kind, other)
			}
		}
		said[string(kind)] = text
		if n := m.watch(refused, dossier.Day{}); n != 0 {
			t.Errorf("%s: told again", kind)
		}
		m.watch(nil, dossier.Day{})
		if n := m.watch(refused, dossier.Day{}); n != 1 {
			t.Errorf("%s: back, and %d mails", kind, n)
		}
	}
}

// Two démarches fail for reasons of their own: both are told.
func TestEveryCauseOfAPollIsHeard(t *testing.T) {
	m := newWatchman(t)
	m.completed(m.now)
	err := errors.Join(
		fmt.Errorf("démarche 7: %w", &ds.Error{Kind: ds.NotFound}),
		fmt.Errorf("démarche 8: %w", errors.Join(&ds.Error{Kind: ds.Unauthorized}, &ds.PartialPage{})),
		fmt.Errorf("démarche 9: %w", context.DeadlineExceeded),
	)
	if n := m.watch(err, dossier.Day{}); n != 1 || strings.Count(m.post.sent[0].HTML, "<li ") != 2 {
		t.Errorf("%d mails: %+v", n, m.post.sent)
	}
}

// The route and the reader together: what is too large, twice encoded, of another
// kind or from another verb leaves nothing; what is odd but readable is kept.
func TestWebhooksThroughTheirTrueReader(t *testing.T) {
	const good = "procedure_id=12&dossier_id=34&state=accepte&updated_at=2026-01-15+15%3A52%3A35+%2B0100"
	for name, tt := range map[string]struct {
		method, query, body, kind string
		want                      int
	}{
		"form body":         {"POST", "", good, "application/x-www-form-urlencoded", http.StatusNoContent},
		"query string":      {"POST", "?" + good, "", "", http.StatusNoContent},
		"unknown state":     {"POST", "", "procedure_id=12&dossier_id=34&state=quantique", "application/x-www-form-urlencoded", http.StatusNoContent},
		"unreadable time":   {"POST", "", "procedure_id=12&dossier_id=34&updated_at=demain", "application/x-www-form-urlencoded", http.StatusNoContent},
		"extra fields":      {"POST", "", good + "&a=1&b=2&dossier_id=99", "application/x-www-form-urlencoded", http.StatusNoContent},
		"unknown démarche":  {"POST", "", "procedure_id=999999&dossier_id=1", "application/x-www-form-urlencoded", http.StatusNoContent},
		"JSON":              {"POST", "", `{"procedure_id":12,"dossier_id":34}`, "application/json", http.StatusBadRequest},
		"multipart":         {"POST", "", "--x\r\n", "multipart/form-data; boundary=x", http.StatusBadRequest},
		"no number":         {"POST", "", "procedure_id=x&dossier_id=1", "application/x-www-form-urlencoded", http.StatusBadRequest},
		"empty":             {"POST", "", "", "application/x-www-form-urlencoded", http.StatusBadRequest},
		"GET":               {"GET", "?" + good, "", "", http.StatusMethodNotAllowed},
		"PUT":               {"PUT", "", good, "application/x-www-form-urlencoded", http.StatusMethodNotAllowed},
		"64 KiB and a byte": {"POST", "", good + "&x=" + strings.Repeat("y", 64<<10), "application/x-www-form-urlencoded", http.StatusBadRequest},
	} {
		m := newWatchman(t)
		log := logrus.New()
		log.SetOutput(io.Discard)
		w := &app.World{Arrivals: m.store, Now: func() time.Time { return m.now }, Log: log}
		const secret = "k3pt-secret-of-the-webhook-0123456789"
		mux := http.NewServeMux()
		mux.Handle(app.WebhookPath, w.Webhook(func(context.Context) (string, error) { return secret, nil }, func(r *http.Request) (int, int, error) {
			h, err := ds.ReadHint(r)
			return h.Demarche, h.Number, err
		}))
		r := httptest.NewRequest(tt.method, "/webhook/"+secret+tt.query, strings.NewReader(tt.body))
		r.Header.Set("Content-Type", tt.kind)
		out := httptest.NewRecorder()
		mux.ServeHTTP(out, r)
		kept, err := m.store.Pull(t.Context(), m.now, time.Minute, 10)
		if err != nil {
			t.Fatal(err)
		}
		if out.Code != tt.want || (len(kept) == 1) != (tt.want == http.StatusNoContent) {
			t.Errorf("%s: answered %d, want %d; kept %+v", name, out.Code, tt.want, kept)
		}
		if strings.Contains(out.Body.String(), "34") {
			t.Errorf("%s: the answer repeats what was sent", name)
		}
	}
}
