package sandbox

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

// rateLimiter counts calls in windows of one minute, aligned on the minute, for
// each exact value of the Authorization header.
type rateLimiter struct {
	limit int // negative is none

	mu     sync.Mutex
	window time.Time
	calls  map[string]int
}

func newRateLimiter(limit int) *rateLimiter {
	return &rateLimiter{limit: limit, calls: map[string]int{}}
}

// admit counts a call, rejected or not, and tells when its window ends.
func (l *rateLimiter) admit(key string, now time.Time) (ok bool, reset time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	window := now.Truncate(time.Minute)
	if !window.Equal(l.window) {
		l.window = window
		clear(l.calls)
	}
	l.calls[key]++
	return l.limit < 0 || l.calls[key] <= l.limit, window.Add(time.Minute)
}

// tooMany is the platform's 429: plain text in two languages, no content type,
// no Retry-After, and RateLimit-Reset an absolute epoch second.
func tooMany(w http.ResponseWriter, limit int, reset time.Time) {
	h := w.Header()
	h["Content-Type"] = nil
	h.Set("RateLimit-Limit", fmt.Sprint(limit))
	h.Set("RateLimit-Remaining", "0")
	h.Set("RateLimit-Reset", fmt.Sprint(reset.Unix()))
	w.WriteHeader(http.StatusTooManyRequests)
	fmt.Fprint(w, "Trop de requêtes, réessayez plus tard.\nToo many requests, try again later.\n")
}
