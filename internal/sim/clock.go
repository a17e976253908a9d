package sim

import (
	"context"
	"sync/atomic"
	"time"
)

// clock is the true time, which is the platform's, and ours beside it, which may
// be wrong. It moves only while a single goroutine runs.
type clock struct {
	now  atomic.Int64 // microseconds
	skew atomic.Int64
	// frozen: time passes by hand only.
	frozen atomic.Bool
}

func (c *clock) start(at time.Time) { c.now.Store(at.UnixMicro()) }

// platform is the true time.
func (c *clock) platform() time.Time { return time.UnixMicro(c.now.Load()).UTC() }

// ours is what Relais takes for the time.
func (c *clock) ours() time.Time { return time.UnixMicro(c.now.Load() + c.skew.Load()).UTC() }

func (c *clock) pass(d time.Duration) { c.now.Add(d.Microseconds()) }

// drift is pass, but for a frozen clock.
func (c *clock) drift(d time.Duration) {
	if !c.frozen.Load() {
		c.pass(d)
	}
}

// sleep makes the pauses of the platform's stand-in.
func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	c.drift(d)
	return ctx.Err()
}

// jump moves our clock alone.
func (c *clock) jump(d time.Duration) { c.skew.Add(d.Microseconds()) }

// mend sets our clock right.
func (c *clock) mend() { c.skew.Store(0) }
