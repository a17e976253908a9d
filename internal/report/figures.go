// Package report counts what a call has come to: dossiers by state and verdict,
// amounts, people, deadlines met and missed, times. It is pure: whoever asks
// brings the heads, the instant and the calls.
package report

import (
	"time"

	"relais/internal/dossier"
)

// NoRegion stands, in Figures, for the dossiers whose region nothing tells.
const NoRegion = "?"

// Figures are those of one call, or of one region of a national call. Counts are
// of the dossiers that the platform shows now, decided or not, unless a field says
// "in the period". A date that rests on a hypothesis nobody confirmed counts like
// any other.
type Figures struct {
	Call   string // id; "" for dossiers that match no call
	Region string // INSEE code, or NoRegion; "" when the figures are of the whole call
	At     time.Time
	Period Period

	Total     int
	ByState   map[dossier.State]int
	ByVerdict map[dossier.Verdict]int // of the dossiers not decided
	Filed     int                     // in the period
	Decided   int                     // in the period, for the first time

	// Amounts in euros over the dossiers that give them; With says how many do.
	TotalCost, RequestedAmount         float64
	WithTotalCost, WithRequestedAmount int
	// People over the dossiers that give them.
	PeopleFound, PeopleSupported         int
	WithPeopleFound, WithPeopleSupported int

	// Deadlines to answer (D14): Met were decided by the date that the law retains
	// (DueOn), Missed were not, decided later or not at all. Each of those missed
	// bore a silent rejection the next day: Born counts as many, BornInPeriod those
	// of the period. Near are those not decided whose prudent date falls within the
	// 7 days from At, Late those whose prudent date is past and which are not
	// decided. All are zero for a call whose file says nothing of silence.
	Met, Missed, Born, BornInPeriod, Near, Late int
	// BeforeCommittee counts the dossiers not decided whose prudent date is still to
	// come and falls before the day of the committee; Committee is that day, zero
	// when there is none ahead.
	BeforeCommittee int
	Committee       dossier.Day

	// Median times in days, nil without any: from the deposit to the first decision,
	// whose day D14 tells, and the age of what is not decided. Heads do not keep the
	// passage en instruction.
	MedianToDecision, MedianOpenAge *float64
}
