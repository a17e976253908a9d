package preference

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"relais/internal/call"
)

// notes is a store of notes that can be told to fail.
type notes struct {
	mu     sync.Mutex
	kept   map[string]string
	writes int
	broken error
}

func (n *notes) Meta(_ context.Context, key string) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.kept[key], n.broken
}

func (n *notes) SetMeta(_ context.Context, key, value string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.broken != nil {
		return n.broken
	}
	if n.kept == nil {
		n.kept = map[string]string{}
	}
	n.kept[key] = value
	n.writes++
	return nil
}

// noon is when the tests begin; each look at the clock is a second later.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func newBook() (Book, *notes) {
	n, now := &notes{}, noon
	return Book{Notes: n, Now: func() time.Time { now = now.Add(time.Second); return now }}, n
}

// TestAChangeOfMind: the newest choice counts, whether about a call or about all.
func TestAChangeOfMind(t *testing.T) {
	b, n := newBook()
	choose := func(c call.Choice, calls ...string) {
		t.Helper()
		if err := b.Choose(t.Context(), anne, calls, c); err != nil {
			t.Fatal(err)
		}
	}
	want := func(story, id string, c call.Choice) {
		t.Helper()
		got, since, err := b.Choice(t.Context(), anne, id)
		if err != nil || got != c || (c == "") != since.IsZero() {
			t.Errorf("%s: %q since %v (%v), want %q", story, got, since, err, c)
		}
	}
	want("at first", "bzh", "")
	want("at first, of all", "", "")
	choose(call.Weekly, "bzh", "occ")
	want("after a choice", "bzh", call.Weekly)
	want("of the other", "occ", call.Weekly)
	want("of a third", "idf", "")
	want("of all", "", "")
	choose(call.None)
	want("after none for all", "bzh", call.None)
	want("of a third", "idf", call.None)
	want("of all", "", call.None)
	choose(call.Morning, "bzh")
	want("after morning for one", "bzh", call.Morning)
	want("of the others", "occ", call.None)
	if got, _, err := b.Choice(t.Context(), luc, "bzh"); got != "" || err != nil {
		t.Errorf("somebody else has the choice %q (%v)", got, err)
	}
	for key, value := range n.kept {
		if !strings.HasPrefix(key, "preference/"+anne+"/") || len(value) > 100 {
			t.Errorf("note %s is %s", key, value)
		}
	}
	if got := n.kept["preference/"+anne+"/bzh"]; got != `{"choice":"morning","at":"2026-03-02T12:00:03Z"}` {
		t.Errorf("what is stored is a contract: %s", got)
	}
}

// At one and the same instant, what is said of one call wins.
func TestTwoChoicesAtOnce(t *testing.T) {
	b, _ := newBook()
	b.Now = func() time.Time { return noon }
	for _, calls := range [][]string{{"bzh"}, nil} {
		c := call.Weekly
		if calls == nil {
			c = call.None
		}
		if err := b.Choose(t.Context(), anne, calls, c); err != nil {
			t.Fatal(err)
		}
	}
	if got, _, _ := b.Choice(t.Context(), anne, "bzh"); got != call.Weekly {
		t.Errorf("%q", got)
	}
}

// TestTheLastWordCounts tells any story of choices to a book and to a plain list.
func TestTheLastWordCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, _ := newBook()
		ids := []string{"a", "b", "c"}
		want := map[string]call.Choice{}
		for range rapid.IntRange(0, 8).Draw(t, "steps") {
			calls := rapid.SliceOfDistinct(rapid.SampledFrom(ids), rapid.ID).Draw(t, "calls")
			c := rapid.SampledFrom([]call.Choice{call.Morning, call.Immediate, call.Weekly, call.None}).Draw(t, "choice")
			if err := b.Choose(context.Background(), anne, calls, c); err != nil {
				t.Fatal(err)
			}
			if len(calls) == 0 {
				calls = append(ids, "")
			}
			for _, id := range calls {
				want[id] = c
			}
		}
		for _, id := range append(ids, "") {
			if got, _, err := b.Choice(context.Background(), anne, id); err != nil || got != want[id] {
				t.Fatalf("of %q: %q (%v), want %q", id, got, err, want[id])
			}
		}
	})
}

// TestStrangeNotes: what we did not write is an error that shows neither the note
// nor the person.
func TestStrangeNotes(t *testing.T) {
	for _, value := range []string{"x", "{}", `{"choice":"daily","at":"2026-03-02T12:00:00Z"}`, `{"choice":"none"}`, `{"choice":"none","at":"hier"}`, "null", `[]`, "\x00"} {
		for _, id := range []string{"bzh", ""} {
			b, n := newBook()
			n.kept = map[string]string{noteKey(anne, id): value}
			c, _, err := b.Choice(t.Context(), anne, "bzh")
			if !errors.Is(err, ErrNote) || c != "" {
				t.Errorf("%q: %q, %v", value, c, err)
				continue
			}
			if strings.Contains(err.Error(), anne) || len(value) > 4 && strings.Contains(err.Error(), value) || !strings.HasPrefix(err.Error(), "preference/…/") {
				t.Errorf("shows too much: %v", err)
			}
			if err := b.Choose(t.Context(), anne, []string{"bzh"}, call.Weekly); err != nil {
				t.Errorf("choosing again: %v", err)
			}
		}
	}
	b, n := newBook()
	n.kept = map[string]string{noteKey(anne, "bzh"): `{"choice":"none","at":"2026-03-02T12:00:00Z","reason":"later version"}`}
	if c, _, err := b.Choice(t.Context(), anne, "bzh"); c != call.None || err != nil {
		t.Errorf("a note that says more: %q, %v", c, err)
	}
}

func TestWhatABookRefuses(t *testing.T) {
	b, n := newBook()
	for _, person := range []string{"", "anne@dreets.example", "a-0123456789abcdef/x", "Instructeur-12"} {
		_, _, err := b.Choice(t.Context(), person, "bzh")
		if other := b.Choose(t.Context(), person, nil, call.None); err == nil || other == nil || person != "" && strings.Contains(err.Error()+other.Error(), person) {
			t.Errorf("%q: %v, %v", person, err, other)
		}
	}
	if err := b.Choose(t.Context(), anne, nil, "daily"); err == nil || n.writes != 0 {
		t.Errorf("an unknown choice: %v, %d writes", err, n.writes)
	}
	n.broken = errors.New("no disk")
	_, _, err := b.Choice(t.Context(), anne, "bzh")
	if other := b.Choose(t.Context(), anne, nil, call.None); !errors.Is(err, n.broken) || !errors.Is(other, n.broken) || errors.Is(err, ErrNote) {
		t.Errorf("a broken store: %v, %v", err, other)
	}
}
