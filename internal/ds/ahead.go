package ds

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"sync"

	"relais/internal/dossier"
)

// Ahead is a Client that asks for the next page of dossiers while it decodes
// one: decoding a page takes about a quarter of the time that the platform needs
// to answer. A walk that stops early has thus asked for one page too many; end
// its context to give that page up. Safe for concurrent use, but one walk at a
// time is read ahead.
type Ahead struct {
	*Client

	mu   sync.Mutex
	next *pending
}

// pending is a page asked for before anybody wanted it.
type pending struct {
	query  pageQuery
	cancel context.CancelFunc
	done   chan struct{} // closed once answer and err are there
	answer answer
	err    error
}

// Dossiers is Client.Dossiers.
func (c *Ahead) Dossiers(ctx context.Context, demarche int, at dossier.Position, size int, withDemarche bool) (dossier.Page, error) {
	q := pageQuery{demarche, at.Since, at.Cursor, size, withDemarche}
	a, err := c.take(ctx, q)
	if err != nil {
		return dossier.Page{}, err
	}
	if info, ok := endOfPage(a); ok && info.HasNextPage && info.EndCursor != "" && info.EndCursor != q.cursor {
		c.begin(ctx, pageQuery{demarche, at.Since, info.EndCursor, size, false})
	}
	return c.readPage(a, q)
}

// begin asks for a page in the background, for as long as the context lives.
func (c *Ahead) begin(ctx context.Context, q pageQuery) {
	ctx, cancel := context.WithCancel(ctx)
	p := &pending{query: q, cancel: cancel, done: make(chan struct{})}
	c.mu.Lock()
	c.drop()
	c.next = p
	c.mu.Unlock()
	go func() {
		defer cancel()
		defer close(p.done)
		p.answer, p.err = c.askPage(ctx, q)
	}()
}

// drop gives the pending page up; the lock is held.
func (c *Ahead) drop() {
	if c.next != nil {
		c.next.cancel()
		c.next = nil
	}
}

// take waits for the pending page if it is the one wanted, else asks for it. A
// page given up with the walk it belonged to says nothing about this one.
func (c *Ahead) take(ctx context.Context, q pageQuery) (answer, error) {
	c.mu.Lock()
	p := c.next
	if p != nil && p.query == q {
		c.next = nil
	} else {
		c.drop()
		p = nil
	}
	c.mu.Unlock()
	if p == nil {
		return c.askPage(ctx, q)
	}
	select {
	case <-p.done:
	case <-ctx.Done():
		p.cancel()
		return answer{}, classifyCause(ctx, ctx.Err()).named(dossiersDocument.name, nameDemarche(q.demarche))
	}
	if errors.Is(p.err, Canceled) || errors.Is(p.err, Deadline) {
		return c.askPage(ctx, q)
	}
	return p.answer, p.err
}

// endOfPage reads pageInfo alone, which the query puts before the rows. ok is
// false when it is not where it should be, or when errors came with the page:
// then only the whole page can tell.
func endOfPage(a answer) (info wirePageInfo, ok bool) {
	if len(a.faults) > 0 {
		return info, false
	}
	d := json.NewDecoder(bytes.NewReader(a.data))
	for _, key := range []string{"demarche", "dossiers", "pageInfo"} {
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
