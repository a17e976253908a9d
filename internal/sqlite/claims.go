package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"relais/internal/dossier"
	"relais/internal/notify"
)

const (
	selectMail    = `SELECT id, person, keys, claimed_at, status, settled_at, attempts FROM mails`
	mailByID      = selectMail + ` WHERE id = ?`
	unsettledMail = selectMail + ` WHERE status = 'pending' AND claimed_at < ? ORDER BY claimed_at, id LIMIT ?`

	insertMail = `INSERT INTO mails (id, person, keys, claimed_at, status, attempts) VALUES (?, ?, ?, ?, 'pending', ?)
		ON CONFLICT (id) DO NOTHING`
	claimIntention = `UPDATE intentions SET mail = ? WHERE key = ? AND mail IS NULL AND status = 'pending'`
	settleMail     = `UPDATE mails SET status = ?, settled_at = ? WHERE id = ? AND status = 'pending'`
	releaseMail    = `DELETE FROM mails WHERE id = ? AND status = 'pending'` // frees its intentions by the foreign key
	reclaimMail    = `UPDATE mails SET claimed_at = :at, attempts = attempts + 1
		WHERE id = :id AND status = 'pending' AND claimed_at = :seen AND claimed_at < :at`
)

// Claim implements notify.Claims. A mail whose id is taken is a conflict too.
func (s *Store) Claim(ctx context.Context, m notify.Mail) error {
	const op = "claim mail"
	keys, err := json.Marshal(m.Keys)
	if err != nil {
		return failed(ctx, op, err)
	}
	return s.writeThrough(ctx, op, func(tx *sql.Tx) error {
		err := mustChange(tx.ExecContext(ctx, insertMail, m.ID, m.Person, string(keys),
			instant{m.ClaimedAt}.micros(), max(m.Attempts, 1)))
		if err != nil {
			return err
		}
		for _, key := range m.Keys {
			if err := mustChange(tx.ExecContext(ctx, claimIntention, m.ID, key)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Settle implements notify.Claims. A mail that is unknown, released or settled
// before is dossier.ErrConflict: the first fate stands.
func (s *Store) Settle(ctx context.Context, mail string, fate notify.Status, at time.Time) error {
	const op = "settle mail"
	switch fate {
	case notify.Sent, notify.Refused, notify.Pending:
	default:
		return failed(ctx, op, fmt.Errorf("a mail ends as %s, %s or %s, not %q", notify.Sent, notify.Refused, notify.Pending, fate))
	}
	return s.writeThrough(ctx, op, func(tx *sql.Tx) error {
		if fate == notify.Pending {
			return mustChange(tx.ExecContext(ctx, releaseMail, mail))
		}
		return mustChange(tx.ExecContext(ctx, settleMail, string(fate), instant{at}, mail))
	})
}

// Orphans implements notify.Claims.
func (s *Store) Orphans(ctx context.Context, before time.Time, limit int) ([]notify.Mail, error) {
	mails, err := all(ctx, s.reads, scanMail, unsettledMail, instant{before}.micros(), max(limit, 0))
	return mails, failed(ctx, "read orphaned mails", err)
}

// Reclaim implements notify.Claims. The new instant must be later than the old
// one, or two takers could both win.
func (s *Store) Reclaim(ctx context.Context, m notify.Mail, at time.Time) error {
	return s.writeThrough(ctx, "reclaim mail", func(tx *sql.Tx) error {
		return mustChange(tx.ExecContext(ctx, reclaimMail, sql.Named("id", m.ID),
			sql.Named("seen", instant{m.ClaimedAt}.micros()), sql.Named("at", instant{at}.micros())))
	})
}

// Mail returns one mail, claimed or settled; false when unknown or released.
func (s *Store) Mail(ctx context.Context, id string) (notify.Mail, bool, error) {
	m, found, err := one(ctx, s.reads, scanMail, mailByID, id)
	return m, found, failed(ctx, "read mail", err)
}

// mustChange is dossier.ErrConflict when the row was no longer as expected.
func mustChange(r sql.Result, err error) error {
	ok, err := changed(r, err)
	if err == nil && !ok {
		return dossier.ErrConflict
	}
	return err
}

func scanMail(rows *sql.Rows) (notify.Mail, error) {
	var m notify.Mail
	var status string
	var keys sql.RawBytes
	var claimedAt, settledAt instant
	if err := rows.Scan(&m.ID, &m.Person, &keys, &claimedAt, &status, &settledAt, &m.Attempts); err != nil {
		return m, err
	}
	if err := json.Unmarshal(keys, &m.Keys); err != nil {
		return m, errors.New("a mail does not have the shape this version writes")
	}
	m.Status, m.ClaimedAt, m.SettledAt = notify.Status(status), claimedAt.Time, settledAt.Time
	return m, nil
}
