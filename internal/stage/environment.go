package stage

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	// initLimit bounds the initialisation, as Lambda does on demand.
	initLimit = 10 * time.Second
	// termGrace is what SIGTERM leaves to a process with an internal extension.
	termGrace = 500 * time.Millisecond
)

// environment is one process of a function, with its Runtime API.
type environment struct {
	runtime *Runtime
	cmd     *exec.Cmd
	started time.Time
	exited  chan struct{}
	exit    error // of the process, once exited is closed

	logs *os.File // what the process wrote; a file keeps its order with answers
	read int64

	mu   sync.Mutex
	peak int64
}

// launch starts a process of the function.
func launch(f *Function) (*environment, error) {
	path, err := filepath.Abs(f.Path)
	if err != nil {
		return nil, err
	}
	logs, err := os.CreateTemp("", "stage-*.log")
	if err != nil {
		return nil, err
	}
	runtime, err := NewRuntime(f.name())
	if err != nil {
		return nil, errors.Join(err, discard(logs))
	}
	e := &environment{runtime: runtime, logs: logs, exited: make(chan struct{})}
	e.cmd = exec.Command(path)
	e.cmd.Dir = filepath.Dir(path)
	e.cmd.Env = f.environ(runtime.Addr, e.cmd.Dir)
	e.cmd.Stdout, e.cmd.Stderr = logs, logs
	dieWithParent(e.cmd)
	e.started = time.Now()
	if err := e.cmd.Start(); err != nil {
		runtime.Close()
		return nil, errors.Join(err, discard(logs))
	}
	go func() {
		e.exit = e.cmd.Wait()
		close(e.exited)
	}()
	return e, nil
}

func discard(f *os.File) error { return errors.Join(f.Close(), os.Remove(f.Name())) }

func (e *environment) dead() bool {
	select {
	case <-e.exited:
		return true
	default:
		return false
	}
}

// kill is kill -9, and waits for the end of the process.
func (e *environment) kill() {
	e.measure()
	_ = e.cmd.Process.Kill() // an error says that it has ended already
	<-e.exited
}

// terminate ends the process as Lambda does at the end of an environment or
// after a time-out: SIGTERM first, if the process has an extension.
func (e *environment) terminate() {
	e.measure()
	if e.runtime.registered() && e.cmd.Process.Signal(syscall.SIGTERM) == nil {
		grace := time.NewTimer(termGrace)
		defer grace.Stop()
		select {
		case <-e.exited:
		case <-grace.C:
		}
	}
	e.kill()
}

// close ends the process and everything about it, and returns its last words.
func (e *environment) close() []byte {
	e.terminate()
	e.runtime.Close()
	last := e.news()
	_ = discard(e.logs)
	return last
}

// news is what the process wrote since the last call.
func (e *environment) news() []byte {
	var b strings.Builder
	n, _ := io.Copy(&b, io.NewSectionReader(e.logs, e.read, 1<<40))
	e.read += n
	return []byte(b.String())
}

// measure notes the peak of memory, as long as the process lives.
func (e *environment) measure() int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.dead() {
		e.peak = max(e.peak, peakOf(e.cmd.Process.Pid))
	}
	return e.peak
}

// errGone says that a warm process ended before it took the event: nothing ran.
var errGone = errors.New("the process ended while idle")

// run gives the event to the process and waits for what Lambda would say of it.
// An error is the stage's own trouble, or the end of ctx.
func (e *environment) run(ctx context.Context, ev event, timeout time.Duration, cold bool, given func()) (outcome, Result, error) {
	var res Result
	limit := time.NewTimer(initLimit)
	defer limit.Stop()
	select {
	case <-e.runtime.ready:
	case o := <-e.runtime.broken:
		return o, res, nil
	case <-e.exited:
		return e.ended(cold)
	case <-limit.C:
		e.terminate()
		return timedOut(initLimit), res, nil
	case <-ctx.Done():
		return outcome{}, res, ctx.Err()
	}
	if cold {
		res.Init = time.Since(e.started)
	}
	ev.deadline = time.Now().Add(timeout)
	select {
	case e.runtime.events <- ev:
	case <-e.exited:
		return e.ended(cold)
	case <-ctx.Done():
		return outcome{}, res, ctx.Err()
	}
	given()
	begun := time.Now()
	o, err := e.await(ctx, ev, timeout)
	res.Duration = time.Since(begun)
	return o, res, err
}

// ended is an exit before the event was taken.
func (e *environment) ended(cold bool) (outcome, Result, error) {
	if !cold {
		return outcome{}, Result{}, errGone
	}
	select {
	case o := <-e.runtime.broken: // said before it left
		return o, Result{}, nil
	default:
		return e.exitOutcome(), Result{}, nil
	}
}

// await is the invocation itself. After an answer it also waits until the
// process asks for more, as Lambda does: only then is the invocation over.
func (e *environment) await(ctx context.Context, ev event, timeout time.Duration) (outcome, error) {
	limit := time.NewTimer(time.Until(ev.deadline))
	defer limit.Stop()
	var o outcome
	select {
	case o = <-e.runtime.outcomes:
	case <-e.exited:
		select {
		case o = <-e.runtime.outcomes: // answered, then ended
		default:
			o = e.exitOutcome()
		}
		return o, nil
	case <-limit.C:
		e.terminate()
		return timedOut(timeout), nil
	case <-ctx.Done():
		return o, ctx.Err()
	}
	select {
	case <-e.runtime.ready:
		e.runtime.again()
	case <-e.exited:
	case <-limit.C:
		e.terminate()
	case <-ctx.Done():
		return o, ctx.Err()
	}
	return o, nil
}

func timedOut(limit time.Duration) outcome {
	said := "Task timed out after " + strconv.FormatFloat(limit.Seconds(), 'f', 2, 64) + " seconds"
	return outcome{failure: failure{"Sandbox.Timedout", said}}
}

func (e *environment) exitOutcome() outcome {
	said := "Runtime exited without providing a reason"
	if e.exit != nil {
		said = "Runtime exited with error: " + e.exit.Error()
	}
	return outcome{failure: failure{"Runtime.ExitError", said}}
}
