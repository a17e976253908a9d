package ses

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
)

// published is the event that Lambda receives for some messages of SNS.
func published(t testing.TB, messages ...string) json.RawMessage {
	t.Helper()
	var event events.SNSEvent
	for _, m := range messages {
		event.Records = append(event.Records, events.SNSEventRecord{
			EventSource: "aws:sns",
			SNS:         events.SNSEntity{Type: "Notification", Message: m, Timestamp: time.Date(2026, 12, 7, 13, 0, 0, 0, time.UTC)},
		})
	}
	raw, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

const mailPart = `"mail":{"timestamp":"2026-12-07T12:00:00.000Z","messageId":"0100-0","destination":["Agent <agent@dreets.example>"],
	"headersTruncated":false,"headers":[{"name":"From","value":"relais@dreets.example"},{"name":"Message-ID","value":"<m-header@dreets.example>"}],
	"tags":{"ses:configuration-set":["relais"],"mail":["m-0123"]}}`

func TestReadFeedback(t *testing.T) {
	sent := time.Date(2026, 12, 7, 12, 0, 0, 0, time.UTC)
	later := time.Date(2026, 12, 7, 12, 5, 0, 250e6, time.UTC)
	const at = `"timestamp":"2026-12-07T12:05:00.250Z"`
	agent := []string{"agent@dreets.example"}
	for name, test := range map[string]struct {
		message string
		want    Feedback
	}{
		"permanent bounce": {
			`{"eventType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"General","bouncedRecipients":[{"emailAddress":"gone@dreets.example","status":"5.1.1"}],` + at + `},` + mailPart + `}`,
			Feedback{Mail: "m-0123", Kind: Bounce, Permanent: true, Recipients: []string{"gone@dreets.example"}, At: later},
		},
		"mailbox full": {
			`{"eventType":"Bounce","bounce":{"bounceType":"Transient","bounceSubType":"MailboxFull","bouncedRecipients":[{"emailAddress":"agent@dreets.example"}],` + at + `},` + mailPart + `}`,
			Feedback{Mail: "m-0123", Kind: Bounce, Recipients: agent, At: later},
		},
		"undetermined": {
			`{"eventType":"Bounce","bounce":{"bounceType":"Undetermined","bouncedRecipients":[],"timestamp":"soon"},` + mailPart + `}`,
			Feedback{Mail: "m-0123", Kind: Bounce, Recipients: agent, At: sent},
		},
		"complaint": {
			`{"eventType":"Complaint","complaint":{"complaintFeedbackType":"abuse","complainedRecipients":[{"emailAddress":"agent@dreets.example"}],` + at + `},` + mailPart + `}`,
			Feedback{Mail: "m-0123", Kind: Complaint, Recipients: agent, At: later},
		},
		"not spam after all": {
			`{"eventType":"Complaint","complaint":{"complaintFeedbackType":"not-spam","complainedRecipients":[{"emailAddress":"agent@dreets.example"}],` + at + `},` + mailPart + `}`,
			Feedback{Mail: "m-0123", Kind: NotSpam, Recipients: agent, At: later},
		},
		"delivery": {
			`{"eventType":"Delivery","delivery":{"recipients":["agent@dreets.example"],` + at + `},` + mailPart + `}`,
			Feedback{Mail: "m-0123", Kind: Delivery, Recipients: agent, At: later},
		},
		"delay": {
			`{"eventType":"DeliveryDelay","deliveryDelay":{"delayType":"MailboxFull","delayedRecipients":[{"emailAddress":"agent@dreets.example"}],` + at + `},` + mailPart + `}`,
			Feedback{Mail: "m-0123", Kind: Delay, Recipients: agent, At: later},
		},
		"reject": {
			`{"eventType":"Reject","reject":{"reason":"Bad content"},` + mailPart + `}`,
			Feedback{Mail: "m-0123", Kind: Reject, Recipients: agent, At: sent},
		},
		"a kind that says nothing to us": {
			`{"eventType":"Rendering Failure","failure":{"errorMessage":"x"},` + mailPart + `}`,
			Feedback{Mail: "m-0123", Kind: "Rendering Failure", Recipients: agent, At: sent},
		},
		"of an identity, without tags": {
			`{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"agent@dreets.example"}],` + at + `},` + strings.Replace(mailPart, `"mail":["m-0123"]`, `"a":[]`, 1) + `}`,
			Feedback{Mail: "m-header", Kind: Bounce, Permanent: true, Recipients: agent, At: later},
		},
		"of an identity, without headers": {
			`{"notificationType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"agent@dreets.example"}]},"mail":{}}`,
			Feedback{Kind: Complaint, Recipients: agent, At: time.Date(2026, 12, 7, 13, 0, 0, 0, time.UTC)},
		},
		"a tag that is no id": {
			`{"eventType":"Send","send":{},"mail":{"timestamp":"2026-12-07T12:00:00Z","tags":{"mail":["<script>"]}}}`,
			Feedback{Kind: "Send", At: sent},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadFeedback(published(t, test.message))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]Feedback{test.want}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestABareNotificationIsRead(t *testing.T) {
	got, err := ReadFeedback(json.RawMessage(`{"eventType":"Delivery",` + mailPart + `}`))
	if err != nil || len(got) != 1 || got[0].Kind != Delivery || got[0].Mail != "m-0123" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestTheMessageOfTheConnectionIsNoError(t *testing.T) {
	got, err := ReadFeedback(published(t, "Successfully validated SNS topic for Amazon SES event publishing."))
	if err != nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestABadRecordDoesNotTakeTheOthersAlong(t *testing.T) {
	good := `{"eventType":"Bounce","bounce":{"bounceType":"Permanent"},` + mailPart + `}`
	got, err := ReadFeedback(published(t, good, `{"eventType":7,"mail":{"destination":["agent@dreets.example"]}}`, good, `{}`))
	if len(got) != 2 || err == nil {
		t.Fatalf("got %v, %v", got, err)
	}
	for _, part := range []string{"record 2 of 4", "record 4 of 4"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not say %s", err, part)
		}
	}
	if strings.Contains(err.Error(), "agent") {
		t.Errorf("an address is shown: %v", err)
	}
}

func TestNoFeedbackPrintsAnAddress(t *testing.T) {
	f := Feedback{Mail: "m-1", Kind: Bounce, Recipients: []string{"agent@dreets.example"}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, []Feedback{f}); strings.Contains(text, "agent") {
			t.Errorf("%s: %s", verb, text)
		}
	}
}

func FuzzReadFeedback(f *testing.F) {
	for _, m := range []string{
		"", "{}", "null", `{"eventType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"needle@x.example"}]},` + mailPart + `}`,
		`{"notificationType":"Complaint","complaint":null,"mail":null}`, `{"eventType":"Delivery","delivery":{"recipients":[null,"needle@x.example"]}}`,
		`{"eventType":"Bounce","mail":{"destination":"needle@x.example"}}`, "needle@x.example",
	} {
		f.Add(string(published(f, m)))
		f.Add(m)
	}
	f.Add(`{"Records":[{"Sns":{"Timestamp":"needle@x.example"}}]}`)
	f.Fuzz(func(t *testing.T, payload string) {
		all, err := ReadFeedback(json.RawMessage(payload))
		if err != nil && strings.Contains(err.Error(), "needle") {
			t.Errorf("the error quotes the event: %v", err)
		}
		for _, one := range all {
			if one.Kind == "" {
				t.Errorf("a feedback without kind: %v", one)
			}
			if one.Mail != "" && !isID(one.Mail) {
				t.Errorf("%q is no id", one.Mail)
			}
		}
	})
}
