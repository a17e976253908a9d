package mime

import (
	"bytes"
	"errors"
	"io"
	"net/mail"
	"strings"
	"testing"
	"time"

	stdmime "mime"

	"relais/internal/notify"
)

func message() notify.Message {
	return notify.Message{
		ID: "m-0123", To: "agent@dreets.example", From: "Relais O2R – été <relais@dreets.example>",
		Subject: "O2R Bretagne\u00a0: 2 rejets implicites dans 7 jours, 3 dossiers à compléter — « échéances » de décembre",
		Text:    "Bonjour,\n\n« Été » : 150\u202f000\u00a0€\n.\nfin\n",
		HTML:    `<!doctype html><html lang="fr"><body><p style="color:#161616">Été = bien</p></body></html>`,
		Date:    time.Date(2026, 12, 7, 8, 0, 0, 0, time.FixedZone("", 3600)), MessageID: "m-0123@dreets.example",
	}
}

func parse(t *testing.T, raw []byte) *mail.Message {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("our own mail does not parse: %v", err)
	}
	return m
}

func TestBuildHeaders(t *testing.T) {
	raw, err := Build(message())
	if err != nil {
		t.Fatal(err)
	}
	m := parse(t, raw)
	for header, want := range map[string]string{
		"To": "<agent@dreets.example>", "Message-Id": "<m-0123@dreets.example>",
		"Date": "Mon, 07 Dec 2026 08:00:00 +0100", "Auto-Submitted": "auto-generated", "Mime-Version": "1.0",
		"User-Agent": "", "X-Mailer": "", "X-Relais-Mail": message().ID,
	} {
		if got := m.Header.Get(header); got != want {
			t.Errorf("%s: got %q, want %q", header, got, want)
		}
	}
	subject, err := new(stdmime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != message().Subject {
		t.Errorf("subject decodes to %q (%v)", subject, err)
	}
	if got := m.Header.Get("Content-Type"); !strings.HasPrefix(got, "multipart/alternative") {
		t.Errorf("content type %q", got)
	}
	for line := range bytes.Lines(raw) {
		if len(line) > 78+2 {
			t.Errorf("a line of %d bytes; 78 is the polite limit: %q", len(line), line)
		}
		if bytes.ContainsFunc(line, func(r rune) bool { return r > 126 }) {
			t.Errorf("a byte above ASCII goes out unencoded: %q", line)
		}
	}
}

func TestBuildIsDeterministic(t *testing.T) {
	first, _ := Build(message())
	for range 5 {
		again, err := Build(message())
		if err != nil || !bytes.Equal(first, again) {
			t.Fatal("the same message gave other bytes")
		}
	}
}

func TestHeaderInjection(t *testing.T) {
	m := message()
	m.Subject = "Rappel\r\nBcc: pirate@example.org\r\n\r\ncorps"
	m.MessageID = "<m-1@x>\r\nX-Evil: yes"
	raw, err := Build(m)
	if err != nil {
		t.Fatal(err)
	}
	got := parse(t, raw)
	if got.Header.Get("Bcc") != "" || got.Header.Get("X-Evil") != "" {
		t.Errorf("a header was injected: %v", got.Header)
	}
	subject, _ := new(stdmime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
	if strings.ContainsAny(subject, "\r\n") {
		t.Errorf("the subject has several lines: %q", subject)
	}
	if id := got.Header.Get("Message-Id"); strings.Contains(id, "=?") {
		t.Errorf("an encoded Message-ID: %q", id)
	}
	body, _ := io.ReadAll(got.Body)
	if bytes.HasPrefix(body, []byte("corps")) {
		t.Error("the subject reached the body")
	}
}

func TestBuildRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		edit    func(*notify.Message)
		refused bool
		says    string
	}{
		"no recipient":      {func(m *notify.Message) { m.To = "" }, true, "recipient"},
		"injected":          {func(m *notify.Message) { m.To = "a@b.example\r\nBcc: secret@c.example" }, true, "recipient"},
		"two recipients":    {func(m *notify.Message) { m.To = "secret@b.example, c@d.example" }, true, "recipient"},
		"sender not set":    {func(m *notify.Message) { m.From = "relais" }, false, "sender"},
		"no text, no html":  {func(m *notify.Message) { m.Text, m.HTML = "", "" }, false, "text, html"},
		"no subject, no id": {func(m *notify.Message) { m.Subject, m.ID = "", "" }, false, "id, subject"},
	} {
		t.Run(name, func(t *testing.T) {
			m := message()
			test.edit(&m)
			_, err := Build(m)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Fatalf("got %v", err)
			}
			if errors.Is(err, notify.ErrRefused) != test.refused {
				t.Errorf("refused for good: %v", err)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error shows an address: %v", err)
			}
		})
	}
}
