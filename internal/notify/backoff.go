package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// A mail that the service did not take is tried again at the next tick, then less
// and less often. What is known of it is a note: it is lost with no harm.
const (
	firstPause = 50 * time.Minute // less than from one tick to the next
	mostPause  = 4 * time.Hour
)

// pause is the note about somebody whose mail was not taken.
type pause struct {
	Failures int       `json:"failures"`
	Until    time.Time `json:"until"`
}

func pauseNote(person string) string { return "pause/" + person }

// paused reads the note; the zero pause when there is none.
func (d *Delivery) paused(ctx context.Context, person string) (p pause, err error) {
	if d.Notes == nil {
		return p, nil
	}
	text, err := d.Notes.Meta(ctx, pauseNote(person))
	if err != nil || text == "" {
		return p, err
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return pause{}, nil // the note of another version: try at once
	}
	return p, nil
}

// postponed tells that a person's mail is not to be tried yet. Somebody who chose
// the instant of the tick does not wait.
func (t *delivering) postponed(ctx context.Context, person string) (bool, error) {
	p, err := t.paused(ctx, person)
	if err != nil {
		return true, fmt.Errorf("read when to try again: %w", err)
	}
	t.pauses[person] = p
	return !t.Waive && t.clock(t.now).Before(p.Until), nil
}

// postpone notes one more failure.
func (t *delivering) postpone(ctx context.Context, person string) error {
	p := t.pauses[person]
	p.Until = t.clock(t.now).Add(min(firstPause<<min(p.Failures, 8), mostPause))
	p.Failures++
	return t.notePause(ctx, person, p)
}

// forgive forgets the failures of a person whose mail was taken at last.
func (t *delivering) forgive(ctx context.Context, person string) error {
	if t.pauses[person] == (pause{}) {
		return nil
	}
	return t.notePause(ctx, person, pause{})
}

func (t *delivering) notePause(ctx context.Context, person string, p pause) error {
	if t.Notes == nil {
		return nil
	}
	t.pauses[person] = p
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := t.Notes.SetMeta(context.WithoutCancel(ctx), pauseNote(person), string(text)); err != nil {
		return fmt.Errorf("note when to try again: %w", err)
	}
	return nil
}
