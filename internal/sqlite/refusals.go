package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

const (
	refuseMail      = `UPDATE mails SET status = 'refused', settled_at = ? WHERE id = ? AND status = 'sent'`
	suppressAddress = `INSERT INTO suppressed (digest, since) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING`
	allowAddress    = `DELETE FROM suppressed WHERE digest = ?`
	suppressedSince = `SELECT since FROM suppressed WHERE digest = ?`
)

// Refuse implements notify.Refusals. Intentions follow by themselves: they are
// read through their mail.
func (s *Store) Refuse(ctx context.Context, mail string, at time.Time) (refused bool, err error) {
	err = s.writeThrough(ctx, "refuse mail", func(tx *sql.Tx) error {
		refused, err = changed(tx.ExecContext(ctx, refuseMail, instant{at}, mail))
		return err
	})
	return refused && err == nil, err
}

// Suppress implements notify.Refusals.
func (s *Store) Suppress(ctx context.Context, digest string, at time.Time) error {
	const op = "suppress address"
	switch {
	case digest == "":
		return failed(ctx, op, errors.New("the digest of the address is empty"))
	case at.IsZero():
		return failed(ctx, op, errors.New("it must begin at an instant, which is zero"))
	}
	return s.writeThrough(ctx, op, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, suppressAddress, digest, instant{at}.micros())
		return err
	})
}

// Allow implements notify.Refusals.
func (s *Store) Allow(ctx context.Context, digest string) error {
	return s.writeThrough(ctx, "allow address", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, allowAddress, digest)
		return err
	})
}

// Suppressed implements notify.Refusals.
func (s *Store) Suppressed(ctx context.Context, digest string) (time.Time, error) {
	since, _, err := one(ctx, s.reads, scanInstant, suppressedSince, digest)
	return since, failed(ctx, "read suppression", err)
}

func scanInstant(rows *sql.Rows) (time.Time, error) {
	var at instant
	err := rows.Scan(&at)
	return at.Time, err
}
