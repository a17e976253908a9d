package ds

import (
	"context"
	"math"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	// window is the platform's: fixed, aligned on the minute.
	window = time.Minute
	// longestReset caps what a RateLimit-Reset can make us wait.
	longestReset = 65 * time.Second
	// resetSpread keeps processes that share a token from waking all at once.
	resetSpread = 250 * time.Millisecond
)

// ask sends a query until it is answered, until trying again is useless, or
// until patience or the context's deadline is over. Mutations never pass here.
func (c *Client) ask(ctx context.Context, d document, subject string, variables map[string]any) (answer, error) {
	p := &pauses{now: c.now, patience: c.patience, curve: newCurve()}
	p.deadline, p.bounded = ctx.Deadline()
	try := func() (answer, error) {
		a, failed := c.once(ctx, d, variables)
		if failed != nil && failed.refusesToken() && c.renew != nil && c.renew(ctx) {
			a, failed = c.once(ctx, d, variables)
		}
		if failed == nil {
			return a, nil
		}
		if !p.failed(failed) {
			return answer{}, backoff.Permanent(failed)
		}
		return answer{}, failed
	}
	tell := func(_ error, wait time.Duration) {
		c.log.WithFields(logFields(d, p.last)).WithField("wait", wait.Round(time.Millisecond).String()).
			Warn("the platform did not answer as it should, trying again")
	}
	a, err := backoff.Retry(ctx, try, backoff.WithBackOff(p), backoff.WithMaxElapsedTime(0), backoff.WithNotify(tell))
	if err == nil {
		return a, nil
	}
	return answer{}, p.final(ctx).named(d.name, subject)
}

func logFields(d document, e *Error) map[string]any {
	return map[string]any{"operation": d.name, "kind": string(e.Kind), "status": e.Status}
}

// named says what was being asked.
func (e *Error) named(op, subject string) *Error {
	e.Op, e.Subject = op, subject
	return e
}

// refusesToken tells that another token might be accepted.
func (e *Error) refusesToken() bool {
	return e.Kind == WrongToken || e.Kind == ExpiredToken || e.Kind == RefusedNetwork || e.Kind == OldToken
}

// retries is how many times an error of this kind is worth another try. Those
// which are not listed would fail again, or need a person.
func (e *Error) retries() int {
	switch e.Kind {
	case FrontServer, Maintenance:
		if e.Status == 502 || e.Status == 503 || e.Status == 504 {
			return 8
		}
	case RateLimited, Interrupted, Truncated:
		return 4
	case Unreachable:
		if !notFoundHost(e.Err) {
			return 3
		}
	case ServerError:
		return 2 // perhaps a statement cut at 60 s: do not insist
	case NoAnswer:
		return 1
	}
	return 0
}

// pauses is the backoff of one request: full jitter that grows, or the end of
// the platform's window after a 429.
type pauses struct {
	now      func() time.Time
	patience time.Duration
	deadline time.Time
	bounded  bool
	curve    *backoff.ExponentialBackOff

	last   *Error
	first  time.Time // of the failures
	tries  int
	waited time.Duration
}

// newCurve draws a wait between 0 and an upper bound that goes from 0.5 s to 30 s.
func newCurve() *backoff.ExponentialBackOff {
	return &backoff.ExponentialBackOff{
		InitialInterval:     250 * time.Millisecond,
		RandomizationFactor: 1,
		Multiplier:          2,
		MaxInterval:         15 * time.Second,
	}
}

// Reset implements backoff.BackOff.
func (p *pauses) Reset() { p.curve.Reset() }

// failed notes a failure, and tells whether its kind is worth another try.
func (p *pauses) failed(e *Error) bool {
	if p.tries++; p.tries == 1 {
		p.first = p.now()
	}
	p.last = e
	return p.tries <= e.retries()
}

// NextBackOff implements backoff.BackOff. A wait that would end past the
// patience or the deadline is not begun: the caller has better to do.
func (p *pauses) NextBackOff() time.Duration {
	wait := p.curve.NextBackOff()
	if p.last.Kind == RateLimited {
		wait = p.last.Wait + min(wait, resetSpread)
	}
	spent := max(p.waited, p.now().Sub(p.first))
	if p.patience < 0 || spent+wait > p.patience+resetSpread {
		return backoff.Stop
	}
	if p.bounded && time.Until(p.deadline) <= wait {
		return backoff.Stop
	}
	p.waited += wait
	return wait
}

// final is the error to report: the last real one, unless the caller's time ran
// out while waiting.
func (p *pauses) final(ctx context.Context) *Error {
	if ctx.Err() != nil && p.last.Kind != Deadline && p.last.Kind != Canceled {
		e := classifyCause(ctx, ctx.Err())
		e.Status = p.last.Status
		return e
	}
	return p.last
}

// untilReset is how long to wait after a 429, on the platform's own clock.
// RateLimit-Reset is the epoch second at which the window ends; one that is
// absent, past or absurd is replaced by the end of the platform's minute, and a
// small number is taken for the delay that other servers mean by it.
func untilReset(reset string, platformAt time.Time) time.Duration {
	endOfMinute := platformAt.Truncate(window).Add(window).Sub(platformAt)
	n, err := strconv.ParseInt(reset, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt32*8 {
		return endOfMinute
	}
	if n > 0 && n <= int64(longestReset/time.Second) {
		return time.Duration(n) * time.Second
	}
	wait := time.Unix(n, 0).Sub(platformAt)
	if wait <= 0 || wait > longestReset {
		return endOfMinute
	}
	return wait
}
