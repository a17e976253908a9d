package ds

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/sirupsen/logrus"
	"golang.org/x/time/rate"
)

// Config is what the client needs from outside.
type Config struct {
	// URL of the GraphQL API: https, or http on loopback only.
	URL string
	// Token gives the token before each request; see StaticToken.
	Token func(ctx context.Context) (string, error)
	// Renew is called when the platform refuses the token, and tells whether Token
	// gives another one now: the request is then sent once more. Nil never does.
	Renew func(ctx context.Context) bool
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Patience is how long a request that failed may be tried again, from its
	// first failure to the start of the last try; 1 min when 0, never when
	// negative.
	Patience time.Duration
	// PerMinute is the share of the token's requests that this client may use; 0 is
	// no limit. Waiting for it ends with the context.
	PerMinute int
	// HTTP replaces the network; nil means a transport of our own.
	HTTP http.RoundTripper
	// Log hears of retries and of what the schema did not announce; nil is silent.
	Log logrus.FieldLogger
}

// StaticToken is a token known once and for all.
func StaticToken(token string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return token, nil }
}

// Client reads the platform, and writes annotations. It is safe for concurrent
// use.
type Client struct {
	url       string
	http      *http.Client
	transport *transport
	now       func() time.Time
	patience  time.Duration
	log       logrus.FieldLogger
	pace      *rate.Limiter
	renew     func(context.Context) bool
	warned    sync.Map // typenames already reported
}

const defaultPatience = time.Minute

// PatienceOf is a duration that an operator chose, in the words of Config: 0 s
// tries once.
func PatienceOf(chosen time.Duration) time.Duration {
	if chosen == 0 {
		return -1
	}
	return chosen
}

// New checks the configuration; nothing is sent.
func New(c Config) (*Client, error) {
	u, err := checkURL(c.URL)
	if err != nil {
		return nil, err
	}
	if c.Token == nil {
		return nil, errors.New("a platform client needs a token")
	}
	g, err := newGuard(documents())
	if err != nil {
		return nil, err
	}
	t := &transport{base: c.HTTP, origin: originOf(u), token: c.Token, guard: g, limit: largestAnswer}
	if t.base == nil {
		t.base = network()
	}
	client := &Client{
		pace:      newPace(c.PerMinute),
		renew:     c.Renew,
		url:       u.String(),
		http:      &http.Client{Transport: t, Timeout: perRequest, CheckRedirect: neverFollow},
		transport: t,
		now:       c.Now,
		patience:  c.Patience,
		log:       c.Log,
	}
	client.fill()
	return client, nil
}

func (c *Client) fill() {
	if c.now == nil {
		c.now = time.Now
	}
	if c.patience == 0 {
		c.patience = defaultPatience
	}
	if c.log == nil {
		silent := logrus.New()
		silent.SetOutput(io.Discard)
		c.log = silent
	}
}

// Requests counts the HTTP requests sent so far, retries included.
func (c *Client) Requests() int64 { return c.transport.sent.Load() }

// neverFollow hands a redirect back as it is: Go would turn our POST into a GET
// and offer the token to another host.
func neverFollow(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// network is a transport that keeps a few connections to one host.
func network() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:   10 * time.Second,
		MaxIdleConnsPerHost:   4,
		IdleConnTimeout:       90 * time.Second,
		ForceAttemptHTTP2:     true,
		ExpectContinueTimeout: time.Second,
	}
}

// checkURL accepts https anywhere and http on loopback. The message never shows
// the value: somebody may have put a secret in it.
func checkURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case raw == "":
		return nil, errors.New("the address of the platform is missing: set DS_API_URL")
	case err != nil || u.Hostname() == "":
		return nil, errors.New("the address of the platform is not a URL: DS_API_URL must look like https://host/api/v2/graphql")
	case u.User != nil:
		return nil, errors.New("the address of the platform must not hold a user or a password: put the token in DS_API_TOKEN")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("the address of the platform must end with its path: remove what follows ? or # in DS_API_URL")
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return u, nil
	}
	return nil, fmt.Errorf("the address of the platform must start with https:// (http:// is for loopback only): correct DS_API_URL")
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
