package console

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// health is the answer to probes: ok, late when a démarche was not read for
// longer than Options.Patience, error when the store cannot be read.
type health struct {
	Status    string           `json:"status"`
	At        time.Time        `json:"at"`
	Demo      bool             `json:"demo"`
	Calls     int              `json:"calls"`
	Demarches []demarcheHealth `json:"demarches"`
}

// demarcheHealth is the last complete pass; both fields are null when there was
// none.
type demarcheHealth struct {
	Number      int        `json:"number"`
	CompletedAt *time.Time `json:"completed_at"`
	AgeSeconds  *int64     `json:"age_seconds"`
}

// probe answers 200, or 503 with no detail when the store cannot be read.
func (s *site) probe(w http.ResponseWriter, r *http.Request) {
	code := http.StatusOK
	h, err := s.measure(r.Context())
	if err != nil {
		s.log(r, err)
		code, h = http.StatusServiceUnavailable, health{Status: "error", At: h.At, Demo: h.Demo, Demarches: []demarcheHealth{}}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(h)
}

func (s *site) measure(ctx context.Context) (health, error) {
	now := s.Now()
	h := health{Status: "ok", At: now.UTC().Truncate(time.Second), Demo: s.Demo, Demarches: []demarcheHealth{}}
	numbers, _, err := s.numbers(ctx)
	if err != nil {
		return h, err
	}
	for _, n := range s.Calls.Demarches() {
		h.Calls += len(s.Calls.OfDemarche(n))
	}
	for _, number := range numbers {
		streams, err := s.Reader.Streams(ctx, number)
		if err != nil {
			return h, err
		}
		at := streams.CompletedAt
		d := demarcheHealth{Number: number}
		if !at.IsZero() {
			at = at.UTC()
			seconds := int64(now.Sub(at).Seconds())
			d.CompletedAt, d.AgeSeconds = &at, &seconds
		}
		if at.IsZero() || now.Sub(at) > s.Patience {
			h.Status = "late"
		}
		h.Demarches = append(h.Demarches, d)
	}
	return h, nil
}
