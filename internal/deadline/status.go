package deadline

import (
	"time"

	"relais/internal/dossier"
)

// The statuses of a deadline, in the words of the export.
const (
	Planned = "planned" // its prudent day is still to come
	Held    = "held"    // suspended by an unanswered request for pieces
	Due     = "due"     // its prudent day has come, its due day is not over
	Passed  = "passed"  // its due day is over
	Met     = "met"     // decided; too late when MetOn is after DueOn
	Skipped = "skipped" // the dossier is no longer shown: nobody is reminded
)

// Status tells where a deadline stands at an instant, by the calendar day of
// the call's zone (UTC when nil). removed is dossier.Present for a dossier still
// shown and for a call.
func Status(d dossier.Deadline, now time.Time, zone *time.Location, removed dossier.Removal) string {
	if zone == nil {
		zone = time.UTC
	}
	today := dossier.DayOf(now, zone)
	switch {
	case !d.MetOn.IsZero():
		return Met
	case removed != dossier.Present:
		return Skipped
	case today.After(d.DueOn):
		return Passed
	case d.Held && !today.After(d.HeldUntil):
		return Held
	case today.Before(d.PrudentOn):
		return Planned
	}
	return Due
}
