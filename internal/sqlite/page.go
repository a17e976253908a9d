package sqlite

import (
	"context"
	"database/sql"
	"math"

	"relais/internal/dossier"
	"relais/internal/notify"
)

// What the operator's page asks, to show twenty thousand dossiers without decoding
// them at each view.

const (
	headsSince = `SELECT number, demarche, version, head, written FROM dossiers
		WHERE (written, number) > (?, ?) ORDER BY written, number LIMIT ?`
	intentionsOf = selectIntention + ` WHERE i.body ->> '$.dossier' = ? ORDER BY i.created_at, i.key`

	countIntentions = `SELECT coalesce(m.status, i.status), count(*)
		FROM intentions i LEFT JOIN mails m ON m.id = i.mail GROUP BY 1`
	countMails = `SELECT status, count(*) FROM mails GROUP BY status`
)

type writtenHead struct {
	dossier.Head
	written int64
}

// HeadsSince calls fn with every head written since the mark was given, 0 for all
// of them, and returns the mark to come back with. One that is written meanwhile
// may come twice, the later one last. An error of fn ends the reading and is
// returned as it is. fn may use the store.
func (s *Store) HeadsSince(ctx context.Context, mark int64, fn func(dossier.Head) error) (int64, error) {
	// A mark is one more than the last write seen: files of an older version have
	// heads of write 0.
	written, number := mark-1, int64(math.MaxInt64)
	for {
		heads, err := all(ctx, s.reads, scanWrittenHead, headsSince, written, number, batch)
		if err != nil {
			return mark, failed(ctx, "read heads written since", err)
		}
		if err := each(ctx, heads, func(h writtenHead) error { return fn(h.Head) }); err != nil {
			return mark, err
		}
		if n := len(heads); n > 0 {
			written, number = heads[n-1].written, int64(heads[n-1].Number)
		}
		if len(heads) < batch {
			return written + 1, nil
		}
	}
}

func scanWrittenHead(rows *sql.Rows) (h writtenHead, err error) {
	var number, demarche int
	var version int64
	var head sql.RawBytes
	if err := rows.Scan(&number, &demarche, &version, &head, &h.written); err != nil {
		return h, err
	}
	h.Head, err = assembleHead(number, demarche, version, head)
	return h, err
}

// IntentionsOf returns the intentions about one dossier by creation, then key.
func (s *Store) IntentionsOf(ctx context.Context, number int) ([]notify.Intention, error) {
	intentions, err := all(ctx, s.reads, scanIntention, intentionsOf, number)
	return intentions, failed(ctx, "read the intentions of a dossier", err)
}

// Counts returns how many intentions and how many mails there are of each status.
// An intention that a mail has claimed has the status of the mail.
func (s *Store) Counts(ctx context.Context) (intentions, mails map[notify.Status]int, err error) {
	err = s.snapshot(ctx, "count intentions and mails", func(tx *sql.Tx) error {
		if intentions, err = count(ctx, tx, countIntentions); err != nil {
			return err
		}
		mails, err = count(ctx, tx, countMails)
		return err
	})
	return intentions, mails, err
}

func count(ctx context.Context, q querier, query string) (map[notify.Status]int, error) {
	type line struct {
		status string
		n      int
	}
	lines, err := all(ctx, q, func(rows *sql.Rows) (l line, err error) {
		err = rows.Scan(&l.status, &l.n)
		return l, err
	}, query)
	by := make(map[notify.Status]int, len(lines))
	for _, l := range lines {
		by[notify.Status(l.status)] = l.n
	}
	return by, err
}
