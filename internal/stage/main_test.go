package stage_test

import (
	"context"
	"encoding/json"
	"os"
	"testing"
	"time"

	"relais/internal/stage"
)

const (
	actorPackage = "relais/internal/stage/testdata/actor"
	helloPackage = "relais/internal/stage/hello"
)

func TestMain(m *testing.M) { os.Exit(stage.Main(m)) }

// order and report are those of testdata/actor.
type order struct{ Do, URL string }

type report struct {
	PID, Calls   int
	Request, ARN string
	Left         time.Duration
	Env          []string
	Dir          string
	Parallel     bool
}

// actor is a function that does as ordered; it is shut down with the test.
func actor(t *testing.T, env map[string]string) *stage.Function {
	t.Helper()
	f := &stage.Function{
		Name: "actor", Path: stage.Build(t, actorPackage).Bootstrap(), Env: env, Timeout: 10 * time.Second,
	}
	t.Cleanup(func() { f.Shutdown() })
	return f
}

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func invoke(t *testing.T, f *stage.Function, o order) stage.Result {
	t.Helper()
	res, err := f.Invoke(within(t), o)
	if err != nil {
		t.Fatalf("invoke %q: %v", o.Do, err)
	}
	return res
}

// succeed invokes and wants a report.
func succeed(t *testing.T, f *stage.Function, o order) (stage.Result, report) {
	t.Helper()
	res := invoke(t, f, o)
	if res.FunctionError != "" {
		t.Fatalf("%q: %s\n%s", o.Do, res.FunctionError, res.Logs)
	}
	var r report
	if err := json.Unmarshal(res.Payload, &r); err != nil {
		t.Fatal(err)
	}
	return res, r
}
