package sim

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// TestMain collects garbage less often: storms are short.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	m.Run()
}

// setUp makes the options of one seed. Trace may be nil.
type setUp func(t *testing.T, seed uint64, trace func(line string)) Options

func onSQLite(t *testing.T, seed uint64, trace func(line string)) Options {
	return Options{Seed: seed, Dir: t.TempDir(), Quiet: synctest.Wait, Trace: trace}
}

// play runs one seed.
func play(t *testing.T, o Options) (sum Summary, err error) {
	t.Helper()
	synctest.Test(t, func(*testing.T) { sum, err = Run(o) })
	return sum, err
}

// TestSeed runs one seed (SEED), or the first SEEDS ones.
func TestSeed(t *testing.T) { seeds(t, 40, onSQLite) }

func seeds(t *testing.T, few uint64, up setUp) {
	if seed, ok := number(t, "SEED"); ok {
		one(t, seed, up)
		return
	}
	all, ok := number(t, "SEEDS")
	if !ok {
		all = few
	}
	var next, failed atomic.Uint64
	var total tally
	t.Run("storms", func(t *testing.T) {
		for worker := range runtime.GOMAXPROCS(0) {
			t.Run(strconv.Itoa(worker), func(t *testing.T) {
				t.Parallel()
				for seed := next.Add(1) - 1; seed < all; seed = next.Add(1) - 1 {
					sum, err := play(t, up(t, seed, nil))
					total.add(sum)
					if err != nil {
						failed.Add(1)
						root, _, _ := strings.Cut(t.Name(), "/")
						t.Errorf("seed %d: %v\nreplay it: SEED=%d go test ./internal/sim -run '^%s$' -v", seed, err, seed, root)
					}
				}
			})
		}
	})
	t.Logf("%d seeds, %d failed: %+v", all, failed.Load(), total.sum)
}

func one(t *testing.T, seed uint64, up setUp) {
	var trace func(string)
	if testing.Verbose() {
		trace = func(line string) { fmt.Println(line) }
	}
	sum, err := play(t, up(t, seed, trace))
	t.Logf("%+v", sum)
	if err != nil {
		t.Fatal(err)
	}
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
	if _, err := play(t, onSQLite(t, seed, func(line string) { lines = append(lines, line) })); err != nil {
		t.Error(err)
	}
	return lines
}
