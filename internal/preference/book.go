package preference

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"relais/internal/call"
)

// Notes are what a store keeps under a key; every store of ours has them.
type Notes interface {
	// Meta returns a note, "" when absent.
	Meta(ctx context.Context, key string) (string, error)
	// SetMeta writes a note over the former one.
	SetMeta(ctx context.Context, key, value string) error
}

// Book keeps what people chose: one note a person and call, and one a person for
// every call. The newer of the two counts.
type Book struct {
	Notes Notes
	Now   func() time.Time
}

// ErrNote is a note that we did not write, or that a later version did.
var ErrNote = errors.New("the note is not of a known form")

// note is the value kept; its names are a contract with what is stored.
type note struct {
	Choice call.Choice `json:"choice"`
	At     time.Time   `json:"at"`
}

// every stands for every call in a key: no call has this id.
const every = "*"

func noteKey(person, call string) string {
	if call == "" {
		call = every
	}
	return "preference/" + person + "/" + call
}

// Choice is what a person chose last for a call, or for every call when call is "",
// and when; "" and the zero time when they never chose.
func (b Book) Choice(ctx context.Context, person, call string) (c call.Choice, since time.Time, err error) {
	n, err := b.read(ctx, person, "")
	if err != nil || call == "" {
		return n.Choice, n.At, err
	}
	own, err := b.read(ctx, person, call)
	if err != nil {
		return "", time.Time{}, err
	}
	if own.Choice != "" && !own.At.Before(n.At) {
		n = own
	}
	return n.Choice, n.At, nil
}

func (b Book) read(ctx context.Context, person, call string) (n note, err error) {
	if _, ok := personBytes(person); !ok {
		return n, errPerson
	}
	text, err := b.Notes.Meta(ctx, noteKey(person, call))
	if err != nil || text == "" {
		return n, err
	}
	if json.Unmarshal([]byte(text), &n) != nil || !known(n.Choice) || n.At.IsZero() {
		return note{}, fmt.Errorf("%s: %w", noteKey("…", call), ErrNote)
	}
	return n, nil
}

// Choose keeps a person's choice for some calls; for every call when calls is empty.
// A call that cannot be kept leaves those before it kept.
func (b Book) Choose(ctx context.Context, person string, calls []string, c call.Choice) error {
	if _, ok := personBytes(person); !ok {
		return errPerson
	}
	if !known(c) {
		return errors.New("not a choice of preferences")
	}
	value, err := json.Marshal(note{c, b.Now().UTC()})
	if err != nil {
		return err
	}
	if len(calls) == 0 {
		calls = []string{""}
	}
	for _, id := range calls {
		if err := b.Notes.SetMeta(ctx, noteKey(person, id), string(value)); err != nil {
			return err
		}
	}
	return nil
}

// errPerson shows no name: one that is not opaque may be an address.
var errPerson = errors.New("not a subscriber of preferences")

func known(c call.Choice) bool {
	switch c {
	case call.Morning, call.Immediate, call.Weekly, call.None:
		return true
	}
	return false
}
