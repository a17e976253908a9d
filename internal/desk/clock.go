package desk

import "time"

// Clock runs faster than the wall clock, from the same instant on, so that a
// demonstration lives days in minutes.
type Clock struct {
	start time.Time
	speed float64
}

// NewClock starts a clock at the present instant. Speed 1 is real time.
func NewClock(speed float64) *Clock { return &Clock{time.Now(), speed} }

// Now is the instant on this clock.
func (c *Clock) Now() time.Time {
	return c.start.Add(time.Duration(float64(time.Since(c.start)) * c.speed)).Round(0)
}
