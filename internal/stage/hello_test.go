package stage_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"relais/internal/stage"
)

// TestHello measures the baseline of the benches.
func TestHello(t *testing.T) {
	a := stage.Build(t, helloPackage)
	f := &stage.Function{Name: "hello", Path: a.Bootstrap()}
	cold, err := f.Cold(within(t), 5, struct{}{})
	if err != nil {
		t.Fatal(err)
	}
	if cold.Best <= 0 || cold.Best > cold.Median || cold.Median > cold.Worst {
		t.Errorf("cold starts %+v", cold)
	}
	if tellsMemory && (cold.MaxRSS < 1<<20 || cold.MaxRSS > 64<<20) {
		t.Errorf("peak of %d bytes", cold.MaxRSS)
	}
	t.Logf("start to first answer %v (%v to %v), peak %d KiB", cold.Median, cold.Best, cold.Worst, cold.MaxRSS>>10)
}

// TestColdReports: a function that fails is not measured.
func TestColdReports(t *testing.T) {
	f := actor(t, map[string]string{"ACTOR_INIT": "exit"})
	if _, err := f.Cold(within(t), 2, order{}); err == nil {
		t.Error("no error")
	}
}

// TestArtifact: the zip holds what was added, and is smaller than the files.
func TestArtifact(t *testing.T) {
	made, err := stage.Compile(t.TempDir(), helloPackage)
	if err != nil {
		t.Fatal(err)
	}
	bare, err := made.ZipSize()
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(made.Bootstrap())
	if err != nil || bare <= 0 || bare >= info.Size() {
		t.Errorf("zip of %d bytes, file of %v: %v", bare, info.Size(), err)
	}
	from := t.TempDir()
	if err := os.WriteFile(filepath.Join(from, "one.yaml"), []byte("id: one"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // twice is once
		if err := made.Copy("infra/calls", from); err != nil {
			t.Fatal(err)
		}
	}
	full, err := made.ZipSize()
	if err != nil || full <= bare || full > bare+1000 {
		t.Errorf("zip of %d bytes, %d with the file: %v", bare, full, err)
	}
	if _, err := os.Stat(filepath.Join(made.Dir, "infra", "calls", "one.yaml")); err != nil {
		t.Error(err)
	}
}

func TestBuildOnce(t *testing.T) {
	if a, b := stage.Build(t, helloPackage), stage.Build(t, helloPackage); a != b {
		t.Errorf("built twice: %v, %v", a, b)
	}
	if _, err := stage.Compile(t.TempDir(), "relais/internal/stage/absent"); err == nil || errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}
