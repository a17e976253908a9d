package deadline

import (
	"time"

	"relais/internal/dossier"
)

// DueSteps sorts out the steps that came due since HandledUntil, up to now and
// included. Those at or before the adoption of the subject were past at first
// sight: skipped. Of the others only the latest is told and the older ones are
// skipped, so that a service stopped for a week sends one reminder and not five.
// tell is nil when nothing is to be told. A deadline that is met has no steps.
func DueSteps(d dossier.Deadline, adopted, now time.Time) (skipped []dossier.Step, tell *dossier.Step) {
	if !d.Open() {
		return nil, nil
	}
	for i, s := range d.Steps {
		if !s.At.After(d.HandledUntil) || s.At.After(now) {
			continue
		}
		if !s.At.After(adopted) {
			skipped = append(skipped, s)
			continue
		}
		if tell != nil {
			skipped = append(skipped, *tell)
		}
		tell = &d.Steps[i]
	}
	return skipped, tell
}

// Carry gives fresh deadlines the progress of the old ones with the same Key:
// the same kind on the same prudent date. Another date starts anew. Neither
// argument is changed.
func Carry(old, fresh []dossier.Deadline) []dossier.Deadline {
	handled := map[string]time.Time{}
	for _, d := range old {
		handled[d.Key()] = d.HandledUntil
	}
	var carried []dossier.Deadline
	for _, d := range fresh {
		d.HandledUntil = handled[d.Key()]
		carried = append(carried, d)
	}
	return carried
}
