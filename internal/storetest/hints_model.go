package storetest

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"relais/internal/ingest"
)

// anyOrderOfHints compares the queue with the plainest one, call by call.
func anyOrderOfHints(t *testing.T, s Store) {
	rapid.Check(t, func(t *rapid.T) {
		ok(t, s.Done(t.Context(), idsOf(pull(t, s, after(1e6*time.Hour), 0, 1000)))) // of another life
		m := &queueModel{s: s}
		t.Repeat(map[string]func(*rapid.T){"push": m.push, "pull": m.pull, "done": m.done})
		m.compare(t, 1e6*time.Hour, 0, 1000)
	})
}

// queueModel is what a queue must do. Ids are learnt from it, in the order of
// the pushes.
type queueModel struct {
	s       Store
	clock   time.Duration
	pushed  int
	entries []queueEntry
}

type queueEntry struct {
	hint   ingest.Hint
	hidden time.Duration // until that clock
}

func (m *queueModel) push(t *rapid.T) {
	m.pushed++
	h := hint(m.pushed)
	push(t, m.s, h)
	m.entries = append(m.entries, queueEntry{hint: h, hidden: -1})
}

func (m *queueModel) pull(t *rapid.T) {
	m.clock += time.Duration(rapid.IntRange(0, 2).Draw(t, "later")) * time.Second
	hide := time.Duration(rapid.IntRange(0, 4).Draw(t, "hide")) * time.Second
	m.compare(t, m.clock, hide, rapid.IntRange(0, 4).Draw(t, "limit"))
}

func (m *queueModel) compare(t *rapid.T, clock, hide time.Duration, limit int) {
	got := pull(t, m.s, after(clock), hide, limit)
	var want []ingest.Hint
	for i := range m.entries {
		e := &m.entries[i]
		if e.hidden > clock || len(want) == limit {
			continue
		}
		if e.hint.ID == 0 && len(want) < len(got) {
			e.hint.ID = got[len(want)].ID
		}
		e.hint.Attempts++
		e.hidden = clock + hide
		want = append(want, e.hint)
	}
	same(t, want, got)
}

func (m *queueModel) done(t *rapid.T) {
	var ids []int64
	m.entries = slices.DeleteFunc(m.entries, func(e queueEntry) bool {
		gone := e.hint.ID != 0 && rapid.Bool().Draw(t, "done")
		if gone {
			ids = append(ids, e.hint.ID)
		}
		return gone
	})
	ok(t, m.s.Done(t.Context(), ids))
}
