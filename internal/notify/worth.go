package notify

import (
	"slices"
	"time"

	"relais/internal/dossier"
)

// worthOpening tells whether a dossier is worth a summary. A finished one is,
// while a date of its own is near and still ahead: its deletion by the platform.
func worthOpening(state dossier.State, deadlines []dossier.Deadline, now time.Time, zone *time.Location) bool {
	if !state.Termine() {
		return true
	}
	today := dossier.DayOf(now, zone)
	return slices.ContainsFunc(deadlines, func(d dossier.Deadline) bool {
		return d.Open() && !d.PrudentOn.Before(today) && len(d.Steps) > 0 && !d.Steps[0].At.After(now)
	})
}

// ahead tells whether a date is still to come: nobody needs a summary of a call
// that closed years ago.
func ahead(deadlines []dossier.Deadline, today dossier.Day) bool {
	return slices.ContainsFunc(deadlines, func(d dossier.Deadline) bool { return d.Open() && !d.PrudentOn.Before(today) })
}
