package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"relais/internal/ingest"
)

// A hint is visible when it was never pulled, or when the time of the last pull
// is over.
const (
	insertHint = `INSERT INTO hints (demarche, number, received_at, attempts) VALUES (?, ?, ?, 0)`

	visibleHints = `SELECT id FROM hints WHERE hidden_until IS NULL OR hidden_until <= :now ORDER BY id LIMIT :limit`
	pullHints    = `UPDATE hints SET hidden_until = :until, attempts = attempts + 1 WHERE id IN (` + visibleHints + `)
		RETURNING id, demarche, number, received_at, attempts`

	forgetHints = `DELETE FROM hints WHERE id IN (SELECT value FROM json_each(?))`
)

// Push implements ingest.Hints: the disk has the hint when it returns. ID and
// Attempts of h are not looked at.
func (s *Store) Push(ctx context.Context, h ingest.Hint) error {
	return s.writeThrough(ctx, "queue hint", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, insertHint, h.Demarche, h.Number, instant{h.ReceivedAt})
		return err
	})
}

// Pull implements ingest.Hints. The write lock, taken first, gives each hint to
// one consumer. A queue with nothing to pull is only read, and waits for nobody.
func (s *Store) Pull(ctx context.Context, now time.Time, hide time.Duration, limit int) (hints []ingest.Hint, err error) {
	const op = "pull hints"
	if limit <= 0 {
		return nil, ctx.Err()
	}
	at, until := sql.Named("now", instant{now}.micros()), sql.Named("until", instant{now.Add(hide)}.micros())
	_, found, err := one(ctx, s.reads, scanNumber, visibleHints, at, sql.Named("limit", 1))
	if err != nil || !found {
		return nil, failed(ctx, op, err)
	}
	err = s.write(ctx, op, func(tx *sql.Tx) error {
		hints, err = all(ctx, tx, scanHint, pullHints, at, until, sql.Named("limit", limit))
		return err
	})
	if err != nil {
		return nil, err
	}
	// RETURNING promises no order.
	slices.SortFunc(hints, func(a, b ingest.Hint) int { return cmp.Compare(a.ID, b.ID) })
	return hints, nil
}

// Done implements ingest.Hints. Ids that are not there are no error.
func (s *Store) Done(ctx context.Context, ids []int64) error {
	const op = "forget hints"
	if len(ids) == 0 {
		return ctx.Err()
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return failed(ctx, op, err)
	}
	return s.write(ctx, op, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, forgetHints, string(list))
		return err
	})
}

func scanHint(rows *sql.Rows) (h ingest.Hint, err error) {
	var receivedAt instant
	err = rows.Scan(&h.ID, &h.Demarche, &h.Number, &receivedAt, &h.Attempts)
	h.ReceivedAt = receivedAt.Time
	return h, err
}
