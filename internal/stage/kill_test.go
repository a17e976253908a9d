package stage_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"relais/internal/stage"
	"relais/internal/stage/standin"
)

// TestKillAtTheNthCall: the process dies at the call chosen, whoever serves it.
func TestKillAtTheNthCall(t *testing.T) {
	f := actor(t, nil)
	tick := stage.Nth(3, func() {
		if n := f.Kill(); n != 1 {
			t.Errorf("killed %d", n)
		}
	})
	platform := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { tick() }))
	defer platform.Close()
	sqs := standin.NewSQS(nil)
	defer sqs.Close()
	sqs.Before(func(standin.Call) *standin.Fault {
		if tick() {
			return &standin.Cut
		}
		return nil
	})
	urls := strings.Join([]string{platform.URL, platform.URL, sqs.URL, sqs.URL}, " ")
	res := invoke(t, f, order{"get", urls})
	if res.FunctionError != "Runtime.ExitError: Runtime exited with error: signal: killed" {
		t.Fatalf("error %q", res.FunctionError)
	}
	if again, _ := succeed(t, f, order{"get", urls}); !again.Cold {
		t.Error("the dead serve")
	}
	sqs.Close() // waits until the calls in hand are recorded
	if calls := sqs.Calls(); len(calls) != 3 || calls[0].Failed != "dropped" {
		t.Errorf("calls %+v", calls)
	}
}

func TestKillAfter(t *testing.T) {
	f := actor(t, nil)
	f.KillAfter(50 * time.Millisecond)
	res := invoke(t, f, order{Do: "hang"})
	if !strings.HasSuffix(res.FunctionError, "signal: killed") || res.Duration < 50*time.Millisecond {
		t.Errorf("after %v: %q", res.Duration, res.FunctionError)
	}
	f.KillAfter(time.Hour) // answered by then: no kill, now or later
	succeed(t, f, order{})
	if res, _ := succeed(t, f, order{}); res.Cold {
		t.Error("killed in vain")
	}
}

// TestKilledWhileIdle: nobody hears of a warm process that dies; the next event
// finds a fresh one.
func TestKilledWhileIdle(t *testing.T) {
	f := actor(t, nil)
	succeed(t, f, order{})
	if n := f.Kill(); n != 1 {
		t.Errorf("killed %d", n)
	}
	if res, r := succeed(t, f, order{}); !res.Cold || r.Calls != 1 {
		t.Errorf("cold %v, call %d", res.Cold, r.Calls)
	}
}
