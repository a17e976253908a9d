package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"relais/internal/dossier"
	"relais/internal/ingest"
)

const (
	selectStreams = `SELECT demarche, version, body FROM streams WHERE demarche = ?`
	insertStreams = `INSERT INTO streams (demarche, version, body) VALUES (?, 1, ?) ON CONFLICT (demarche) DO NOTHING`
	updateStreams = `UPDATE streams SET version = version + 1, body = ? WHERE demarche = ? AND version = ?`

	selectDemarche  = `SELECT number, body FROM demarches WHERE number = ?`
	selectDemarches = `SELECT number, body FROM demarches ORDER BY number`
	putDemarche     = `INSERT INTO demarches (number, body) VALUES (?, ?)
		ON CONFLICT (number) DO UPDATE SET body = excluded.body`
)

// Streams implements ingest.Positions.
func (s *Store) Streams(ctx context.Context, demarche int) (ingest.Streams, error) {
	streams, found, err := one(ctx, s.reads, scanStreams, selectStreams, demarche)
	if err != nil || !found {
		return ingest.Streams{Demarche: demarche}, failed(ctx, "read positions", err)
	}
	return streams, nil
}

// SaveStreams implements ingest.Positions.
func (s *Store) SaveStreams(ctx context.Context, streams ingest.Streams) (version int64, err error) {
	body, err := encodeStreams(streams)
	if err != nil {
		return 0, failed(ctx, "save positions", err)
	}
	err = s.write(ctx, "save positions", func(tx *sql.Tx) error {
		return fenced(streams.Version,
			func() (sql.Result, error) {
				return tx.ExecContext(ctx, insertStreams, streams.Demarche, string(body))
			},
			func() (sql.Result, error) {
				return tx.ExecContext(ctx, updateStreams, string(body), streams.Demarche, streams.Version)
			})
	})
	if err != nil {
		return 0, err
	}
	return streams.Version + 1, nil
}

// fenced inserts a row of version 0 or updates one whose version still stands.
func fenced(version int64, insert, update func() (sql.Result, error)) error {
	write := update
	if version == 0 {
		write = insert
	}
	written, err := changed(write())
	if err == nil && !written {
		return dossier.ErrConflict
	}
	return err
}

// CompletedAt implements notify.Truth.
func (s *Store) CompletedAt(ctx context.Context, demarche int) (time.Time, error) {
	streams, err := s.Streams(ctx, demarche)
	return streams.CompletedAt, err
}

// PutDemarche implements ingest.Positions.
func (s *Store) PutDemarche(ctx context.Context, d dossier.Demarche) error {
	body, err := encodeDemarche(d)
	if err != nil {
		return failed(ctx, "put démarche", err)
	}
	return s.write(ctx, "put démarche", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, putDemarche, d.Number, string(body))
		return err
	})
}

// Demarche implements notify.Truth.
func (s *Store) Demarche(ctx context.Context, number int) (dossier.Demarche, bool, error) {
	d, found, err := one(ctx, s.reads, scanDemarche, selectDemarche, number)
	return d, found, failed(ctx, "read démarche", err)
}

// Demarches returns every démarche ever read, by number.
func (s *Store) Demarches(ctx context.Context) ([]dossier.Demarche, error) {
	ds, err := all(ctx, s.reads, scanDemarche, selectDemarches)
	return ds, failed(ctx, "read démarches", err)
}

func scanStreams(rows *sql.Rows) (ingest.Streams, error) {
	var demarche int
	var version int64
	var body sql.RawBytes
	if err := rows.Scan(&demarche, &version, &body); err != nil {
		return ingest.Streams{}, err
	}
	streams, err := decodeStreams(body)
	if err != nil {
		return streams, fmt.Errorf("démarche %d: the positions do not have the shape this version writes", demarche)
	}
	streams.Demarche, streams.Version = demarche, version
	return streams, nil
}

func scanDemarche(rows *sql.Rows) (dossier.Demarche, error) {
	var number int
	var body sql.RawBytes
	if err := rows.Scan(&number, &body); err != nil {
		return dossier.Demarche{}, err
	}
	d, err := decodeDemarche(body)
	if err != nil {
		return d, fmt.Errorf("démarche %d does not have the shape this version writes", number)
	}
	d.Number = number
	return d, nil
}
