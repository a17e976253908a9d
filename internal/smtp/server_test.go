package smtp

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"

	"relais/internal/notify"
)

func message(id string) notify.Message {
	return notify.Message{
		ID: id, To: "Agent <agent@dreets.example>", From: "Relais – été <relais@dreets.example>",
		Subject: "O2R Bretagne\u00a0: échéance", Text: "Bonjour,\n\n.\n..\nfin\n", HTML: "<p>Bonjour à tous</p>\n",
		Date: time.Date(2026, 12, 7, 12, 0, 0, 0, time.UTC), MessageID: id + "@dreets.example",
	}
}

// certificates makes a certificate for this machine and whom to trust for it.
var certificates = sync.OnceValues(func() (*tls.Config, *tls.Config) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Unix(0, 0), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		DNSNames: []string{"localhost", "mail.example"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	server := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	return server, &tls.Config{RootCAs: roots}
})

// received is one mail as the server took it.
type received struct {
	from, to, user, raw string
	encrypted           bool
	size                int64
}

// box is the backend of a test server.
type box struct {
	mu          sync.Mutex
	connections int
	hellos      []string
	mails       []received
	mechanisms  []string
	answer      func(at step, arg string) error // nil takes all
}

func (b *box) NewSession(c *gosmtp.Conn) (gosmtp.Session, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, encrypted := c.TLSConnectionState()
	b.connections++
	b.hellos = append(b.hellos, c.Hostname())
	return &visit{box: b, conn: c.Conn(), now: received{encrypted: encrypted}}, nil
}

func (b *box) all() []received {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]received(nil), b.mails...)
}

func (b *box) says(at step, arg string) error {
	b.mu.Lock()
	answer := b.answer
	b.mu.Unlock()
	if answer == nil {
		return nil
	}
	return answer(at, arg)
}

// errHangUp makes the server close the connection instead of answering.
var errHangUp = errors.New("hang up")

func (b *box) will(answer func(at step, arg string) error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer = answer
}

type visit struct {
	box  *box
	conn net.Conn
	now  received
	user string
}

func (v *visit) AuthMechanisms() []string { return v.box.mechanisms }

func (v *visit) Auth(mechanism string) (sasl.Server, error) {
	check := func(user, password string) error {
		if user != "us3r" || password != "s3cret" {
			return &gosmtp.SMTPError{Code: 535, EnhancedCode: gosmtp.EnhancedCode{5, 7, 8}, Message: "no such " + user + " " + password}
		}
		v.user = user
		return nil
	}
	if mechanism == sasl.Plain {
		return sasl.NewPlainServer(func(_, user, password string) error { return check(user, password) }), nil
	}
	return &loginServer{check: check}, nil
}

// loginServer asks as Exchange does.
type loginServer struct {
	answers []string
	check   func(user, password string) error
}

func (l *loginServer) Next(response []byte) ([]byte, bool, error) {
	if response != nil {
		l.answers = append(l.answers, string(response))
	}
	if len(l.answers) < 2 {
		return []byte([]string{"User Name\x00", "Password\x00"}[len(l.answers)]), false, nil
	}
	return nil, true, l.check(l.answers[0], l.answers[1])
}

func (v *visit) Reset()        { v.now = received{encrypted: v.now.encrypted} }
func (v *visit) Logout() error { return nil }

func (v *visit) Mail(from string, o *gosmtp.MailOptions) error {
	v.now.from, v.now.size = from, o.Size
	return v.says(atMail, from)
}

func (v *visit) Rcpt(to string, _ *gosmtp.RcptOptions) error {
	v.now.to = to
	return v.says(atRcpt, to)
}

func (v *visit) Data(r io.Reader) error {
	if err := v.says(atData, v.now.to); err != nil {
		return err
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := v.says(atContent, v.now.to); err != nil {
		return err
	}
	v.now.raw, v.now.user = string(raw), v.user
	v.box.mu.Lock()
	v.box.mails = append(v.box.mails, v.now)
	v.box.mu.Unlock()
	return v.says(atTaken, v.now.to)
}

// atTaken is after a server has taken a mail, before it says so.
const atTaken step = "taken"

func (v *visit) says(at step, arg string) error {
	err := v.box.says(at, arg)
	if errors.Is(err, errHangUp) {
		_ = v.conn.Close()
	}
	return err
}

// serve starts a server on the loopback; edit may change it before.
func serve(t *testing.T, b *box, edit func(*gosmtp.Server)) (host, port string) {
	t.Helper()
	s := gosmtp.NewServer(b)
	s.Domain, s.ErrorLog = "mail.example", log.New(io.Discard, "", 0)
	s.TLSConfig, _ = certificates()
	if edit != nil {
		edit(s)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listen(t, s, l)
	host, port, _ = net.SplitHostPort(l.Addr().String())
	return host, port
}

func listen(t *testing.T, s *gosmtp.Server, l net.Listener) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		_ = errors.Join(s.Close(), l.Close()) // a server not yet serving does not close it
		if err := <-done; err != nil && !errors.Is(err, net.ErrClosed) {
			t.Errorf("server: %v", err)
		}
	})
}

func sender(t *testing.T, url string, o Options) *Sender {
	t.Helper()
	c, err := Parse(url)
	if err != nil {
		t.Fatal(err)
	}
	if o.TLS == nil {
		_, o.TLS = certificates()
	}
	s := New(c, o)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// secretive fails the test when an error shows what it must not.
func secretive(t *testing.T, err error) {
	t.Helper()
	for _, secret := range []string{"@", "us3r", "s3cret", "agent"} {
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%v shows %q", err, secret)
		}
	}
}
