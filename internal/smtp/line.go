package smtp

import (
	"context"
	"net"
	"sync"
	"time"
)

// line is a connection on which nothing lasts: whatever deadline the protocol
// sets, or none, the next exchange ends within most; and it can be cut.
type line struct {
	net.Conn
	mu   sync.Mutex
	most time.Duration
	cut  bool
}

// SetDeadline implements net.Conn. The client of go-smtp sets one for each
// command and lifts it after.
func (l *line) SetDeadline(t time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut {
		return l.Conn.SetDeadline(time.Unix(1, 0))
	}
	if latest := time.Now().Add(l.most); t.IsZero() || t.After(latest) {
		t = latest
	}
	return l.Conn.SetDeadline(t)
}

func (l *line) allow(most time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.most = most
}

// obey cuts the line when a context ends, until release.
func (l *line) obey(ctx context.Context) (release func()) {
	stop := context.AfterFunc(ctx, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.cut = true
		_ = l.Conn.SetDeadline(time.Unix(1, 0))
	})
	return func() { stop() }
}
