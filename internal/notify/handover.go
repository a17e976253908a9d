package notify

import (
	"context"
	"fmt"
	"strings"
)

// handover is an intention that is still true, and whose person is no longer
// concerned or cannot be written to. circle is who is; it may be empty.
type handover struct {
	intention Intention
	circle    circle
}

// handOver keeps a step from being lost with the person it was for: those
// concerned now get it, unless one of them has it already. It is written before
// the old row is dropped, so that a crash between the two loses nothing, and its
// keys make a repeat harmless. While nobody can be told, the old row waits.
func (t *delivering) handOver(ctx context.Context, moved []handover) error {
	var keys []string
	for _, h := range moved {
		passed, err := t.pass(ctx, h)
		if err != nil {
			return fmt.Errorf("hand over: %w", err)
		}
		if !passed {
			t.done.Waiting++
			continue
		}
		keys = append(keys, h.intention.Key)
	}
	return t.drop(ctx, keys)
}

// pass is false when there is nobody to take a step over. Somebody whose mail
// about it was refused has not read it, and cannot be told twice.
func (t *delivering) pass(ctx context.Context, h handover) (bool, error) {
	if len(h.circle) == 0 {
		return false, nil
	}
	var names []string
	for _, r := range h.circle {
		names = append(names, h.intention.keyFor(r.person), h.intention.keyFor(addressID(r.address)))
	}
	rows, err := t.Outbox.Rows(ctx, names)
	if err != nil {
		return false, err
	}
	refused := map[string]bool{}
	for _, i := range rows {
		switch i.Status {
		case Dropped:
		case Refused:
			refused[i.Key] = true
		default:
			return true, nil
		}
	}
	var fresh []Intention
	for _, r := range h.circle.distinct() {
		i := h.intention
		i.Key, i.Person = i.keyFor(r.person), r.person
		i.Status, i.Mail, i.CreatedAt = Pending, "", t.now
		if !refused[i.Key] {
			fresh = append(fresh, i)
		}
	}
	if len(fresh) == 0 {
		return false, nil
	}
	if _, err := t.Outbox.Enqueue(ctx, fresh); err != nil {
		return false, err
	}
	// Somebody who came back has a row that was dropped.
	return true, t.Outbox.Mark(ctx, keysOf(fresh), Pending)
}

// keyFor is the key of the same intention for another person.
func (i Intention) keyFor(person string) string {
	return strings.TrimSuffix(i.Key, i.Person) + person
}
