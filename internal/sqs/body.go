package sqs

import (
	"encoding/json"
	"errors"
	"time"

	"relais/internal/ingest"
)

// errBody says nothing of the body: anybody who may write to the queue chose it.
var errBody = errors.New("the body is not a hint (a JSON object with demarche, number and received_at)")

// body is a hint as it lies in the queue. Fields may be added: a reader leaves
// out those that it does not know.
type body struct {
	Demarche   int       `json:"demarche"`
	Number     int       `json:"number"`
	ReceivedAt time.Time `json:"received_at"`
}

func (b body) valid() bool {
	year := b.ReceivedAt.UTC().Year()
	return b.Demarche > 0 && b.Number > 0 && !b.ReceivedAt.IsZero() && year >= 1 && year <= 9999
}

func writeBody(h ingest.Hint) (string, error) {
	b := body{Demarche: h.Demarche, Number: h.Number, ReceivedAt: h.ReceivedAt.UTC()}
	if !b.valid() {
		return "", errBody
	}
	raw, err := json.Marshal(b)
	if err != nil {
		return "", errBody
	}
	return string(raw), nil
}

func readBody(raw string) (ingest.Hint, error) {
	var b body
	if err := json.Unmarshal([]byte(raw), &b); err != nil || !b.valid() {
		return ingest.Hint{}, errBody
	}
	return ingest.Hint{Demarche: b.Demarche, Number: b.Number, ReceivedAt: b.ReceivedAt.UTC()}, nil
}
