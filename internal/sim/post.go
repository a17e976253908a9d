package sim

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"relais/internal/dossier"
	"relais/internal/notify"
)

// post is the mail service, with all that it accepted.
type post struct {
	letters map[string]*letter // by Message-ID
	told    map[string]string  // intention key → mail id
}

// letter is a mail as the service knows it.
type letter struct {
	by       *process
	at       time.Time
	doubtful bool // its sender does not know that it was accepted
}

func (p *post) doubt(id string) {
	if l := p.letters[id]; l != nil {
		l.doubtful = true
	}
}

func newPost() post { return post{letters: map[string]*letter{}, told: map[string]string{}} }

// sender is the mail service as one process reaches it.
type sender struct{ *process }

// Send implements notify.Sender.
func (s sender) Send(ctx context.Context, m notify.Message) error {
	return order(s.process, "send", func() error {
		s.clock.drift(s.upTo(2 * time.Second))
		switch draw := s.dice.IntN(100); {
		case s.calm:
		case draw < 4:
			return fmt.Errorf("busy: %w", notify.ErrNotTaken)
		case draw < 6:
			return errors.New("the connection was lost before the message")
		case draw < 8:
			err := s.accept(ctx, m)
			s.post.doubt(m.MessageID)
			return errors.Join(err, errors.New("the connection was lost after the message"))
		case draw < 10:
			return fmt.Errorf("no such address: %w", notify.ErrRefused)
		}
		return s.accept(ctx, m)
	})
}

// orphanAge is the documented age beyond which a claim is taken over.
const orphanAge = 15 * time.Minute

func (s sender) accept(ctx context.Context, m notify.Message) error {
	row, known, err := s.Storm.store.Mail(ctx, m.ID)
	if err != nil {
		return err
	}
	if !known {
		s.fail("a mail was sent that no row of the store claims")
		return nil
	}
	s.Mails++
	l := s.post.letters[m.MessageID]
	now := s.clock.platform()
	switch {
	case l == nil:
		l = &letter{}
		s.post.letters[m.MessageID] = l
		s.first(ctx, m, row.Keys)
	case !l.by.dead && !l.doubtful && now.Sub(l.at) < orphanAge && !s.temper.jumps:
		s.fail("mail %s was sent again by %s, although %s had sent it %s before and lives", m.ID, s.name, l.by.name, now.Sub(l.at))
	default:
		s.Repeats++
	}
	l.by, l.at, l.doubtful = s.process, now, false
	return nil
}

// first checks a mail that was not sent before.
func (s sender) first(ctx context.Context, m notify.Message, keys []string) {
	for _, key := range keys {
		if other, ok := s.post.told[key]; ok {
			s.fail("intention %s is in mail %s and in mail %s", key, other, m.ID)
		}
		s.post.told[key] = m.ID
		s.shown(ctx, m, key)
	}
}

// shown checks that what a mail tells was not known to be gone when the process
// began. An orphan's keys may be more than it tells.
func (s sender) shown(ctx context.Context, m notify.Message, key string) {
	number := dossierOf(key)
	if number == 0 || !strings.Contains(m.Text, strconv.Itoa(number)) {
		return
	}
	s.Told++
	record, known, err := s.Storm.store.Record(ctx, number)
	gone, noted := s.watch.gone[number]
	if err == nil && known && record.Removed != dossier.Present && noted && gone.Before(s.started) {
		s.fail("dossier %d was told of although it is %s since %s", number, record.Removed, at(gone))
	}
}

func dossierOf(key string) int {
	text, ok := strings.CutPrefix(key, "dossier:")
	if !ok {
		return 0
	}
	text, _, _ = strings.Cut(text, "/")
	n, _ := strconv.Atoi(text)
	return n
}
