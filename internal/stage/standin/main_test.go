package standin_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go"

	"relais/internal/stage/standin"
)

// config is what a function's own would be, with tries that do not wait.
func config(endpoint string, tries int) aws.Config {
	return aws.Config{
		Region:       standin.Region,
		BaseEndpoint: &endpoint,
		Credentials:  credentials.NewStaticCredentialsProvider("poll", "not-a-secret", ""),
		Retryer:      func() aws.Retryer { return patient{tries} },
	}
}

// patient tries again at once.
type patient struct{ tries int }

func (p patient) IsErrorRetryable(error) bool                  { return true }
func (p patient) MaxAttempts() int                             { return p.tries }
func (p patient) RetryDelay(int, error) (time.Duration, error) { return 0, nil }
func (p patient) GetInitialToken() func(error) error           { return func(error) error { return nil } }
func (p patient) GetRetryToken(context.Context, error) (func(error) error, error) {
	return p.GetInitialToken(), nil
}

// code is the error's code as the SDK understood it.
func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func morning() *clock { return &clock{time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)} }
