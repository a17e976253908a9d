package smtp

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"relais/internal/dossier"
	"relais/internal/ics"
	"relais/internal/mime/mimetest"
	"relais/internal/notify"
)

// morning is a mail with all that a mail can have.
func morning(t *testing.T) notify.Message {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	m := message("m-1")
	m.To = "agent@dreets.example"
	m.Date = time.Date(2026, 12, 7, 8, 0, 0, 0, paris)
	calendar, err := ics.Write([]ics.Event{
		{UID: "1@dreets.example", On: dossier.Day{Year: 2026, Month: 12, Day: 14}, Summary: "Rejet implicite", Text: "Répondre avant", Alarms: []time.Duration{24 * time.Hour}},
		{UID: "2@dreets.example", At: m.Date.AddDate(0, 0, 3), Summary: "Comité"},
	}, m.Date)
	if err != nil {
		t.Fatal(err)
	}
	m.HTML = `<p>Échéances</p><img src="cid:chart@relais" alt="3 dates">`
	m.Unsubscribe = "https://relais.dreets.example/preferences/abc"
	m.Files = []notify.File{
		{Name: "dates.png", Type: "image/png", ContentID: "chart@relais", Data: []byte("\x89PNG\r\n\x1a\n\x00\n.\n..\r\n.\r\n")},
		{Name: "échéances.ics", Type: "text/calendar; charset=utf-8; method=PUBLISH", Data: calendar},
		{Name: "gros.bin", Type: "application/octet-stream", Data: []byte(strings.Repeat("\x00.\r\n", 2000))},
	}
	return m
}

// post is a real server behind the name mail.example, and a sender to it.
func post(t *testing.T, scheme string, b *box, edit func(*gosmtp.Server)) *Sender {
	t.Helper()
	b.mechanisms = []string{"PLAIN"}
	s := gosmtp.NewServer(b)
	s.Domain, s.TLSConfig = "mail.example", ministry().vouch(t, "mail.example")
	if edit != nil {
		edit(s)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if scheme == "smtps" {
		l = tls.NewListener(l, s.TLSConfig)
	}
	s.ErrorLog = quiet{}
	listen(t, s, l)
	host, port, _ := net.SplitHostPort(address)
	return sender(t, scheme+"://us3r:s3cret@mail.example", Options{TLS: ministry().trust(), Dial: elsewhere(host, port)})
}

// quiet is the log of a server that we treat badly.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// same compares what the server took with what was sent.
func same(t *testing.T, want notify.Message, got received) {
	t.Helper()
	m, err := mimetest.Read([]byte(got.raw))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, m.Message); diff != "" {
		t.Error(diff)
	}
	if m.Shape != "mixed(related(alternative(text/plain text/html) image/png) text/calendar application/octet-stream)" {
		t.Errorf("shape %s", m.Shape)
	}
	if !got.encrypted || got.user != "us3r" || got.from != "relais@dreets.example" || got.to != want.To {
		t.Errorf("encrypted %v, by %q, from %s to %s", got.encrypted, got.user, got.from, got.to)
	}
	if got.size != int64(len(got.raw)) {
		t.Errorf("announced %d bytes, sent %d", got.size, len(got.raw))
	}
}

// The morning mail, with its picture, its calendar and a file, through a server
// that wants encryption and a password.
func TestTheMorningMailArrivesWhole(t *testing.T) {
	for _, scheme := range []string{"smtp", "smtps"} {
		t.Run(scheme, func(t *testing.T) {
			b := &box{}
			s := post(t, scheme, b, func(s *gosmtp.Server) { s.MaxMessageBytes = 10_240_000 })
			if err := errors.Join(s.Check(t.Context()), s.Send(t.Context(), morning(t))); err != nil {
				t.Fatal(err)
			}
			if len(b.all()) != 1 {
				t.Fatalf("%d mails", len(b.all()))
			}
			same(t, morning(t), b.all()[0])
		})
	}
}

// fate is what a failure says to deliver.
type fate struct{ refused, message, notTaken bool }

func fateOf(err error) fate {
	return fate{errors.Is(err, notify.ErrRefused), errors.Is(err, notify.ErrMessageRefused), errors.Is(err, notify.ErrNotTaken)}
}

// Each trouble at each place, and the same mail again once it is over: it arrives,
// and is told by its Message-ID when it had arrived before.
func TestTroubles(t *testing.T) {
	says := func(code, a, b, c int) error {
		return &gosmtp.SMTPError{Code: code, EnhancedCode: gosmtp.EnhancedCode{a, b, c}, Message: "agent@dreets.example s3cret"}
	}
	again, refused, message, unsure := fate{notTaken: true}, fate{refused: true}, fate{refused: true, message: true}, fate{}
	for name, test := range map[string]struct {
		at     step
		answer error
		want   fate
		had    int // mails that the server took all the same
	}{
		"closing down, at MAIL":     {atMail, says(421, 4, 3, 2), again, 0},
		"closing down, at RCPT":     {atRcpt, says(421, 4, 3, 2), again, 0},
		"closing down, at the end":  {atContent, says(421, 4, 3, 2), again, 0},
		"greylisted":                {atRcpt, says(450, 4, 7, 1), again, 0},
		"busy":                      {atContent, says(451, 4, 3, 0), again, 0},
		"disk full":                 {atMail, says(452, 4, 3, 1), again, 0},
		"unknown user":              {atRcpt, says(550, 5, 1, 1), refused, 0},
		"mailbox closed":            {atRcpt, says(550, 5, 2, 1), refused, 0},
		"no right to relay":         {atRcpt, says(554, 5, 7, 1), again, 0},
		"sender not ours":           {atMail, says(553, 5, 7, 1), again, 0},
		"too big, by its size":      {atMail, says(552, 5, 3, 4), message, 0},
		"too big, at the end":       {atContent, says(552, 5, 3, 4), message, 0},
		"content refused":           {atContent, says(554, 5, 6, 0), message, 0},
		"taken for spam":            {atContent, says(554, 5, 7, 1), again, 0},
		"dropped at MAIL":           {atMail, errHangUp, again, 0},
		"dropped at RCPT":           {atRcpt, errHangUp, again, 0},
		"dropped after the end":     {atContent, errHangUp, unsure, 0},
		"dropped once it was taken": {atTaken, errHangUp, unsure, 1},
	} {
		t.Run(name, func(t *testing.T) {
			b := &box{}
			s := post(t, "smtp", b, nil)
			b.will(func(at step, _ string) error {
				if at == test.at {
					return test.answer
				}
				return nil
			})
			err := s.Send(t.Context(), morning(t))
			if err == nil || fateOf(err) != test.want {
				t.Fatalf("%+v, want %+v: %v", fateOf(err), test.want, err)
			}
			secretive(t, err)
			b.will(nil)
			if err := s.Send(t.Context(), morning(t)); err != nil {
				t.Fatalf("afterwards: %v", err)
			}
			if len(b.all()) != test.had+1 {
				t.Fatalf("%d mails, want %d", len(b.all()), test.had+1)
			}
			for _, mail := range b.all() {
				same(t, morning(t), mail)
			}
		})
	}
}

// The server says how much it takes (SIZE): a bigger mail is not even begun.
func TestTheSizeThatTheServerAnnounces(t *testing.T) {
	b := &box{}
	s := post(t, "smtp", b, func(s *gosmtp.Server) { s.MaxMessageBytes = 8000 })
	begun := false
	b.will(func(at step, _ string) error { begun = true; return nil })
	err := s.Send(t.Context(), morning(t))
	if fateOf(err) != (fate{refused: true, message: true}) || !strings.Contains(err.Error(), "8000") || begun {
		t.Errorf("begun %v: %v", begun, err)
	}
	if err := s.Send(t.Context(), message("m-2")); err != nil || len(b.all()) != 1 {
		t.Errorf("a small one: %v", err)
	}
}

func TestAWrongPasswordBlamesNobodyElse(t *testing.T) {
	b := &box{}
	s := post(t, "smtps", b, nil)
	right := s.server
	s.server = func(ctx context.Context) (Config, error) {
		c, err := right(ctx)
		c.password = func() string { return "0ld" }
		return c, err
	}
	for what, err := range map[string]error{"send": s.Send(t.Context(), morning(t)), "check": s.Check(t.Context())} {
		if err == nil || fateOf(err).refused || !strings.Contains(err.Error(), "535 5.7.8") || strings.Contains(err.Error(), "0ld") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if len(b.all()) != 0 {
		t.Error("a mail went out")
	}
}

// Nobody is told anything before they have proved who they are.
func TestACertificateOfAnotherName(t *testing.T) {
	other := func(s *gosmtp.Server) {
		*s.TLSConfig = *ministry().vouch(t, "other.example")
	}
	for _, scheme := range []string{"smtp", "smtps"} {
		b := &box{}
		s := post(t, scheme, b, other)
		err := s.Send(t.Context(), morning(t))
		if fateOf(err) != (fate{notTaken: true}) || !strings.Contains(err.Error(), "not trusted") || len(b.all()) != 0 {
			t.Errorf("%s: %v", scheme, err)
		}
		secretive(t, err)
	}
}

// middleman stands between us and a real server: it takes STARTTLS out of what
// the server offers, and keeps what we say.
type middleman struct {
	mu   sync.Mutex
	said strings.Builder
}

func (m *middleman) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.said.Write(p)
}

func (m *middleman) dial(next func(context.Context, string, string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		server, err := next(ctx, network, address)
		if err != nil {
			return nil, err
		}
		ours, theirs := net.Pipe()
		go func() {
			defer server.Close()
			_, _ = io.Copy(io.MultiWriter(m, server), theirs)
		}()
		go func() {
			defer theirs.Close()
			in := bufio.NewReader(server)
			for {
				line, err := in.ReadString('\n')
				if _, wrong := io.WriteString(theirs, strings.Replace(line, "STARTTLS", "XSTARTTL", 1)); err != nil || wrong != nil {
					return
				}
			}
		}()
		return ours, nil
	}
}

func TestSTARTTLSTakenOutOnTheWay(t *testing.T) {
	b := &box{}
	s := post(t, "smtp", b, func(s *gosmtp.Server) { s.AllowInsecureAuth = true })
	m := &middleman{}
	s.dial = m.dial(s.dial)
	err := s.Send(t.Context(), morning(t))
	if fateOf(err) != (fate{notTaken: true}) || !strings.Contains(err.Error(), "no STARTTLS") || len(b.all()) != 0 {
		t.Errorf("got %v", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if said := m.said.String(); !strings.Contains(said, "EHLO") || strings.Contains(said, "MAIL") || strings.Contains(said, "AUTH") {
		t.Errorf("said in clear: %q", said)
	}
}

// A tick that ends while the server thinks: before the end of the mail it has
// nothing, after it nobody knows.
func TestATickThatEndsMeanwhile(t *testing.T) {
	for at, want := range map[step]fate{atMail: {notTaken: true}, atRcpt: {notTaken: true}, atContent: {}} {
		t.Run(string(at), func(t *testing.T) {
			b := &box{}
			s := post(t, "smtp", b, nil)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			over := make(chan struct{})
			b.will(func(now step, _ string) error {
				if now == at {
					cancel()
					<-over
				}
				return nil
			})
			err := s.Send(ctx, morning(t))
			close(over)
			if !errors.Is(err, context.Canceled) || fateOf(err) != want {
				t.Errorf("%+v, want %+v: %v", fateOf(err), want, err)
			}
		})
	}
}
