package stage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// Function is a compiled Lambda function and its settings. The first Invoke
// starts its first process; Shutdown ends them all. Safe for concurrent use;
// change no field after the first call.
type Function struct {
	// Name is also the access key id of the function, so that a stand-in knows
	// who called. Empty is "function".
	Name string
	// Path is the bootstrap file; its folder is the task root and working folder.
	Path string
	// Env adds to the environment that Lambda gives, and wins over it.
	Env map[string]string
	// MemoryMB is what is billed and announced; it is not enforced. Zero is 128.
	MemoryMB int
	// Timeout of one invocation; zero is 3 s, Lambda's own default.
	Timeout time.Duration
	// Concurrency is how many processes may work at a time; zero is one. An
	// Invoke above it waits, where Lambda would refuse.
	Concurrency int
	// Log also receives what the processes write, when an invocation ends.
	Log io.Writer

	mu     sync.Mutex
	slots  chan struct{}
	idle   []*environment
	all    map[*environment]bool
	doom   []time.Duration
	closed bool
}

// Result is what became of one invocation.
type Result struct {
	RequestID string
	// Payload is the answer or, after a failure, an object with errorType and
	// errorMessage (and stackTrace, when the function itself said it).
	Payload json.RawMessage
	// FunctionError is "" after success, else "type: message" in Lambda's words,
	// such as "Sandbox.Timedout: Task timed out after 3.00 seconds".
	FunctionError string
	// Duration runs from the event handed to the process to the process asking
	// for the next one; Init, on a cold start, from the start of the process to
	// its asking for the first.
	Duration, Init time.Duration
	Cold           bool
	Logs           []byte // stdout and stderr, from Init on
	// MaxRSS is the peak memory of the process so far, in bytes; zero where it
	// is not known (only Linux tells).
	MaxRSS int64
	// GBSeconds is what Lambda would bill: whole milliseconds, Init included.
	GBSeconds float64
}

// ErrShutDown is returned by Invoke after Shutdown.
var ErrShutDown = errors.New("stage: the function was shut down")

// Invoke runs the function once. The payload is sent as JSON; bytes are sent
// as they are. A failure of the function is in the Result, not in the error.
// When ctx ends first, the process is killed and the error is that of ctx.
func (f *Function) Invoke(ctx context.Context, payload any) (Result, error) {
	body, err := encode(payload)
	if err != nil {
		return Result{}, err
	}
	slots := f.prepare()
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
	for {
		res, err := f.once(ctx, body)
		if !errors.Is(err, errGone) {
			return res, err
		}
	}
}

func encode(payload any) ([]byte, error) {
	body, ok := payload.([]byte)
	if !ok {
		var err error
		if body, err = json.Marshal(payload); err != nil {
			return nil, fmt.Errorf("stage: encode the event: %w", err)
		}
	}
	if len(body) > maxPayload {
		return nil, fmt.Errorf("stage: an event of %d bytes: Lambda takes %d", len(body), maxPayload)
	}
	return body, nil
}

func (f *Function) prepare() chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.slots == nil {
		f.slots = make(chan struct{}, max(f.Concurrency, 1))
		f.all = map[*environment]bool{}
	}
	return f.slots
}

func (f *Function) once(ctx context.Context, body []byte) (Result, error) {
	env, cold, err := f.take()
	if err != nil {
		return Result{}, err
	}
	ev := event{
		id: identifier(), arn: f.ARN(), payload: body,
		trace: "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0",
	}
	var doom *time.Timer
	o, res, err := env.run(ctx, ev, f.timeout(), cold, func() { doom = f.arm(env) })
	if doom != nil {
		doom.Stop()
	}
	res.RequestID, res.Cold, res.MaxRSS = ev.id, cold, env.measure()
	res.Logs = f.putBack(env, err == nil && !o.spent)
	res.Payload = o.payload
	if o.failure != (failure{}) {
		res.FunctionError = o.failure.Type + ": " + o.failure.Message
		if o.payload == nil {
			res.Payload, _ = json.Marshal(o.failure)
		}
	}
	res.GBSeconds = f.bill(res)
	f.tee(res.Logs)
	return res, err
}

func (f *Function) tee(logs []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.write(logs)
}

// write is for who holds the lock.
func (f *Function) write(logs []byte) {
	if f.Log != nil && len(logs) > 0 {
		_, _ = f.Log.Write(logs)
	}
}

func (f *Function) bill(res Result) float64 {
	ms := (res.Init + res.Duration + time.Millisecond - 1) / time.Millisecond
	return float64(ms) / 1000 * float64(f.memory()) / 1024
}

// take gives the process that was idle last, or starts one.
func (f *Function) take() (env *environment, cold bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil, false, ErrShutDown
	}
	for len(f.idle) > 0 {
		env, f.idle = f.idle[len(f.idle)-1], f.idle[:len(f.idle)-1]
		if !env.dead() {
			return env, false, nil
		}
		delete(f.all, env)
		f.write(env.close())
	}
	env, err = launch(f)
	if err != nil {
		return nil, false, fmt.Errorf("stage: start %s: %w", f.name(), err)
	}
	f.all[env] = true
	return env, true, nil
}

// putBack keeps a live process warm and ends any other; it returns the logs.
func (f *Function) putBack(env *environment, keep bool) []byte {
	logs := env.news()
	f.mu.Lock()
	keep = keep && !env.dead() && !f.closed
	if keep {
		f.idle = append(f.idle, env)
	} else {
		delete(f.all, env)
	}
	f.mu.Unlock()
	if keep {
		return logs
	}
	return append(logs, env.close()...)
}

// Kill is kill -9 on every process of the function, at work or idle, and
// returns once they are dead. A stand-in's hook may call it. It tells how many
// were killed.
func (f *Function) Kill() (killed int) {
	f.mu.Lock()
	var victims []*environment
	for env := range f.all {
		victims = append(victims, env)
	}
	f.mu.Unlock()
	for _, env := range victims {
		if !env.dead() {
			env.kill()
			killed++
		}
	}
	return killed
}

// KillAfter has the process of the next invocation killed once it has had its
// event for so long, unless it has answered by then. Several orders are for
// several invocations.
func (f *Function) KillAfter(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.doom = append(f.doom, d)
}

func (f *Function) arm(env *environment) *time.Timer {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.doom) == 0 {
		return nil
	}
	d := f.doom[0]
	f.doom = f.doom[1:]
	return time.AfterFunc(d, env.kill)
}

// Shutdown ends every process as Lambda does: SIGTERM and, 500 ms later,
// SIGKILL if it has an extension; else SIGKILL at once. It returns what they
// wrote since their last invocation. An invocation in hand fails.
func (f *Function) Shutdown() []byte {
	f.mu.Lock()
	f.closed = true
	idle := f.idle
	busy := map[*environment]bool{}
	for env := range f.all {
		busy[env] = true
	}
	f.idle, f.all = nil, map[*environment]bool{}
	f.mu.Unlock()
	var last bytes.Buffer
	for _, env := range idle {
		delete(busy, env)
		last.Write(env.close())
	}
	for env := range busy {
		env.terminate() // its Invoke does the rest
	}
	f.tee(last.Bytes())
	return last.Bytes()
}
