package cloud_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/joho/godotenv"

	"relais/internal/stage"
	"relais/internal/stage/standin"
	templates "relais/internal/stage/template"
)

// TestTheWholeRoadOnMoto is TestTheWholeRoad with DynamoDB, SQS, SES and SSM as
// moto makes them, on the table that the deployment of our templates created there. It proves nothing of permissions, nor
// of what feeds ingest: moto starts no function of ours.
func TestTheWholeRoadOnMoto(t *testing.T) {
	t.Parallel()
	r := newRoad(t, newMoto(t), 25) // moto is slow
	r.firstPass(15)
	if r.poll(""); r.single.poll(false).Updated != 0 {
		t.Error("the second pass of the single machine finds changes")
	}
	r.life()
	r.telling()
	r.bounce()
	r.decidedMeanwhile()
	r.tick(75)
	r.single.sameAs(r.pipeline, r.at)
	t.Logf("%d mails, %d requests to the platform", len(r.cloud.sent(t)), r.platform.requests())
}

// moto is a moto server, and another one for the mails: its account of them does
// not come any more once it has made our stacks.
type moto struct {
	url   string
	mails string
	sqs   *sqs.Client
	queue string
	made  templates.Deployment
}

func newMoto(t testing.TB) *moto {
	t.Helper()
	m := &moto{url: stage.Moto(t), mails: stage.Moto(t)}
	m.sqs = sqs.NewFromConfig(m.config())
	m.made = templates.Deploy(t, os.Getenv("RELAIS_MOTO"), m.url, filepath.Join("..", ".."), deployment(t))
	// Not the queue of the deployment: moto hands its messages, ten at a time, to a
	// function that it does not run, and forgets them.
	queue, err := m.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("hints")})
	if err != nil {
		t.Fatal(err)
	}
	m.queue = *queue.QueueUrl
	mails := sesv2.NewFromConfig(configFor(m.mails))
	for _, identity := range []string{"dreets.example", sender} {
		if _, err := mails.CreateEmailIdentity(t.Context(), &sesv2.CreateEmailIdentityInput{EmailIdentity: &identity}); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// deployment is infra/params/dev.env, within what moto can do.
func deployment(t testing.TB) map[string]string {
	t.Helper()
	params, err := godotenv.Read(filepath.Join("..", "..", "infra", "params", "dev.env"))
	if err != nil {
		t.Fatal(err)
	}
	params["EgressMode"], params["CreateMailIdentity"] = "none", "no"
	return params
}

func (m *moto) table() (string, bool) { return m.made.Outputs["TableName"], true }

func (m *moto) config() aws.Config { return configFor(m.url) }

func (m *moto) endpoints() map[string]string {
	return map[string]string{"AWS_ENDPOINT_URL": m.url, "AWS_ENDPOINT_URL_SESV2": m.mails}
}

func (m *moto) queueURL() string { return m.queue }

func (m *moto) parameter(t testing.TB, name, value string) {
	t.Helper()
	_, err := ssm.NewFromConfig(m.config()).PutParameter(t.Context(), &ssm.PutParameterInput{
		Name: &name, Value: &value, Type: "SecureString", Overwrite: aws.Bool(true),
	})
	if err != nil {
		t.Fatal(err)
	}
}

// drain stands for the event source mapping, which moto has only for functions that
// it runs itself.
func (m *moto) drain(t testing.TB, f stage.Invoker) (got int) {
	t.Helper()
	for range 20 {
		batch, err := m.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
			QueueUrl: &m.queue, MaxNumberOfMessages: 10,
			MessageSystemAttributeNames: []sqstypes.MessageSystemAttributeName{sqstypes.MessageSystemAttributeNameAll},
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(batch.Messages) == 0 {
			return got
		}
		got += len(batch.Messages)
		m.hand(t, f, batch.Messages)
	}
	t.Error("the queue does not come to an end")
	return got
}

// hand gives a batch to a function and deletes what it does not name.
func (m *moto) hand(t testing.TB, f stage.Invoker, batch []sqstypes.Message) {
	t.Helper()
	var event events.SQSEvent
	for _, one := range batch {
		event.Records = append(event.Records, events.SQSMessage{
			MessageId: *one.MessageId, ReceiptHandle: *one.ReceiptHandle, Body: *one.Body, Md5OfBody: *one.MD5OfBody,
			Attributes: one.Attributes, EventSource: "aws:sqs", AWSRegion: standin.Region,
		})
	}
	res, err := f.Invoke(t.Context(), event)
	if err != nil || res.FunctionError != "" {
		t.Fatalf("ingest: %s %v", res.FunctionError, err)
	}
	var answer events.SQSEventResponse
	if err := json.Unmarshal(res.Payload, &answer); err != nil {
		t.Fatal(err)
	}
	failed := map[string]bool{}
	for _, one := range answer.BatchItemFailures {
		failed[one.ItemIdentifier] = true
	}
	for _, one := range batch {
		if failed[*one.MessageId] {
			continue
		}
		if _, err := m.sqs.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &m.queue, ReceiptHandle: one.ReceiptHandle}); err != nil {
			t.Fatal(err)
		}
	}
}

// sent reads moto's own account of its mails.
func (m *moto) sent(t testing.TB) (out []standin.Message) {
	t.Helper()
	res, err := http.Get(m.mails + "/moto-api/data.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var data struct {
		SES struct {
			RawMessage []struct {
				ID           string   `json:"id"`
				Destinations []string `json:"destinations"`
				Raw          string   `json:"raw_data"`
			}
		} `json:"ses"`
	}
	if err := json.NewDecoder(res.Body).Decode(&data); err != nil {
		t.Fatal(err)
	}
	for _, one := range data.SES.RawMessage {
		to := slices.Compact(slices.Sorted(slices.Values(one.Destinations))) // of the envelope and of the header
		out = append(out, standin.Message{ID: one.ID, From: sender, To: to, Raw: []byte(one.Raw)})
	}
	return out
}
