package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestKilledAtAnyMoment kills relais poll with SIGKILL at random moments of a
// first pass, restarts it each time, and wants the same export, line by line, as
// that of a pass which nothing disturbed. Small by default; the proof itself is
//
//	KILLS=50 DOSSIERS=20000 go test -count=1 -v -timeout 30m -run TestKilledAtAnyMoment ./functions/relais
//
// SEED draws other moments.
func TestKilledAtAnyMoment(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there is no SIGKILL, nor a shell to exec from")
	}
	kills, dossiers := numberFrom(t, "KILLS", 6), numberFrom(t, "DOSSIERS", 1000)
	p := prove(t, dossiers)
	calm := p.desktop
	whole := calm.measured(0, "poll", "--json")
	c := whole.counts(t)
	truth := linesByNumber(t, calm)
	p.isShown(calm)
	t.Logf("undisturbed: %d dossiers, %d requests, %s, peak %.1f MB", c.Created, c.Requests, whole.took.Round(time.Millisecond), megabytes(whole.peak))

	k := &killer{
		proven: p, victim: p.install(t), truth: truth, pages: (len(truth) + 99) / 100,
		page: whole.took / time.Duration(c.Requests), seen: map[string]bool{},
		dice: rand.New(rand.NewPCG(uint64(numberFrom(t, "SEED", 1)), 50)),
	}
	began := time.Now()
	for k.kills < kills {
		k.kill(t, kills)
	}
	last := k.victim.measured(0, "poll", "--json")
	if left := last.counts(t); !left.Complete || left.Quarantined != 0 {
		t.Errorf("the last pass: %+v", left)
	}
	k.peak = max(k.peak, last.peak)
	// A kill costs what the next poll asks first, and the pages under way.
	requests := k.asked("")
	if requests > c.Requests+4*kills || k.reached.IsZero() {
		t.Errorf("%d requests, want at most %d and 4 a kill; position reached at the last look: %s", requests, c.Requests, k.reached)
	}
	if got, want := k.victim.do(0, "export").out, calm.do(0, "export").out; got != want {
		t.Errorf("the export differs from that of an undisturbed pass: %s", firstDifference(got, want))
	}
	p.isShown(k.victim)
	if k.peak > peakLimit {
		t.Errorf("peak of %.1f MB, want at most %d", megabytes(k.peak), peakLimit>>20)
	}
	if again := k.victim.do(0, "poll", "--json").counts(t); again.Created+again.Updated+again.Removed != 0 {
		t.Errorf("one more pass: %+v, want nothing new", again)
	}
	t.Logf("killed %d times (%d before any request; at %d of %d looks, no page more): %d requests in %s, peak %.1f MB, %d locks left behind",
		k.kills, k.early, k.idle, kills/2, requests, time.Since(began).Round(time.Millisecond), megabytes(k.peak), k.locks())
}

// killer kills one installation's polls.
type killer struct {
	*proven
	victim *desktop
	truth  map[int]string // export lines
	dice   *rand.Rand
	pages  int             // of the listing
	page   time.Duration   // about what one takes
	seen   map[string]bool // cursors that pages were asked from

	kills, early, idle int
	peak               int64
	reached            time.Time
}

// kill lets a poll live for some requests and a moment, then kills it. Every
// other time it looks at what was left; else the next poll finds the store as it
// was left.
func (k *killer) kill(t *testing.T, kills int) {
	left := k.pages - k.progress() - 2 // what may still be asked before the pass could end
	pages := max(0, min(2+k.dice.IntN(1+2*k.pages/kills), left))
	moment := time.Duration(k.dice.Int64N(int64(2*k.page) + 1))
	switch {
	case k.kills == 0:
		pages = 6 // read ahead or not, one page is stored by then
	case pages == 0 || k.dice.IntN(8) == 0:
		pages, moment = 0, time.Duration(k.dice.Int64N(int64(100*time.Millisecond)))
		k.early++
	}
	o := k.live(t, k.asked("")+pages, moment)
	k.peak = max(k.peak, o.peak)
	if o.code != killedCode || strings.Contains(o.err, "relais: ") || strings.Contains(o.err, "panic") {
		t.Fatalf("kill %d, after %d requests and %s: poll was not stopped by it (exit %d)\n%s%s", k.kills+1, pages, moment, o.code, o.out, o.err)
	}
	k.kills++
	if k.kills%2 == 0 {
		k.examine(t)
	}
}

// killedCode is the exit code with which the launcher tells of a signal.
const killedCode = 255

// live runs poll until so many requests were received in all and a moment has
// passed. The first line comes from a shell that becomes the poll: its number.
func (k *killer) live(t *testing.T, requests int, moment time.Duration) outcome {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "/bin/sh", "-c", `echo $$; exec "$@"`, "sh", binary, "poll", "--json")
	cmd.Dir = k.victim.dir
	peak := k.victim.path("peak")
	cmd.Env = []string{launched + "=" + peak, "HOME=" + k.victim.dir, "PATH=" + os.Getenv("PATH")}
	for name, value := range k.victim.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var said strings.Builder
	cmd.Stderr = &said
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out := bufio.NewReader(pipe)
	line, _ := out.ReadString('\n')
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatalf("no process number: %q %v", line, err)
	}
	ended := make(chan outcome, 1)
	go func() {
		rest, _ := io.ReadAll(out)
		_ = cmd.Wait()
		ended <- outcome{code: cmd.ProcessState.ExitCode(), out: string(rest), err: said.String()}
	}()
	o, over := k.wait(t, ended, requests, moment)
	if !over {
		if one, err := os.FindProcess(pid); err == nil {
			_ = one.Kill()
		}
		o = <-ended
	}
	if b, err := os.ReadFile(peak); err == nil {
		o.peak, _ = strconv.ParseInt(string(b), 10, 64)
	}
	return o
}

// wait returns when the moment has come, or over when the poll ended before.
func (k *killer) wait(t *testing.T, ended <-chan outcome, requests int, moment time.Duration) (o outcome, over bool) {
	limit := time.After(time.Minute)
	for k.asked("") < requests {
		select {
		case o = <-ended:
			return o, true
		case <-limit:
			t.Error("poll sends no request")
			return o, false
		case <-time.After(time.Millisecond):
		}
	}
	select {
	case o = <-ended:
		return o, true
	case <-time.After(moment):
		return o, false
	}
}

// progress is how many different pages were asked for.
func (k *killer) progress() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range k.calls {
		if c.Operation == "dossiers" {
			k.seen[c.After] = true
		}
	}
	return len(k.seen)
}

// examine wants the store that a kill left to hold only true lines, and a position
// that did not go back.
func (k *killer) examine(t *testing.T) {
	if _, err := os.Stat(k.victim.path("relais.db")); err != nil {
		return // killed before it was made
	}
	for number, line := range linesByNumber(t, k.victim) {
		if line != k.truth[number] {
			t.Errorf("kill %d left a line that is not true: %s, want %s", k.kills, line, k.truth[number])
		}
	}
	s := k.streams(k.victim)
	if s.Reached.Before(k.reached) {
		t.Errorf("kill %d: the position went back from %s to %s", k.kills, k.reached, s.Reached)
	}
	if s.Reached.Equal(k.reached) {
		k.idle++
	}
	k.reached = s.Reached
}

// locks counts the files by which dead processes are known.
func (k *killer) locks() int {
	files, _ := filepath.Glob(k.victim.path("relais.db-holders", "*"))
	return len(files)
}

func linesByNumber(t *testing.T, d *desktop) map[int]string {
	t.Helper()
	out := map[int]string{}
	for line := range strings.Lines(d.do(0, "export").out) {
		var number int
		if _, after, ok := strings.Cut(line, `"number":`); ok {
			_, _ = fmt.Sscan(strings.SplitN(after, ",", 2)[0], &number)
		}
		if number == 0 || out[number] != "" {
			t.Fatalf("no number, or twice: %.80s", line)
		}
		out[number] = line
	}
	return out
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d:\n%s\nwant\n%s", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(a), len(b))
}

// numberFrom reads the size of a proof from the environment.
func numberFrom(t testing.TB, name string, normal int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return normal
	}
	n, err := strconv.Atoi(text)
	if err != nil || n <= 0 {
		t.Fatalf("%s must be a positive whole number", name)
	}
	return n
}

func megabytes(bytes int64) float64 { return float64(bytes) / (1 << 20) }
