package smtp

import (
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// security says how a connection is encrypted.
type security int

const (
	startTLS  security = iota // required
	ifOffered                 // STARTTLS when the server offers it: loopback only
	implicit                  // TLS from the first byte
	clear                     // none: loopback only
)

// Config names a mail server. It prints neither user nor password.
type Config struct {
	Host string
	Port string
	// user and password are functions, so that no verb of fmt can show them, and
	// nil when the server asks for none.
	user, password func() string
	security       security
}

// String names the server.
func (c Config) String() string { return "mail server " + c.address() }

// GoString hides the password from %#v.
func (c Config) GoString() string { return c.String() }

func (c Config) address() string { return net.JoinHostPort(c.Host, c.Port) }

// form is what a URL looks like; no error quotes what was given instead.
const form = "expected smtp://user:password@host:587 or smtps://user:password@host:465"

var errUnreadable = errors.New("is not a URL of a mail server (" + form +
	"; in the user and the password write % as %25, : as %3A, / as %2F, ? as %3F, # as %23 and @ as %40)")

// Parse reads the URL of a mail server: smtp://user:password@host:587, where the
// port may be left out and so may user and password together, or smtps:// (465).
// ?tls=none does without encryption, on the loopback only. Each mistake is one
// sentence without subject, for a caller who names the setting; none quotes the
// URL.
func Parse(text string) (Config, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Opaque != "" {
		return Config{}, errUnreadable
	}
	p := parser{url: u}
	p.scheme()
	p.server()
	p.options()
	p.account()
	if len(p.problems) > 0 {
		return Config{}, errors.Join(p.problems...)
	}
	return p.config, nil
}

type parser struct {
	url      *url.URL
	config   Config
	problems []error
}

func (p *parser) problem(text string) { p.problems = append(p.problems, errors.New(text)) }

func (p *parser) scheme() {
	switch p.url.Scheme {
	case "smtp":
		p.config.Port, p.config.security = "587", startTLS
		if loopback(p.url.Hostname()) {
			p.config.security = ifOffered
		}
	case "smtps":
		p.config.Port, p.config.security = "465", implicit
	default:
		p.problem("does not start with smtp:// or smtps:// (" + form + ")")
	}
}

func (p *parser) server() {
	p.config.Host = p.url.Hostname()
	if p.config.Host == "" {
		p.problem("names no host (" + form + ")")
	}
	if port := p.url.Port(); port != "" {
		n, err := strconv.Atoi(port)
		if err != nil || n < 1 || n > 65535 {
			p.problem("has a port that is not between 1 and 65535")
		}
		p.config.Port = port
	}
	if p.url.Path != "" && p.url.Path != "/" || p.url.Fragment != "" {
		p.problem("goes on after host and port: if that is part of the password, write / as %2F, ? as %3F and # as %23")
	}
}

func (p *parser) options() {
	options, err := url.ParseQuery(p.url.RawQuery)
	wanted := options["tls"]
	delete(options, "tls")
	if err != nil || len(options) > 0 || len(wanted) > 1 || len(wanted) == 1 && wanted[0] != "none" {
		p.problem("has an option other than ?tls=none, the only one")
		return
	}
	if len(wanted) == 0 {
		return
	}
	switch {
	case p.config.security == implicit:
		p.problem("asks for smtps:// and for ?tls=none: choose one")
	case !loopback(p.config.Host):
		p.problem("asks for ?tls=none, which is for a server on this machine only: leave it out, or use localhost")
	case p.url.User != nil:
		p.problem("gives a password and asks for ?tls=none: a password never goes out in clear")
	}
	p.config.security = clear
}

func (p *parser) account() {
	if p.url.User == nil {
		return
	}
	user := p.url.User.Username()
	password, _ := p.url.User.Password()
	switch {
	case user == "":
		p.problem("gives a password without a user")
	case password == "":
		p.problem("names a user without a password (leave both out when the server asks for none)")
	case strings.ContainsFunc(user+password, unicode.IsControl):
		p.problem("has a control character in the user or the password")
	}
	p.config.user, p.config.password = func() string { return user }, func() string { return password }
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
