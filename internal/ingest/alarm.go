package ingest

import (
	"context"
	"time"
)

// Alarm is something the operator must hear of, until it is over. Cause names it
// in short stable words (stale copy of a démarche, refused token…), never
// content: the same trouble has the same cause from one pass to the next.
type Alarm struct {
	Cause string    `json:"cause"`
	Since time.Time `json:"since"`
}

// Alarms keeps what is wrong now, so that each cause is told once.
type Alarms interface {
	// RaiseAlarm raises a cause, since at. first is true only when it was not
	// raised already; else it stays as it is, its Since included. Of several
	// callers at once, one is first.
	RaiseAlarm(ctx context.Context, cause string, at time.Time) (first bool, err error)
	// ClearAlarm forgets a cause, which may be raised anew; one that is not raised
	// is no error.
	ClearAlarm(ctx context.Context, cause string) error
	// Alarms lists the raised causes, oldest first, then by cause.
	Alarms(ctx context.Context) ([]Alarm, error)
}
