package sqlite

import (
	"context"
	"database/sql"
	"math"

	"relais/internal/dossier"
	"relais/internal/notify"
)

const (
	// batch bounds the memory of the readings of everything.
	batch = 200

	recordByNumber = selectRecord + ` WHERE d.number = ?`
	headsAfter     = selectHead + ` WHERE number > ? ORDER BY number LIMIT ?`

	selectMeta = `SELECT value FROM meta WHERE key = ?`
	putMeta    = `INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`
)

// Record implements notify.Truth.
func (s *Store) Record(ctx context.Context, number int) (dossier.Record, bool, error) {
	r, found, err := one(ctx, s.reads, s.scanRecord, recordByNumber, number)
	return r, found, failed(ctx, "read dossier", err)
}

// EachHead calls fn with every head of number above after, ascending; an error
// of fn ends the reading and is returned as it is. Each head is as stored at
// some instant during the reading. fn may use the store.
func (s *Store) EachHead(ctx context.Context, after int, fn func(dossier.Head) error) error {
	for {
		heads, err := all(ctx, s.reads, scanHead, headsAfter, after, batch)
		if err != nil {
			return failed(ctx, "read all heads", err)
		}
		if err := each(ctx, heads, fn); err != nil {
			return err
		}
		if len(heads) < batch {
			return nil
		}
		after = heads[batch-1].Number
	}
}

// EachIntention calls fn with every intention by creation, then key, as EachHead
// does.
func (s *Store) EachIntention(ctx context.Context, fn func(notify.Intention) error) error {
	createdAt, key := int64(math.MinInt64), ""
	for {
		intentions, err := all(ctx, s.reads, scanIntention, intentionsAfter, createdAt, key, batch)
		if err != nil {
			return failed(ctx, "read all intentions", err)
		}
		if err := each(ctx, intentions, fn); err != nil {
			return err
		}
		if len(intentions) < batch {
			return nil
		}
		last := intentions[batch-1]
		createdAt, key = instant{last.CreatedAt}.micros(), last.Key
	}
}

func each[T any](ctx context.Context, items []T, fn func(T) error) error {
	for _, item := range items {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := fn(item); err != nil {
			return err
		}
	}
	return nil
}

// Meta returns a note about the store itself, "" when absent.
func (s *Store) Meta(ctx context.Context, key string) (string, error) {
	value, _, err := one(ctx, s.reads, scanText, selectMeta, key)
	return value, failed(ctx, "read meta", err)
}

// SetMeta writes a note about the store itself.
func (s *Store) SetMeta(ctx context.Context, key, value string) error {
	return s.write(ctx, "write meta", func(tx *sql.Tx) error { return setMeta(ctx, tx, key, value) })
}

func setMeta(ctx context.Context, tx *sql.Tx, key, value string) error {
	_, err := tx.ExecContext(ctx, putMeta, key, value)
	return err
}
