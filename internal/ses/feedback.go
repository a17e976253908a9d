package ses

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// Kind of a feedback. One that is not named here is what SES calls it (Send,
// Open, Rendering Failure…).
type Kind string

// Kinds that say something of a mail's fate.
const (
	Bounce    Kind = "bounce"
	Complaint Kind = "complaint"
	Reject    Kind = "reject"   // SES had accepted the mail, then found a virus in it
	Delivery  Kind = "delivery" // the recipient's server took it
	Delay     Kind = "delay"
	// NotSpam is a complaint the other way round: the recipient took the mail out
	// of the spam.
	NotSpam Kind = "not-spam"
)

var kinds = map[string]Kind{
	"Bounce": Bounce, "Complaint": Complaint, "Reject": Reject, "Delivery": Delivery, "DeliveryDelay": Delay,
}

// Feedback is what SES says of a mail after it took it. It does not print its
// recipients.
type Feedback struct {
	// Mail is the id of the notify.Mail; empty when SES does not give it back.
	Mail string
	Kind Kind
	// Permanent tells of a bounce that it is for good. A mailbox that is full or a
	// server that does not answer is not.
	Permanent bool
	// Recipients are the addresses concerned.
	Recipients []string
	// At is when it happened, else when the mail was sent; zero when not told.
	At time.Time
}

// String leaves the addresses out.
func (f Feedback) String() string {
	return fmt.Sprintf("%s (permanent: %t) of mail %q, %d recipients", f.Kind, f.Permanent, f.Mail, len(f.Recipients))
}

// GoString leaves the addresses out of %#v.
func (f Feedback) GoString() string { return f.String() }

// setUp is what SES publishes once, in plain text, when the topic is connected.
const setUp = "Successfully validated SNS topic for Amazon SES"

// ReadFeedback reads what Lambda receives from SNS: an event whose records each
// hold one notification of SES, published by a configuration set (eventType) or
// by an identity (notificationType, without tags). One bare notification is read
// too. What is readable is returned beside the error about the rest.
func ReadFeedback(payload json.RawMessage) ([]Feedback, error) {
	var envelope events.SNSEvent
	if err := json.Unmarshal(payload, &envelope); err != nil {
		return nil, errors.New("ses: the event is not one of SNS")
	}
	if len(envelope.Records) == 0 {
		f, err := readOne(payload)
		if err != nil {
			return nil, fmt.Errorf("ses: the event has no SNS record, and %w", err)
		}
		return []Feedback{f}, nil
	}
	var all []Feedback
	var problems []error
	for i, r := range envelope.Records {
		if strings.HasPrefix(r.SNS.Message, setUp) {
			continue
		}
		f, err := readOne([]byte(r.SNS.Message))
		if err != nil {
			problems = append(problems, fmt.Errorf("ses: record %d of %d: %w", i+1, len(envelope.Records), err))
			continue
		}
		if f.At.IsZero() {
			f.At = r.SNS.Timestamp.UTC()
		}
		all = append(all, f)
	}
	return all, errors.Join(problems...)
}

// notification is what we read of one, in both forms.
type notification struct {
	EventType        string `json:"eventType"`
	NotificationType string `json:"notificationType"`
	Mail             struct {
		Timestamp   string              `json:"timestamp"`
		Destination []string            `json:"destination"`
		Tags        map[string][]string `json:"tags"`
		Headers     []struct {
			Name  string `json:"name"`
			Value string `json:"value"`
		} `json:"headers"`
	} `json:"mail"`
	Bounce struct {
		Type       string `json:"bounceType"`
		Recipients people `json:"bouncedRecipients"`
		Timestamp  string `json:"timestamp"`
	} `json:"bounce"`
	Complaint struct {
		Type       string `json:"complaintFeedbackType"`
		Recipients people `json:"complainedRecipients"`
		Timestamp  string `json:"timestamp"`
	} `json:"complaint"`
	Delivery struct {
		Recipients []string `json:"recipients"`
		Timestamp  string   `json:"timestamp"`
	} `json:"delivery"`
	Delay struct {
		Recipients people `json:"delayedRecipients"`
		Timestamp  string `json:"timestamp"`
	} `json:"deliveryDelay"`
}

type people []struct {
	Address string `json:"emailAddress"`
}

func (p people) addresses() []string {
	var all []string
	for _, one := range p {
		all = append(all, one.Address)
	}
	return all
}

// readOne says nothing of the content in its error: it holds addresses.
func readOne(raw []byte) (Feedback, error) {
	var n notification
	if err := json.Unmarshal(raw, &n); err != nil {
		return Feedback{}, errors.New("it is not a notification of SES")
	}
	word := n.EventType
	if word == "" {
		word = n.NotificationType
	}
	if word == "" {
		return Feedback{}, errors.New("it has neither eventType nor notificationType")
	}
	f := Feedback{Mail: n.mail(), Kind: Kind(word)}
	if k, ok := kinds[word]; ok {
		f.Kind = k
	}
	recipients, at := n.detail(&f)
	if len(recipients) == 0 {
		recipients = n.Mail.Destination
	}
	f.Recipients, f.At = bare(recipients), firstInstant(at, n.Mail.Timestamp)
	return f, nil
}

func (n *notification) detail(f *Feedback) (recipients []string, at string) {
	switch f.Kind {
	case Bounce:
		f.Permanent = strings.EqualFold(n.Bounce.Type, "Permanent")
		return n.Bounce.Recipients.addresses(), n.Bounce.Timestamp
	case Complaint:
		if strings.EqualFold(n.Complaint.Type, "not-spam") {
			f.Kind = NotSpam
		}
		return n.Complaint.Recipients.addresses(), n.Complaint.Timestamp
	case Delivery:
		return n.Delivery.Recipients, n.Delivery.Timestamp
	case Delay:
		return n.Delay.Recipients.addresses(), n.Delay.Timestamp
	}
	return nil, ""
}

// mail is the id in our tag, else in the Message-ID that we gave, which SES keeps
// among the headers of the original.
func (n *notification) mail() string {
	for _, id := range n.Mail.Tags[mailTag] {
		if isID(id) {
			return id
		}
	}
	for _, h := range n.Mail.Headers {
		if !strings.EqualFold(h.Name, "Message-ID") {
			continue
		}
		id, _, ok := strings.Cut(strings.Trim(h.Value, " <>"), "@")
		if ok && isID(id) {
			return id
		}
	}
	return ""
}

// bare leaves names out of addresses, and blanks out of the list.
func bare(all []string) []string {
	var addresses []string
	for _, one := range all {
		if a, err := mail.ParseAddress(one); err == nil {
			one = a.Address
		}
		if one = strings.TrimSpace(one); one != "" {
			addresses = append(addresses, one)
		}
	}
	return addresses
}

func firstInstant(all ...string) time.Time {
	for _, text := range all {
		if at, err := time.Parse(time.RFC3339, text); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}
