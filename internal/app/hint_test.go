package app

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"relais/internal/ingest"
)

// shelf keeps hints in memory.
type shelf struct {
	Store
	hints []ingest.Hint
	err   error
}

func (s *shelf) Push(_ context.Context, h ingest.Hint) error {
	if s.err == nil {
		s.hints = append(s.hints, h)
	}
	return s.err
}

const secret = "Zk3pXv9QmT7wLr2HsB8nYc4D"

func receive(t *testing.T, s *shelf, request *http.Request, read ReadHint) int {
	t.Helper()
	log := logrus.New()
	log.SetOutput(io.Discard)
	w := &World{Store: s, Arrivals: s, Now: func() time.Time { return time.Unix(1000, 0) }, Log: log}
	mux := http.NewServeMux()
	mux.Handle(WebhookPath, w.Webhook(func(context.Context) (string, error) { return secret, nil }, read))
	out := httptest.NewRecorder()
	mux.ServeHTTP(out, request)
	return out.Code
}

func good(*http.Request) (int, int, error) { return 12, 34, nil }

func TestAWebhookIsKeptBeforeItIsAnswered(t *testing.T) {
	s := &shelf{}
	if code := receive(t, s, httptest.NewRequest("POST", "/webhook/"+secret, nil), good); code != http.StatusNoContent {
		t.Fatalf("answered %d", code)
	}
	if len(s.hints) != 1 || s.hints[0].Demarche != 12 || s.hints[0].Number != 34 || s.hints[0].ReceivedAt.IsZero() {
		t.Errorf("kept %+v", s.hints)
	}
	s.err = errors.New("disk full")
	if code := receive(t, s, httptest.NewRequest("POST", "/webhook/"+secret, nil), good); code != http.StatusServiceUnavailable {
		t.Errorf("answered %d though nothing was kept", code)
	}
}

func TestAForgedWebhookIsNobody(t *testing.T) {
	bad := func(*http.Request) (int, int, error) { return 0, 0, errors.New("dossier_id must be a number") }
	huge := func(r *http.Request) (int, int, error) { _, err := io.ReadAll(r.Body); return 1, 2, err }
	for name, tt := range map[string]struct {
		request *http.Request
		read    ReadHint
		want    int
	}{
		"wrong secret":    {httptest.NewRequest("POST", "/webhook/"+secret[:23]+"x", nil), good, http.StatusNotFound},
		"shorter secret":  {httptest.NewRequest("POST", "/webhook/Z", nil), good, http.StatusNotFound},
		"no secret":       {httptest.NewRequest("POST", "/webhook/", nil), good, http.StatusNotFound},
		"something after": {httptest.NewRequest("POST", "/webhook/"+secret+"/more", nil), good, http.StatusNotFound},
		"GET":             {httptest.NewRequest("GET", "/webhook/"+secret, nil), good, http.StatusMethodNotAllowed},
		"malformed":       {httptest.NewRequest("POST", "/webhook/"+secret, nil), bad, http.StatusBadRequest},
		"huge":            {httptest.NewRequest("POST", "/webhook/"+secret, strings.NewReader(strings.Repeat("x", largestHint+1))), huge, http.StatusBadRequest},
	} {
		s := &shelf{}
		if code := receive(t, s, tt.request, tt.read); code != tt.want || len(s.hints) != 0 {
			t.Errorf("%s: answered %d, want %d; kept %d", name, code, tt.want, len(s.hints))
		}
	}
}
