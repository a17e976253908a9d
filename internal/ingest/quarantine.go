package ingest

import (
	"context"
	"time"
)

// Case is a dossier that could not be read: kept apart, so that it stops nobody.
// Cause is a short word of the platform client (timeout, invalid_null…), never
// content.
type Case struct {
	Demarche  int       `json:"demarche"`
	Number    int       `json:"number"`
	Cause     string    `json:"cause"`
	FirstSeen time.Time `json:"first_seen"`
	Attempts  int       `json:"attempts"`
	NextTry   time.Time `json:"next_try"`
}

// Quarantine keeps the cases of each démarche.
type Quarantine interface {
	// Cases lists the cases of a démarche by number; 0 lists those of all, by
	// démarche then number.
	Cases(ctx context.Context, demarche int) ([]Case, error)
	// PutCase writes a case over the one of the same démarche and number.
	PutCase(ctx context.Context, c Case) error
	// DropCase forgets a case; one that is not there is no error.
	DropCase(ctx context.Context, demarche, number int) error
}

// Hint says that a dossier may have changed: a webhook, never trusted for more.
// ID orders hints as they were received and is given by the queue.
type Hint struct {
	ID         int64     `json:"id"`
	Demarche   int       `json:"demarche"`
	Number     int       `json:"number"`
	ReceivedAt time.Time `json:"received_at"`
	Attempts   int       `json:"attempts"`
}

// HintSink is where webhooks put hints.
type HintSink interface {
	// Push keeps a hint durably before it returns.
	Push(ctx context.Context, h Hint) error
}

// HintSource is where hints are taken from, at least once each.
type HintSource interface {
	// Pull returns at most limit hints that are visible at now, oldest first, and
	// hides them until now plus hide, so that a crash brings them back. Attempts
	// counts the pulls, this one included.
	Pull(ctx context.Context, now time.Time, hide time.Duration, limit int) ([]Hint, error)
	// Done forgets hints.
	Done(ctx context.Context, ids []int64) error
}

// Hints is a durable queue: a table of the store. On AWS it is SQS.
type Hints interface {
	HintSink
	HintSource
}
