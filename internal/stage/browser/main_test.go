package browser

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"relais/internal/stage"
)

const (
	// wanted asks for the tests of this package.
	wanted = "RELAIS_BROWSER"
	// required is the value that makes what is missing a failure.
	required = "required"

	// patience is how long a test waits for what must come: far above what a busy
	// machine needs.
	patience = time.Minute
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	defer shared.close()
	return stage.Main(m)
}

// shared is what the tests have in common, started by the first that asks for it.
var shared stock

// stock closes what it holds, the last first.
type stock struct {
	mu      sync.Mutex
	browser *chromium
	demo    *installation
	office  *office
	closers []func()
}

func (s *stock) close() {
	for _, one := range slices.Backward(s.closers) {
		one()
	}
}

// unproven skips a test for want of a tool, or fails it when the tool is required.
func unproven(t testing.TB, why string, args ...any) {
	t.Helper()
	why = "not proven in a browser: " + fmt.Sprintf(why, args...)
	if os.Getenv(wanted) == required {
		t.Fatal(why)
	}
	t.Skip(why)
}

// find is the browser of this machine, under one of its usual names; "" without
// one.
func find() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// start gives the browser of all tests.
func start(t *testing.T) *chromium {
	t.Helper()
	path := find()
	switch {
	case os.Getenv(wanted) == "":
		t.Skipf("not proven in a browser: %s is not set, as make check does", wanted)
	case path == "":
		unproven(t, "there is no Chromium (Debian: apt install chromium)")
	}
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.browser == nil {
		b, err := launch(path)
		if err != nil {
			t.Fatalf("Chromium does not start: %v", err)
		}
		shared.browser = b
		shared.closers = append(shared.closers, b.close)
	}
	return shared.browser
}

// demonstration gives `relais run`, at real speed so that nothing changes while
// somebody looks.
func demonstration(t *testing.T) *installation {
	t.Helper()
	start(t) // without a browser nothing needs to run
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.demo == nil {
		one := &installation{binary: build(t), dir: shared.folder(t), env: []string{"RELAIS_LISTEN=127.0.0.1:0"}}
		if err := one.start("page      ", "run", "--speed", "1", "--dossiers", "120", "--days", "2"); err != nil {
			t.Fatal(err)
		}
		shared.closers = append(shared.closers, one.stop)
		shared.demo = one
	}
	return shared.demo
}

// sharedOffice gives `relais serve` to tests that only look at it.
func sharedOffice(t *testing.T) *office {
	t.Helper()
	start(t)
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.office == nil {
		one := openOffice(t, shared.folder(t), func(end func()) { shared.closers = append(shared.closers, end) })
		one.session = signIn(t, one.url)
		shared.office = one
	}
	return shared.office
}

// folder is one that goes with the last test.
func (s *stock) folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "relais-browser-")
	if err != nil {
		t.Fatal(err)
	}
	s.closers = append(s.closers, func() { _ = os.RemoveAll(dir) })
	return dir
}

// build is the binary as people have it.
func build(t *testing.T) string {
	t.Helper()
	return stage.Build(t, "relais/functions/relais").Bootstrap()
}
