package main

import (
	"testing"
	"time"
)

// peakLimit is what poll may hold at any time, whatever the number of dossiers.
const peakLimit = 80 << 20

// TestPollInBoundedMemory measures the process itself.
func TestPollInBoundedMemory(t *testing.T) {
	for _, n := range []int{1000, 10_000} {
		if n > 1000 && (testing.Short() || slowed) {
			t.Skip("10,000 dossiers are neither for -short nor for -race")
		}
		p := newOther(t, n)
		d := ready(t, p)
		o := d.measured(0, "poll", "--json")
		c := o.counts(t)
		if c.Created != n || c.Requests > n/100+4 || !c.Complete {
			t.Errorf("%d dossiers: %+v", n, c)
		}
		if o.peak > peakLimit {
			t.Errorf("%d dossiers: peak of %d MB, want at most %d", n, o.peak>>20, peakLimit>>20)
		}
		t.Logf("%d dossiers, pages of %.1f MB: peak %.1f MB, %d requests, %s", n, float64(p.bytes)/1e6/float64(n/100), float64(o.peak)/(1<<20), c.Requests, o.took.Round(time.Millisecond))
	}
}
