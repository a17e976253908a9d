package sandbox

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"
)

// sleeper waits for a while or until the context is done.
type sleeper func(ctx context.Context, d time.Duration) error

func sleepOnTimer(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Transport answers without any socket, with the same faults: a reset is an
// error of RoundTrip or of Body.Read. Whatever the host of the URL, it leads
// here.
func (p *Platform) Transport() http.RoundTripper { return transport{p: p} }

// Candid answers without socket, fault, poison or rate limit: what the platform
// would show on a good day, to compare a copy with.
func (p *Platform) Candid() http.RoundTripper { return transport{p: p, candid: true} }

type transport struct {
	p      *Platform
	candid bool
}

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := taken(r)
	if err != nil {
		return nil, err
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	x := t.answer(arrived(r, body), body)
	return x.response(r, t.p.options.Sleep)
}

func (t transport) answer(r *http.Request, body []byte) wire {
	switch api := isAPI(r); {
	case api && t.candid:
		return record(r, func(w http.ResponseWriter, r *http.Request) { t.p.serveAPI(w, r, manner{candid: true}) })
	case api:
		return t.p.exchange(t.p.decide(body), r)
	}
	return record(r, t.p.Handler().ServeHTTP)
}

func isAPI(r *http.Request) bool { return r.Method == http.MethodPost && r.URL.Path == Endpoint }

// taken reads and closes the body, as a RoundTripper must.
func taken(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	defer func() { _ = r.Body.Close() }()
	return io.ReadAll(r.Body)
}

// arrived is a client's request as a server sees it.
func arrived(r *http.Request, body []byte) *http.Request {
	in := r.Clone(r.Context())
	in.Body, in.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	if in.Host == "" {
		in.Host = in.URL.Host
	}
	in.RequestURI, in.RemoteAddr = in.URL.RequestURI(), "127.0.0.1:1"
	return in
}

// serveFaulty is the endpoint on a socket.
func (p *Platform) serveFaulty(w http.ResponseWriter, r *http.Request) {
	if !p.planned() {
		p.serveAPI(w, r, manner{})
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		refuseRequest(w, notJSON())
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	h := p.decide(body)
	if h.Fault == "" {
		p.serveAPI(w, r, manner{})
		return
	}
	p.exchange(h, r).play(w, r, p.options.Sleep)
}

func (p *Platform) planned() bool {
	p.planMu.Lock()
	defer p.planMu.Unlock()
	return p.plan != nil
}
