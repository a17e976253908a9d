package standin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"time"
)

// SES stands in for the e-mail service, version 2: SendEmail with raw content.
// It accepts any sender unless told the Identities.
//
// It does not do: simple and template content, suppression lists, quotas,
// sending. The true service replaces the Message-ID and Date headers of what it
// sends; the record holds what it was given.
type SES struct {
	*Front
	now func() time.Time

	mu         sync.Mutex
	identities []string
	sent       []Message
}

// Message is an e-mail that SES accepted.
type Message struct {
	ID               string // given by SES; feedback carries it
	From             string
	To, Cc, Bcc      []string
	ConfigurationSet string
	Tags             map[string]string
	Raw              []byte
	At               time.Time
}

// NewSES starts the service; a nil clock is the real one.
func NewSES(now func() time.Time) *SES {
	if now == nil {
		now = time.Now
	}
	s := &SES{now: now}
	s.Front = newFront(s)
	return s
}

// Identities limits the senders to these addresses and domains.
func (s *SES) Identities(names ...string) { s.mu.Lock(); s.identities = names; s.mu.Unlock() }

// Sent returns the messages accepted so far, the oldest first.
func (s *SES) Sent() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sent)
}

func (s *SES) service() string { return "ses" }

// sesRequest is the body of SendEmail.
type sesRequest struct {
	FromEmailAddress string
	Destination      struct {
		ToAddresses, CcAddresses, BccAddresses []string
	}
	ConfigurationSetName string
	EmailTags            []struct{ Name, Value string }
	Content              struct {
		Raw *struct{ Data []byte }
	}
}

const sendPath = "/v2/email/outbound-emails"

func (s *SES) describe(r *http.Request, body []byte) Call {
	call := Call{Action: r.Method + " " + r.URL.Path}
	var q sesRequest
	if r.Method != http.MethodPost || r.URL.Path != sendPath || json.Unmarshal(body, &q) != nil {
		return call
	}
	call.Action = "SendEmail"
	permission := "ses:SendEmail"
	if q.Content.Raw != nil {
		permission = "ses:SendRawEmail"
	}
	call.need(permission, arn("ses", "identity/"+domainOf(q.from())))
	if q.ConfigurationSetName != "" {
		call.need(permission, arn("ses", "configuration-set/"+q.ConfigurationSetName))
	}
	return call
}

// from is the sender: the parameter, else the header.
func (q sesRequest) from() string {
	if q.FromEmailAddress != "" || q.Content.Raw == nil {
		return bare(q.FromEmailAddress)
	}
	m, err := mail.ReadMessage(strings.NewReader(string(q.Content.Raw.Data)))
	if err != nil {
		return ""
	}
	return bare(m.Header.Get("From"))
}

func bare(address string) string {
	if a, err := mail.ParseAddress(address); err == nil {
		return a.Address
	}
	return address
}

func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

func (s *SES) serve(r *http.Request, body []byte) answer {
	if r.Method != http.MethodPost || r.URL.Path != sendPath {
		return unknown(r.Method + " " + r.URL.Path)
	}
	var q sesRequest
	if json.Unmarshal(body, &q) != nil || q.Content.Raw == nil {
		return refuse(400, "BadRequestException", "raw content is required")
	}
	if _, err := mail.ReadMessage(strings.NewReader(string(q.Content.Raw.Data))); err != nil {
		return refuse(400, "BadRequestException", "the raw message is malformed")
	}
	return s.accept(q)
}

func (s *SES) accept(q sesRequest) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	from := q.from()
	if len(s.identities) > 0 && !slices.Contains(s.identities, from) && !slices.Contains(s.identities, domainOf(from)) {
		return refuse(MessageRejected.Status, MessageRejected.Code, MessageRejected.Message)
	}
	m := Message{
		ID:   fmt.Sprintf("0102%s-%06d", identifier("ses", len(s.sent)), len(s.sent)),
		From: from, To: q.Destination.ToAddresses, Cc: q.Destination.CcAddresses, Bcc: q.Destination.BccAddresses,
		ConfigurationSet: q.ConfigurationSetName, Tags: map[string]string{}, Raw: q.Content.Raw.Data, At: s.now(),
	}
	for _, t := range q.EmailTags {
		m.Tags[t.Name] = t.Value
	}
	s.sent = append(s.sent, m)
	return agree(map[string]string{"MessageId": m.ID})
}
