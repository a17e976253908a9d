package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strings"
	"time"

	"relais/internal/mime"
	"relais/internal/notify"
)

// How long things may last.
const (
	// DefaultStep bounds the connection and each command.
	DefaultStep = 30 * time.Second
	// DefaultIdle is how long a connection may rest before it is closed.
	DefaultIdle = 30 * time.Second
	// leave bounds the farewell.
	leave = 5 * time.Second
)

// Options of a Sender; the zero value will do.
type Options struct {
	Step time.Duration // 0 means DefaultStep; the answer to a mail may take four times as long
	Idle time.Duration // 0 means DefaultIdle
	TLS  *tls.Config   // whom to trust; nil means the system's authorities
	// Dial opens connections; nil means net.Dialer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Sender sends through one mail server, one mail at a time. It is safe for
// concurrent use.
type Sender struct {
	server func(context.Context) (Config, error)
	step   time.Duration
	idle   time.Duration
	tls    *tls.Config
	dial   func(ctx context.Context, network, address string) (net.Conn, error)

	turn    chan struct{} // holds one token: whoever has it owns what follows
	session *session
	rest    *time.Timer
}

var _ notify.Sender = (*Sender)(nil)

// New connects to nothing yet.
func New(c Config, o Options) *Sender {
	return build(func(context.Context) (Config, error) { return c, nil }, o)
}

// NewFrom asks for the URL of the mail server (see Parse) at each connection, as
// when it is a secret that can change.
func NewFrom(url func(context.Context) (string, error), o Options) *Sender {
	return build(func(ctx context.Context) (Config, error) {
		text, err := url(ctx)
		if err != nil {
			return Config{}, fmt.Errorf("smtp: read the URL of the mail server: %w", err)
		}
		c, err := Parse(text)
		if err != nil {
			return Config{}, fmt.Errorf("smtp: the URL of the mail server: %w", err)
		}
		return c, nil
	}, o)
}

func build(server func(context.Context) (Config, error), o Options) *Sender {
	s := &Sender{server: server, step: o.Step, idle: o.Idle, dial: o.Dial, tls: o.TLS.Clone(), turn: make(chan struct{}, 1)}
	if s.step <= 0 {
		s.step = DefaultStep
	}
	if s.idle <= 0 {
		s.idle = DefaultIdle
	}
	if s.dial == nil {
		s.dial = new(net.Dialer).DialContext
	}
	if s.tls == nil {
		s.tls = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	return s
}

// submission bounds the wait for the answer to a mail: servers that look into it
// take their time.
func (s *Sender) submission() time.Duration { return 4 * s.step }

// letter is a mail as it goes out: bare addresses, quoted where needed.
type letter struct {
	from, to string
	raw      []byte
}

// Send implements notify.Sender.
func (s *Sender) Send(ctx context.Context, m notify.Message) error {
	l, err := prepare(m)
	switch {
	case errors.Is(err, notify.ErrRefused):
		return err
	case err != nil:
		return notTaken(err)
	}
	if err := s.take(ctx); err != nil {
		return notTaken(err)
	}
	defer s.give()
	failed := s.send(ctx, l)
	err = explain(ctx, failed)
	if err == nil || unsure(failed) || errors.Is(err, notify.ErrRefused) {
		return err
	}
	return notTaken(err)
}

func notTaken(err error) error { return fmt.Errorf("%w: %w", err, notify.ErrNotTaken) }

func prepare(m notify.Message) (letter, error) {
	raw, err := mime.Build(m) // which checks both addresses
	if err != nil {
		return letter{}, err
	}
	from, err := bare(m.From)
	if err != nil {
		return letter{}, err
	}
	to, err := bare(m.To)
	return letter{from, to, raw}, err
}

func bare(text string) (string, error) {
	a, err := mail.ParseAddress(text)
	if err != nil {
		return "", errors.New("smtp: the sender or the recipient is not an e-mail address")
	}
	quoted := (&mail.Address{Address: a.Address}).String()
	return strings.TrimSuffix(strings.TrimPrefix(quoted, "<"), ">"), nil
}

func ascii(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > 126 })
}

// send begins again, once, when a connection kept from an earlier mail turns out
// to be dead before this one went out.
func (s *Sender) send(ctx context.Context, l letter) error {
	kept, err := s.ready(ctx)
	if err != nil {
		return err
	}
	err = s.session.deliver(ctx, l)
	if kept && lost(err) && ctx.Err() == nil {
		s.drop()
		if _, err := s.ready(ctx); err != nil {
			return err
		}
		err = s.session.deliver(ctx, l)
	}
	if broken(err) {
		s.drop()
	}
	return err
}

// ready gives a session that works; kept tells that it is an earlier one.
func (s *Sender) ready(ctx context.Context) (kept bool, err error) {
	if s.session != nil {
		if s.session.alive(ctx) {
			return true, nil
		}
		s.drop()
	}
	s.session, err = s.connect(ctx)
	return false, err
}

func (s *Sender) drop() {
	if s.session != nil {
		s.session.hangUp()
		s.session = nil
	}
}

// Check connects, encrypts and logs in, and sends nothing.
func (s *Sender) Check(ctx context.Context) error {
	if err := s.take(ctx); err != nil {
		return err
	}
	defer s.give()
	_, err := s.ready(ctx)
	return explain(ctx, err)
}

// Close ends the connection, as at the end of a tick. A later Send opens another.
func (s *Sender) Close() error {
	s.turn <- struct{}{}
	s.part()
	<-s.turn
	return nil
}

// take waits for its turn.
func (s *Sender) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case s.turn <- struct{}{}:
	}
	if s.rest != nil {
		s.rest.Stop()
	}
	return nil
}

// give ends its turn; the connection is closed if nobody takes the next soon.
func (s *Sender) give() {
	if s.session != nil {
		s.rest = time.AfterFunc(s.idle, s.retire)
	}
	<-s.turn
}

// retire closes a connection that rests. If somebody is at it, they see to it.
func (s *Sender) retire() {
	select {
	case s.turn <- struct{}{}:
		s.part()
		<-s.turn
	default:
	}
}

func (s *Sender) part() {
	if s.rest != nil {
		s.rest.Stop()
	}
	if s.session != nil {
		s.session.quit()
		s.session = nil
	}
}
