package sim

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"relais/internal/ingest"
)

// TestMain collects garbage less often: storms are short.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	m.Run()
}

// play runs one seed.
func play(t *testing.T, seed uint64, bugs ingest.Bugs, trace bool) (sum Summary, err error) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(*testing.T) {
		o := Options{Seed: seed, Dir: dir, Quiet: synctest.Wait, Bugs: bugs}
		if trace {
			o.Trace = func(line string) { fmt.Println(line) }
		}
		sum, err = Run(o)
	})
	return sum, err
}

// TestSeed runs one seed (SEED), or the first SEEDS ones.
func TestSeed(t *testing.T) {
	if seed, ok := number(t, "SEED"); ok {
		sum, err := play(t, seed, ingest.Bugs{}, testing.Verbose())
		t.Logf("%+v", sum)
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	seeds, ok := number(t, "SEEDS")
	if !ok {
		seeds = 40
	}
	var next, failed atomic.Uint64
	var total tally
	t.Run("storms", func(t *testing.T) {
		for worker := range runtime.GOMAXPROCS(0) {
			t.Run(strconv.Itoa(worker), func(t *testing.T) {
				t.Parallel()
				for seed := next.Add(1) - 1; seed < seeds; seed = next.Add(1) - 1 {
					sum, err := play(t, seed, ingest.Bugs{}, false)
					total.add(sum)
					if err != nil {
						failed.Add(1)
						t.Errorf("seed %d: %v\nreplay it: SEED=%d go test ./internal/sim -run TestSeed -v", seed, err, seed)
					}
				}
			})
		}
	})
	t.Logf("%d seeds, %d failed: %+v", seeds, failed.Load(), total.sum)
}

// tally adds what the simulations went through.
type tally struct {
	mu  sync.Mutex
	sum Summary
}

func (t *tally) add(one Summary) {
	t.mu.Lock()
	defer t.mu.Unlock()
	all, more := reflect.ValueOf(&t.sum).Elem(), reflect.ValueOf(one)
	for i := range all.NumField() {
		all.Field(i).SetInt(all.Field(i).Int() + more.Field(i).Int())
	}
}

// number reads a setting of the test run.
func number(t *testing.T, name string) (n uint64, given bool) {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return 0, false
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s must be a whole number (got %d characters)", name, len(text))
	}
	return n, true
}

// TestSameSeedSameStorm replays some seeds: every effect must come again in its
// order.
func TestSameSeedSameStorm(t *testing.T) {
	for seed := range uint64(4) {
		first, second := traced(t, seed), traced(t, seed)
		for i := range first {
			if i >= len(second) || first[i] != second[i] {
				t.Errorf("seed %d: step %d is %q, then another", seed, i, first[i])
				break
			}
		}
	}
}

func traced(t *testing.T, seed uint64) (lines []string) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		_, err := Run(Options{Seed: seed, Dir: dir, Quiet: synctest.Wait, Trace: func(line string) { lines = append(lines, line) }})
		if err != nil {
			t.Error(err)
		}
	})
	return lines
}
