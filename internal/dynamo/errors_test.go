package dynamo_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/truora/minidyn/aws-v2/client"

	"relais/internal/dossier"
	"relais/internal/dynamo"
	"relais/internal/ingest"
	"relais/internal/notify"
)

const secret = "Élise Ñúñez, https://dynamodb.example/"

func api(code string) error { return &smithy.GenericAPIError{Code: code, Message: secret} }

func TestErrorsSayWhatToDoAndNothingElse(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"throttled", &types.ProvisionedThroughputExceededException{Message: aws.String(secret)}, "throttled"},
		{"throttled account", &types.RequestLimitExceeded{Message: aws.String(secret)}, "raise the maximum throughput"},
		{"throttled otherwise", api("ThrottlingException"), "try again in a minute"},
		{"no table", &types.ResourceNotFoundException{Message: aws.String(secret)}, "deploy infra/data.yaml"},
		{"no right", api("AccessDeniedException"), "rights of the role"},
		{"credentials", api("ExpiredTokenException"), "credentials (ExpiredTokenException)"},
		{"our mistake", api("ValidationException"), "answered ValidationException"},
		{"no network", &smithy.OperationError{ServiceID: "DynamoDB", OperationName: "GetItem", Err: errors.New(secret)}, "check the network"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := failing(t, c.err).Streams(t.Context(), 1)
			if err == nil || !strings.Contains(err.Error(), c.want) || !errors.Is(err, c.err) {
				t.Errorf("error %v, want %q in it", err, c.want)
			}
			if strings.Contains(err.Error(), "Ñúñez") || strings.Contains(err.Error(), "https") {
				t.Errorf("it quotes DynamoDB: %v", err)
			}
			if c.name != "no right" && !strings.Contains(err.Error(), "DynamoDB") {
				t.Errorf("it does not say who: %v", err)
			}
		})
	}
}

// failing is a store whose calls all fail.
func failing(t testing.TB, problem error) *dynamo.Store {
	t.Helper()
	return newTable(t).with(func(context.Context, any, func() (any, error)) (any, error) { return nil, problem })
}

// TestATransactionThatMeetsOthersIsRepeated, not for ever.
func TestATransactionThatMeetsOthersIsRepeated(t *testing.T) {
	for _, c := range []struct {
		name  string
		err   func(in any) error
		times int64
		want  string
	}{
		{"a few times", met("TransactionConflict"), 5, ""},
		{"in progress", func(any) error { return api("TransactionInProgressException") }, 5, ""},
		{"for ever", met("TransactionConflict"), 1e6, "cancelled a transaction ([TransactionConflict])"},
		{"throttled", met("ThrottlingError"), 1e6, "throttled"},
		{"refused", met("ValidationError"), 1e6, "[ValidationError]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tb := newTable(t)
				list, keys := someIntentions(3)
				enqueue(t, tb.living(), list)
				left := c.times
				s := tb.with(func(_ context.Context, in any, call func() (any, error)) (any, error) {
					if _, is := in.(*dynamodb.TransactWriteItemsInput); is && left > 0 {
						left--
						return nil, c.err(in)
					}
					return call()
				})
				err := s.Claim(t.Context(), aMail(keys))
				if (c.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.want) {
					t.Errorf("error %v, want %q", err, c.want)
				}
				if err != nil && strings.Contains(err.Error(), "secret") {
					t.Errorf("it quotes DynamoDB: %v", err)
				}
				if errors.Is(err, dossier.ErrConflict) {
					t.Error("it is taken for another delivery that was faster")
				}
			})
		})
	}
}

func met(code string) func(in any) error {
	return func(in any) error { return cancelled(code, len(in.(*dynamodb.TransactWriteItemsInput).TransactItems)) }
}

// TestABatchLeftUndoneForEver ends, with the name of the table.
func TestABatchLeftUndoneForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tb := newTable(t)
		s := tb.with(func(_ context.Context, in any, call func() (any, error)) (any, error) {
			switch in := in.(type) {
			case *dynamodb.BatchGetItemInput:
				return &dynamodb.BatchGetItemOutput{UnprocessedKeys: in.RequestItems}, nil
			case *dynamodb.BatchWriteItemInput:
				return &dynamodb.BatchWriteItemOutput{UnprocessedItems: in.RequestItems}, nil
			}
			return call()
		})
		start := time.Now()
		_, read := s.Heads(t.Context(), 1, []int{1})
		for _, err := range []error{read, s.Done(t.Context(), []int64{1})} {
			if err == nil || !strings.Contains(err.Error(), `"relais" is throttled`) {
				t.Errorf("error %v", err)
			}
		}
		if d := time.Since(start); d < 2*time.Second || d > time.Minute {
			t.Errorf("it waited %v", d)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, err := s.Heads(ctx, 1, []int{1}); err != context.DeadlineExceeded && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v after the deadline", err)
		}
	})
}

func TestATableThatIsNotOurs(t *testing.T) {
	tb := newTable(t)
	if err := tb.living().Check(t.Context()); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]struct {
		change func(in *dynamodb.CreateTableInput)
		want   string
	}{
		"no index": {func(in *dynamodb.CreateTableInput) { in.GlobalSecondaryIndexes = in.GlobalSecondaryIndexes[:1] }, `no index "list"`},
		"other keys": {func(in *dynamodb.CreateTableInput) {
			in.KeySchema = in.KeySchema[:1]
		}, "the keys HASH pk, RANGE sk"},
		"another index": {func(in *dynamodb.CreateTableInput) {
			in.GlobalSecondaryIndexes[0].KeySchema = in.GlobalSecondaryIndexes[1].KeySchema
		}, `index "work" without the keys HASH wp, RANGE ws`},
	} {
		t.Run(name, func(t *testing.T) {
			emulator := client.NewClient()
			in := dynamo.TableDefinition("autre")
			c.change(in)
			if _, err := emulator.CreateTable(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			s, _ := dynamo.NewWith(emulator, "autre", dynamo.Options{})
			if err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), `"autre"`) {
				t.Errorf("error %v", err)
			}
		})
	}
	missing, _ := dynamo.NewWith(tb.client, "absente", dynamo.Options{})
	if err := missing.Check(t.Context()); err == nil || !strings.Contains(err.Error(), `no DynamoDB table "absente"`) {
		t.Errorf("error %v", err)
	}
	if _, err := dynamo.NewWith(tb.client, "", dynamo.Options{}); err == nil {
		t.Error("a table without a name")
	}
}

func TestWhatDoesNotFitIsAnErrorNotALoss(t *testing.T) {
	s := newTable(t).living()
	head := aRecord(1, 0, "")
	head.Groupe = randomText(500 << 10)
	if _, err := s.Put(t.Context(), []dossier.Record{head}); err == nil || !strings.Contains(err.Error(), "does not fit") {
		t.Errorf("error %v", err)
	}
	for _, i := range []notify.Intention{{Key: "k"}, {Person: "p"}} {
		if _, err := s.Enqueue(t.Context(), []notify.Intention{i}); err == nil {
			t.Errorf("stored %+v", i)
		}
	}
	if err := s.Claim(t.Context(), notify.Mail{Person: "p"}); err == nil {
		t.Error("a mail without id")
	}
}

// TestExpiredHintsAreNotPulled: DynamoDB takes days to delete what expired.
func TestExpiredHintsAreNotPulled(t *testing.T) {
	tb := newTable(t)
	s := tb.living()
	if err := s.Push(t.Context(), ingest.Hint{Number: 1}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		age  time.Duration
		want int
	}{{14*24*time.Hour - time.Second, 1}, {14 * 24 * time.Hour, 0}} {
		tb.now = noon.Add(c.age)
		got, err := s.Pull(t.Context(), noon.Add(c.age), 0, 9)
		if err != nil || len(got) != c.want {
			t.Errorf("after %v: %d hints, error %v", c.age, len(got), err)
		}
	}
}

// TestNothingIsWrittenAfterTheEnd of a context, in the middle of a page.
func TestNothingIsWrittenAfterTheEnd(t *testing.T) {
	tb := newTable(t)
	ctx, cancel := context.WithCancel(t.Context())
	var calls atomic.Int64
	s := tb.with(func(_ context.Context, _ any, call func() (any, error)) (any, error) {
		if calls.Add(1) == 4 {
			cancel()
		}
		if calls.Load() > 4+8 { // those already on their way
			t.Error("a call after the end")
		}
		return call()
	})
	var page []dossier.Record
	for n := range 100 {
		page = append(page, aRecord(n+1, 0, "x"))
	}
	if _, err := s.Put(ctx, page); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
