package notify

import (
	"context"
	"fmt"
	"strings"
)

// handover is an intention that is still true, and whose person is no longer
// concerned. circle is who is; it may be empty.
type handover struct {
	intention Intention
	circle    circle
}

// handOver keeps a step from being lost with the person it was for: those
// concerned now get it, unless one of them has it already. It is written before
// the old row is dropped, so that a crash between the two loses nothing, and its
// keys make a repeat harmless. While nobody is concerned, the old row waits.
func (t *delivering) handOver(ctx context.Context, moved []handover) error {
	var keys []string
	for _, h := range moved {
		if len(h.circle) == 0 {
			t.done.Waiting++
			continue
		}
		if err := t.pass(ctx, h); err != nil {
			return fmt.Errorf("hand over: %w", err)
		}
		keys = append(keys, h.intention.Key)
	}
	return t.drop(ctx, keys)
}

func (t *delivering) pass(ctx context.Context, h handover) error {
	var names []string
	for _, r := range h.circle {
		names = append(names, h.intention.keyFor(r.person), h.intention.keyFor(addressID(r.address)))
	}
	rows, err := t.Outbox.Rows(ctx, names)
	if err != nil {
		return err
	}
	for _, i := range rows {
		if i.Status != Dropped {
			return nil
		}
	}
	var fresh []Intention
	for _, r := range h.circle.distinct() {
		i := h.intention
		i.Key, i.Person = i.keyFor(r.person), r.person
		i.Status, i.Mail, i.CreatedAt = Pending, "", t.now
		fresh = append(fresh, i)
	}
	if _, err := t.Outbox.Enqueue(ctx, fresh); err != nil {
		return err
	}
	// Somebody who came back has a row that was dropped.
	return t.Outbox.Mark(ctx, keysOf(fresh), Pending)
}

// keyFor is the key of the same intention for another person.
func (i Intention) keyFor(person string) string {
	return strings.TrimSuffix(i.Key, i.Person) + person
}
