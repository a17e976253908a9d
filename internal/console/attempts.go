package console

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How many passwords may be tried: a few at once, then one now and then; by one
// address, and by all of them together.
const (
	attemptsAtOnce    = 5
	attemptEvery      = 20 * time.Second
	allAttemptsAtOnce = 20
	anyAttemptEvery   = 3 * time.Second
	// manyAddresses is when to look for addresses that may be forgotten.
	manyAddresses = 256
)

// attempts slows down the guessing of the password. Addresses are those of the
// connections: what a header says of another one can be written by anybody.
type attempts struct {
	mu  sync.Mutex
	all *rate.Limiter
	by  map[string]*rate.Limiter
}

func newAttempts() *attempts {
	return &attempts{all: rate.NewLimiter(rate.Every(anyAttemptEvery), allAttemptsAtOnce), by: map[string]*rate.Limiter{}}
}

// take counts one attempt; above zero it is refused, and may be made after that
// long. An address that has none left uses up nothing of what all may try.
func (a *attempts) take(now time.Time, remote string) (wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := network(remote)
	own := a.by[key]
	if own != nil {
		if wait := until(own, now); wait > 0 {
			return wait
		}
	}
	if wait := until(a.all, now); wait > 0 {
		return wait
	}
	if own == nil {
		a.forget(now)
		own = rate.NewLimiter(rate.Every(attemptEvery), attemptsAtOnce)
		a.by[key] = own
	}
	own.AllowN(now, 1)
	a.all.AllowN(now, 1)
	return 0
}

// until is how long a limiter refuses one more.
func until(l *rate.Limiter, now time.Time) time.Duration {
	short := 1 - l.TokensAt(now)
	if short <= 0 {
		return 0
	}
	return time.Duration(short / float64(l.Limit()) * float64(time.Second))
}

// forget drops the addresses that have all their attempts again.
func (a *attempts) forget(now time.Time) {
	if len(a.by) < manyAddresses {
		return
	}
	for key, l := range a.by {
		if l.TokensAt(now) >= attemptsAtOnce {
			delete(a.by, key)
		}
	}
}

// network is an address, or the /64 that one subscriber has of IPv6.
func network(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return "unknown"
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr.String()
	}
	subscriber, _ := addr.Prefix(64)
	return subscriber.String()
}
