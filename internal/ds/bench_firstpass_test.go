//go:build unix

package ds_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"relais/internal/ds"
	"relais/internal/sandbox"
)

// BenchmarkFirstPass measures a first pass of the built relais, in a process of
// its own with a store of its own, beside a plain download of the same pages by
// the same transport. Pages are rendered once, then replayed from disk, each
// after a delay. Run it with -benchtime 1x.
func BenchmarkFirstPass(b *testing.B) {
	relais := filepath.Join(b.TempDir(), "relais")
	if out, err := exec.Command("go", "build", "-o", relais, "relais/functions/relais").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	for _, dossiers := range []int{1000, 10_000} {
		tape := record(b, dossiers)
		for _, delay := range []time.Duration{0, 300 * time.Millisecond} {
			b.Run(fmt.Sprintf("dossiers=%d/delay=%s", dossiers, delay), func(b *testing.B) {
				tape.delay = delay
				for b.Loop() {
					tape.compare(b, relais)
				}
			})
		}
	}
}

// mostExtra is how many requests a first pass may add to its pages: it looks at
// the form once.
const mostExtra = 1

// compare reports one download and one pass.
func (t *tape) compare(b *testing.B, relais string) {
	start := time.Now()
	requests, size, err := t.client(b).Download(b.Context(), t.demarche)
	download := time.Since(start)
	if err != nil {
		b.Fatal(err)
	}
	p := t.poll(b, relais)
	if extra := p.Requests - requests; p.Created != t.dossiers || extra < 0 || extra > mostExtra || !p.Complete {
		b.Fatalf("%+v after a download of %d pages, want %d created", p.counts, requests, t.dossiers)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(download.Seconds(), "download-s")
	b.ReportMetric(p.wall.Seconds(), "poll-s")
	b.ReportMetric(p.wall.Seconds()/download.Seconds(), "ratio")
	b.ReportMetric(p.cpu.Seconds(), "poll-cpu-s")
	b.ReportMetric(float64(p.Requests), "requests")
	b.ReportMetric(float64(p.peak)/(1<<20), "peak-MB")
	b.ReportMetric(float64(t.dossiers)/p.wall.Seconds(), "dossiers/s")
	b.ReportMetric(float64(size)/1000/float64(t.dossiers), "kB/dossier")
}

// tape replays the answers of a stand-in.
type tape struct {
	dossiers, demarche int
	delay              time.Duration
	token, folder      string
	platform           http.Handler
	server             *httptest.Server
}

// record makes a tape of a first pass, in which the stand-in answers each
// request once.
func record(b *testing.B, dossiers int) *tape {
	b.Helper()
	now := time.Now()
	p := sandbox.New(sandbox.Options{
		Seed: 1, Dossiers: dossiers, Solo: true, RatePerMinute: -1, Now: func() time.Time { return now },
	})
	t := &tape{dossiers: dossiers, token: p.Token(), folder: b.TempDir(), platform: p.Handler()}
	for _, d := range p.Demarches() {
		if d.Family == "o2r" {
			t.demarche = d.Number
		}
	}
	t.server = httptest.NewServer(t)
	b.Cleanup(t.server.Close)
	if _, _, err := t.client(b).Download(b.Context(), t.demarche); err != nil {
		b.Fatal(err)
	}
	return t
}

func (t *tape) client(b *testing.B) *ds.Client {
	b.Helper()
	c, err := ds.New(ds.Config{URL: t.server.URL + sandbox.Endpoint, Token: ds.StaticToken(t.token), Patience: -1})
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// ServeHTTP replays the answer to an operation from a cursor on, whatever the
// lower bound, which moves with time.
func (t *tape) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var asked struct {
		OperationName string
		Variables     struct{ After string }
	}
	if err := errors.Join(err, json.Unmarshal(body, &asked)); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	file := filepath.Join(t.folder, asked.OperationName+" "+asked.Variables.After)
	if _, err := os.Stat(file); err != nil {
		t.render(file, r, body)
	}
	select {
	case <-time.After(t.delay):
		http.ServeFile(w, r, file)
	case <-r.Context().Done():
	}
}

func (t *tape) render(file string, r *http.Request, body []byte) {
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := httptest.NewRecorder()
	t.platform.ServeHTTP(answer, r)
	if err := os.WriteFile(file, answer.Body.Bytes(), 0o600); err != nil {
		panic(err)
	}
}

// counts is the line of poll --json.
type counts struct {
	Requests int
	Created  int
	Complete bool
}

// pass is one poll as measured from outside.
type pass struct {
	counts
	wall, cpu time.Duration
	peak      int64 // bytes
}

// poll writes the call file of the démarche, for all regions, then reads it for
// the first time.
func (t *tape) poll(b *testing.B, relais string) pass {
	b.Helper()
	dir := b.TempDir()
	env := []string{
		"DS_API_URL=" + t.server.URL + sandbox.Endpoint, "DS_API_TOKEN=" + t.token, "HOME=" + dir,
		"RELAIS_CALLS=" + filepath.Join(dir, "calls"), "RELAIS_STORE=sqlite:" + filepath.Join(dir, "relais.db"),
	}
	t.run(b, env, relais, "init", "--demarche", strconv.Itoa(t.demarche))
	out := t.run(b, env, relais, "poll", "--json")
	var p pass
	if err := json.Unmarshal(out.stdout, &p.counts); err != nil {
		b.Fatal(err)
	}
	p.wall, p.cpu, p.peak = out.Wall, out.CPU, out.Peak
	return p
}

// launching asks the test binary to start a command in its place, and names the
// file for what it measured. A process inherits the peak of the one that starts
// it, and ours held the whole tape.
const launching = "FIRSTPASS_LAUNCH"

// measure is what a launch writes.
type measure struct {
	Wall, CPU time.Duration
	Peak      int64
}

type ended struct {
	measure
	stdout []byte
}

func (t *tape) run(b *testing.B, env []string, command ...string) ended {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(b.TempDir(), "measure")
	cmd := exec.Command(self, append([]string{"-test.run=^TestLaunch$", "--"}, command...)...)
	cmd.Env = append(env, launching+"="+file)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		b.Fatalf("%v\n%s%s", err, out.Bytes(), errs.Bytes())
	}
	e := ended{stdout: out.Bytes()}
	measured, err := os.ReadFile(file)
	if err := errors.Join(err, json.Unmarshal(measured, &e.measure)); err != nil {
		b.Fatal(err)
	}
	return e
}

// TestLaunch is no test: it starts a command for the benchmark.
func TestLaunch(t *testing.T) {
	file := os.Getenv(launching)
	if file == "" {
		t.Skip("not asked to launch anything")
	}
	args := os.Args[2:]
	if args[0] == "--" {
		args = args[1:]
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	start := time.Now()
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	m := measure{Wall: time.Since(start), CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	m.Peak = cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	if runtime.GOOS != "darwin" {
		m.Peak <<= 10 // KiB
	}
	b, _ := json.Marshal(m)
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	os.Exit(0) // without the PASS of a test
}
