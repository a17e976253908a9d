package bench

import (
	"os"
	"path/filepath"
	"testing"

	"relais/internal/stage"
)

// deployed puts the shipped calls beside the binary, as the Makefile does.
func deployed(t testing.TB, a stage.Artifact) stage.Artifact {
	t.Helper()
	shipped := filepath.FromSlash("../../../infra/calls")
	files, err := filepath.Glob(filepath.Join(shipped, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no call files in %s: %v", shipped, err)
	}
	only := t.TempDir()
	for _, f := range files {
		content, err := os.ReadFile(f)
		if err == nil {
			err = os.WriteFile(filepath.Join(only, filepath.Base(f)), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Copy("infra/calls", only); err != nil {
		t.Fatal(err)
	}
	return a
}
