package report

import (
	"time"

	"relais/internal/dossier"
)

// Period is a span of whole days in the zone of a call, both ends included.
type Period struct{ From, To dossier.Day }

// WeekBefore is the last whole week, Monday to Sunday, that was over before a day.
func WeekBefore(day dossier.Day) Period {
	monday := day.AddDays(-int((day.Weekday() - time.Monday + 7) % 7))
	return Period{From: monday.AddDays(-7), To: monday.AddDays(-1)}
}

func (p Period) holds(day dossier.Day) bool { return !day.Before(p.From) && !day.After(p.To) }
