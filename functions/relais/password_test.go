package main

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"relais/internal/settings"
)

// typed runs relais password with a line on standard input.
func typed(t *testing.T, line string) (code int, out, said string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	root := newRoot(console{&stdout, &stderr, func(string) (string, bool) { return "", false }})
	root.SetArgs([]string{"password"})
	root.SetIn(strings.NewReader(line))
	if err := root.Execute(); err != nil {
		return exitCode(err), stdout.String(), err.Error()
	}
	return exitDone, stdout.String(), stderr.String()
}

func TestAPasswordGivesItsHash(t *testing.T) {
	code, out, said := typed(t, "douze caractères\r\n")
	hash := strings.TrimSuffix(out, "\n")
	if code != exitDone || said != "" || settings.CheckPasswordHash(hash) != "" {
		t.Errorf("code %d, said %q", code, said)
	}
	if err := bcrypt.CompareHashAndPassword([]byte(hash), []byte("douze caractères")); err != nil {
		t.Error(err)
	}
	for line, want := range map[string]string{"correct horse battery\n": "correct horse battery", " espaces gardés ": " espaces gardés "} {
		if got, err := lineOf(strings.NewReader(line)); err != nil || string(got) != want {
			t.Errorf("%q: %q, %v", line, got, err)
		}
	}
}

func TestAWeakPasswordIsRefusedAndNotShown(t *testing.T) {
	for line, want := range map[string]string{
		"": "at least 12", "hunter2": "got 7", "éééééééééé": "got 10", strings.Repeat("x", 73): "at most 72", "hunter2hunter2\nhunter2hunter2\n": "one line",
	} {
		code, out, said := typed(t, line)
		if code != exitUsage || out != "" || !strings.Contains(said, want) || strings.Contains(said, "hunter2") {
			t.Errorf("%q: code %d, out %q, said %q", line, code, out, said)
		}
	}
}
