package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"math"

	"relais/internal/ingest"
)

const (
	casesBetween = `SELECT demarche, number, body FROM quarantine WHERE demarche BETWEEN ? AND ? ORDER BY demarche, number`
	putCase      = `INSERT INTO quarantine (demarche, number, body) VALUES (?, ?, ?)
		ON CONFLICT (demarche, number) DO UPDATE SET body = excluded.body`
	dropCase = `DELETE FROM quarantine WHERE demarche = ? AND number = ?`
)

// Cases implements ingest.Quarantine.
func (s *Store) Cases(ctx context.Context, demarche int) ([]ingest.Case, error) {
	first, last := int64(demarche), int64(demarche)
	if demarche == 0 {
		first, last = math.MinInt64, math.MaxInt64
	}
	cases, err := all(ctx, s.reads, scanCase, casesBetween, first, last)
	return cases, failed(ctx, "read quarantine", err)
}

// PutCase implements ingest.Quarantine.
func (s *Store) PutCase(ctx context.Context, c ingest.Case) error {
	const op = "quarantine dossier"
	body, err := encodeCase(c)
	if err != nil {
		return failed(ctx, op, err)
	}
	return s.write(ctx, op, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, putCase, c.Demarche, c.Number, string(body))
		return err
	})
}

// DropCase implements ingest.Quarantine.
func (s *Store) DropCase(ctx context.Context, demarche, number int) error {
	return s.write(ctx, "drop from quarantine", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, dropCase, demarche, number)
		return err
	})
}

func scanCase(rows *sql.Rows) (ingest.Case, error) {
	var demarche, number int
	var body sql.RawBytes
	if err := rows.Scan(&demarche, &number, &body); err != nil {
		return ingest.Case{}, err
	}
	c, err := decodeCase(body)
	if err != nil {
		return c, fmt.Errorf("dossier %d: its case does not have the shape this version writes", number)
	}
	c.Demarche, c.Number = demarche, number
	return c, nil
}
