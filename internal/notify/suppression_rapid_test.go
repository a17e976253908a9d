package notify

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"relais/internal/dossier"
)

// TestSuppressionsLoseNothing lets followers, groupes, suppressions, refusals,
// bounces and crashes loose on the steps of some dossiers. Whatever happens:
// nobody is written to while suppressed, no intention is in two mails but for the
// documented window (accepted, never settled), and once everybody may be written
// to, no step is left untold but for a refusal.
func TestSuppressionsLoseNothing(t *testing.T) {
	outer := t
	rapid.Check(t, func(t *rapid.T) {
		s := &suppressions{T: t, office: newOffice(outer), now: on(11, 6, 9, 0), told: map[string]string{}}
		for n := 1; n <= 3; n++ {
			s.receive(n, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), anne)
		}
		s.post.on = s.accept
		t.Repeat(map[string]func(*rapid.T){
			"tick": s.play, "suppress": s.suppress, "allow": s.letIn, "follow": s.refollow, "staff": s.restaff, "bounce": s.bounce,
		})
		s.finish()
	})
}

type suppressions struct {
	*rapid.T
	*office
	now    time.Time
	sent   []Feedback
	told   map[string]string // intention → mail
	refuse bool              // the next mail
}

var staff = map[string]string{anne: annes, bruno: brunos, carla: carlas}

// Fatal and the like are rapid's.
func (s *suppressions) fail(format string, args ...any) {
	s.T.Helper()
	s.T.Fatalf(format, args...)
}

// accept is the mail service, and the judge of what reaches it.
func (s *suppressions) accept(m Message) error {
	if !s.store.barred[Digest(m.To)].IsZero() {
		s.fail("%s was written to although suppressed", m.To)
	}
	for _, key := range s.store.mails[m.ID].Keys {
		other, twice := s.told[key]
		kept := slices.Contains(s.store.mails[other].Keys, key) // else its delivery died before it settled
		if twice && kept && other != m.ID {
			s.fail("intention %s is in two mails", key)
		}
		s.told[key] = m.ID
	}
	if s.refuse {
		s.refuse = false
		return fmt.Errorf("550: %w", ErrRefused)
	}
	s.sent = append(s.sent, Feedback{Mail: m.ID, Permanent: true, Recipients: []string{m.To}, At: s.now})
	return nil
}

// play is an hour or some days later; the process may die at any write.
func (s *suppressions) play(t *rapid.T) {
	s.now = s.now.Add(time.Duration(rapid.SampledFrom([]int{1, 1, 1, 24, 7 * 24}).Draw(t, "hours")) * time.Hour)
	s.refuse = rapid.IntRange(0, 5).Draw(t, "refused") == 0
	dies := rapid.IntRange(0, 40).Draw(t, "dies at") // 0 and what is never reached: it lives
	s.store.on = func(string) error {
		if dies--; dies == 0 {
			panic(errDeath)
		}
		return nil
	}
	s.hour()
	s.store.on, s.refuse = nil, false
}

// hour is a tick of each, which may die.
func (s *suppressions) hour() {
	defer func() {
		if died := recover(); died != nil && died != errDeath {
			panic(died)
		}
	}()
	s.store.completed[100] = s.now.Add(-time.Minute)
	if _, err := s.reminders.Run(s.T.Context(), s.now); err != nil {
		s.fail("remind: %v", err)
	}
	if _, err := s.delivery.Run(s.T.Context(), s.now); err != nil {
		s.fail("deliver: %v", err)
	}
}

func (s *suppressions) suppress(t *rapid.T) {
	s.bar(rapid.SampledFrom([]string{annes, brunos, carlas, help}).Draw(t, "suppressed"))
}

func (s *suppressions) letIn(t *rapid.T) {
	s.allow(rapid.SampledFrom([]string{annes, brunos, carlas, help}).Draw(t, "allowed"))
}

func some(t *rapid.T) []dossier.Profile {
	var out []dossier.Profile
	for _, id := range []string{anne, bruno, carla} {
		if rapid.Bool().Draw(t, "chosen") {
			out = append(out, dossier.Profile{ID: id, Email: staff[id]})
		}
	}
	return out
}

func (s *suppressions) refollow(t *rapid.T) {
	s.edit(rapid.IntRange(1, 3).Draw(t, "dossier"), func(r *dossier.Record) { r.Dossier.Instructeurs = some(t) })
}

func (s *suppressions) restaff(t *rapid.T) {
	d := s.store.demarches[100]
	d.Groupes = slices.Clone(d.Groupes)
	d.Groupes[0].Instructeurs = some(t)
	s.store.demarches[100] = d
}

// bounce hears of any mail that was accepted, settled or not.
func (s *suppressions) bounce(t *rapid.T) {
	if len(s.sent) == 0 {
		return
	}
	f := rapid.SampledFrom(s.sent).Draw(t, "bounced")
	if _, err := s.listener(s.now).Hear(t.Context(), []Feedback{f}); err != nil && !errors.Is(err, ErrUnsettled) {
		s.fail("hear: %v", err)
	}
}

// finish lets everybody be written to, and looks for what is left untold.
func (s *suppressions) finish() {
	clear(s.store.barred)
	for range 14 { // mornings, holidays among them; nothing new comes due
		s.now = dossier.DayOf(s.now, paris()).AddDays(1).At(9, 0, paris())
		s.store.completed[100] = s.now
		if _, err := s.delivery.Run(s.T.Context(), s.now); err != nil {
			s.fail("deliver: %v", err)
		}
	}
	ends := map[string][]Status{}
	for key, i := range s.store.rows {
		step := strings.TrimSuffix(key, i.Person)
		ends[step] = append(ends[step], i.Status)
	}
	for step, all := range ends {
		ended := func(st Status) bool { return st == Sent || st == Refused || st == Skipped }
		stuck := slices.Contains(all, Pending) && !slices.Contains(all, Refused)
		if stuck || !slices.ContainsFunc(all, ended) {
			s.fail("step %s ends as %v", step, all)
		}
	}
}
