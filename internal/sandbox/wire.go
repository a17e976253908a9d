package sandbox

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"syscall"
	"time"
)

// wire is an answer as bytes in time: what a fault makes of it. It is played on
// a socket or handed over in memory.
type wire struct {
	status int // 0: the connection ends before any answer
	header http.Header
	parts  []part
}

// part is a piece of a body, said some times over, after a pause.
type part struct {
	pause time.Duration
	bytes []byte
	times int
	reset bool // the connection breaks here
}

func said(b []byte) part { return part{bytes: b, times: 1} }

// broken is a connection that ends without an answer, after a pause.
func broken(after time.Duration) wire {
	return wire{parts: []part{{pause: after, reset: true}}}
}

func (x wire) length() int {
	n := 0
	for _, p := range x.parts {
		n += len(p.bytes) * p.times
	}
	return n
}

// whole tells whether the body ends as it should.
func (x wire) whole() bool {
	for _, p := range x.parts {
		if p.reset {
			return false
		}
	}
	return true
}

// replied is an answer as a handler gave it.
func replied(w *httptest.ResponseRecorder) wire {
	header := w.Header().Clone()
	maps.DeleteFunc(header, func(_ string, values []string) bool { return len(values) == 0 })
	return wire{status: w.Code, header: header, parts: []part{said(w.Body.Bytes())}}
}

// record lets a handler answer in memory.
func record(r *http.Request, h http.HandlerFunc) wire {
	w := httptest.NewRecorder()
	h(w, r)
	return replied(w)
}

// play writes the answer on a socket. It breaks the connection with a TCP
// reset, as a front server that restarts does.
func (x wire) play(w http.ResponseWriter, r *http.Request, sleep sleeper) {
	if x.status != 0 {
		for name, values := range x.header {
			w.Header()[name] = values
		}
		if !x.whole() { // a promise that will not be kept
			w.Header().Set("Content-Length", strconv.Itoa(2*x.length()+2))
		}
		w.WriteHeader(x.status)
	}
	for _, p := range x.parts {
		if p.pause > 0 && !x.waits(r.Context(), w, sleep, p.pause) {
			return
		}
		for range p.times {
			if _, err := w.Write(p.bytes); err != nil {
				return
			}
		}
		if p.reset {
			reset(w)
			return
		}
	}
}

// waits sends what was written, if anything, then sleeps.
func (x wire) waits(ctx context.Context, w http.ResponseWriter, sleep sleeper, d time.Duration) bool {
	if x.status != 0 {
		_ = http.NewResponseController(w).Flush()
	}
	return sleep(ctx, d) == nil
}

// reset breaks a connection. Where it cannot be taken over, net/http breaks it
// for us: that is what this panic means to it.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// errReset is what a client reads from a connection that the other side broke.
func errReset() error {
	return &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
}

// response is the answer in memory; an error when there is none.
func (x wire) response(r *http.Request, sleep sleeper) (*http.Response, error) {
	b := &wireBody{ctx: r.Context(), parts: x.parts, sleep: sleep}
	if x.status == 0 {
		_, err := io.Copy(io.Discard, b)
		return nil, err
	}
	resp := &http.Response{
		Status: strconv.Itoa(x.status) + " " + http.StatusText(x.status), StatusCode: x.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: x.header, ContentLength: -1, Request: r, Body: b,
	}
	if x.whole() {
		resp.ContentLength = int64(x.length())
	}
	return resp, nil
}

// wireBody reads parts one after the other, and never holds a repeated one
// twice.
type wireBody struct {
	ctx   context.Context
	parts []part
	sleep sleeper
	now   bytes.Reader
}

// Read implements io.Reader.
func (b *wireBody) Read(out []byte) (int, error) {
	for b.now.Len() == 0 {
		if err := b.ctx.Err(); err != nil {
			return 0, err
		}
		if len(b.parts) == 0 {
			return 0, io.EOF
		}
		p := &b.parts[0]
		switch pause := p.pause; {
		case pause > 0:
			p.pause = 0
			if err := b.sleep(b.ctx, pause); err != nil {
				return 0, err
			}
		case p.times > 0:
			p.times--
			b.now.Reset(p.bytes)
		case p.reset:
			return 0, errReset()
		default:
			b.parts = b.parts[1:]
		}
	}
	return b.now.Read(out)
}

// Close implements io.Closer.
func (b *wireBody) Close() error {
	b.parts = nil
	b.now.Reset(nil)
	return nil
}
