package sqs

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"relais/internal/ingest"
)

var noon = time.Date(2026, 12, 7, 12, 0, 0, 123456789, time.UTC)

// service is a stand-in for the JSON protocol of SQS.
type service struct {
	*httptest.Server
	target string
	input  map[string]any
	status int
	reply  func(in map[string]any) string
}

func serve(t *testing.T, reply func(in map[string]any) string) *service {
	t.Helper()
	s := &service{status: http.StatusOK, reply: reply}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.target = r.Header.Get("X-Amz-Target")
		s.input = nil
		if err := json.NewDecoder(r.Body).Decode(&s.input); err != nil {
			t.Errorf("not JSON: %v", err)
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(s.status)
		_, _ = w.Write([]byte(s.reply(s.input)))
	}))
	t.Cleanup(s.Close)
	return s
}

const queueURL = "https://sqs.eu-west-3.amazonaws.com/123456789012/hints"

func (s *service) queue() *Queue {
	return New(aws.Config{
		Region: "eu-west-3", BaseEndpoint: &s.URL, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
		}),
	}, queueURL)
}

func digest(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

func TestAHintIsStoredBeforePushReturns(t *testing.T) {
	s := serve(t, func(in map[string]any) string {
		return `{"MessageId":"id-1","MD5OfMessageBody":"` + digest(in["MessageBody"].(string)) + `"}`
	})
	hint := ingest.Hint{ID: 9, Demarche: 12345, Number: 678, ReceivedAt: noon.In(time.FixedZone("", 3600)), Attempts: 4}
	if err := s.queue().Push(t.Context(), hint); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"QueueUrl":    queueURL,
		"MessageBody": `{"demarche":12345,"number":678,"received_at":"2026-12-07T12:00:00.123456789Z"}`,
	}
	if diff := cmp.Diff(want, s.input); diff != "" {
		t.Error(diff)
	}
	if s.target != "AmazonSQS.SendMessage" {
		t.Errorf("asked %q", s.target)
	}
}

func TestAHintThatArrivedDamagedIsAnError(t *testing.T) {
	s := serve(t, func(map[string]any) string {
		return `{"MessageId":"id-1","MD5OfMessageBody":"` + digest("other") + `"}`
	})
	if err := s.queue().Push(t.Context(), ingest.Hint{Demarche: 1, Number: 2, ReceivedAt: noon}); err == nil {
		t.Error("a message stored with another checksum was taken for ours")
	}
}

func TestErrorsNameTheCodeAndShowNoBody(t *testing.T) {
	s := serve(t, func(in map[string]any) string {
		body, _ := json.Marshal("you sent " + in["MessageBody"].(string))
		return `{"__type":"com.amazonaws.sqs#InvalidMessageContents","message":` + string(body) + `}`
	})
	s.status = http.StatusBadRequest
	err := s.queue().Push(t.Context(), ingest.Hint{Demarche: 12345, Number: 678, ReceivedAt: noon})
	if err == nil || !strings.Contains(err.Error(), "InvalidMessageContents") || strings.Contains(err.Error(), "12345") {
		t.Errorf("got %v", err)
	}
}

func TestNothingIsPushedThatCouldNotBeRead(t *testing.T) {
	s := serve(t, func(map[string]any) string { t.Error("asked"); return "{}" })
	for _, hint := range []ingest.Hint{
		{}, {Demarche: 1, Number: 2}, {Demarche: -1, Number: 2, ReceivedAt: noon},
		{Demarche: 1, Number: 2, ReceivedAt: noon.AddDate(9000, 0, 0)},
	} {
		if err := s.queue().Push(t.Context(), hint); !errors.Is(err, errBody) {
			t.Errorf("%+v: %v", hint, err)
		}
	}
}

func TestADeadContextGivesItsError(t *testing.T) {
	s := serve(t, func(map[string]any) string { return "{}" })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.queue().Push(ctx, ingest.Hint{Demarche: 1, Number: 2, ReceivedAt: noon}); !errors.Is(err, context.Canceled) {
		t.Errorf("push: %v", err)
	}
}

func TestAServiceOutOfReachIsAnError(t *testing.T) {
	s := serve(t, func(map[string]any) string { return "{}" })
	s.Close()
	if err := s.queue().Push(t.Context(), ingest.Hint{Demarche: 1, Number: 2, ReceivedAt: noon}); err == nil {
		t.Error("a hint was kept nowhere")
	}
}

// broken is a client that fails without the network.
type broken struct{}

func (broken) SendMessage(context.Context, *sqs.SendMessageInput, ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	return nil, errors.New("secret body")
}

func TestAnUnknownErrorIsNotQuoted(t *testing.T) {
	q := &Queue{client: broken{}, url: queueURL}
	err := q.Push(t.Context(), ingest.Hint{Demarche: 1, Number: 2, ReceivedAt: noon})
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}
