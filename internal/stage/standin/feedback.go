package standin

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/textproto"
	"time"
)

// FeedbackTopic is the topic that bounces and complaints arrive by.
var FeedbackTopic = arn("sns", "relais-feedback")

// Bounce is what Lambda receives, through SNS, when a message of the record
// comes back: kind is Permanent, Transient or Undetermined. The event is the
// one that a configuration set publishes.
func (m Message) Bounce(kind string, at time.Time) json.RawMessage {
	recipients := []any{}
	for _, to := range m.To {
		recipients = append(recipients, map[string]string{
			"emailAddress": bare(to), "action": "failed", "status": bounceStatus(kind),
			"diagnosticCode": "smtp; 550 " + bounceStatus(kind) + " refused",
		})
	}
	return m.feedback("Bounce", "bounce", at, map[string]any{
		"bounceType": kind, "bounceSubType": "General", "bouncedRecipients": recipients,
		"reportingMTA": "dsn; a.eu-west-3.amazonses.com",
	})
}

func bounceStatus(kind string) string {
	if kind == "Permanent" {
		return "5.1.1"
	}
	return "4.4.7"
}

// Complaint is what Lambda receives when a recipient calls the message spam.
func (m Message) Complaint(at time.Time) json.RawMessage {
	recipients := []any{}
	for _, to := range m.To {
		recipients = append(recipients, map[string]string{"emailAddress": bare(to)})
	}
	return m.feedback("Complaint", "complaint", at, map[string]any{
		"complaintSubType": nil, "complainedRecipients": recipients,
		"userAgent": "Feedback-Loop", "complaintFeedbackType": "abuse", "arrivalDate": stamp(at),
	})
}

func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }

func (m Message) feedback(event, field string, at time.Time, detail map[string]any) json.RawMessage {
	detail["feedbackId"] = "0102" + identifier(m.ID+event, 1) + "-000000"
	detail["timestamp"] = stamp(at)
	text, _ := json.Marshal(map[string]any{"eventType": event, field: detail, "mail": m.describe()})
	return Notification(FeedbackTopic, string(text), at)
}

// describe is the mail object of an event.
func (m Message) describe() map[string]any {
	headers, common := []any{}, map[string]any{"messageId": m.ID}
	read, _ := textproto.NewReader(bufio.NewReader(bytes.NewReader(m.Raw))).ReadMIMEHeader()
	for name, values := range read {
		for _, v := range values {
			headers = append(headers, map[string]string{"name": name, "value": v})
		}
	}
	common["from"], common["to"] = []string{read.Get("From")}, m.To
	common["subject"], common["date"] = read.Get("Subject"), read.Get("Date")
	tags := map[string][]string{"ses:from-domain": {domainOf(m.From)}}
	if m.ConfigurationSet != "" {
		tags["ses:configuration-set"] = []string{m.ConfigurationSet}
	}
	for name, v := range m.Tags {
		tags[name] = []string{v}
	}
	return map[string]any{
		"timestamp": stamp(m.At), "source": m.From, "sourceArn": arn("ses", "identity/"+domainOf(m.From)),
		"sendingAccountId": Account, "messageId": m.ID, "destination": m.To,
		"headersTruncated": false, "headers": headers, "commonHeaders": common, "tags": tags,
	}
}

// Notification wraps a text as Lambda receives it from a topic of SNS.
func Notification(topic, text string, at time.Time) json.RawMessage {
	event, _ := json.Marshal(map[string]any{"Records": []any{map[string]any{
		"EventVersion": "1.0", "EventSource": "aws:sns",
		"EventSubscriptionArn": topic + ":" + identifier(topic, 1),
		"Sns": map[string]any{
			"Type": "Notification", "MessageId": identifier(text, 1), "TopicArn": topic,
			"Subject": "Amazon SES Email Event Notification", "Message": text, "Timestamp": stamp(at),
			"SignatureVersion": "1", "Signature": "EXAMPLE", "MessageAttributes": map[string]any{},
			"SigningCertUrl": "https://sns." + Region + ".amazonaws.com/cert.pem",
			"UnsubscribeUrl": "https://sns." + Region + ".amazonaws.com/?Action=Unsubscribe",
		},
	}}})
	return event
}
