package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"

	"relais/internal/notify"
)

// session is one connection, ready for mails.
type session struct {
	client *gosmtp.Client
	line   *line
	dirty  bool // a transaction was left half-way: RSET before the next
}

// connect opens a connection, encrypts it and logs in.
func (s *Sender) connect(ctx context.Context) (*session, error) {
	to, err := s.server(ctx)
	if err != nil {
		return nil, err
	}
	x, err := s.open(ctx, to)
	if err != nil {
		return nil, err
	}
	if ok, _ := x.client.Extension("STARTTLS"); ok && to.security == ifOffered {
		x.hangUp() // the library can only begin with STARTTLS
		to.security = startTLS
		if x, err = s.open(ctx, to); err != nil {
			return nil, err
		}
	}
	release := x.line.obey(ctx)
	defer release()
	if err := x.logIn(to); err != nil {
		x.hangUp()
		return nil, err
	}
	x.line.allow(s.submission())
	return x, nil
}

func (s *Sender) open(ctx context.Context, to Config) (*session, error) {
	soon, cancel := context.WithTimeout(ctx, s.step)
	defer cancel()
	conn, err := s.dial(soon, "tcp", to.address())
	if err != nil {
		return nil, failure{atConnect, err}
	}
	l := &line{Conn: conn, most: s.step}
	release := l.obey(ctx)
	defer release()
	_ = l.SetDeadline(time.Time{}) // its own limit
	client, err := s.greet(ctx, l, to)
	if err != nil {
		_ = conn.Close()
		return nil, failure{atGreeting, err}
	}
	client.CommandTimeout, client.SubmissionTimeout = s.step, s.submission()
	if err := client.Hello(literal(conn.LocalAddr())); err != nil {
		_ = conn.Close()
		return nil, failure{atGreeting, err}
	}
	return &session{client: client, line: l}, nil
}

func (s *Sender) greet(ctx context.Context, l *line, to Config) (*gosmtp.Client, error) {
	switch to.security {
	case startTLS:
		return gosmtp.NewClientStartTLS(l, s.trust(to.Host))
	case implicit:
		conn := tls.Client(l, s.trust(to.Host))
		if err := conn.HandshakeContext(ctx); err != nil {
			return nil, err
		}
		return gosmtp.NewClient(conn), nil
	}
	if peer, ok := l.RemoteAddr().(*net.TCPAddr); ok && !peer.IP.IsLoopback() {
		return nil, errFar
	}
	return gosmtp.NewClient(l), nil
}

func (s *Sender) trust(host string) *tls.Config {
	c := s.tls.Clone()
	if c.ServerName == "" {
		c.ServerName = host
	}
	return c
}

// literal is how a client without a name of its own introduces itself (RFC 5321,
// 4.1.3).
func literal(local net.Addr) string {
	tcp, ok := local.(*net.TCPAddr)
	switch {
	case !ok:
		return "localhost"
	case tcp.IP.To4() != nil:
		return "[" + tcp.IP.String() + "]"
	}
	return "[IPv6:" + tcp.IP.String() + "]"
}

func (x *session) logIn(to Config) error {
	if to.user == nil {
		return nil
	}
	if _, encrypted := x.client.TLSConnectionState(); !encrypted {
		return errClearPassword
	}
	user, password := to.user(), to.password()
	var how sasl.Client
	switch {
	case x.client.SupportsAuth(sasl.Plain):
		how = sasl.NewPlainClient("", user, password)
	case x.client.SupportsAuth(sasl.Login):
		how = &login{answers: []string{user, password}}
	default:
		return errMechanism
	}
	if err := x.client.Auth(how); err != nil {
		return failure{atAuth, err}
	}
	return nil
}

var (
	errFar           = errors.New("the name of the server stands for another machine, so it must be encrypted")
	errClearPassword = errors.New("smtp: the server offers no STARTTLS, and a password never goes out in clear")
	errMechanism     = errors.New("smtp: the server accepts a password neither by PLAIN nor by LOGIN; ask its administrators for another way to send")
)

// alive tells that the connection can serve another mail.
func (x *session) alive(ctx context.Context) bool {
	release := x.line.obey(ctx)
	defer release()
	if !x.dirty {
		return x.client.Noop() == nil
	}
	x.dirty = false
	return x.client.Reset() == nil
}

// deliver makes one transaction.
func (x *session) deliver(ctx context.Context, m letter) error {
	release := x.line.obey(ctx)
	defer release()
	options, err := x.options(m)
	if err != nil {
		return err
	}
	x.dirty = true
	if err := x.client.Mail(m.from, options); err != nil {
		return failure{atMail, err}
	}
	if err := x.client.Rcpt(m.to, nil); err != nil {
		return failure{atRcpt, err}
	}
	w, err := x.client.Data()
	if err != nil {
		return failure{atData, err}
	}
	if _, err := w.Write(m.raw); err != nil {
		return failure{atWriting, err} // without its end, no server takes a mail
	}
	if err := w.Close(); err != nil {
		return failure{atContent, err}
	}
	x.dirty = false
	return nil
}

// options holds a mail against what the server says it can take.
func (x *session) options(m letter) (*gosmtp.MailOptions, error) {
	if most, ok := x.client.MaxMessageSize(); ok && most > 0 && len(m.raw) > most {
		return nil, fmt.Errorf("smtp: the mail has %d bytes and the server takes %d at most: %w", len(m.raw), most, notify.ErrMessageRefused)
	}
	o := &gosmtp.MailOptions{Size: int64(len(m.raw)), UTF8: !ascii(m.from) || !ascii(m.to)}
	if ok, _ := x.client.Extension("SMTPUTF8"); o.UTF8 && !ok {
		if !ascii(m.from) {
			return nil, errors.New("smtp: the server takes no address with letters beyond ASCII, and the sender's has some")
		}
		return nil, fmt.Errorf("smtp: the server takes no address with letters beyond ASCII: %w", errRefused)
	}
	return o, nil
}

// hangUp says nothing to a peer that may not listen any more.
func (x *session) hangUp() { _ = x.line.Conn.Close() }

// quit takes leave, for a few seconds at most.
func (x *session) quit() {
	x.client.CommandTimeout = leave
	_ = x.client.Quit()
	x.hangUp()
}
