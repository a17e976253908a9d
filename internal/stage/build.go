package stage

import (
	"archive/zip"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// BuildFlags are the flags of the functions' builds, with CGO_ENABLED=0.
func BuildFlags() []string {
	return []string{"-tags", "lambda.norpc", "-ldflags=-s -w", "-trimpath"}
}

// Artifact is the folder that would be zipped: bootstrap and what goes with it.
type Artifact struct{ Dir string }

// Bootstrap is the executable's path, for Function.Path.
func (a Artifact) Bootstrap() string { return filepath.Join(a.Dir, "bootstrap") }

// Compile builds a package into a folder, for this machine. The package is an
// import path, so that it does not depend on the working folder.
func Compile(dir, pkg string) (Artifact, error) {
	a := Artifact{dir}
	args := append(append([]string{"build"}, BuildFlags()...), "-o", a.Bootstrap(), pkg)
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return a, fmt.Errorf("stage: go build %s: %w\n%s", pkg, err, out)
	}
	return a, nil
}

// Copy adds a folder to the artifact, under a name such as infra/calls.
func (a Artifact) Copy(name, from string) error {
	to := filepath.Join(a.Dir, filepath.FromSlash(name))
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.CopyFS(to, os.DirFS(from))
}

// ZipSize is the size in bytes of the artifact zipped as a deployment package.
func (a Artifact) ZipSize() (int64, error) {
	var n counter
	z := zip.NewWriter(&n)
	if err := z.AddFS(os.DirFS(a.Dir)); err != nil {
		return 0, fmt.Errorf("stage: zip: %w", err)
	}
	err := z.Close()
	return int64(n), err
}

type counter int64

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

// shelf keeps the builds of a test binary that runs under Main.
type shelf struct {
	mu   sync.Mutex
	root string
	made map[string]func() (Artifact, error)
}

var builds shelf

// Build compiles a package for a test. Under Main, a package is built once for
// the whole test binary, and its folder is shared; else once for each call.
func Build(t testing.TB, pkg string) Artifact {
	t.Helper()
	a, err := builds.make(t, pkg)()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (s *shelf) make(t testing.TB, pkg string) func() (Artifact, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.root == "" {
		dir := t.TempDir()
		return func() (Artifact, error) { return Compile(dir, pkg) }
	}
	if s.made[pkg] == nil {
		dir := filepath.Join(s.root, fmt.Sprint(len(s.made)))
		s.made[pkg] = sync.OnceValues(func() (Artifact, error) { return Compile(dir, pkg) })
	}
	return s.made[pkg]
}

// Main is for TestMain: it runs the tests, keeps what Build makes until their
// end, and returns the exit code.
func Main(m *testing.M) int {
	root, err := os.MkdirTemp("", "stage-build-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(root) }()
	builds.mu.Lock()
	builds.root, builds.made = root, map[string]func() (Artifact, error){}
	builds.mu.Unlock()
	return m.Run()
}
