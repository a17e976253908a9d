package app_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"relais/internal/notify"
)

// failing is a mail service that takes nothing.
type failing struct{ err error }

func (f failing) Send(context.Context, notify.Message) error { return f.err }

// mailTo stores a mail that was sent to somebody.
func (m *watchman) mailTo(id, person string) {
	m.t.Helper()
	ctx := m.t.Context()
	_, err := m.store.Enqueue(ctx, []notify.Intention{{Key: "k-" + id, Person: person, Status: notify.Pending, CreatedAt: m.now}})
	if err == nil {
		err = m.store.Claim(ctx, notify.Mail{ID: id, Person: person, Keys: []string{"k-" + id}, ClaimedAt: m.now})
	}
	if err == nil {
		err = m.store.Settle(ctx, id, notify.Sent, m.now)
	}
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *watchman) status(mail string) notify.Status {
	m.t.Helper()
	row, _, err := m.store.Mail(m.t.Context(), mail)
	if err != nil {
		m.t.Fatal(err)
	}
	return row.Status
}

func TestTheOperatorHearsOnceOfARefusedAddress(t *testing.T) {
	m := newWatchman(t)
	m.mailTo("m-1", "SW5zdHJ1Y3RldXItMQ==")
	m.mailTo("m-2", "SW5zdHJ1Y3RldXItMQ==")
	bounce := notify.Feedback{Mail: "m-1", Permanent: true, Recipients: []string{"anne@dreets.example"}, At: m.now}
	second := bounce
	second.Mail = "m-2"
	heard, err := m.Feedback(t.Context(), []notify.Feedback{bounce, second})
	if err != nil || heard.Refused != 2 || len(m.post.sent) != 1 {
		t.Fatalf("heard %+v, error %v, %d mails", heard, err, len(m.post.sent))
	}
	mail := m.post.sent[0]
	for _, want := range []string{"2\u00a0courriels pour SW5zdHJ1Y3RldXItMQ==", "relais outbox", notify.Digest("anne@dreets.example")[:12]} {
		if !strings.Contains(mail.HTML, want) {
			t.Errorf("the mail does not say %q:\n%s", want, mail.Text)
		}
	}
	if mail.To != "exploitant@x.example" || strings.Contains(mail.Text+mail.HTML, "anne@") {
		t.Errorf("to %s:\n%s", mail.To, mail.Text)
	}
	if m.status("m-1") != notify.Refused || m.status("m-2") != notify.Refused {
		t.Error("a mail is not refused")
	}
	for range 2 {
		if _, err := m.Feedback(t.Context(), []notify.Feedback{bounce, second}); err != nil || len(m.post.sent) != 1 {
			t.Errorf("again: error %v, %d mails", err, len(m.post.sent))
		}
	}
}

func TestAnOperatorWhoCouldNotBeWrittenToHearsLater(t *testing.T) {
	m := newWatchman(t)
	m.mailTo("m-1", "p")
	list := []notify.Feedback{{}, {Mail: "m-1", Complaint: true, Recipients: []string{"anne@dreets.example"}, At: m.now}}
	m.Sender = failing{errors.New("451 try later")}
	heard, err := m.Feedback(t.Context(), list)
	if err == nil || !slices.Equal(heard.Again, []int{0, 1}) || strings.Contains(err.Error(), "@") {
		t.Fatalf("heard %+v, error %v", heard, err)
	}
	m.Sender = m.post
	if _, err := m.Feedback(t.Context(), list); err != nil || len(m.post.sent) != 1 {
		t.Errorf("error %v, %d mails", err, len(m.post.sent))
	}
	if !strings.Contains(m.post.sent[0].Text, "indésirable") {
		t.Errorf("the mail says:\n%s", m.post.sent[0].Text)
	}
}

// A bounce of the operator's own address must not turn in circles.
func TestAnOperatorWhoseAddressIsRefused(t *testing.T) {
	m := newWatchman(t)
	m.Sender = failing{fmt.Errorf("550: %w", notify.ErrRefused)}
	list := []notify.Feedback{{Mail: "operator-1", Permanent: true, Recipients: []string{"exploitant@x.example"}, At: m.now}}
	heard, err := m.Feedback(t.Context(), list)
	if err != nil || len(heard.Again) != 0 || len(heard.Fresh) != 1 {
		t.Errorf("heard %+v, error %v", heard, err)
	}
	m.Sender = m.post
	if _, err := m.Feedback(t.Context(), list); err != nil || len(m.post.sent) != 0 {
		t.Errorf("error %v, %d mails", err, len(m.post.sent))
	}
}

func TestARedirectionThatBounces(t *testing.T) {
	m := newWatchman(t)
	m.Mode = notify.Mode{Name: notify.ModeRedirect, To: "essai@x.example"}
	m.mailTo("m-1", "p")
	list := []notify.Feedback{{Mail: "m-1", Permanent: true, Recipients: []string{"essai@x.example"}, At: m.now}}
	if _, err := m.Feedback(t.Context(), list); err != nil || len(m.post.sent) != 1 {
		t.Fatalf("error %v, %d mails", err, len(m.post.sent))
	}
	if !strings.Contains(m.post.sent[0].Text, "RELAIS_MAIL_MODE") || m.status("m-1") != notify.Refused {
		t.Errorf("the mail is %s; the operator reads:\n%s", m.status("m-1"), m.post.sent[0].Text)
	}
	since, err := m.store.Suppressed(t.Context(), notify.Digest("essai@x.example"))
	if err != nil || !since.IsZero() {
		t.Errorf("suppressed since %v, error %v", since, err)
	}
}
