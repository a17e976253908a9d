package supply

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"relais/internal/stage"
)

// built is what a package is made of, and how.
var built = []string{"go.mod", "go.sum", "Makefile", "functions", "internal", "infra/calls"}

// TestSameSourceSamePackage builds a function with the Makefile's own target from
// two copies of the source, in two folders. With FROM_NOTHING=1, as `make
// reproduce` runs it, it is for Lambda's processor, and nothing that was compiled
// before is used: the standard library and all modules are compiled again, twice.
func TestSameSourceSamePackage(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a function")
	}
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip("reproducible builds: not proven (no make)")
	}
	zipper := filepath.Join(t.TempDir(), "zip")
	if out, err := goIn(root, "build", "-o", zipper, "./internal/stage/zip").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	here := place{t, zipper, copied(t, "here"), nil}
	there := place{t, zipper, copied(t, filepath.Join("quite", "another place")), nil}
	for _, p := range []*place{&here, &there} {
		p.settings = []string{"LAMBDA_ARCH=" + runtime.GOARCH}
		if os.Getenv("FROM_NOTHING") == "1" {
			p.settings = []string{"LAMBDA_ARCH=arm64", "GOCACHE=" + t.TempDir()}
		}
	}
	first := here.packaged()
	if second := there.packaged(); !bytes.Equal(first, second) {
		t.Errorf("two builds of one source differ: %d and %d bytes", len(first), len(second))
	}

	// The comparison can fail: one line of a call, and of the code.
	calls, err := filepath.Glob(filepath.Join(there.source, "infra", "calls", "*.yaml"))
	if err != nil || len(calls) == 0 {
		t.Fatalf("no calls: %v", err)
	}
	appended(t, calls[0], "# one more line\n")
	if bytes.Equal(first, there.packaged()) {
		t.Error("another call file gives the same package")
	}
	appended(t, filepath.Join(here.source, "functions", "webhook", "main.go"), "\nfunc init() { println() }\n")
	if bytes.Equal(first, here.packaged()) {
		t.Error("another source gives the same package")
	}
}

// place is a copy of the source, and the settings of make there.
type place struct {
	testing.TB
	zipper, source string
	settings       []string
}

// copied is the source in a folder of its own, every file of today.
func copied(t testing.TB, name string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), name)
	for _, part := range built {
		from := filepath.Join(root, filepath.FromSlash(part))
		err := filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || strings.HasSuffix(path, "_test.go") {
				return err
			}
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			content, err := os.ReadFile(path)
			if err == nil {
				err = os.MkdirAll(filepath.Dir(filepath.Join(to, rel)), 0o755)
			}
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(to, rel), content, 0o644)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// packaged makes the package of webhook.
func (p place) packaged() []byte {
	p.Helper()
	folder, out := filepath.Join(p.TempDir(), "package"), filepath.Join(p.TempDir(), "webhook.zip")
	args := append([]string{"--no-print-directory", "build-Webhook", "ARTIFACTS_DIR=" + folder}, p.settings...)
	cmd := exec.Command("make", args...)
	cmd.Dir, cmd.Env = p.source, append(os.Environ(), p.settings...)
	if said, err := cmd.CombinedOutput(); err != nil {
		p.Fatalf("%v\n%s", err, said)
	}
	if said, err := exec.Command(p.zipper, "-o", out, folder).CombinedOutput(); err != nil {
		p.Fatalf("%v\n%s", err, said)
	}
	raw, err := os.ReadFile(out)
	if err != nil {
		p.Fatal(err)
	}
	return raw
}

// TestBuildFlags compares the flags of the tests' builds with the Makefile's.
func TestBuildFlags(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	_, line, found := strings.Cut(string(makefile), "\nLAMBDA_BUILD ")
	line, _, _ = strings.Cut(line, "\n")
	for _, flag := range stage.BuildFlags() {
		if !found || !strings.Contains(strings.ReplaceAll(line, `"`, ""), flag) {
			t.Errorf("the Makefile's LAMBDA_BUILD lacks %q:%s", flag, line)
		}
	}
}

func appended(t testing.TB, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
