package desk

import (
	"sync/atomic"
	"time"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
)

// Clock runs faster than the wall clock, from an instant on, so that a
// demonstration lives days in minutes. It may be set forward.
type Clock struct {
	start   time.Time
	began   time.Time // on the wall clock
	speed   float64
	skipped atomic.Int64 // nanoseconds
}

// NewClock starts a clock at an instant. Speed 1 is as fast as real time.
func NewClock(start time.Time, speed float64) *Clock {
	return &Clock{start: start, began: time.Now(), speed: speed}
}

// Now is the instant on this clock.
func (c *Clock) Now() time.Time {
	run := time.Duration(float64(time.Since(c.began)) * c.speed)
	return c.start.Add(run + time.Duration(c.skipped.Load())).Round(0)
}

// Forward sets the clock forward to an instant; one that is past leaves it.
func (c *Clock) Forward(to time.Time) {
	if left := to.Sub(c.Now()); left > 0 {
		c.skipped.Add(int64(left))
	}
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
