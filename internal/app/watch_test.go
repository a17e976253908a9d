package app_test

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"relais/internal/app"
	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/ingest"
	"relais/internal/notify"
	"relais/internal/sqlite"
)

// letters keeps what the operator would receive.
type letters struct {
	sent []notify.Message
	fail error
}

func (l *letters) Send(_ context.Context, m notify.Message) error {
	if l.fail != nil {
		return l.fail
	}
	l.sent = append(l.sent, m)
	return nil
}

type caused string

func (c caused) Error() string { return string(c) }
func (c caused) Cause() string { return string(c) }

type watchman struct {
	*app.World
	t     *testing.T
	store *sqlite.Store
	post  *letters
	now   time.Time
}

func newWatchman(t *testing.T) *watchman {
	t.Helper()
	m := &watchman{t: t, post: &letters{}, now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "relais.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	log := logrus.New()
	log.SetOutput(io.Discard)
	m.store = store
	m.World = &app.World{
		Store: store, Sender: m.post, Log: log, Now: func() time.Time { return m.now },
		Calls: call.NewSet(call.Call{ID: "o2r-bretagne", Demarche: 7, Zone: time.UTC}),
		Mode:  notify.Mode{Name: notify.ModeSend}, From: "relais@x.example", Operator: "exploitant@x.example",
	}
	return m
}

func (m *watchman) completed(at time.Time) {
	m.t.Helper()
	s, err := m.store.Streams(m.t.Context(), 7)
	if err == nil {
		s.CompletedAt = at
		_, err = m.store.SaveStreams(m.t.Context(), s)
	}
	if err != nil {
		m.t.Fatal(err)
	}
}

// watch returns how many mails the operator got.
func (m *watchman) watch(pollErr error, expires dossier.Day) int {
	m.t.Helper()
	before := len(m.post.sent)
	if err := m.Watch(m.t.Context(), pollErr, expires); err != nil {
		m.t.Fatal(err)
	}
	return len(m.post.sent) - before
}

func TestTheOperatorHearsOnceOfEachTrouble(t *testing.T) {
	m := newWatchman(t)
	m.completed(m.now)
	if n := m.watch(nil, dossier.Day{}); n != 0 {
		t.Fatalf("all is well, and %d mails", n)
	}
	m.now = m.now.Add(2 * time.Hour)
	for i, want := range []int{1, 0, 0} {
		if n := m.watch(errors.New("502"), dossier.Day{}); n != want {
			t.Errorf("old copy, look %d: %d mails, want %d", i, n, want)
		}
	}
	m.completed(m.now)
	if n := m.watch(nil, dossier.Day{}); n != 0 {
		t.Errorf("it is over, and %d mails", n)
	}
	m.now = m.now.Add(2 * time.Hour)
	if n := m.watch(nil, dossier.Day{}); n != 1 {
		t.Errorf("the trouble is back: %d mails", n)
	}
}

// An operator who could not be written to hears at the next look.
func TestAnAlarmThatCouldNotBeToldIsToldLater(t *testing.T) {
	m := newWatchman(t)
	m.completed(m.now)
	m.now = m.now.Add(2 * time.Hour)
	m.post.fail = errors.New("the mail service is down")
	if err := m.Watch(t.Context(), nil, dossier.Day{}); !errors.Is(err, m.post.fail) {
		t.Fatalf("got %v", err)
	}
	m.post.fail = nil
	for i, want := range []int{1, 0} {
		if n := m.watch(nil, dossier.Day{}); n != want {
			t.Errorf("look %d: %d mails, want %d", i, n, want)
		}
	}
}

func TestARefusedTokenAndABadDossierAreOneMail(t *testing.T) {
	m := newWatchman(t)
	m.completed(m.now)
	c := ingest.Case{Demarche: 7, Number: 12, Cause: "invalid_null", FirstSeen: m.now, Attempts: 1, NextTry: m.now}
	if err := m.store.PutCase(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if n := m.watch(errors.Join(caused("wrong_token")), dossier.Day{}); n != 1 {
		t.Fatalf("%d mails", n)
	}
	mail := m.post.sent[0]
	for _, want := range []string{"jeton", "quarantine", "Vous recevez ce message parce que"} {
		if !strings.Contains(mail.Text, want) || !strings.Contains(mail.HTML, want) {
			t.Errorf("the mail does not say %q:\n%s", want, mail.Text)
		}
	}
	if mail.To != "exploitant@x.example" || !strings.Contains(mail.Subject, "2") {
		t.Errorf("to %s: %s", mail.To, mail.Subject)
	}
	m.Mode = notify.Mode{Name: notify.ModeHold}
	if n := m.watch(caused("expired_token"), dossier.Day{}); n != 0 {
		t.Errorf("hold, and %d mails", n)
	}
}

func TestAnExpiringTokenIsToldAtEachThreshold(t *testing.T) {
	m := newWatchman(t)
	last := dossier.Day{Year: 2026, Month: time.December, Day: 31}
	told := map[string]int{}
	for day := m.now; day.Before(time.Date(2027, 1, 2, 0, 0, 0, 0, time.UTC)); day = day.AddDate(0, 0, 1) {
		m.now = day
		m.completed(day)
		if n := m.watch(nil, last); n > 0 {
			told[day.Format(time.DateOnly)] = n
		}
	}
	if len(told) != 3 || told["2026-12-01"] != 1 || told["2026-12-24"] != 1 || told["2026-12-30"] != 1 {
		t.Errorf("told on %v", told)
	}
}
