package standin_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
	"github.com/google/go-cmp/cmp"

	"relais/internal/stage/standin"
)

const raw = "From: Relais <relais@dreets.example>\r\nTo: agent@dreets.example\r\nSubject: Bonjour\r\nMessage-ID: <m1@relais>\r\n\r\nTexte\r\n"

func post(t *testing.T) (*standin.SES, func(text, to string) error) {
	t.Helper()
	s := standin.NewSES(morning().Now)
	t.Cleanup(s.Close)
	client := sesv2.NewFromConfig(config(s.URL, 1))
	return s, func(text, to string) error {
		_, err := client.SendEmail(t.Context(), &sesv2.SendEmailInput{
			Destination:          &types.Destination{ToAddresses: []string{to}},
			ConfigurationSetName: aws.String("relais"),
			EmailTags:            []types.MessageTag{{Name: aws.String("mail"), Value: aws.String("m1")}},
			Content:              &types.EmailContent{Raw: &types.RawMessage{Data: []byte(text)}},
		})
		return err
	}
}

func TestMailIsRecorded(t *testing.T) {
	s, send := post(t)
	if err := send(raw, "agent@dreets.example"); err != nil {
		t.Fatal(err)
	}
	sent := s.Sent()
	if len(sent) != 1 || string(sent[0].Raw) != raw || sent[0].From != "relais@dreets.example" || sent[0].ConfigurationSet != "relais" {
		t.Fatalf("%+v", sent)
	}
	if diff := cmp.Diff(map[string]string{"mail": "m1"}, sent[0].Tags); diff != "" {
		t.Error(diff)
	}
	want := []standin.Need{
		{"ses:SendRawEmail", "arn:aws:ses:eu-west-3:123456789012:identity/dreets.example"},
		{"ses:SendRawEmail", "arn:aws:ses:eu-west-3:123456789012:configuration-set/relais"},
	}
	if diff := cmp.Diff(want, s.Calls()[0].Needs); diff != "" {
		t.Error(diff)
	}
}

func TestMailIsRefused(t *testing.T) {
	s, send := post(t)
	for _, fault := range []standin.Fault{standin.MessageRejected, standin.TooManyRequests, standin.SendingPaused, standin.Broken} {
		s.Fail("SendEmail", 1, fault)
		if err := send(raw, "agent@dreets.example"); code(err) != fault.Code {
			t.Errorf("%s: %v", fault.Code, err)
		}
	}
	if err := send("no header", "agent@dreets.example"); code(err) != "BadRequestException" {
		t.Errorf("%v", err)
	}
	s.Identities("other.example")
	if err := send(raw, "agent@dreets.example"); code(err) != "MessageRejected" {
		t.Errorf("%v", err)
	}
	s.Identities("dreets.example")
	if err := send(raw, "agent@dreets.example"); err != nil || len(s.Sent()) != 1 {
		t.Errorf("%v, %d sent", err, len(s.Sent()))
	}
}

// TestLostAnswer: accepted by SES, though the caller never hears of it.
func TestLostAnswer(t *testing.T) {
	s, send := post(t)
	s.Fail("SendEmail", 1, standin.CutLate)
	if err := send(raw, "agent@dreets.example"); err == nil || len(s.Sent()) != 1 {
		t.Errorf("%v, %d sent", err, len(s.Sent()))
	}
}

// TestFeedback reads the events with the types of aws-lambda-go.
func TestFeedback(t *testing.T) {
	s, send := post(t)
	if err := send(raw, "Agent <agent@dreets.example>"); err != nil {
		t.Fatal(err)
	}
	m := s.Sent()[0]
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for kind, event := range map[string]json.RawMessage{"Bounce": m.Bounce("Permanent", at), "Complaint": m.Complaint(at)} {
		var sns events.SNSEvent
		if err := json.Unmarshal(event, &sns); err != nil || len(sns.Records) != 1 {
			t.Fatalf("%s: %v", event, err)
		}
		r := sns.Records[0]
		if r.EventSource != "aws:sns" || r.SNS.TopicArn != standin.FeedbackTopic || !r.SNS.Timestamp.Equal(at) {
			t.Errorf("%+v", r)
		}
		var body struct {
			EventType string
			Bounce    struct {
				BounceType        string
				BouncedRecipients []struct{ EmailAddress, Status string }
			}
			Complaint struct {
				ComplainedRecipients []struct{ EmailAddress string }
			}
			Mail struct {
				MessageID string
				Tags      map[string][]string
				Headers   []struct{ Name, Value string }
			}
		}
		if err := json.Unmarshal([]byte(r.SNS.Message), &body); err != nil {
			t.Fatal(err)
		}
		if body.EventType != kind || body.Mail.MessageID != m.ID || body.Mail.Tags["mail"][0] != "m1" || len(body.Mail.Headers) != 4 {
			t.Errorf("%+v", body)
		}
		if n := len(body.Bounce.BouncedRecipients) + len(body.Complaint.ComplainedRecipients); n != 1 || !strings.Contains(r.SNS.Message, `"emailAddress":"agent@dreets.example"`) {
			t.Errorf("%s: %d recipients", kind, n)
		}
	}
}
