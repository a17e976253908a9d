package stage_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"relais/internal/stage"
)

// TestWarm: one process serves one invocation after the other.
func TestWarm(t *testing.T) {
	f := actor(t, nil)
	first, a := succeed(t, f, order{})
	second, b := succeed(t, f, order{})
	if !first.Cold || second.Cold || first.Init <= 0 || second.Init != 0 {
		t.Errorf("cold %v after %v, then %v after %v", first.Cold, first.Init, second.Cold, second.Init)
	}
	if a.PID != b.PID || b.Calls != 2 {
		t.Errorf("processes %d and %d, call %d", a.PID, b.PID, b.Calls)
	}
	if a.Request != first.RequestID || a.Request == b.Request {
		t.Errorf("requests %q, %q", a.Request, b.Request)
	}
	if a.ARN != f.ARN() {
		t.Errorf("invoked as %q", a.ARN)
	}
	if tellsMemory && (second.MaxRSS < 1<<20 || second.MaxRSS > 100<<20) {
		t.Errorf("peak of %d bytes", second.MaxRSS)
	}
	if second.GBSeconds < 0.001/8 {
		t.Errorf("billed %g GB-s", second.GBSeconds)
	}
}

// TestEnvironment: the process sees what Lambda gives, and nothing of ours.
func TestEnvironment(t *testing.T) {
	t.Setenv("STAGE_SECRET_OF_THE_TEST", "x")
	t.Setenv("AWS_PROFILE", "mine")
	f := actor(t, map[string]string{"AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:1", "AWS_REGION": "eu-west-9"})
	f.MemoryMB = 256
	_, r := succeed(t, f, order{})
	for _, want := range []string{
		"AWS_LAMBDA_FUNCTION_NAME=actor", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256", "AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_REGION=eu-west-9", "AWS_ENDPOINT_URL_SQS=http://127.0.0.1:1", "AWS_ACCESS_KEY_ID=actor",
		"_HANDLER=bootstrap", "TZ=:UTC", "LAMBDA_TASK_ROOT=" + r.Dir,
	} {
		if !slices.Contains(r.Env, want) {
			t.Errorf("no %s", want)
		}
	}
	for _, v := range r.Env {
		if name, _, _ := strings.Cut(v, "="); name == "STAGE_SECRET_OF_THE_TEST" || name == "HOME" || name == "AWS_PROFILE" {
			t.Errorf("%s leaks into the function", name)
		}
	}
	if real, _ := filepath.EvalSymlinks(filepath.Dir(f.Path)); r.Dir != real && r.Dir != filepath.Dir(f.Path) {
		t.Errorf("runs in %s", r.Dir)
	}
}

// TestDeadline: the time left is that of the timeout, and the clock is the true one.
func TestDeadline(t *testing.T) {
	f := actor(t, nil)
	f.Timeout = 7 * time.Second
	_, r := succeed(t, f, order{})
	if r.Left > 7*time.Second || r.Left < 5*time.Second {
		t.Errorf("%v left of 7 s", r.Left)
	}
}

// TestFailures: what Lambda says of each way to fail, and whether the process
// is kept.
func TestFailures(t *testing.T) {
	for _, c := range []struct {
		do, want, payload string
		kept              bool
	}{
		{"fail", "errorString: as ordered", `"errorMessage":"as ordered"`, true},
		{"panic", "string: as ordered", `"stackTrace"`, false},
		{"exit", "Runtime.ExitError: Runtime exited with error: exit status 3", "exit status 3", false},
		{"leave", "Runtime.ExitError: Runtime exited without providing a reason", "errorType", false},
		{"big", "Function.ResponseSizeTooLarge: ", "exceeded", false},
	} {
		t.Run(c.do, func(t *testing.T) {
			f := actor(t, nil)
			_, before := succeed(t, f, order{})
			res := invoke(t, f, order{Do: c.do})
			if !strings.HasPrefix(res.FunctionError, c.want) || !strings.Contains(string(res.Payload), c.payload) {
				t.Errorf("error %q, payload %s", res.FunctionError, res.Payload)
			}
			if !strings.Contains(string(res.Logs), "doing "+c.do) {
				t.Errorf("logs %q", res.Logs)
			}
			again, after := succeed(t, f, order{})
			if kept := after.PID == before.PID; kept != c.kept || again.Cold == c.kept {
				t.Errorf("process kept: %v, cold: %v", kept, again.Cold)
			}
		})
	}
}

func TestTimeout(t *testing.T) {
	f := actor(t, nil)
	f.Timeout = 300 * time.Millisecond
	res := invoke(t, f, order{Do: "hang"})
	if res.FunctionError != "Sandbox.Timedout: Task timed out after 0.30 seconds" {
		t.Errorf("error %q", res.FunctionError)
	}
	if res.Duration < f.Timeout || res.Duration > 5*time.Second {
		t.Errorf("took %v", res.Duration)
	}
	if _, r := succeed(t, f, order{}); r.Calls != 1 {
		t.Errorf("the process that hung serves again")
	}
}

func TestInitialisation(t *testing.T) {
	for how, want := range map[string]string{
		"exit":   "Runtime.ExitError: Runtime exited with error: exit status 7",
		"report": "Actor.Settings: no settings",
		"linger": "Actor.Settings: no settings", // and it stays: a process that failed is not used again
	} {
		f := actor(t, map[string]string{"ACTOR_INIT": how})
		for range 2 {
			if res := invoke(t, f, order{}); res.FunctionError != want || !res.Cold {
				t.Errorf("%s: error %q, cold %v", how, res.FunctionError, res.Cold)
			}
		}
	}
}

// TestSIGTERM: only a function that enabled it hears SIGTERM, at the end of the
// environment and after a time-out; one that stays is killed 500 ms later.
func TestSIGTERM(t *testing.T) {
	for _, c := range []struct {
		enabled string
		heard   bool
		least   time.Duration
	}{{"", false, 0}, {"leave", true, 0}, {"stay", true, 500 * time.Millisecond}} {
		var log bytes.Buffer
		f := actor(t, map[string]string{"ACTOR_SIGTERM": c.enabled})
		f.Log = &log
		succeed(t, f, order{})
		begun := time.Now()
		last := f.Shutdown()
		if took := time.Since(begun); took < c.least || took > 5*time.Second {
			t.Errorf("%q: the end took %v", c.enabled, took)
		}
		if bytes.Contains(last, []byte("SIGTERM heard")) != c.heard || bytes.Contains(log.Bytes(), []byte("SIGTERM heard")) != c.heard {
			t.Errorf("%q: last words %q", c.enabled, last)
		}
	}
	f := actor(t, map[string]string{"ACTOR_SIGTERM": "leave"})
	f.Timeout = 200 * time.Millisecond
	res := invoke(t, f, order{Do: "hang"})
	if !bytes.Contains(res.Logs, []byte("SIGTERM heard")) || !strings.HasPrefix(res.FunctionError, "Sandbox.Timedout") {
		t.Errorf("time-out: error %q, logs %q", res.FunctionError, res.Logs)
	}
}

// TestConcurrency: a process has one event at a time; more processes come only
// when they are allowed.
func TestConcurrency(t *testing.T) {
	for _, allowed := range []int{1, 3} {
		f := actor(t, nil)
		f.Concurrency = allowed
		var mu sync.Mutex
		var group sync.WaitGroup
		processes := map[int]int{}
		for range 12 {
			group.Go(func() {
				_, r := succeed(t, f, order{})
				mu.Lock()
				defer mu.Unlock()
				processes[r.PID]++
				if r.Parallel {
					t.Errorf("two events at a time in process %d", r.PID)
				}
			})
		}
		group.Wait()
		if len(processes) > allowed {
			t.Errorf("%d processes, %d allowed", len(processes), allowed)
		}
	}
}

func TestCallerGivesUp(t *testing.T) {
	f := actor(t, nil)
	succeed(t, f, order{})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := f.Invoke(ctx, order{Do: "hang"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	if res, _ := succeed(t, f, order{}); !res.Cold {
		t.Error("the process that hung serves again")
	}
}

func TestNoSuchFunction(t *testing.T) {
	f := &stage.Function{Path: filepath.Join(t.TempDir(), "bootstrap")}
	if _, err := f.Invoke(within(t), order{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
	f.Shutdown()
	if _, err := f.Invoke(within(t), order{}); !errors.Is(err, stage.ErrShutDown) {
		t.Errorf("error %v", err)
	}
}

// TestNothingLeft: whatever happened, no process and no file stays.
func TestNothingLeft(t *testing.T) {
	before := len(children(t))
	t.Setenv("TMPDIR", t.TempDir())
	f := actor(t, map[string]string{"ACTOR_SIGTERM": "stay"})
	f.Concurrency = 4
	f.Timeout = 500 * time.Millisecond
	var group sync.WaitGroup
	for _, do := range []string{"", "panic", "exit", "hang", "fail", "hang", ""} {
		group.Go(func() { _, _ = f.Invoke(within(t), order{Do: do}) })
	}
	group.Go(func() { f.Kill() })
	group.Wait()
	succeed(t, f, order{})
	if now := len(children(t)); now <= before {
		t.Errorf("no warm process to be seen: the count is broken")
	}
	f.Shutdown()
	if now := len(children(t)); now != before {
		t.Errorf("%d processes, %d before", now, before)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "stage-*.log")); len(left) > 0 {
		t.Errorf("files left: %d", len(left))
	}
}
