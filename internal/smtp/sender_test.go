package smtp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-message/mail"
	gosmtp "github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"relais/internal/notify"
)

// parts reads a mail back.
func parts(t *testing.T, raw string) []string {
	t.Helper()
	r, err := mail.CreateReader(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	subject, _ := r.Header.Subject()
	id, _ := r.Header.MessageID()
	all := []string{subject, id}
	for {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(p.Body)
		all = append(all, strings.ReplaceAll(string(body), "\r\n", "\n"))
	}
}

func TestAMailArrivesWhole(t *testing.T) {
	for name, test := range map[string]struct {
		url       string // %s is host:port
		mechanism []string
		edit      func(*gosmtp.Server)
		encrypted bool
		user      string
	}{
		"STARTTLS, PLAIN":         {"smtp://us3r:s3cret@%s", []string{"LOGIN", "PLAIN"}, nil, true, "us3r"},
		"STARTTLS, LOGIN":         {"smtp://us3r:s3cret@%s", []string{"XOAUTH2", "LOGIN"}, nil, true, "us3r"},
		"STARTTLS, nobody":        {"smtp://%s", nil, nil, true, ""},
		"tls=none":                {"smtp://%s?tls=none", nil, nil, false, ""},
		"no STARTTLS on loopback": {"smtp://%s", nil, func(s *gosmtp.Server) { s.TLSConfig = nil }, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := &box{mechanisms: test.mechanism}
			host, port := serve(t, b, test.edit)
			s := sender(t, fmt.Sprintf(test.url, net.JoinHostPort(host, port)), Options{})
			if err := s.Send(t.Context(), message("m-1")); err != nil {
				t.Fatal(err)
			}
			arrived(t, b, test.encrypted, test.user)
		})
	}
}

func arrived(t *testing.T, b *box, encrypted bool, user string) {
	t.Helper()
	mails := b.all()
	if len(mails) != 1 {
		t.Fatalf("%d mails", len(mails))
	}
	got := mails[0]
	want := message("m-1")
	if diff := cmp.Diff([]string{want.Subject, want.MessageID, want.Text, want.HTML}, parts(t, got.raw)); diff != "" {
		t.Error(diff)
	}
	if got.from != "relais@dreets.example" || got.to != "agent@dreets.example" || got.user != user || got.encrypted != encrypted {
		t.Errorf("got from %s to %s by %q, encrypted %v", got.from, got.to, got.user, got.encrypted)
	}
	if got.size != int64(len(got.raw)) {
		t.Errorf("announced %d bytes, sent %d", got.size, len(got.raw))
	}
}

func TestImplicitTLS(t *testing.T) {
	b := &box{mechanisms: []string{"PLAIN"}}
	server, _ := certificates()
	l, err := tls.Listen("tcp", "127.0.0.1:0", server)
	if err != nil {
		t.Fatal(err)
	}
	listen(t, gosmtp.NewServer(b), l)
	s := sender(t, "smtps://us3r:s3cret@"+l.Addr().String(), Options{})
	if err := s.Send(t.Context(), message("m-1")); err != nil {
		t.Fatal(err)
	}
	arrived(t, b, true, "us3r")
	if b.hellos[0] != "[127.0.0.1]" {
		t.Errorf("introduced as %q", b.hellos[0])
	}
}

func TestTwoMailsShareOneConnection(t *testing.T) {
	b := &box{mechanisms: []string{"PLAIN"}}
	host, port := serve(t, b, nil)
	s := sender(t, "smtp://us3r:s3cret@"+net.JoinHostPort(host, port), Options{})
	if err := s.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := b.connections
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			if err := s.Send(t.Context(), message(fmt.Sprintf("m-%d", n))); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(b.all()) != 8 || b.connections != before {
		t.Errorf("%d mails, %d more connections", len(b.all()), b.connections-before)
	}
	for _, m := range b.all() {
		if m.user != "us3r" {
			t.Error("a mail without login")
		}
	}
}

func TestAfterCloseAnotherConnectionIsOpened(t *testing.T) {
	b := &box{}
	host, port := serve(t, b, nil)
	s := sender(t, "smtp://"+net.JoinHostPort(host, port)+"?tls=none", Options{})
	for n := range 2 {
		if err := s.Send(t.Context(), message(fmt.Sprintf("m-%d", n))); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(s.Close(), s.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if b.connections != 2 || len(b.all()) != 2 {
		t.Errorf("%d connections, %d mails", b.connections, len(b.all()))
	}
}

func TestAMailRefusedDoesNotSpoilTheNext(t *testing.T) {
	b := &box{answer: func(at step, arg string) error {
		if at == atRcpt && strings.HasPrefix(arg, "gone") {
			return &gosmtp.SMTPError{Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 1, 1}, Message: arg + " unknown"}
		}
		return nil
	}}
	host, port := serve(t, b, nil)
	s := sender(t, "smtp://"+net.JoinHostPort(host, port)+"?tls=none", Options{})
	bad := message("m-0")
	bad.To = "gone@dreets.example"
	err := s.Send(t.Context(), bad)
	if !errors.Is(err, notify.ErrRefused) {
		t.Fatal(err)
	}
	secretive(t, err)
	if err := s.Send(t.Context(), message("m-1")); err != nil {
		t.Fatal(err)
	}
	arrived(t, b, false, "")
	if b.connections != 1 {
		t.Errorf("%d connections", b.connections)
	}
}

func TestWhoIsToBlame(t *testing.T) {
	enhanced := func(code, a, b, c int) *gosmtp.SMTPError {
		return &gosmtp.SMTPError{Code: code, EnhancedCode: gosmtp.EnhancedCode{a, b, c}, Message: "agent@dreets.example relay s3cret"}
	}
	bare := func(code int, text string) *gosmtp.SMTPError {
		return &gosmtp.SMTPError{Code: code, EnhancedCode: gosmtp.NoEnhancedCode, Message: text}
	}
	for name, test := range map[string]struct {
		at      step
		answer  *gosmtp.SMTPError
		refused bool
		says    string
	}{
		"unknown user":             {atRcpt, enhanced(550, 5, 1, 1), true, "550 5.1.1"},
		"bad syntax":               {atRcpt, enhanced(501, 5, 1, 3), true, "501 5.1.3"},
		"mailbox disabled":         {atRcpt, enhanced(550, 5, 2, 1), true, "550 5.2.1"},
		"mailbox full":             {atRcpt, enhanced(552, 5, 2, 2), false, "552 5.2.2"},
		"full for now":             {atRcpt, enhanced(452, 4, 2, 2), false, "later"},
		"greylisted":               {atRcpt, enhanced(450, 4, 2, 0), false, "later"},
		"no relaying":              {atRcpt, enhanced(554, 5, 7, 1), false, "554 5.7.1"},
		"login needed":             {atRcpt, enhanced(530, 5, 7, 0), false, "530"},
		"sender's address":         {atRcpt, enhanced(550, 5, 1, 8), false, "5.1.8"},
		"bare unknown user":        {atRcpt, bare(550, "User unknown"), true, "550"},
		"bare no relaying":         {atRcpt, bare(550, "Relaying denied"), false, "550"},
		"bare syntax":              {atRcpt, bare(501, "bad address"), true, "501"},
		"bare transaction failed":  {atRcpt, bare(554, "no"), false, "554"},
		"bare full":                {atRcpt, bare(552, "over quota"), false, "552"},
		"sender not allowed":       {atMail, enhanced(550, 5, 7, 60), false, "may write as the sender"},
		"sender unknown":           {atMail, enhanced(550, 5, 1, 0), false, "sender"},
		"bare sender":              {atMail, bare(550, "go away"), false, "sender"},
		"too big, at once":         {atMail, enhanced(552, 5, 3, 4), true, "552 5.3.4"},
		"busy at MAIL":             {atMail, enhanced(451, 4, 3, 0), false, "later"},
		"unknown user, at the end": {atContent, enhanced(550, 5, 1, 1), true, "550 5.1.1"},
		"content":                  {atContent, enhanced(554, 5, 6, 0), true, "554 5.6.0"},
		"taken for spam":           {atContent, enhanced(554, 5, 7, 1), false, "554 5.7.1"},
		"bare spam":                {atContent, bare(550, "Spam message rejected"), false, "550"},
		"too big, at the end":      {atContent, bare(552, "too much mail data"), true, "552"},
		"bare content":             {atContent, bare(554, "Attachment type not accepted"), true, "554"},
		"bare failure, at the end": {atContent, bare(554, "Transaction failed"), false, "554"},
		"bare, content by policy":  {atContent, bare(554, "Content denied"), false, "554"},
		"busy at the end":          {atContent, enhanced(451, 4, 3, 0), false, "later"},
	} {
		t.Run(name, func(t *testing.T) {
			b := &box{}
			b.will(func(at step, _ string) error {
				if at == test.at {
					return test.answer
				}
				return nil
			})
			host, port := serve(t, b, nil)
			s := sender(t, "smtp://"+net.JoinHostPort(host, port)+"?tls=none", Options{})
			err := s.Send(t.Context(), message("m-1"))
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Fatalf("got %v", err)
			}
			if got := errors.Is(err, notify.ErrRefused); got != test.refused {
				t.Errorf("refused for good %v: %v", got, err)
			}
			if !test.refused && !errors.Is(err, notify.ErrNotTaken) {
				t.Errorf("the server answered no, and yet: %v", err)
			}
			if about := strings.HasPrefix(name, "too big") || strings.Contains(name, "content"); about && test.refused && !errors.Is(err, notify.ErrMessageRefused) {
				t.Errorf("the address is not to blame: %v", err)
			}
			secretive(t, err)
			b.will(nil)
			if err := s.Send(t.Context(), message("m-2")); err != nil || len(b.all()) != 1 {
				t.Errorf("the next mail: %v", err)
			}
		})
	}
}

func TestAMailTooBigIsNotSent(t *testing.T) {
	b := &box{}
	host, port := serve(t, b, func(s *gosmtp.Server) { s.MaxMessageBytes = 3000 })
	s := sender(t, "smtp://"+net.JoinHostPort(host, port)+"?tls=none", Options{})
	m := message("m-0")
	m.Text = strings.Repeat("long ", 1000)
	if err := s.Send(t.Context(), m); !errors.Is(err, notify.ErrMessageRefused) || !strings.Contains(err.Error(), "3000") {
		t.Errorf("got %v", err)
	}
	if err := s.Send(t.Context(), message("m-1")); err != nil {
		t.Error(err)
	}
	arrived(t, b, false, "")
}

func TestTroubleWithTheAccount(t *testing.T) {
	_, trusted := certificates()
	for name, test := range map[string]struct {
		url       string
		mechanism []string
		edit      func(*gosmtp.Server)
		trust     *tls.Config
		says      string
	}{
		"wrong password":       {"smtp://us3r:s3cret2@%s", []string{"PLAIN"}, nil, nil, "535 5.7.8"},
		"wrong, by LOGIN":      {"smtp://us3r:s3cret2@%s", []string{"LOGIN"}, nil, nil, "535 5.7.8"},
		"no mechanism of ours": {"smtp://us3r:s3cret@%s", []string{"XOAUTH2"}, nil, nil, "neither by PLAIN nor by LOGIN"},
		"no mechanism":         {"smtp://us3r:s3cret@%s", nil, nil, nil, "neither by PLAIN nor by LOGIN"},
		"password in clear": {"smtp://us3r:s3cret@%s", []string{"PLAIN"}, func(s *gosmtp.Server) {
			s.TLSConfig, s.AllowInsecureAuth = nil, true
		}, nil, "never goes out in clear"},
		"unknown authority": {"smtp://us3r:s3cret@%s", []string{"PLAIN"}, nil, &tls.Config{RootCAs: x509.NewCertPool()}, "not trusted"},
		"other name": {"smtp://us3r:s3cret@%s", []string{"PLAIN"}, nil,
			&tls.Config{RootCAs: trusted.RootCAs, ServerName: "other.example"}, "not trusted"},
	} {
		t.Run(name, func(t *testing.T) {
			b := &box{mechanisms: test.mechanism}
			host, port := serve(t, b, test.edit)
			s := sender(t, fmt.Sprintf(test.url, net.JoinHostPort(host, port)), Options{TLS: test.trust})
			for what, err := range map[string]error{"send": s.Send(t.Context(), message("m-1")), "check": s.Check(t.Context())} {
				if err == nil || errors.Is(err, notify.ErrRefused) || !strings.Contains(err.Error(), test.says) {
					t.Errorf("%s: %v", what, err)
				}
				secretive(t, err)
			}
			if len(b.all()) != 0 {
				t.Error("a mail went out")
			}
		})
	}
}

// elsewhere dials the test server whatever the name, as if it were far.
func elsewhere(host, port string) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort(host, port))
	}
}

func TestAFarServerMustOfferSTARTTLS(t *testing.T) {
	b := &box{mechanisms: []string{"PLAIN"}}
	host, port := serve(t, b, func(s *gosmtp.Server) { s.TLSConfig, s.AllowInsecureAuth = nil, true })
	s := sender(t, "smtp://us3r:s3cret@mail.example", Options{Dial: elsewhere(host, port)})
	err := s.Send(t.Context(), message("m-1"))
	if err == nil || !strings.Contains(err.Error(), "no STARTTLS") || len(b.all()) != 0 {
		t.Errorf("got %v", err)
	}
	host, port = serve(t, b, nil)
	s = sender(t, "smtp://us3r:s3cret@mail.example", Options{Dial: elsewhere(host, port)})
	if err := s.Send(t.Context(), message("m-1")); err != nil {
		t.Error(err)
	}
	arrived(t, b, true, "us3r")
}

// farConn says that it goes to another machine.
type farConn struct{ net.Conn }

func (farConn) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 25} }

func TestANameThatStandsForAnotherMachineGetsNothingInClear(t *testing.T) {
	b := &box{}
	host, port := serve(t, b, nil)
	s := sender(t, "smtp://localhost?tls=none", Options{Dial: func(ctx context.Context, n, a string) (net.Conn, error) {
		conn, err := elsewhere(host, port)(ctx, n, a)
		return farConn{conn}, err
	}})
	if err := s.Send(t.Context(), message("m-1")); err == nil || !strings.Contains(err.Error(), "another machine") || len(b.all()) != 0 {
		t.Errorf("got %v", err)
	}
}

func TestAServerOutOfReach(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	s := sender(t, "smtp://us3r:s3cret@"+address, Options{})
	err = s.Send(t.Context(), message("m-1"))
	if err == nil || errors.Is(err, notify.ErrRefused) || !strings.Contains(err.Error(), "cannot be reached") {
		t.Errorf("got %v", err)
	}
	secretive(t, err)
}

func TestAddresses(t *testing.T) {
	for name, test := range map[string]struct {
		to, want string
		utf8     bool
		refused  bool
	}{
		"quoted":              {`"a b> x"@dreets.example`, "a b> x@dreets.example", false, false},
		"beyond ASCII":        {"hélène@dreets.example", "", false, true},
		"beyond ASCII, taken": {"hélène@dreets.example", "hélène@dreets.example", true, false},
		"no address":          {"nobody", "", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := &box{}
			host, port := serve(t, b, func(s *gosmtp.Server) { s.EnableSMTPUTF8 = test.utf8 })
			s := sender(t, "smtp://"+net.JoinHostPort(host, port)+"?tls=none", Options{})
			m := message("m-1")
			m.To = test.to
			err := s.Send(t.Context(), m)
			if errors.Is(err, notify.ErrRefused) != test.refused || (err != nil) != test.refused {
				t.Fatalf("got %v", err)
			}
			secretive(t, err)
			if err == nil && b.all()[0].to != test.want {
				t.Errorf("sent to %s", b.all()[0].to)
			}
		})
	}
	m := message("m-1")
	m.From = "été@dreets.example"
	host, port := serve(t, &box{}, nil)
	err := sender(t, "smtp://"+net.JoinHostPort(host, port)+"?tls=none", Options{}).Send(t.Context(), m)
	if !errors.Is(err, notify.ErrNotTaken) || errors.Is(err, notify.ErrRefused) {
		t.Errorf("our own address refuses nobody: %v", err)
	}
	m = message("m-1")
	m.Files = []notify.File{{Name: "a"}}
	if err := sender(t, "smtp://"+net.JoinHostPort(host, port)+"?tls=none", Options{}).Send(t.Context(), m); !errors.Is(err, notify.ErrNotTaken) {
		t.Errorf("a file without type: %v", err)
	}
}

func TestTheURLIsAskedForAtEachConnection(t *testing.T) {
	b := &box{mechanisms: []string{"PLAIN"}}
	host, port := serve(t, b, nil)
	password, asked := "0ld", 0
	_, trusted := certificates()
	s := NewFrom(func(context.Context) (string, error) {
		asked++
		if password == "" {
			return "", errors.New("no such parameter")
		}
		return "smtp://us3r:" + password + "@" + net.JoinHostPort(host, port), nil
	}, Options{TLS: trusted})
	defer s.Close()
	if err := s.Send(t.Context(), message("m-0")); err == nil || !strings.Contains(err.Error(), "535") {
		t.Errorf("got %v", err)
	}
	password = "s3cret"
	for range 2 {
		if err := s.Send(t.Context(), message("m-1")); err != nil {
			t.Error(err)
		}
	}
	if asked != 2 {
		t.Errorf("asked %d times for 2 connections", asked)
	}
	_ = s.Close()
	for wrong, says := range map[string]string{"": "no such parameter", "s3%cret": "is not a URL of a mail server"} {
		password = wrong
		err := s.Check(t.Context())
		if err == nil || errors.Is(err, notify.ErrRefused) || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "cret") {
			t.Errorf("got %v", err)
		}
	}
}

func TestADeadContextGivesItsError(t *testing.T) {
	s := sender(t, "smtp://localhost", Options{Dial: func(context.Context, string, string) (net.Conn, error) {
		t.Error("dialled")
		return nil, io.EOF
	}})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Send(ctx, message("m-1")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := s.Check(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
