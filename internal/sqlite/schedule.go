package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"relais/internal/dossier"
	"relais/internal/notify"
)

const (
	dueBeside = selectRecord + ` WHERE d.next_step = ? AND d.number > ? ORDER BY d.number LIMIT ?`
	dueAfter  = selectRecord + ` WHERE d.next_step > ? AND d.next_step <= ? ORDER BY d.next_step, d.number LIMIT ?`

	selectPlan = `SELECT call, version, body FROM call_plans WHERE call = ?`
	insertPlan = `INSERT INTO call_plans (call, version, body) VALUES (?, 1, ?) ON CONFLICT (call) DO NOTHING`
	updatePlan = `UPDATE call_plans SET version = version + 1, body = ? WHERE call = ? AND version = ?`
)

// Due implements notify.Schedule. Thousands of steps fall at one instant: the
// records beside the last one seen are found by number, without passing over
// those before it.
func (s *Store) Due(ctx context.Context, at time.Time, after notify.Seen, limit int) ([]dossier.Record, error) {
	const op = "read due dossiers"
	last, end := instant{after.Step}.micros(), instant{at}.micros()
	if limit <= 0 || last > end {
		return nil, ctx.Err()
	}
	records, err := all(ctx, s.reads, s.scanRecord, dueBeside, last, after.Number, limit)
	if err != nil || len(records) == limit {
		return records, failed(ctx, op, err)
	}
	later, err := all(ctx, s.reads, s.scanRecord, dueAfter, last, end, limit-len(records))
	return append(records, later...), failed(ctx, op, err)
}

// Advance implements notify.Schedule.
func (s *Store) Advance(ctx context.Context, head dossier.Head, intentions []notify.Intention) (added int, err error) {
	const op = "advance reminders"
	row, err := encodeRow(head)
	if err != nil {
		return 0, failed(ctx, op, err)
	}
	return s.advance(ctx, op, intentions, func(tx *sql.Tx) error {
		written, err := changed(tx.ExecContext(ctx, updateDossier, row.args()...))
		if err == nil && !written {
			return dossier.ErrConflict
		}
		return err
	})
}

// CallPlan implements notify.Schedule.
func (s *Store) CallPlan(ctx context.Context, call string) (notify.Plan, error) {
	plan, found, err := one(ctx, s.reads, scanPlan, selectPlan, call)
	if err != nil || !found {
		return notify.Plan{Call: call}, failed(ctx, "read call plan", err)
	}
	return plan, nil
}

// AdvanceCall implements notify.Schedule.
func (s *Store) AdvanceCall(ctx context.Context, plan notify.Plan, intentions []notify.Intention) (added int, err error) {
	const op = "advance call reminders"
	body, err := encodePlan(plan)
	if err != nil {
		return 0, failed(ctx, op, err)
	}
	return s.advance(ctx, op, intentions, func(tx *sql.Tx) error {
		return fenced(plan.Version,
			func() (sql.Result, error) { return tx.ExecContext(ctx, insertPlan, plan.Call, string(body)) },
			func() (sql.Result, error) {
				return tx.ExecContext(ctx, updatePlan, string(body), plan.Call, plan.Version)
			})
	})
}

// advance writes progress and intentions together or not at all.
func (s *Store) advance(ctx context.Context, op string, intentions []notify.Intention, progress func(*sql.Tx) error) (added int, err error) {
	err = s.write(ctx, op, func(tx *sql.Tx) error {
		if err := progress(tx); err != nil {
			return err
		}
		added, err = enqueue(ctx, tx, intentions)
		return err
	})
	if err != nil {
		return 0, err
	}
	return added, nil
}

func scanPlan(rows *sql.Rows) (notify.Plan, error) {
	var call string
	var version int64
	var body sql.RawBytes
	if err := rows.Scan(&call, &version, &body); err != nil {
		return notify.Plan{}, err
	}
	p, err := decodePlan(body)
	if err != nil {
		return p, fmt.Errorf("call %s: the plan does not have the shape this version writes", call)
	}
	p.Call, p.Version = call, version
	return p, nil
}
