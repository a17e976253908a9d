package bench

import (
	"strings"
	"testing"

	"relais/internal/stage"
)

// The limits of the project.
const (
	mostNew    = 12.0    // write units for a new dossier
	mostIdle   = 2       // writes of an idle poll
	mostZip    = 8 << 20 // a MB of AWS is 2^20 bytes
	mostMemory = 128 << 20
	mostCold   = 3.0 // times that of the bare function
)

// TestWriteUnits counts what the compiled poll asks of DynamoDB.
func TestWriteUnits(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a function")
	}
	const n = 150
	w := stand(t, n, 0)
	poll := w.function("poll")

	p, c := w.poll("new", poll, "")
	w.want(p, n, n, 0, 0)
	w.newIsCheap(c, n)

	w.changeAll()
	p, c = w.poll("changed", poll, "")
	w.want(p, n, 0, n, 0)
	if each, text := c.itemised(n); each < 1 {
		t.Errorf("a changed dossier costs %.2f write units (%s): the count is broken", each, text)
	}
	p, c = w.poll("listed again", poll, "")
	w.want(p, n, 0, 0, n)
	w.unchangedIsFree(c)

	idle := w.unread()
	p, c = w.poll("idle", idle, "")
	w.want(p, 0, 0, 0, 0)
	w.idleIsCheap(c)
	p, c = w.poll("swept", idle, "sweep")
	w.want(p, n, 0, 0, n)
	w.unchangedIsFree(c)
}

func (w *world) newIsCheap(c cost, n int) {
	w.Helper()
	each, text := c.itemised(n)
	w.Logf("a new dossier: %.2f write units = %s", each, text)
	if each > mostNew || each < 5 {
		w.Errorf("a new dossier costs %.2f write units (%s), want at most %v", each, text, mostNew)
	}
	if c.write/float64(n) > mostNew {
		w.Errorf("a first pass writes %.0f units for %d dossiers, want at most %v each", c.write, n, mostNew)
	}
}

func (w *world) unchangedIsFree(c cost) {
	w.Helper()
	if each, text := c.itemised(1); each != 0 {
		w.Errorf("%s: dossiers that did not change cost write units: %s", c.name, text)
	}
}

func (w *world) idleIsCheap(c cost) {
	w.Helper()
	units, puts := c.writes()
	w.Logf("an idle poll: %d writes, %.0f write units, %.1f read units, %.0f requests to the platform", puts, c.write, c.read, c.platform)
	if puts > mostIdle || puts == 0 {
		w.Errorf("an idle poll writes %d times (%v), want at most %d", puts, units, mostIdle)
	}
}

// TestZip measures the two functions that link the most; the bench all six, for
// both processors.
func TestZip(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles two functions")
	}
	for _, name := range []string{"poll", "deliver"} {
		zipIsSmall(t, name, stage.Build(t, "relais/functions/"+name))
	}
}

func zipIsSmall(t testing.TB, name string, a stage.Artifact) int64 {
	t.Helper()
	if !strings.HasPrefix(name, "hello") {
		deployed(t, a)
	}
	size, err := a.ZipSize()
	if err != nil {
		t.Fatal(err)
	}
	if size > mostZip || size < 1<<20 {
		t.Errorf("%s: a zip of %d bytes, want less than %d", name, size, mostZip)
	}
	return size
}
