package deadline

import (
	"slices"
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
)

// incomplete is the reason of a correction that asks for missing pieces, the
// only one that suspends (CRPA, art. L. 114-5).
const incomplete = "incomplete"

// suspension runs from the day pieces were asked for to the day they came, or
// the last day of the delay when that is sooner. It lasts until minus from:
// whole calendar days, so that pieces asked and received on one day suspend
// nothing. open tells that no answer is recorded.
type suspension struct {
	from, until dossier.Day
	open        bool
}

// suspensions lists those of a dossier in the order they began. A withdrawn
// message asks for nothing.
func suspensions(c *call.Call, d *dossier.Dossier, zone *time.Location) []suspension {
	if c.CorrectionDays == nil {
		return nil
	}
	var all []suspension
	for _, m := range d.Messages {
		if m.Correction == nil || m.Correction.Reason != incomplete || m.DiscardedAt != nil {
			continue
		}
		if s := suspensionOf(m, *c.CorrectionDays, zone); s.until.After(s.from) {
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, func(a, b suspension) int { return a.from.Compare(b.from) })
	return all
}

func suspensionOf(m dossier.Message, delay int, zone *time.Location) suspension {
	s := suspension{from: dossier.DayOf(m.CreatedAt, zone), open: m.Correction.DateResolution == nil}
	s.until = s.from.AddDays(delay)
	if s.open {
		return s
	}
	if resolved := dossier.DayOf(*m.Correction.DateResolution, zone); resolved.Before(s.until) {
		s.until = resolved
	}
	return s
}

// holding is a date moved by its suspensions. openUntil is the last day of the
// delay of those still unanswered; zero when none is.
type holding struct {
	due       dossier.Day
	counted   []suspension
	openUntil dossier.Day
}

// suspend moves a last day by the days suspended, each day once however many
// suspensions cover it. One that began after the last day, or after the
// decision, suspends nothing: there was no period left to suspend.
func suspend(last dossier.Day, all []suspension, decided dossier.Day) holding {
	h := holding{due: last}
	var covered dossier.Day
	for _, s := range all {
		if s.from.After(h.due) || !decided.IsZero() && s.from.After(decided) {
			break
		}
		if from := latest(s.from, covered); s.until.After(from) {
			h.due = h.due.AddDays(s.until.Sub(from))
			covered = s.until
		}
		h.counted = append(h.counted, s)
		if s.open {
			h.openUntil = latest(h.openUntil, s.until)
		}
	}
	return h
}

func latest(a, b dossier.Day) dossier.Day {
	if a.After(b) {
		return a
	}
	return b
}
