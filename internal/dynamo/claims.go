package dynamo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"relais/internal/dossier"
	"relais/internal/notify"
)

// The row of a mail is the truth about its intentions, which only point to it.
// Two statuses are ours alone, for a mail of more intentions than a transaction
// holds (see large.go); of such a mail nothing is claimed.
const (
	claiming  notify.Status = "claiming"
	releasing notify.Status = "releasing"
)

// claims tells whether the row of a mail says that its intentions are claimed.
func claims(mail item) bool {
	switch notify.Status(mail.text(statusName)) {
	case notify.Pending, notify.Sent, notify.Refused:
		return true
	}
	return false
}

// inOneWrite tells whether a mail and its intentions fit in a transaction.
func inOneWrite(keys []string) bool { return len(keys) < transactItems }

// Claim implements notify.Claims. A mail whose id is taken, or which names an
// intention twice, is a conflict too.
func (s *Store) Claim(ctx context.Context, m notify.Mail) error {
	const op = "claim mail"
	if len(slices.Compact(slices.Sorted(slices.Values(m.Keys)))) < len(m.Keys) {
		return s.failed(ctx, op, dossier.ErrConflict)
	}
	m.Status, m.Attempts = notify.Pending, max(m.Attempts, 1)
	if !inOneWrite(m.Keys) {
		return s.failed(ctx, op, s.claimLarge(ctx, m))
	}
	it, err := s.encodeMail(m)
	if err != nil {
		return s.failed(ctx, op, err)
	}
	return s.failed(ctx, op, s.turn(ctx, s.putting(it, absent), m.Keys, pointTo(m.ID)))
}

// pointTo gives free intentions to a mail, and takes them out of the index.
func pointTo(mail string) func(item) (item, error) {
	return func(old item) (item, error) {
		if old.text(carrier) != "" || old.text(statusName) != string(notify.Pending) {
			return nil, dossier.ErrConflict
		}
		return old.anew().with(carrier, text(mail)).without(workPK), nil
	}
}

// freeOfMail is the inverse of pointTo; what is not the mail's stays.
func freeOfMail(mail string) func(item) (item, error) {
	return func(old item) (item, error) {
		if old.text(carrier) != mail {
			return nil, nil
		}
		return old.anew().with(workPK, text(freeOf+string(notify.Pending))).without(carrier), nil
	}
}

// turn changes intentions in one transaction with a guard, which is first in it:
// dossier.ErrConflict when its condition does not hold. change gets each row as
// stored, nil when there is none, and is asked again if another writer was
// faster.
func (s *Store) turn(ctx context.Context, guard types.TransactWriteItem, keys []string, change func(item) (item, error)) error {
	for attempt := 0; ; attempt++ {
		actions, err := s.changes(ctx, keys, change)
		if err != nil {
			return err
		}
		err = s.transact(ctx, append([]types.TransactWriteItem{guard}, actions...))
		codes := reasons(err)
		if !slices.Contains(codes, conditionFailed) {
			return err
		}
		if codes[0] == conditionFailed || attempt == maxTries {
			return dossier.ErrConflict
		}
		if err := pause(ctx, attempt); err != nil {
			return err
		}
	}
}

func (s *Store) changes(ctx context.Context, keys []string, change func(item) (item, error)) ([]types.TransactWriteItem, error) {
	rows := make([]item, len(keys))
	for i, k := range keys {
		rows[i] = intentionKey(k)
	}
	found, err := s.fetch(ctx, rows)
	if err != nil {
		return nil, err
	}
	var actions []types.TransactWriteItem
	for _, k := range rows {
		old := found[k.place()]
		next, err := change(old)
		if err != nil {
			return nil, err
		}
		if next != nil {
			actions = append(actions, s.putting(next, unchanged(old)))
		}
	}
	return actions, nil
}

// Settle implements notify.Claims. A mail that is unknown, released or settled
// before is dossier.ErrConflict: the first fate stands.
func (s *Store) Settle(ctx context.Context, mail string, fate notify.Status, at time.Time) error {
	const op = "settle mail"
	switch fate {
	case notify.Pending:
		return s.failed(ctx, op, s.release(ctx, mail))
	case notify.Sent, notify.Refused:
		return s.failed(ctx, op, s.settle(ctx, mail, notify.Pending, fate, at))
	}
	return s.failed(ctx, op, fmt.Errorf("a mail ends as %s, %s or %s, not %q", notify.Sent, notify.Refused, notify.Pending, fate))
}

func (s *Store) settle(ctx context.Context, mail string, from, to notify.Status, at time.Time) error {
	return s.rewrite(ctx, mailKey(mail), func(old item) (item, error) {
		if old.text(statusName) != string(from) {
			return nil, dossier.ErrConflict
		}
		return old.anew().with(statusName, text(string(to))).with(settled, micros(at)).
			without(workPK).without(workSK), nil
	})
}

// release deletes a mail and frees its intentions. It looks again when another
// writer was faster: to take the mail over is no reason not to release it.
func (s *Store) release(ctx context.Context, mail string) error {
	for attempt := 0; ; attempt++ {
		it, err := s.get(ctx, mailKey(mail))
		if err != nil {
			return err
		}
		if it.text(statusName) != string(notify.Pending) {
			return dossier.ErrConflict
		}
		err = s.releaseAs(ctx, it)
		if !errors.Is(err, dossier.ErrConflict) || attempt == maxTries {
			return err
		}
		if err := pause(ctx, attempt); err != nil {
			return err
		}
	}
}

func (s *Store) releaseAs(ctx context.Context, it item) error {
	m, err := s.decodeMail(it)
	if err != nil {
		return err
	}
	if !inOneWrite(m.Keys) {
		return s.releaseLarge(ctx, m, notify.Pending)
	}
	return s.turn(ctx, s.deleting(it.key(), unchanged(it)), m.Keys, freeOfMail(m.ID))
}

// Orphans implements notify.Claims. It also ends what a delivery that died left
// half done.
func (s *Store) Orphans(ctx context.Context, before time.Time, limit int) ([]notify.Mail, error) {
	const op = "read orphaned mails"
	if limit <= 0 {
		return nil, ctx.Err()
	}
	var mails []notify.Mail
	q := question{index: WorkIndex, partition: unsettled, to: moment(before), page: batchGets}
	for page, err := range s.pages(ctx, q) {
		if err != nil {
			return nil, s.failed(ctx, op, err)
		}
		some, err := s.orphansAmong(ctx, page)
		if err != nil {
			return nil, s.failed(ctx, op, err)
		}
		mails = append(mails, some...)
		if len(mails) >= limit {
			return mails[:limit], nil
		}
	}
	return mails, nil
}

func (s *Store) orphansAmong(ctx context.Context, places []item) ([]notify.Mail, error) {
	found, err := s.fetch(ctx, keysOf(places))
	if err != nil {
		return nil, err
	}
	var mails []notify.Mail
	for _, place := range places {
		it := found[place.place()]
		if it.text(workSK) != place.text(workSK) || it.text(workPK) == "" {
			continue // settled, or taken over meanwhile
		}
		m, err := s.decodeMail(it)
		if err != nil {
			return nil, err
		}
		if m.Status == notify.Pending {
			mails = append(mails, m)
			continue
		}
		if err := s.repair(ctx, m); err != nil {
			return nil, err
		}
	}
	return mails, nil
}

// Reclaim implements notify.Claims. The new instant must be later than the old
// one, or two takers could both win.
func (s *Store) Reclaim(ctx context.Context, m notify.Mail, at time.Time) error {
	err := s.rewrite(ctx, mailKey(m.ID), func(old item) (item, error) {
		since, has := old.number(claimed)
		if !has || old.text(statusName) != string(notify.Pending) || since != m.ClaimedAt.UnixMicro() || since >= at.UnixMicro() {
			return nil, dossier.ErrConflict
		}
		next := notify.Mail{ID: m.ID, ClaimedAt: at}
		return old.anew().with(claimed, micros(at)).with(attempts, integer(old.int(attempts)+1)).
			with(workSK, text(unsettledPlace(next))), nil
	})
	return s.failed(ctx, "reclaim mail", err)
}

// Mail implements notify.Mails.
func (s *Store) Mail(ctx context.Context, id string) (notify.Mail, bool, error) {
	const op = "read mail"
	it, err := s.get(ctx, mailKey(id))
	if err != nil || !claims(it) {
		return notify.Mail{}, false, s.failed(ctx, op, err)
	}
	m, err := s.decodeMail(it)
	return m, err == nil, s.failed(ctx, op, err)
}
