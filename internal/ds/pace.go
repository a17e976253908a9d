package ds

import (
	"golang.org/x/time/rate"
)

// MostPerMinute is the share of one process that alone uses its token. The
// platform refuses the 401st request in a minute of its clock, and counts the
// refused ones too.
const MostPerMinute = 390

// pacedBurst is the part of a share that may go at once, so that a small démarche
// is read without waiting; the rest is spread over the minute.
const pacedBurst = 150

// newPace spreads requests so that no window of a minute holds more than the
// share, whatever its start. Zero is no pace at all.
func newPace(perMinute int) *rate.Limiter {
	if perMinute <= 0 {
		return rate.NewLimiter(rate.Inf, 0)
	}
	burst := max(1, min(pacedBurst, perMinute/2))
	return rate.NewLimiter(rate.Limit(float64(perMinute-burst)/60), burst)
}
