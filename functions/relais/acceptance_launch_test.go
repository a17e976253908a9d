package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The commands run as an operator runs them: the built binary, in a process of
// its own, with settings from the environment.

// launched asks the test binary to run a command in its place and to write the
// peak memory of that command into a file. A process inherits the peak of the
// one that starts it, and ours holds a whole platform.
const launched = "ACCEPTANCE_PEAK_FILE"

var binary string

func TestMain(m *testing.M) {
	if file := os.Getenv(launched); file != "" {
		os.Exit(launch(file))
	}
	os.Exit(withBinary(m))
}

func withBinary(m *testing.M) int {
	dir, err := os.MkdirTemp("", "relais-acceptance-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "relais")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

func launch(file string) int {
	_ = os.Unsetenv(launched)
	cmd := exec.Command(os.Args[1], os.Args[2:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if cmd.ProcessState == nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if peak, ok := peakBytes(cmd.ProcessState); ok {
		_ = os.WriteFile(file, []byte(strconv.FormatInt(peak, 10)), 0o600)
	}
	return cmd.ProcessState.ExitCode()
}

// desktop is one installation of Relais: its folders and settings.
type desktop struct {
	testing.TB
	dir string
	env map[string]string
}

// install makes an installation that reads a platform.
func install(t testing.TB, p *other) *desktop {
	t.Helper()
	dir := t.TempDir()
	d := &desktop{t, dir, map[string]string{
		"DS_API_URL": p.URL, "DS_API_TOKEN": otherToken,
		"RELAIS_CALLS": filepath.Join(dir, "calls"),
		"RELAIS_STORE": "sqlite:" + filepath.Join(dir, "relais.db"),
		"RELAIS_MAIL":  "dir:" + filepath.Join(dir, "mail"),
		// Tests of failures must not wait for retries.
		"RELAIS_PATIENCE": "0s",
	}}
	return d
}

// ready has its call file too, for Bretagne.
func ready(t testing.TB, p *other) *desktop {
	t.Helper()
	d := install(t, p)
	d.do(0, "init", "--demarche", strconv.Itoa(otherDemarche), "--region", "53")
	return d
}

// with is the same installation with other settings.
func (d *desktop) with(settings ...string) *desktop {
	out := &desktop{d.TB, d.dir, map[string]string{}}
	for k, v := range d.env {
		out.env[k] = v
	}
	for _, s := range settings {
		k, v, _ := strings.Cut(s, "=")
		out.env[k] = v
	}
	return out
}

func (d *desktop) path(name ...string) string {
	return filepath.Join(append([]string{d.dir}, name...)...)
}

func (d *desktop) write(name, content string) string {
	d.Helper()
	path := d.path(name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644)); err != nil {
		d.Fatal(err)
	}
	return path
}

// outcome is what a command left.
type outcome struct {
	code     int
	out, err string
	took     time.Duration
	peak     int64 // bytes, 0 when not measured
}

// do runs a command, wants an exit code, and looks for personal data in all that
// it printed.
func (d *desktop) do(code int, args ...string) outcome {
	d.Helper()
	o := d.command(nil, binary, args)
	if o.code != code {
		d.Fatalf("relais %s: exit %d, want %d\n%s%s", strings.Join(args, " "), o.code, code, o.out, o.err)
	}
	return o
}

// measured is do, with the peak memory of the process.
func (d *desktop) measured(code int, args ...string) outcome {
	d.Helper()
	self, err := os.Executable()
	if err != nil {
		d.Fatal(err)
	}
	file := d.path("peak")
	o := d.command([]string{launched + "=" + file}, self, append([]string{binary}, args...))
	if o.code != code {
		d.Fatalf("relais %s: exit %d, want %d\n%s%s", strings.Join(args, " "), o.code, code, o.out, o.err)
	}
	if b, err := os.ReadFile(file); err == nil {
		o.peak, _ = strconv.ParseInt(string(b), 10, 64)
	}
	return o
}

func (d *desktop) command(env []string, name string, args []string) outcome {
	d.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = d.dir
	cmd.Env = append(env, "HOME="+d.dir, "PATH="+os.Getenv("PATH"))
	if runtime.GOOS == "windows" {
		cmd.Env = append(cmd.Env, "SystemRoot="+os.Getenv("SystemRoot"))
	}
	for k, v := range d.env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	start := time.Now()
	err := cmd.Run()
	o := outcome{out: out.String(), err: errs.String(), took: time.Since(start)}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		o.code = exit.ExitCode()
	case err != nil:
		d.Fatal(err)
	}
	d.discreet(args, o)
	return o
}

// discreet fails when a command printed what it must keep for itself. Addresses
// are shown by outbox --reveal alone.
func (d *desktop) discreet(args []string, o outcome) {
	d.Helper()
	secrets := []string{otherToken, "Quenouillard", "Philiberte", plantedDomain, plantedSignature}
	if !strings.Contains(strings.Join(args, " "), "--reveal") {
		secrets = append(secrets, agentsDomain)
	}
	for _, s := range secrets {
		if strings.Contains(o.out+o.err, s) {
			d.Errorf("relais %s printed %q", strings.Join(args, " "), s)
		}
	}
	for _, crash := range []string{"panic:", "goroutine ", "runtime error"} {
		if strings.Contains(o.err, crash) {
			d.Errorf("relais %s crashed:\n%s", strings.Join(args, " "), o.err)
		}
	}
}

// sentence wants exactly one line on standard error, that holds some words.
func (o outcome) sentence(t testing.TB, words ...string) {
	t.Helper()
	lines := strings.Split(strings.TrimRight(o.err, "\n"), "\n")
	if len(lines) != 1 || !strings.HasPrefix(lines[0], "relais: ") {
		t.Errorf("want one sentence on standard error, got:\n%s", o.err)
	}
	for _, w := range words {
		if !strings.Contains(o.err, w) {
			t.Errorf("the sentence lacks %q: %s", w, o.err)
		}
	}
}
