package stage

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// ColdStart sums up n cold starts: from the start of the process to its first
// answer.
type ColdStart struct {
	Median, Best, Worst time.Duration
	MaxRSS              int64 // bytes, of all the processes
}

// Cold starts the function n times, one process after the other, with the same
// event. A failure of the function ends the measure. The function's own
// processes and settings are left alone.
func (f *Function) Cold(ctx context.Context, n int, payload any) (ColdStart, error) {
	var out ColdStart
	var times []time.Duration
	for range n {
		one := &Function{Name: f.Name, Path: f.Path, Env: f.Env, MemoryMB: f.MemoryMB, Timeout: f.Timeout}
		res, err := one.Invoke(ctx, payload)
		one.Shutdown()
		if err != nil {
			return out, err
		}
		if res.FunctionError != "" {
			return out, fmt.Errorf("stage: cold start of %s: %s", f.name(), res.FunctionError)
		}
		times = append(times, res.Init+res.Duration)
		out.MaxRSS = max(out.MaxRSS, res.MaxRSS)
	}
	if n > 0 {
		slices.Sort(times)
		out.Best, out.Median, out.Worst = times[0], times[n/2], times[n-1]
	}
	return out, nil
}
