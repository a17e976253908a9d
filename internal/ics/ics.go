// Package ics writes deadlines as an iCalendar file (RFC 5545). It is the only
// importer of the iCalendar library.
package ics

import (
	"time"

	"relais/internal/dossier"
)

// Event is one deadline. On alone makes an event of the whole day; At, when not
// zero, an instant in its zone, which must be a named one (Europe/Paris).
type Event struct {
	// UID is the same for the same deadline of the same subject, whatever its date.
	UID string
	// Sequence never decreases; it grows when the deadline changes.
	Sequence  int64
	On        dossier.Day
	At        time.Time
	Summary   string
	Text      string // description
	URL       string // "" for none
	Cancelled bool
	// Alarms are how long before the event its reader is reminded; for an event of
	// a day, before its 00:00. None for a cancelled one.
	Alarms []time.Duration
}
