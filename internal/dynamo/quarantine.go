package dynamo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"relais/internal/dossier"
	"relais/internal/ingest"
)

// Cases implements ingest.Quarantine.
func (s *Store) Cases(ctx context.Context, demarche int) ([]ingest.Case, error) {
	const op = "read quarantine"
	q := question{partition: quarantine}
	if demarche != 0 {
		q.from, q.to = digits(demarche)+nul, afterText(digits(demarche))
	}
	rows, err := s.all(ctx, q)
	if err != nil {
		return nil, s.failed(ctx, op, err)
	}
	var cases []ingest.Case
	for _, it := range rows {
		var c ingest.Case
		if err := s.codec.unpack(it.bytes(body), &c); err != nil {
			return nil, s.failed(ctx, op, fmt.Errorf("a case %w", err))
		}
		cases = append(cases, c)
	}
	return cases, nil
}

// PutCase implements ingest.Quarantine.
func (s *Store) PutCase(ctx context.Context, c ingest.Case) error {
	const op = "quarantine dossier"
	b, err := s.codec.pack(cut(c))
	if err != nil {
		return s.failed(ctx, op, err)
	}
	return s.failed(ctx, op, s.put(ctx, caseKey(c.Demarche, c.Number).with(body, bytes(b))))
}

// DropCase implements ingest.Quarantine.
func (s *Store) DropCase(ctx context.Context, demarche, number int) error {
	return s.failed(ctx, "drop from quarantine", s.delete(ctx, caseKey(demarche, number)))
}

// RaiseAlarm implements ingest.Alarms.
func (s *Store) RaiseAlarm(ctx context.Context, cause string, at time.Time) (first bool, err error) {
	const op = "raise alarm"
	b, err := s.codec.pack(cut(ingest.Alarm{Cause: cause, Since: at}))
	if err != nil {
		return false, s.failed(ctx, op, err)
	}
	err = s.putIf(ctx, alarmKey(cause).with(token, text(newToken())).with(body, bytes(b)), absent)
	if errors.Is(err, dossier.ErrConflict) {
		return false, nil
	}
	return err == nil, s.failed(ctx, op, err)
}

// ClearAlarm implements ingest.Alarms.
func (s *Store) ClearAlarm(ctx context.Context, cause string) error {
	return s.failed(ctx, "clear alarm", s.delete(ctx, alarmKey(cause)))
}

// Alarms implements ingest.Alarms.
func (s *Store) Alarms(ctx context.Context) ([]ingest.Alarm, error) {
	const op = "read alarms"
	rows, err := s.all(ctx, question{partition: alarms})
	if err != nil {
		return nil, s.failed(ctx, op, err)
	}
	var out []ingest.Alarm
	for _, it := range rows {
		var a ingest.Alarm
		if err := s.codec.unpack(it.bytes(body), &a); err != nil {
			return nil, s.failed(ctx, op, fmt.Errorf("an alarm %w", err))
		}
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b ingest.Alarm) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Cause, b.Cause))
	})
	return out, nil
}

func alarmKey(cause string) item { return key(alarms, "#"+short(cause, longestSort)) }
