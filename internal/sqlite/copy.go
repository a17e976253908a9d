package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"relais/internal/dossier"
)

const (
	selectHead   = `SELECT number, demarche, version, head FROM dossiers`
	selectRecord = `SELECT d.number, d.demarche, d.version, d.head, p.format, p.body
		FROM dossiers d LEFT JOIN payloads p ON p.number = d.number`

	// +demarche: look the numbers up, whatever other index could serve.
	headsOf     = selectHead + ` WHERE number IN (SELECT value FROM json_each(?)) AND +demarche = ?`
	recordsOf   = selectRecord + ` WHERE d.number IN (SELECT value FROM json_each(?)) ORDER BY d.number`
	stampAfter  = `SELECT min(judged_with) FROM dossiers WHERE demarche = ? AND judged_with > ?`
	firstStamp  = `SELECT min(judged_with) FROM dossiers WHERE demarche = ? AND judged_with IS NOT NULL`
	stampedWith = `SELECT number FROM dossiers WHERE demarche = ? AND judged_with = ? AND number > ?
		ORDER BY number LIMIT ?`

	nextWritten = `(SELECT coalesce(max(written), 0) + 1 FROM dossiers)`

	insertDossier = `INSERT INTO dossiers (number, demarche, version, next_step, judged_with, head, written)
		VALUES (:number, :demarche, 1, :next_step, CASE WHEN :fresh THEN :stamp END, :head, ` + nextWritten + `)
		ON CONFLICT (number) DO NOTHING`
	updateDossier = `UPDATE dossiers SET demarche = :demarche, version = version + 1, next_step = :next_step,
			judged_with = CASE WHEN :fresh OR EXISTS (SELECT 1 FROM payloads p WHERE p.number = :number) THEN :stamp END,
			head = :head, written = ` + nextWritten + `
		WHERE number = :number AND version = :version`
	putPayload = `INSERT INTO payloads (number, format, body) VALUES (?, ?, ?)
		ON CONFLICT (number) DO UPDATE SET format = excluded.format, body = excluded.body`
	erasePayload = `DELETE FROM payloads WHERE number = ?`
)

// Heads implements ingest.Copy.
func (s *Store) Heads(ctx context.Context, demarche int, numbers []int) (map[int]dossier.Head, error) {
	list, err := json.Marshal(numbers)
	if err != nil {
		return nil, failed(ctx, "read heads", err)
	}
	heads, err := all(ctx, s.reads, scanHead, headsOf, string(list), demarche)
	if err != nil {
		return nil, failed(ctx, "read heads", err)
	}
	out := make(map[int]dossier.Head, len(heads))
	for _, h := range heads {
		out[h.Number] = h
	}
	return out, nil
}

// Put implements ingest.Copy: all records in one transaction. What costs time,
// encoding and compressing, is done before the write lock is taken.
func (s *Store) Put(ctx context.Context, records []dossier.Record) (conflicts []int, err error) {
	rows, err := s.encode(records)
	if err != nil {
		return nil, failed(ctx, "put dossiers", err)
	}
	return s.putRows(ctx, rows)
}

func (s *Store) putRows(ctx context.Context, rows []dossierRow) (conflicts []int, err error) {
	erased := false
	err = s.write(ctx, "put dossiers", func(tx *sql.Tx) error {
		w, err := newDossierWriter(ctx, tx)
		if err != nil {
			return err
		}
		for _, r := range rows {
			written, err := w.put(ctx, r)
			if err != nil {
				return fmt.Errorf("dossier %d: %w", r.number, err)
			}
			if !written {
				conflicts = append(conflicts, r.number)
			}
			erased = erased || written && r.erase
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.clearResidue(ctx, erased)
	return conflicts, nil
}

// JudgedOtherwise implements ingest.Copy. Few stamps exist at a time, so it asks
// the index for each of the other ones: a full re-judging stays linear.
func (s *Store) JudgedOtherwise(ctx context.Context, demarche int, stamp string, after, limit int) (records []dossier.Record, err error) {
	if limit <= 0 {
		return nil, ctx.Err()
	}
	err = s.snapshot(ctx, "read dossiers judged otherwise", func(tx *sql.Tx) error {
		stamps, err := otherStamps(ctx, tx, demarche, stamp)
		if err != nil {
			return err
		}
		var numbers []int
		for _, other := range stamps {
			some, err := all(ctx, tx, scanNumber, stampedWith, demarche, other, after, limit)
			if err != nil {
				return err
			}
			numbers = append(numbers, some...)
		}
		slices.Sort(numbers)
		records, err = s.records(ctx, tx, numbers[:min(limit, len(numbers))])
		return err
	})
	return records, err
}

func otherStamps(ctx context.Context, tx *sql.Tx, demarche int, stamp string) ([]string, error) {
	var out []string
	var next sql.NullString
	err := tx.QueryRowContext(ctx, firstStamp, demarche).Scan(&next)
	for err == nil && next.Valid {
		if next.String != stamp {
			out = append(out, next.String)
		}
		err = tx.QueryRowContext(ctx, stampAfter, demarche, next.String).Scan(&next)
	}
	return out, err
}

func (s *Store) records(ctx context.Context, q querier, numbers []int) ([]dossier.Record, error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	list, err := json.Marshal(numbers)
	if err != nil {
		return nil, err
	}
	return all(ctx, q, s.scanRecord, recordsOf, string(list))
}

// dossierRow is a record ready to be written. A nil payload keeps the stored one.
type dossierRow struct {
	number, demarche int
	version          int64
	nextStep         instant
	stamp            sql.NullString
	head, payload    []byte
	erase            bool
}

func (s *Store) encode(records []dossier.Record) ([]dossierRow, error) {
	rows := make([]dossierRow, 0, len(records))
	var scratch bytes.Buffer
	for _, r := range records {
		row, err := encodeRow(r.Head)
		if err == nil && r.Dossier != nil && !row.erase {
			row.payload, err = s.codec.pack(r.Dossier, &scratch)
		}
		if err != nil {
			return nil, fmt.Errorf("dossier %d: %w", r.Number, err)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func encodeRow(h dossier.Head) (dossierRow, error) {
	head, err := encodeHead(h)
	head = shelterJSON(head)
	erase := h.Removed == dossier.Purged || h.Foreign
	return dossierRow{
		number: h.Number, demarche: h.Demarche, version: h.Version,
		nextStep: instant{h.NextStep()},
		stamp:    sql.NullString{String: h.Judgement.JudgedWith, Valid: !erase},
		head:     head,
		erase:    erase,
	}, err
}

// dossierWriter holds the statements of one transaction, which closes them.
type dossierWriter struct{ insert, update, payload, erase *sql.Stmt }

func newDossierWriter(ctx context.Context, tx *sql.Tx) (w dossierWriter, err error) {
	for stmt, query := range map[**sql.Stmt]string{
		&w.insert: insertDossier, &w.update: updateDossier, &w.payload: putPayload, &w.erase: erasePayload,
	} {
		if *stmt, err = tx.PrepareContext(ctx, query); err != nil {
			return w, err
		}
	}
	return w, nil
}

// put writes a row unless its version is not the stored one.
func (w dossierWriter) put(ctx context.Context, r dossierRow) (written bool, err error) {
	head := w.update
	if r.version == 0 {
		head = w.insert
	}
	if written, err = changed(head.ExecContext(ctx, r.args()...)); err != nil || !written {
		return false, err
	}
	switch {
	case r.erase:
		_, err = w.erase.ExecContext(ctx, r.number)
	case r.payload != nil:
		_, err = w.payload.ExecContext(ctx, r.number, zstdJSON, r.payload)
	}
	return err == nil, err
}

func (r dossierRow) args() []any {
	return []any{
		sql.Named("number", r.number), sql.Named("demarche", r.demarche), sql.Named("version", r.version),
		sql.Named("next_step", r.nextStep), sql.Named("stamp", r.stamp), sql.Named("fresh", r.payload != nil),
		sql.Named("head", string(r.head)),
	}
}

func scanNumber(rows *sql.Rows) (n int, err error) {
	err = rows.Scan(&n)
	return n, err
}

func scanHead(rows *sql.Rows) (dossier.Head, error) {
	var number, demarche int
	var version int64
	var head sql.RawBytes
	if err := rows.Scan(&number, &demarche, &version, &head); err != nil {
		return dossier.Head{}, err
	}
	return assembleHead(number, demarche, version, head)
}

func (s *Store) scanRecord(rows *sql.Rows) (r dossier.Record, err error) {
	var number, demarche int
	var version int64
	var head, body sql.RawBytes
	var format sql.NullInt64
	if err = rows.Scan(&number, &demarche, &version, &head, &format, &body); err != nil {
		return r, err
	}
	if r.Head, err = assembleHead(number, demarche, version, head); err != nil {
		return r, err
	}
	if r.Dossier, err = s.codec.unpack(int(format.Int64), body); err != nil {
		return r, fmt.Errorf("dossier %d: %w", number, err)
	}
	return r, nil
}

func assembleHead(number, demarche int, version int64, body []byte) (dossier.Head, error) {
	h, err := decodeHead(body)
	if err != nil {
		return h, fmt.Errorf("dossier %d: the head does not have the shape this version writes", number)
	}
	h.Number, h.Demarche, h.Version = number, demarche, version
	return h, nil
}
