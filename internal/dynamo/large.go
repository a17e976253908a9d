package dynamo

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"relais/internal/dossier"
	"relais/internal/notify"
)

// A mail of a hundred intentions or more does not fit in one transaction. Its
// row then goes through two statuses of its own, of which nothing is claimed:
//
//	claiming ──► pending ──► sent, refused
//	    │           │
//	    └───────────┴──► releasing ──► (no row)
//
// While it is claiming, lots of intentions are pointed to it, each in a
// transaction that checks that it still is; one write to pending then claims
// them all. To release is one write to releasing, then lots are freed, then the
// row goes. A delivery that dies on the way leaves a row that Orphans finds and
// releases: until then its intentions belong to nobody and are told to nobody.

func (s *Store) claimLarge(ctx context.Context, m notify.Mail) error {
	m.Status = claiming
	it, err := s.encodeMail(m)
	if err != nil {
		return err
	}
	if err := s.putIf(ctx, it, absent); err != nil {
		return err
	}
	if err := s.turnLots(ctx, m, pointTo(m.ID)); err != nil {
		if errors.Is(err, dossier.ErrConflict) {
			err = errors.Join(err, s.repair(ctx, m))
		}
		return err
	}
	return s.becomes(ctx, m.ID, notify.Pending, claiming)
}

// turnLots changes the intentions of a mail lot by lot, while it has its status.
func (s *Store) turnLots(ctx context.Context, m notify.Mail, change func(item) (item, error)) error {
	guard := s.checking(mailKey(m.ID), hasStatus(m.Status))
	for lot := range slices.Chunk(m.Keys, transactItems-1) {
		if err := s.turn(ctx, guard, lot, change); err != nil {
			return err
		}
	}
	return nil
}

func hasStatus(status notify.Status) condition {
	return condition{"s = :status", item{":status": text(string(status))}}
}

// becomes changes the status of a mail that has one of some.
func (s *Store) becomes(ctx context.Context, mail string, to notify.Status, from ...notify.Status) error {
	return s.rewrite(ctx, mailKey(mail), func(old item) (item, error) {
		if !slices.Contains(from, notify.Status(old.text(statusName))) {
			return nil, dossier.ErrConflict
		}
		return old.anew().with(statusName, text(string(to))), nil
	})
}

func (s *Store) releaseLarge(ctx context.Context, m notify.Mail, from ...notify.Status) error {
	if err := s.becomes(ctx, m.ID, releasing, from...); err != nil {
		return err
	}
	m.Status = releasing
	if err := s.turnLots(ctx, m, freeOfMail(m.ID)); err != nil {
		return err
	}
	last := s.deleting(mailKey(m.ID), hasStatus(releasing))
	return unlessCancelled(s.transact(ctx, []types.TransactWriteItem{last}))
}

// repair releases a mail whose claim or release was not ended. Another delivery
// may do the same at once, and be faster.
func (s *Store) repair(ctx context.Context, m notify.Mail) error {
	err := s.releaseLarge(ctx, m, claiming, releasing)
	if errors.Is(err, dossier.ErrConflict) {
		return nil
	}
	return err
}
