// Package report counts what a call has come to: dossiers by state and verdict,
// amounts, people, deadlines met and missed, times. It is pure: whoever asks
// brings the heads, the instant and the calls.
package report

import (
	"time"

	"relais/internal/dossier"
)

// Period is a span of whole days in the zone of a call, both ends included.
type Period struct{ From, To dossier.Day }

// Figures are those of one call, or of one region of a national call. Counts are
// of the dossiers that the platform shows now (and of those decided), unless a
// field says "in the period".
type Figures struct {
	Call   string // id; "" for dossiers that match no call
	Region string // INSEE code; "" when the figures are of the whole call
	At     time.Time
	Period Period

	Total     int
	ByState   map[dossier.State]int
	ByVerdict map[dossier.Verdict]int // of the dossiers not decided
	Filed     int                     // in the period
	Decided   int                     // in the period

	// Amounts in euros over the dossiers that give them; With says how many do.
	TotalCost, RequestedAmount         float64
	WithTotalCost, WithRequestedAmount int
	// People over the dossiers that give them.
	PeopleFound, PeopleSupported         int
	WithPeopleFound, WithPeopleSupported int

	// Deadlines to answer (D14): Met were decided by the date that the law retains
	// (DueOn), Missed were not, decided later or not at all. Born counts the silent
	// rejections born, BornInPeriod those of the period; Near those whose prudent
	// date falls within the 7 days from At, Late those whose prudent date is past
	// and which are not decided.
	Met, Missed, Born, BornInPeriod, Near, Late int
	// BeforeCommittee counts the dossiers not decided whose prudent date falls
	// before the day of the committee; Committee is that day, zero when there is
	// none ahead.
	BeforeCommittee int
	Committee       dossier.Day

	// Median times in days, nil without any: from the deposit to the passage en
	// instruction is not kept in heads, so only from the deposit to the decision,
	// and the age of what is not decided.
	MedianToDecision, MedianOpenAge *float64
}
