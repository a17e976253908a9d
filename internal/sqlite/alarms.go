package sqlite

import (
	"context"
	"database/sql"
	"time"

	"relais/internal/ingest"
)

const (
	raiseAlarm = `INSERT INTO alarms (cause, since) VALUES (?, ?) ON CONFLICT (cause) DO NOTHING`
	clearAlarm = `DELETE FROM alarms WHERE cause = ?`
	listAlarms = `SELECT cause, since FROM alarms ORDER BY since, cause`
)

// RaiseAlarm implements ingest.Alarms. The disk has a new alarm before its
// caller tells the operator: one lost would be told again.
func (s *Store) RaiseAlarm(ctx context.Context, cause string, at time.Time) (first bool, err error) {
	err = s.writeThrough(ctx, "raise alarm", func(tx *sql.Tx) error {
		first, err = changed(tx.ExecContext(ctx, raiseAlarm, cause, instant{at}.micros()))
		return err
	})
	return first && err == nil, err
}

// ClearAlarm implements ingest.Alarms.
func (s *Store) ClearAlarm(ctx context.Context, cause string) error {
	return s.write(ctx, "clear alarm", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, clearAlarm, cause)
		return err
	})
}

// Alarms implements ingest.Alarms.
func (s *Store) Alarms(ctx context.Context) ([]ingest.Alarm, error) {
	alarms, err := all(ctx, s.reads, scanAlarm, listAlarms)
	return alarms, failed(ctx, "read alarms", err)
}

func scanAlarm(rows *sql.Rows) (ingest.Alarm, error) {
	var a ingest.Alarm
	var since instant
	err := rows.Scan(&a.Cause, &since)
	a.Since = since.Time
	return a, err
}
