package ds

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"sync"

	"relais/internal/dossier"
)

// fullPage is the platform's largest page.
const fullPage = 100

// Ahead is a Client that asks for the next page of dossiers as soon as one tells
// where it ends, before its rows have come and been decoded: reading them takes
// about a quarter of the time that the platform needs to answer. A walk that
// stops early has thus asked for one page too many; end its context to give that
// page up. Smaller pages than the largest, which look for a bad dossier, are not
// read ahead. Safe for concurrent use, but one walk at a time is read ahead.
type Ahead struct {
	*Client

	mu   sync.Mutex
	next *pending
}

// pending is a page asked for, perhaps before anybody wanted it.
type pending struct {
	query  pageQuery
	cancel context.CancelFunc
	end    chan wirePageInfo // has one value as soon as the page told its end
	done   chan struct{}     // closed once answer and err are there
	answer answer
	err    error
}

// Dossiers is Client.Dossiers.
func (c *Ahead) Dossiers(ctx context.Context, demarche int, at dossier.Position, size int, withDemarche bool) (dossier.Page, error) {
	q := pageQuery{demarche, at.Since, at.Cursor, size, withDemarche}
	if size < fullPage {
		return c.Client.Dossiers(ctx, demarche, at, size, withDemarche)
	}
	a, err := c.wait(ctx, c.take(ctx, q))
	if (errors.Is(err, Canceled) || errors.Is(err, Deadline)) && ctx.Err() == nil {
		a, err = c.askPage(ctx, q) // it ended with the walk that had asked for it
	}
	if err != nil {
		return dossier.Page{}, err
	}
	return c.readPage(a, q)
}

// take is the page already asked for if it is the one wanted, else asks for it.
func (c *Ahead) take(ctx context.Context, q pageQuery) *pending {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.next
	c.next = nil
	if p != nil && p.query != q {
		p.cancel()
		p = nil
	}
	if p == nil {
		p = c.begin(ctx, q)
	}
	return p
}

// begin asks for a page in the background, for as long as the context lives.
func (c *Ahead) begin(ctx context.Context, q pageQuery) *pending {
	ctx, cancel := context.WithCancel(ctx)
	p := &pending{query: q, cancel: cancel, end: make(chan wirePageInfo, 1), done: make(chan struct{})}
	go func() {
		defer cancel()
		defer close(p.done)
		p.answer, p.err = c.askPage(tellingEnd(ctx, p.end), q)
	}()
	return p
}

// wait is for a page that somebody wants now: only then is the next one asked
// for, so that one page at most is read ahead.
func (c *Ahead) wait(ctx context.Context, p *pending) (answer, error) {
	for {
		select {
		case info := <-p.end:
			c.follow(ctx, p.query, info)
		case <-p.done:
			if len(p.end) > 0 && p.err == nil {
				c.follow(ctx, p.query, <-p.end)
			}
			return p.answer, p.err
		case <-ctx.Done():
			p.cancel()
			return answer{}, classifyCause(ctx, ctx.Err()).named(dossiersDocument.name, nameDemarche(p.query.demarche))
		}
	}
}

// follow asks for the page after another one, once.
func (c *Ahead) follow(ctx context.Context, q pageQuery, info wirePageInfo) {
	if !info.HasNextPage || info.EndCursor == "" || info.EndCursor == q.cursor {
		return
	}
	q.cursor, q.withDemarche = info.EndCursor, false
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.next != nil && c.next.query == q:
		return // the answer broke off and came again
	case c.next != nil:
		c.next.cancel()
	}
	c.next = c.begin(ctx, q)
}

type endKey struct{}

// tellingEnd asks exchange to say where a page ends while it is still coming.
func tellingEnd(ctx context.Context, end chan<- wirePageInfo) context.Context {
	return context.WithValue(ctx, endKey{}, end)
}

// longestHead bounds what may stand before the rows: the démarche and its groupes.
const longestHead = 64 << 10

// overheard is a body that tells the end of its page as soon as it has gone by.
type overheard struct {
	io.ReadCloser
	head []byte // what went by so far; nil once told or hopeless
	end  chan<- wirePageInfo
}

// overhear wraps the body of a page if somebody wants to know its end.
func overhear(ctx context.Context, body io.ReadCloser) io.ReadCloser {
	end, ok := ctx.Value(endKey{}).(chan<- wirePageInfo)
	if !ok {
		return body
	}
	return &overheard{body, []byte{}, end}
}

// Read implements io.Reader.
func (o *overheard) Read(p []byte) (int, error) {
	n, err := o.ReadCloser.Read(p)
	if o.head == nil {
		return n, err
	}
	o.head = append(o.head, p[:n]...)
	info, ok := endOfPage(o.head)
	if ok {
		select {
		case o.end <- info:
		default: // told by an earlier try
		}
	}
	if ok || len(o.head) > longestHead {
		o.head = nil
	}
	return n, err
}

// endOfPage reads pageInfo alone from the head of a page, whose query puts it
// before the rows. ok is false when it is not where it should be.
func endOfPage(head []byte) (info wirePageInfo, ok bool) {
	d := json.NewDecoder(bytes.NewReader(head))
	for _, key := range []string{"data", "demarche", "dossiers", "pageInfo"} {
		if !enter(d, key) {
			return info, false
		}
	}
	return info, d.Decode(&info) == nil
}

// enter opens an object and goes to the value of a key, past small values only.
func enter(d *json.Decoder, key string) bool {
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	for d.More() {
		t, err := d.Token()
		if err != nil || t == "nodes" {
			return false
		}
		if t == key {
			return true
		}
		var other json.RawMessage
		if d.Decode(&other) != nil {
			return false
		}
	}
	return false
}
