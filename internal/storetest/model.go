package storetest

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"relais/internal/dossier"
	"relais/internal/notify"
)

var modelStories = []story{
	{"any order of outbox calls", func(t *testing.T, s Store) {
		life := 0
		rapid.Check(t, func(t *rapid.T) {
			life++
			m := &outboxModel{
				s: s, prefix: fmt.Sprintf("%06d/", life),
				intentions: map[string]notify.Intention{}, mails: map[string]notify.Mail{},
			}
			t.Repeat(map[string]func(*rapid.T){
				"enqueue": m.enqueue, "mark": m.mark, "claim": m.claim, "settle": m.settle, "reclaim": m.reclaim,
				"refuse": m.refuse,
			})
			m.check(t)
		})
	}},
}

// outboxModel is what a store must do, in the plainest way. Keys, mails and the
// person carry the prefix of one life, so that many lives share one store.
type outboxModel struct {
	s          Store
	prefix     string
	clock      time.Duration
	intentions map[string]notify.Intention // Status is their own; Mail points to mails
	mails      map[string]notify.Mail
}

func (m *outboxModel) person() string { return m.prefix + "p" }

func (m *outboxModel) key(t *rapid.T) string {
	return m.prefix + rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}).Draw(t, "key")
}

func (m *outboxModel) keys(t *rapid.T) []string {
	keys := map[string]bool{}
	for range rapid.IntRange(1, 3).Draw(t, "count") {
		keys[m.key(t)] = true
	}
	return slices.Sorted(maps.Keys(keys))
}

func (m *outboxModel) mailID(t *rapid.T) string {
	return m.prefix + rapid.SampledFrom([]string{"m1", "m2", "m3"}).Draw(t, "mail")
}

func (m *outboxModel) now() time.Time {
	m.clock += time.Second
	return after(m.clock)
}

func (m *outboxModel) enqueue(t *rapid.T) {
	want := 0
	is := intentions(m.person(), m.keys(t)...)
	for _, i := range is {
		if _, exists := m.intentions[i.Key]; !exists {
			m.intentions[i.Key] = i
			want++
		}
	}
	added, err := m.s.Enqueue(t.Context(), is)
	m.expect(t, "enqueue", nil, err)
	if added != want {
		t.Fatalf("enqueue added %d, want %d", added, want)
	}
}

func (m *outboxModel) mark(t *rapid.T) {
	keys := m.keys(t)
	status := rapid.SampledFrom([]notify.Status{notify.Pending, notify.Held, notify.Dropped}).Draw(t, "status")
	for _, key := range keys {
		if i, exists := m.intentions[key]; exists && i.Mail == "" {
			i.Status = status
			m.intentions[key] = i
		}
	}
	m.expect(t, "mark", nil, m.s.Mark(t.Context(), keys, status))
}

func (m *outboxModel) claim(t *rapid.T) {
	claimed := mail(m.mailID(t), m.person(), m.keys(t)...)
	claimed.ClaimedAt = m.now()
	_, taken := m.mails[claimed.ID]
	for _, key := range claimed.Keys {
		i, exists := m.intentions[key]
		taken = taken || !exists || i.Mail != "" || i.Status != notify.Pending
	}
	var want error = dossier.ErrConflict
	if !taken {
		want = nil
		m.mails[claimed.ID] = claimed
		m.point(claimed.Keys, claimed.ID)
	}
	m.expect(t, "claim", want, m.s.Claim(t.Context(), claimed))
}

func (m *outboxModel) settle(t *rapid.T) {
	id, at := m.mailID(t), m.now()
	fate := rapid.SampledFrom([]notify.Status{notify.Sent, notify.Refused, notify.Pending}).Draw(t, "fate")
	held, exists := m.mails[id]
	var want error
	switch {
	case !exists || held.Status != notify.Pending:
		want = dossier.ErrConflict
	case fate == notify.Pending:
		delete(m.mails, id)
		m.point(held.Keys, "")
	default:
		held.Status, held.SettledAt = fate, at
		m.mails[id] = held
	}
	m.expect(t, "settle", want, m.s.Settle(t.Context(), id, fate, at))
}

func (m *outboxModel) reclaim(t *rapid.T) {
	id, at := m.mailID(t), m.now()
	held, exists := m.mails[id]
	asked := held
	asked.ID = id
	asked.ClaimedAt = held.ClaimedAt.Add(-time.Duration(rapid.IntRange(0, 1).Draw(t, "late")) * time.Microsecond)
	var want error = dossier.ErrConflict
	if exists && held.Status == notify.Pending && asked.ClaimedAt.Equal(held.ClaimedAt) {
		want = nil
		held.ClaimedAt = at
		held.Attempts++
		m.mails[id] = held
	}
	m.expect(t, "reclaim", want, m.s.Reclaim(t.Context(), asked, at))
}

func (m *outboxModel) refuse(t *rapid.T) {
	id, at := m.mailID(t), m.now()
	held := m.mails[id]
	want := held.Status == notify.Sent
	if want {
		held.Status, held.SettledAt = notify.Refused, at
		m.mails[id] = held
	}
	got, err := m.s.Refuse(t.Context(), id, at)
	m.expect(t, "refuse", nil, err)
	same(t, want, got)
}

func (m *outboxModel) point(keys []string, mail string) {
	for _, key := range keys {
		i := m.intentions[key]
		i.Mail = mail
		m.intentions[key] = i
	}
}

func (m *outboxModel) expect(t *rapid.T, op string, want, got error) {
	if !isError(got, want) {
		t.Fatalf("%s: error %v, want %v", op, got, want)
	}
}

// check compares all that can be seen of this life. Each call was compared with
// the model by its outcome.
func (m *outboxModel) check(t *rapid.T) {
	for _, status := range []notify.Status{notify.Pending, notify.Held, notify.Dropped, notify.Sent} {
		var want []string
		for _, key := range slices.Sorted(maps.Keys(m.intentions)) {
			if i := m.intentions[key]; i.Mail == "" && i.Status == status {
				want = append(want, key)
			}
		}
		same(t, want, free(t, m.s, m.person(), status))
		same(t, len(want) > 0, slices.Contains(people(t, m.s, status, m.prefix, 1), m.person()))
	}
	for _, name := range []string{"m1", "m2", "m3"} {
		want, exists := m.mails[m.prefix+name]
		got, found, err := m.s.Mail(t.Context(), m.prefix+name)
		ok(t, err)
		same(t, exists, found)
		same(t, want, got)
	}
	m.checkThroughMails(t)
}

// checkThroughMails compares what a list of all intentions shows of this life.
func (m *outboxModel) checkThroughMails(t *rapid.T) {
	seen := 0
	for key, got := range told(t, m.s) {
		want, ours := m.intentions[key]
		if !ours {
			continue
		}
		seen++
		if carrier, claimed := m.mails[want.Mail]; claimed {
			want.Status = carrier.Status
			if carrier.Status == notify.Sent {
				want.SentAt = carrier.SettledAt
			}
		}
		same(t, want, got)
	}
	same(t, len(m.intentions), seen)
}
