package desk

import (
	"time"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
)

// Clock runs faster than the wall clock, from an instant on, so that a
// demonstration lives days in minutes.
type Clock struct {
	start time.Time
	began time.Time // on the wall clock
	speed float64
}

// NewClock starts a clock at an instant. Speed 1 is as fast as real time.
func NewClock(start time.Time, speed float64) *Clock { return &Clock{start, time.Now(), speed} }

// Now is the instant on this clock.
func (c *Clock) Now() time.Time {
	return c.start.Add(time.Duration(float64(time.Since(c.began)) * c.speed)).Round(0)
}

// LastMorning is the latest instant, not after now, at which morning mails leave in
// metropolitan France: a demonstration begun on a Sunday shows that of Friday.
func LastMorning(now time.Time) time.Time {
	zone := call.PlatformZone()
	today := dossier.DayOf(now, zone)
	day := deadline.Calendar{}.LastWorking(today, nil)
	switch morning := day.At(9, 0, zone); {
	case day != today:
		return morning
	case now.Before(morning):
		return deadline.Calendar{}.LastWorking(today.AddDays(-1), nil).At(9, 0, zone)
	}
	return now
}
