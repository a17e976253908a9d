package bench

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"relais/internal/stage"
)

// coldStarts of each function, of which the median counts.
const coldStarts = 15

// BenchmarkFootprint measures what each function is before it works: its start,
// its memory, its size, beside the bare function.
//
// A cold start is from the start of the process to the answer to an event that
// asks nothing of others: one that is refused, or empty. The first idle poll is
// shown besides: it has the platform and DynamoDB to ask.
func BenchmarkFootprint(b *testing.B) {
	w := stand(b, 100, 0)
	w.run(w.function("poll"), map[string]string{})
	names := append([]string{"hello"}, functionNames...)
	all := map[string]*measured{}
	for _, name := range names {
		all[name] = &measured{name: name, artifact: compiled(b, name)}
	}
	for range coldStarts { // in turn, so that a busy machine is unfair to none
		for _, name := range names {
			all[name].start(w)
		}
	}
	hello := all["hello"]
	var lines []string
	for _, name := range names {
		m := all[name]
		m.sizes(b)
		lines = append(lines, m.row(hello))
	}
	table("Before any work, beside the bare function", "\tcold start\tof hello\tof it, init\tpeak memory\tof hello\tpeak seen\tzip arm64\tof hello\tzip amd64", lines)
	first := w.firstPoll()
	say("  Cold starts: medians of %d, from the start of the process to its first answer, to an event that asks", coldStarts)
	say("  nothing of others; the first answer of poll to a schedule, an idle poll, comes after %v.", first.Round(100*time.Microsecond))
	say("  Memory and zips in MB of 2^20 bytes; peak seen: in the whole bench. Zips hold infra/calls (at most 8 MB).")
	if ratio := all["poll"].cold().Seconds() / hello.cold().Seconds(); ratio > mostCold {
		b.Errorf("the cold start of poll is %.1f times that of the bare function (%v, %v), want at most %v", ratio, all["poll"].cold(), hello.cold(), mostCold)
	}
	b.ReportMetric(0, "ns/op")
}

// measured is one function.
type measured struct {
	name         string
	artifact     stage.Artifact
	answers      []time.Duration // from the start of the process
	inits        []time.Duration // to the process asking for its first event
	memory       int64
	arm64, amd64 int64
}

func compiled(b *testing.B, name string) stage.Artifact {
	if name == "hello" {
		return stage.Build(b, "relais/internal/stage/hello")
	}
	return deployed(b, stage.Build(b, "relais/functions/"+name))
}

// start starts one process and has it refuse an event, or do nothing with it.
func (m *measured) start(w *world) {
	w.Helper()
	f := &stage.Function{Name: m.name, Path: m.artifact.Bootstrap(), Env: map[string]string{}}
	for k, v := range w.env {
		f.Env[k] = v
	}
	delete(f.Env, "RELAIS_CALLS") // those beside the binary
	ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
	defer cancel()
	res, err := f.Invoke(ctx, map[string]string{"action": "none", "at": "none"})
	if err != nil || res.Init == 0 {
		w.Fatalf("%s: %v %s\n%s", m.name, err, res.FunctionError, res.Logs)
	}
	f.Kill() // at once: Shutdown would wait for what nobody needs
	f.Shutdown()
	m.answers, m.inits = append(m.answers, res.Init+res.Duration), append(m.inits, res.Init)
	m.memory = max(m.memory, res.MaxRSS)
	peaks[m.name] = max(peaks[m.name], res.MaxRSS)
}

func (m *measured) cold() time.Duration { return median(m.answers) }

func median(of []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}

// sizes compiles for both processors.
func (m *measured) sizes(b *testing.B) {
	pkg := "relais/functions/" + m.name
	if m.name == "hello" {
		pkg = "relais/internal/stage/hello"
	}
	for arch, size := range map[string]*int64{"arm64": &m.arm64, "amd64": &m.amd64} {
		b.Setenv("GOOS", "linux")
		b.Setenv("GOARCH", arch)
		a, err := stage.Compile(b.TempDir(), pkg)
		if err != nil {
			b.Fatal(err)
		}
		*size = zipIsSmall(b, m.name+" for "+arch, a)
	}
}

func (m *measured) row(hello *measured) string {
	return fmt.Sprintf("%s\t%.1f ms\t%.1f ×\t%.1f ms\t%.1f\t%.1f ×\t%.1f\t%.2f\t%.1f ×\t%.2f", m.name,
		ms(m.cold()), ms(m.cold())/ms(hello.cold()), ms(median(m.inits)),
		mb(m.memory), mb(m.memory)/mb(hello.memory), mb(peaks[m.name]),
		mb(m.arm64), mb(m.arm64)/mb(hello.arm64), mb(m.amd64))
}

func ms(d time.Duration) float64 { return d.Seconds() * 1000 }

// firstPoll is the median of poll's first answers to a schedule, when there is
// nothing new.
func (w *world) firstPoll() time.Duration {
	w.Helper()
	w.unread()
	var times []time.Duration
	for range coldStarts {
		f := w.function("poll", "RELAIS_OVERLAP", "1s")
		res := w.run(f, map[string]string{})
		f.Kill()
		times = append(times, res.Init+res.Duration)
	}
	return median(times)
}
