package cloud_test

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"relais/internal/stage"
	"relais/internal/stage/standin"
)

type ctxOf = context.Context

// What a deployment names.
const (
	standinTable     = "relais-test"
	tokenParameter   = "/relais/test/token"
	webhookParameter = "/relais/test/webhook"
	webhookSecret    = "k3pt-secret-of-the-webhook-0123456789"

	preferencesParameter = "/relais/test/preferences"
	preferencesSecret    = "k3pt-secret-of-the-preferences-0123456789"
	preferencesURL       = "https://relais.dreets.example"

	sender           = "relais@dreets.example"
	operator         = "exploitation@dreets.example"
	configurationSet = "relais-test"
	stack            = "relais-test"
)

// services are those of AWS that a pipeline is plugged on.
type services interface {
	// endpoints are the variables that lead the SDK to them.
	endpoints() map[string]string
	config() aws.Config
	queueURL() string
	// table names the DynamoDB table; made tells that it is there.
	table() (name string, made bool)
	// parameter puts a SecureString.
	parameter(t testing.TB, name, value string)
	// drain gives what waits in the queue to a function, as an event source mapping
	// does, and counts the messages.
	drain(t testing.TB, f stage.Invoker) int
	// sent lists the mails taken so far.
	sent(t testing.TB) []standin.Message
}

// standins are ours, with faults and a record.
type standins struct {
	db       *standin.DynamoDB
	sqs      *standin.SQS
	ses      *standin.SES
	ssm      *standin.SSM
	queue    *standin.Queue
	dead     *standin.Queue
	sqsClock *clock
}

// clock is the queue's, which can be put forward.
type clock struct{ ahead time.Duration }

func (c *clock) now() time.Time { return time.Now().Add(c.ahead) }

// The queue's settings, as the template will have them.
const (
	visibility = 6 * time.Minute
	maxReceive = 5
)

func newStandins(t testing.TB) *standins {
	c := &clock{}
	s := &standins{db: standin.NewDynamoDB(), sqs: standin.NewSQS(c.now), ses: standin.NewSES(nil), ssm: standin.NewSSM(), sqsClock: c}
	for _, f := range s.fronts() {
		t.Cleanup(f.Close)
	}
	s.dead = s.sqs.Queue("hints-dead", standin.QueueOptions{})
	s.queue = s.sqs.Queue("hints", standin.QueueOptions{Visibility: visibility, Dead: s.dead, MaxReceive: maxReceive})
	s.ses.Identities("dreets.example")
	return s
}

func (s *standins) fronts() []*standin.Front {
	return []*standin.Front{s.db.Front, s.sqs.Front, s.ses.Front, s.ssm.Front}
}

func (s *standins) endpoints() map[string]string {
	return map[string]string{
		"AWS_ENDPOINT_URL_DYNAMODB": s.db.URL, "AWS_ENDPOINT_URL_SQS": s.sqs.URL,
		"AWS_ENDPOINT_URL_SESV2": s.ses.URL, "AWS_ENDPOINT_URL_SSM": s.ssm.URL,
	}
}

func (s *standins) config() aws.Config { return configFor(s.db.URL) }

// configFor is the test's own way to a service.
func configFor(endpoint string) aws.Config {
	return aws.Config{
		Region: standin.Region, BaseEndpoint: &endpoint,
		Credentials: credentials.NewStaticCredentialsProvider("the-test", "not-a-secret", ""),
	}
}

func (s *standins) table() (string, bool)                         { return standinTable, false }
func (s *standins) queueURL() string                              { return s.sqs.QueueURL(s.queue) }
func (s *standins) parameter(_ testing.TB, name, value string)    { s.ssm.Set(name, value) }
func (s *standins) sent(testing.TB) []standin.Message             { return s.ses.Sent() }
func (s *standins) drain(t testing.TB, f stage.Invoker) (got int) { return s.mapping(t, f, 20) }

func (s *standins) mapping(t testing.TB, f stage.Invoker, rounds int) (got int) {
	t.Helper()
	batches, err := stage.Mapping{Queue: s.queue, Function: f, ReportBatchItemFailures: true}.Drain(t.Context(), rounds)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range batches {
		got += b.Received
	}
	return got
}

// calls lists what a function asked of all services.
func (s *standins) calls(function string) (out []standin.Call) {
	for _, f := range s.fronts() {
		for _, c := range f.Calls() {
			if c.Caller == function {
				out = append(out, c)
			}
		}
	}
	return out
}
