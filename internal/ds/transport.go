package ds

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

const (
	// perRequest bounds one HTTP request, body included. The platform kills its
	// own SQL after 60 s; giving up before would leave it working for nobody.
	perRequest = 90 * time.Second
	// largestAnswer bounds a body once uncompressed. A page of 100 rich dossiers
	// is about 2 MiB.
	largestAnswer = 32 << 20
)

// transport is the only way out: it lets through the embedded documents only,
// to one origin only, with the token, and bounds what comes back.
type transport struct {
	base   http.RoundTripper
	origin string
	token  func(context.Context) (string, error)
	guard  guard
	limit  int64
	sent   atomic.Int64
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	out, err := t.prepare(req)
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	t.sent.Add(1)
	resp, err := t.base.RoundTrip(out)
	if err != nil {
		return nil, err
	}
	resp.Body = &boundedBody{body: resp.Body, left: t.limit, limit: t.limit}
	return resp, nil
}

// prepare clones the request, checks where and what it goes, and adds the token
// to the clone.
func (t *transport) prepare(req *http.Request) (*http.Request, error) {
	if originOf(req.URL) != t.origin {
		return nil, &Error{Kind: Redirected, Host: req.URL.Scheme + "://" + req.URL.Host}
	}
	if err := t.admit(req); err != nil {
		return nil, err
	}
	token, err := t.token(req.Context())
	if err != nil {
		if req.Context().Err() != nil {
			return nil, classifyCause(req.Context(), err)
		}
		return nil, &Error{Kind: NoToken, Err: err}
	}
	if token = strings.TrimSpace(token); !tokenShape(token) {
		return nil, &Error{Kind: NoToken, Err: errors.New("it is empty or holds characters that no token has")}
	}
	out := req.Clone(req.Context())
	out.Header.Set("Authorization", "Bearer "+token)
	out.Header.Set("Accept", "application/json")
	out.Header.Set("User-Agent", "relais")
	return out, nil
}

// admit refuses any text but the embedded documents.
func (t *transport) admit(req *http.Request) error {
	if req.GetBody == nil {
		return &Error{Kind: NotAllowed, Err: errors.New("a body that cannot be checked")}
	}
	body, err := req.GetBody()
	if err != nil {
		return &Error{Kind: NotAllowed, Err: fmt.Errorf("check the request: %w", err)}
	}
	defer func() { _ = body.Close() }()
	var payload struct {
		Query string `json:"query"`
	}
	if err := json.NewDecoder(body).Decode(&payload); err != nil || !t.guard[payload.Query] {
		return &Error{Kind: NotAllowed, Err: errors.New("an unknown document")}
	}
	return nil
}

// tokenShape tells whether a token can stand in a header: visible ASCII.
func tokenShape(token string) bool {
	for _, r := range token {
		if r <= ' ' || r > '~' {
			return false
		}
	}
	return token != ""
}

// originOf is scheme, host and port, the port written out.
func originOf(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	return strings.ToLower(u.Scheme + "://" + net.JoinHostPort(u.Hostname(), port))
}

// boundedBody fails past a number of bytes, and reads the little that is left
// when closed, so that the connection can serve again.
type boundedBody struct {
	body  io.ReadCloser
	left  int64
	limit int64
}

// Read implements io.Reader.
func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return b.probe()
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.body.Read(p)
	b.left -= int64(n)
	return n, err
}

// probe tells a body of exactly the limit from a larger one.
func (b *boundedBody) probe() (int, error) {
	var one [1]byte
	n, err := b.body.Read(one[:])
	if n > 0 {
		return 0, &Error{Kind: TooLarge, Limit: b.limit}
	}
	return 0, err
}

// leftover is how much is read on close: the platform ends its answers within it.
const leftover = 4 << 10

// Close implements io.Closer.
func (b *boundedBody) Close() error {
	if b.left > 0 {
		_, _ = io.CopyN(io.Discard, b.body, leftover)
	}
	return b.body.Close()
}

// Longest is how long one request may last with its retries, for a patience as in
// Config: the last try starts within it.
func Longest(patience time.Duration) time.Duration {
	if patience == 0 {
		patience = defaultPatience
	}
	return perRequest + max(patience, 0) + perRequest
}
