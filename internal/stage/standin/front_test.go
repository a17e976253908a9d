package standin_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/google/go-cmp/cmp"

	"relais/internal/stage/standin"
)

func parameters(t *testing.T, tries int) (*standin.SSM, *ssm.Client) {
	t.Helper()
	s := standin.NewSSM()
	t.Cleanup(s.Close)
	s.Set("/relais/token", "first")
	return s, ssm.NewFromConfig(config(s.URL, tries))
}

func token(ctx context.Context, c *ssm.Client) (string, error) {
	out, err := c.GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String("/relais/token"), WithDecryption: aws.Bool(true)})
	if err != nil {
		return "", err
	}
	return *out.Parameter.Value, nil
}

// TestFaults: each fault as the SDK sees it, and what is kept of it.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		fault        standin.Fault
		code, failed string
	}{
		{standin.Throttled, "ThrottlingException", "ThrottlingException"},
		{standin.Broken, "InternalServerError", "InternalServerError"},
		{standin.Denied, "AccessDeniedException", "AccessDeniedException"},
		{standin.Cut, "", "dropped"},
		{standin.CutLate, "", "dropped"},
	} {
		s, client := parameters(t, 1)
		s.Fail("GetParameter", 1, c.fault)
		s.Fail("SendMessage", 1, c.fault) // another action: not used
		if _, err := token(t.Context(), client); err == nil || code(err) != c.code {
			t.Errorf("%v: %v", c.fault, err)
		}
		if v, err := token(t.Context(), client); err != nil || v != "first" {
			t.Errorf("once over: %q, %v", v, err)
		}
		s.Close()
		if calls := s.Calls(); len(calls) != 2 || calls[0].Failed != c.failed || calls[1].Failed != "" {
			t.Errorf("%v: calls %+v", c.fault, calls)
		}
	}
}

func TestSDKTriesAgain(t *testing.T) {
	s, client := parameters(t, 4)
	s.Fail("", 1, standin.Throttled)
	s.Fail("", 2, standin.Cut)
	if v, err := token(t.Context(), client); err != nil || v != "first" || s.Count("GetParameter") != 4 {
		t.Errorf("%q, %v after %d calls", v, err, s.Count(""))
	}
}

// TestSilence: a call that hangs ends with its caller, and with the stand-in.
func TestSilence(t *testing.T) {
	s, client := parameters(t, 1)
	s.Fail("", -1, standin.Silent)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := token(ctx, client); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	s.Before(func(standin.Call) *standin.Fault { go s.Close(); return &standin.Silent })
	if _, err := token(t.Context(), client); err == nil {
		t.Error("an answer after the end")
	}
	s.Heal()
}

func TestLatency(t *testing.T) {
	s, client := parameters(t, 1)
	s.Fail("", 1, standin.Fault{Delay: 40 * time.Millisecond})
	begun := time.Now()
	if v, err := token(t.Context(), client); err != nil || v != "first" || time.Since(begun) < 40*time.Millisecond {
		t.Errorf("%q, %v after %v", v, err, time.Since(begun))
	}
}

// TestHooks: before sees the call first and may change it; after sees the answer.
func TestHooks(t *testing.T) {
	s, client := parameters(t, 1)
	var seen []string
	s.Before(func(c standin.Call) *standin.Fault {
		seen = append(seen, "before "+c.Action+" by "+c.Caller)
		s.Set("/relais/token", "changed")
		return nil
	})
	s.After(func(c standin.Call) { seen = append(seen, "after "+c.Action) })
	if v, err := token(t.Context(), client); err != nil || v != "changed" {
		t.Errorf("%q, %v", v, err)
	}
	s.Before(func(standin.Call) *standin.Fault { return &standin.Denied })
	if _, err := token(t.Context(), client); code(err) != "AccessDeniedException" {
		t.Errorf("%v", err)
	}
	want := []string{"before GetParameter by poll", "after GetParameter"}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
}

// TestRecord: many callers at a time; the record is complete.
func TestRecord(t *testing.T) {
	s, client := parameters(t, 1)
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			if _, err := token(t.Context(), client); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := s.Count("GetParameter"); n != 20 {
		t.Errorf("%d calls", n)
	}
	s.Forget()
	if n := s.Count(""); n != 0 {
		t.Errorf("%d calls after forgetting", n)
	}
}
