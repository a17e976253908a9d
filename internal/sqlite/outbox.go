package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"relais/internal/notify"
)

// An intention that a mail has claimed shows the status of the mail, and its
// settlement as the instant of sending if it was sent.
const (
	selectIntention = `SELECT i.key, i.person, i.created_at, coalesce(m.status, i.status), coalesce(i.mail, ''),
			CASE WHEN m.status = 'sent' THEN m.settled_at END, i.body
		FROM intentions i LEFT JOIN mails m ON m.id = i.mail`

	freePeople = `SELECT DISTINCT person FROM intentions
		WHERE mail IS NULL AND status = ? AND person > ? ORDER BY person LIMIT ?`
	freeIntentions = selectIntention + ` WHERE i.mail IS NULL AND i.status = ? AND i.person = ?
		ORDER BY i.created_at, i.key`
	intentionByKey  = selectIntention + ` WHERE i.key = ?`
	intentionsAfter = selectIntention + ` WHERE (i.created_at, i.key) > (?, ?)
		ORDER BY i.created_at, i.key LIMIT ?`

	insertIntention = `INSERT INTO intentions (key, person, status, created_at, body) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (key) DO NOTHING`
	markIntention = `UPDATE intentions SET status = ? WHERE key = ? AND mail IS NULL`
)

// People implements notify.Outbox.
func (s *Store) People(ctx context.Context, status notify.Status, after string, limit int) ([]string, error) {
	people, err := all(ctx, s.reads, scanText, freePeople, string(status), after, max(limit, 0))
	return people, failed(ctx, "read people to tell", err)
}

// Of implements notify.Outbox.
func (s *Store) Of(ctx context.Context, person string, status notify.Status) ([]notify.Intention, error) {
	intentions, err := all(ctx, s.reads, scanIntention, freeIntentions, string(status), person)
	return intentions, failed(ctx, "read intentions", err)
}

// Rows implements notify.Outbox.
func (s *Store) Rows(ctx context.Context, keys []string) ([]notify.Intention, error) {
	var rows []notify.Intention
	for _, key := range slices.Compact(slices.Sorted(slices.Values(keys))) {
		i, found, err := one(ctx, s.reads, scanIntention, intentionByKey, key)
		if err != nil {
			return nil, failed(ctx, "read intentions by key", err)
		}
		if found {
			rows = append(rows, i)
		}
	}
	return rows, ctx.Err()
}

// Mark implements notify.Outbox.
func (s *Store) Mark(ctx context.Context, keys []string, status notify.Status) error {
	return s.write(ctx, "mark intentions", func(tx *sql.Tx) error {
		stmt, err := tx.PrepareContext(ctx, markIntention)
		if err != nil {
			return err
		}
		for _, key := range keys {
			if _, err := stmt.ExecContext(ctx, string(status), key); err != nil {
				return err
			}
		}
		return nil
	})
}

// Enqueue implements notify.Outbox.
func (s *Store) Enqueue(ctx context.Context, intentions []notify.Intention) (added int, err error) {
	return s.advance(ctx, "enqueue intentions", intentions, func(*sql.Tx) error { return nil })
}

func enqueue(ctx context.Context, tx *sql.Tx, intentions []notify.Intention) (added int, err error) {
	if len(intentions) == 0 {
		return 0, nil
	}
	stmt, err := tx.PrepareContext(ctx, insertIntention)
	if err != nil {
		return 0, err
	}
	for _, i := range intentions {
		body, err := encodeIntention(i)
		if err != nil {
			return 0, err
		}
		// micros, not Value: the order by creation needs an integer in every row.
		isNew, err := changed(stmt.ExecContext(ctx, i.Key, i.Person, string(i.Status), instant{i.CreatedAt}.micros(), string(body)))
		if err != nil {
			return 0, err
		}
		if isNew {
			added++
		}
	}
	return added, nil
}

func scanIntention(rows *sql.Rows) (notify.Intention, error) {
	var key, person, status, mail string
	var createdAt, sentAt instant
	var body sql.RawBytes
	if err := rows.Scan(&key, &person, &createdAt, &status, &mail, &sentAt, &body); err != nil {
		return notify.Intention{}, err
	}
	i, err := decodeIntention(body)
	if err != nil {
		return i, errors.New("an intention does not have the shape this version writes")
	}
	i.Key, i.Person, i.CreatedAt = key, person, createdAt.Time
	i.Status, i.Mail, i.SentAt = notify.Status(status), mail, sentAt.Time
	return i, nil
}
