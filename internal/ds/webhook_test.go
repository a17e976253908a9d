package ds

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestWebhookInItsTwoPlacesAndTwoTimes(t *testing.T) {
	at := time.Date(2026, 1, 15, 14, 52, 35, 0, time.UTC)
	for name, tt := range map[string]struct{ query, body string }{
		"form body, Paris":   {"", "procedure_id=12&dossier_id=34&state=en_instruction&updated_at=2026-01-15+15%3A52%3A35+%2B0100"},
		"form body, UTC":     {"", "procedure_id=12&dossier_id=34&state=accepte&updated_at=2026-01-15+14%3A52%3A35+UTC"},
		"query string":       {"?procedure_id=12&dossier_id=34&state=refuse&updated_at=2026-01-15+15%3A52%3A35+%2B0100", ""},
		"more fields, state": {"", "procedure_id=12&dossier_id=34&state=quantique&updated_at=2026-01-15+14%3A52%3A35+UTC&new=1"},
	} {
		r := httptest.NewRequest("POST", "/webhook/x"+tt.query, strings.NewReader(tt.body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		h, err := ReadHint(r)
		if err != nil || h.Demarche != 12 || h.Number != 34 || h.State == "" || !h.UpdatedAt.Equal(at) {
			t.Errorf("%s: %+v, %v", name, h, err)
		}
	}
}

func TestWebhookRefuses(t *testing.T) {
	for name, body := range map[string]string{
		"nothing": "", "no dossier": "procedure_id=12", "no démarche": "dossier_id=12", "a word": "procedure_id=x&dossier_id=1",
		"zero": "procedure_id=0&dossier_id=1", "negative": "procedure_id=12&dossier_id=-1",
		"over 32 bits": "procedure_id=12&dossier_id=4294967296", "broken encoding": "procedure_id=%zz",
	} {
		r := httptest.NewRequest("POST", "/webhook/x", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if h, err := ReadHint(r); err == nil {
			t.Errorf("%s: accepted as %+v", name, h)
		}
	}
}

func FuzzReadHint(f *testing.F) {
	f.Add("procedure_id=12&dossier_id=34&state=accepte&updated_at=2026-01-15+14%3A52%3A35+UTC", "", "application/x-www-form-urlencoded")
	f.Add("", "procedure_id=1&dossier_id=2", "text/plain")
	f.Add("{}", "%", "multipart/form-data; boundary=x")
	f.Fuzz(func(t *testing.T, body, query, kind string) {
		r := httptest.NewRequest("POST", "/webhook/x", strings.NewReader(body))
		r.URL = &url.URL{Path: "/webhook/x", RawQuery: query}
		r.Header.Set("Content-Type", kind)
		if h, err := ReadHint(r); err == nil && (h.Demarche <= 0 || h.Number <= 0) {
			t.Errorf("accepted %+v", h)
		}
	})
}
