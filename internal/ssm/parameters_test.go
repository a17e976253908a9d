package ssm

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/smithy-go"
)

// store is a Parameter Store of one answer, that counts.
type store struct {
	mu     sync.Mutex
	asked  int
	value  string
	kind   types.ParameterType
	err    error
	before func(context.Context)
}

func (s *store) GetParameter(ctx context.Context, in *ssm.GetParameterInput, _ ...func(*ssm.Options)) (*ssm.GetParameterOutput, error) {
	s.mu.Lock()
	s.asked++
	s.mu.Unlock()
	if s.before != nil {
		s.before(ctx)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if s.err != nil {
		return nil, s.err
	}
	kind := s.kind
	if kind == "" {
		kind = types.ParameterTypeSecureString
	}
	return &ssm.GetParameterOutput{Parameter: &types.Parameter{Name: in.Name, Type: kind, Value: &s.value}}, nil
}

type clock struct{ at time.Time }

func (c *clock) now() time.Time          { return c.at }
func (c *clock) advance(d time.Duration) { c.at = c.at.Add(d) }

func world(value string) (*store, *clock, *Parameters) {
	s, c := &store{value: value}, &clock{time.Date(2026, 12, 7, 12, 0, 0, 0, time.UTC)}
	return s, c, build(s, Options{Now: c.now})
}

func get(t *testing.T, p *Parameters, want string) {
	t.Helper()
	if got, err := p.Get(t.Context(), "/relais/token"); err != nil || got != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

func (s *store) want(t *testing.T, n int) {
	t.Helper()
	if s.asked != n {
		t.Errorf("asked %d times, want %d", s.asked, n)
	}
}

var (
	throttled = &smithy.GenericAPIError{Code: "ThrottlingException", Message: "Rate exceeded"}
	gone      = &smithy.GenericAPIError{Code: "ParameterNotFound"}
)

func TestAValueIsKeptForItsTTL(t *testing.T) {
	s, c, p := world("old\n")
	get(t, p, "old")
	c.advance(DefaultTTL - time.Second)
	s.value = "new"
	get(t, p, "old")
	s.want(t, 1)
	c.advance(time.Second)
	get(t, p, "new")
	s.want(t, 2)
}

func TestNamesAreApart(t *testing.T) {
	s, _, p := world("v")
	get(t, p, "v")
	if _, err := p.Get(t.Context(), "/other"); err != nil {
		t.Error(err)
	}
	p.Forget("/other")
	p.Forget("/never asked")
	get(t, p, "v")
	s.want(t, 2)
}

func TestForgottenIsReadAgainAtOnceButNotInAStorm(t *testing.T) {
	s, c, p := world("old")
	get(t, p, "old")
	s.value = "new"

	c.advance(time.Minute)
	p.Forget("/relais/token")
	get(t, p, "new")
	s.want(t, 2)

	for range 29 { // the token is still wrong: every request of the platform forgets it
		c.advance(time.Second)
		p.Forget("/relais/token")
		get(t, p, "new")
	}
	s.want(t, 2)
	s.value = "right"
	c.advance(time.Second)
	get(t, p, "right") // what was forgotten meanwhile is not forgotten to be read
	s.want(t, 3)
	c.advance(time.Minute)
	get(t, p, "right")
	s.want(t, 3)
}

func TestTheOldValueServesWhileTheServiceFails(t *testing.T) {
	for name, trouble := range map[string]error{
		"throttled":   throttled,
		"internal":    &smithy.GenericAPIError{Code: "InternalServerError"},
		"credentials": &smithy.GenericAPIError{Code: "ExpiredTokenException"},
		"network":     errors.New("dial tcp: no route to host"),
	} {
		t.Run(name, func(t *testing.T) {
			s, c, p := world("old")
			get(t, p, "old")
			s.err = trouble
			c.advance(24 * time.Hour)
			get(t, p, "old")
			get(t, p, "old")
			s.want(t, 2) // spaced: a service in trouble is left in peace
			c.advance(spacing)
			get(t, p, "old")
			s.want(t, 3)
			s.err, s.value = nil, "new"
			c.advance(spacing)
			get(t, p, "new")
			s.want(t, 4)
		})
	}
}

func TestNothingKnownAndTheServiceFails(t *testing.T) {
	s, _, p := world("v")
	s.err = throttled
	if _, err := p.Get(t.Context(), "/relais/token"); err == nil || final(err) {
		t.Errorf("got %v", err)
	}
	s.err = nil
	get(t, p, "v") // no value, so no spacing
}

func TestAClearRefusalEndsTheOldValue(t *testing.T) {
	s, c, p := world("old")
	get(t, p, "old")
	s.err = gone
	c.advance(DefaultTTL)
	for range 2 {
		if v, err := p.Get(t.Context(), "/relais/token"); err == nil || v != "" {
			t.Errorf("got %q, %v", v, err)
		}
	}
	s.want(t, 3)
}

func TestAClockThatJumpsBackReadsAgain(t *testing.T) {
	s, c, p := world("old")
	get(t, p, "old")
	s.value = "new"
	c.advance(-24 * time.Hour)
	get(t, p, "new")
}

func TestCallersShareOneRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, p := world("v")
		open := make(chan struct{})
		s.before = func(context.Context) { <-open }
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { get(t, p, "v") })
		}
		synctest.Wait()
		close(open)
		all.Wait()
		s.want(t, 1)
	})
}

func TestCallersShareOneFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, p := world("v")
		s.err = throttled
		open := make(chan struct{})
		s.before = func(context.Context) { <-open }
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if _, err := p.Get(t.Context(), "/relais/token"); err == nil {
					t.Error("no error")
				}
			})
		}
		synctest.Wait()
		close(open)
		all.Wait()
		s.want(t, 1)
	})
}

func TestACallerWhoLeavesDoesNotTakeTheOthersAlong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, p := world("v")
		s.before = func(ctx context.Context) {
			select {
			case <-ctx.Done():
			case <-time.After(time.Hour):
			}
		}
		leader, leave := context.WithCancel(t.Context())
		follower, tired := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := p.Get(leader, "/relais/token"); !errors.Is(err, context.Canceled) {
				t.Errorf("leader: %v", err)
			}
		})
		synctest.Wait()
		all.Go(func() { get(t, p, "v") })
		all.Go(func() {
			if _, err := p.Get(follower, "/relais/token"); !errors.Is(err, context.Canceled) {
				t.Errorf("follower: %v", err)
			}
		})
		synctest.Wait()
		tired()
		synctest.Wait()
		leave()
		all.Wait()
		s.want(t, 2)
	})
}

func TestADeadContextGivesItsError(t *testing.T) {
	s, _, p := world("v")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Get(ctx, "/relais/token"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	s.want(t, 0)
}

func TestErrorsNameTheParameterAndNotItsValue(t *testing.T) {
	denied := "User: arn:aws:sts::1:assumed-role/poll is not authorized to perform: "
	for name, test := range map[string]struct {
		err   error
		value string
		kind  types.ParameterType
		says  string
		final bool
	}{
		"missing":    {err: gone, says: "does not exist", final: true},
		"denied":     {err: &smithy.GenericAPIError{Code: "AccessDeniedException", Message: denied + "ssm:GetParameter on resource: s3cret"}, says: "allow its role ssm:GetParameter", final: true},
		"kms denied": {err: &smithy.GenericAPIError{Code: "AccessDeniedException", Message: denied + "kms:Decrypt on resource: s3cret"}, says: "allow its role kms:Decrypt", final: true},
		"kms gone":   {err: &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access."}, says: "kms:Decrypt", final: true},
		"bad key":    {err: &types.InvalidKeyId{}, says: "kms:Decrypt", final: true},
		"bad name":   {err: &smithy.GenericAPIError{Code: "ValidationException", Message: "s3cret"}, says: "is no name of a parameter", final: true},
		"throttled":  {err: throttled, says: "ThrottlingException", final: false},
		"network":    {err: errors.New("s3cret"), says: "could not be reached", final: false},
		"in clear":   {value: "s3cret", kind: types.ParameterTypeString, says: "SecureString", final: true},
		"a list":     {value: "s3cret,s3cret", kind: types.ParameterTypeStringList, says: "SecureString", final: true},
		"blank":      {value: " \n", says: "blank", final: true},
	} {
		t.Run(name, func(t *testing.T) {
			s, _, p := world(test.value)
			s.err, s.kind = test.err, test.kind
			_, err := p.Get(t.Context(), "/relais/token")
			if err == nil || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), `"/relais/token"`) {
				t.Fatalf("got %v", err)
			}
			if strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "arn:") {
				t.Errorf("quoted: %v", err)
			}
			if final(err) != test.final {
				t.Errorf("final %v", final(err))
			}
		})
	}
	_, _, p := world("v")
	if _, err := p.Get(t.Context(), " "); err == nil || !strings.Contains(err.Error(), "no name") {
		t.Errorf("got %v", err)
	}
}
