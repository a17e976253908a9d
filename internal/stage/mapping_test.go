package stage_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"relais/internal/stage"
	"relais/internal/stage/standin"
)

// invokeFunc is a function in this process.
type invokeFunc func(events.SQSEvent) (stage.Result, error)

func (f invokeFunc) Invoke(_ context.Context, payload any) (stage.Result, error) {
	var e events.SQSEvent
	if err := json.Unmarshal(payload.(json.RawMessage), &e); err != nil {
		return stage.Result{}, err
	}
	return f(e)
}

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func queue(t *testing.T, bodies ...string) (*clock, *standin.Queue, *standin.Queue) {
	t.Helper()
	c := &clock{time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	sqs := standin.NewSQS(c.Now)
	t.Cleanup(sqs.Close)
	dead := sqs.Queue("hints-dead", standin.QueueOptions{})
	q := sqs.Queue("hints", standin.QueueOptions{Visibility: time.Minute, Dead: dead, MaxReceive: 2})
	for _, b := range bodies {
		q.Send(b)
	}
	return c, q, dead
}

// TestMappingEvent: the batch reads with the types of aws-lambda-go.
func TestMappingEvent(t *testing.T) {
	c, q, _ := queue(t, "one", "two")
	m := stage.Mapping{Queue: q, Function: invokeFunc(func(e events.SQSEvent) (stage.Result, error) {
		if len(e.Records) != 2 {
			t.Fatalf("%d records", len(e.Records))
		}
		r := e.Records[0]
		if r.Body != "one" || r.Md5OfBody != "f97c5d29941bfb1b2fdab0874906ab82" || r.MessageId == "" || r.ReceiptHandle == "" {
			t.Errorf("record %+v", r)
		}
		if r.EventSource != "aws:sqs" || r.EventSourceARN != q.ARN() || r.AWSRegion != standin.Region {
			t.Errorf("from %s %s %s", r.EventSource, r.EventSourceARN, r.AWSRegion)
		}
		if r.Attributes["ApproximateReceiveCount"] != "1" || r.Attributes["SentTimestamp"] != "1772438400000" {
			t.Errorf("attributes %v", r.Attributes)
		}
		return stage.Result{}, nil
	})}
	b, err := m.Once(t.Context())
	if err != nil || b.Received != 2 || b.Deleted != 2 {
		t.Errorf("%+v, %v", b, err)
	}
	c.now = c.now.Add(time.Hour)
	if b, err := m.Once(t.Context()); err != nil || b.Received != 0 {
		t.Errorf("an empty queue gave %+v, %v", b, err)
	}
}

// TestMappingAnswers: which messages come back, for each answer.
func TestMappingAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		report         bool
		answer, failed string
		deleted        int
	}{
		"all well":                       {true, `{"batchItemFailures":[]}`, "", 3},
		"no failures named":              {true, `{"batchItemFailures":null}`, "", 3},
		"no answer":                      {true, `null`, "", 3},
		"one comes back":                 {true, `{"batchItemFailures":[{"itemIdentifier":"ID"}]}`, "", 2},
		"unknown message":                {true, `{"batchItemFailures":[{"itemIdentifier":"other"}]}`, "", 0},
		"empty identifier":               {true, `{"batchItemFailures":[{"itemIdentifier":""}]}`, "", 0},
		"malformed":                      {true, `["batchItemFailures"]`, "", 0},
		"the function fails":             {true, ``, "string: panic", 0},
		"reporting off, one named":       {false, `{"batchItemFailures":[{"itemIdentifier":"ID"}]}`, "", 3},
		"reporting off, function failed": {false, ``, "string: panic", 0},
	} {
		t.Run(name, func(t *testing.T) {
			_, q, _ := queue(t, "one", "two", "three")
			m := stage.Mapping{Queue: q, ReportBatchItemFailures: c.report, Function: invokeFunc(func(e events.SQSEvent) (stage.Result, error) {
				answer := strings.ReplaceAll(c.answer, "ID", e.Records[1].MessageId)
				return stage.Result{Payload: json.RawMessage(answer), FunctionError: c.failed}, nil
			})}
			b, err := m.Once(t.Context())
			if err != nil || b.Deleted != c.deleted || len(b.Failed) != 3-c.deleted {
				t.Errorf("deleted %d, failed %d, %v", b.Deleted, len(b.Failed), err)
			}
			if _, hidden := q.Len(); hidden != 3-c.deleted {
				t.Errorf("%d hidden", hidden)
			}
		})
	}
}

// TestMappingRedrive: what fails comes back when its visibility ends, and goes
// to the dead-letter queue after the last try.
func TestMappingRedrive(t *testing.T) {
	c, q, dead := queue(t, "poison", "fine")
	var seen []string
	m := stage.Mapping{Queue: q, ReportBatchItemFailures: true, Function: invokeFunc(func(e events.SQSEvent) (stage.Result, error) {
		var out events.SQSEventResponse
		for _, r := range e.Records {
			seen = append(seen, r.Body+r.Attributes["ApproximateReceiveCount"])
			if r.Body == "poison" {
				out.BatchItemFailures = append(out.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: r.MessageId})
			}
		}
		payload, err := json.Marshal(out)
		return stage.Result{Payload: payload}, err
	})}
	for range 4 {
		if _, err := m.Drain(t.Context(), 10); err != nil {
			t.Fatal(err)
		}
		c.now = c.now.Add(time.Minute)
	}
	if diff := cmp.Diff([]string{"poison1", "fine1", "poison2"}, seen); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"poison"}, dead.Bodies()); diff != "" {
		t.Error(diff)
	}
}

// TestMappingStageTrouble: nothing is deleted when the function did not run.
func TestMappingStageTrouble(t *testing.T) {
	_, q, _ := queue(t, "one")
	m := stage.Mapping{Queue: q, Function: invokeFunc(func(events.SQSEvent) (stage.Result, error) {
		return stage.Result{}, errors.New("no function")
	})}
	if b, err := m.Once(t.Context()); err == nil || len(b.Failed) != 1 || len(q.Bodies()) != 1 {
		t.Errorf("%+v, %v", b, err)
	}
}

// TestMappingKilled: a real process killed with a batch in hand loses nothing.
func TestMappingKilled(t *testing.T) {
	c, q, _ := queue(t, `{"Do":""}`)
	f := actor(t, nil)
	f.KillAfter(0)
	m := stage.Mapping{Queue: q, Function: orderEach{f, "hang"}, ReportBatchItemFailures: true}
	if b, err := m.Once(within(t)); err != nil || b.Deleted != 0 || b.Result.FunctionError == "" {
		t.Fatalf("%+v, %v", b, err)
	}
	c.now = c.now.Add(time.Minute)
	m.Function = orderEach{f, ""}
	m.ReportBatchItemFailures = false
	if b, err := m.Once(within(t)); err != nil || b.Deleted != 1 {
		t.Fatalf("%+v, %v", b, err)
	}
}

// orderEach gives an order to the actor for each batch.
type orderEach struct {
	f  *stage.Function
	do string
}

func (o orderEach) Invoke(ctx context.Context, _ any) (stage.Result, error) {
	return o.f.Invoke(ctx, order{Do: o.do})
}
