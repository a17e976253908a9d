package dynamo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"relais/internal/dossier"
	"relais/internal/notify"
)

func seen(h dossier.Head) notify.Seen { return notify.Seen{Step: h.NextStep(), Number: h.Number} }

// Due implements notify.Schedule. The index tells where to look, and the heads,
// read consistently, whether it is still so.
func (s *Store) Due(ctx context.Context, at time.Time, after notify.Seen, limit int) ([]dossier.Record, error) {
	const op = "read due dossiers"
	if limit <= 0 {
		return nil, ctx.Err()
	}
	var out []dossier.Record
	from, to := duePlace(after)+nul, moment(at)+"~"
	for len(out) < limit {
		places, err := s.first(ctx, question{index: WorkIndex, partition: due, from: from, to: to}, limit-len(out))
		if err != nil {
			return nil, s.failed(ctx, op, err)
		}
		if len(places) == 0 {
			break
		}
		some, err := s.stillDue(ctx, places)
		if err != nil {
			return nil, s.failed(ctx, op, err)
		}
		out = append(out, some...)
		from = places[len(places)-1].text(workSK) + nul
	}
	return out, ctx.Err()
}

func (s *Store) stillDue(ctx context.Context, places []item) ([]dossier.Record, error) {
	place := make(map[int]string, len(places))
	numbers := make([]int, len(places))
	for i, it := range places {
		numbers[i] = numberOf(it)
		place[numbers[i]] = it.text(workSK)
	}
	found, err := s.records(ctx, numbers, func(r row) bool { return duePlace(seen(r.Head)) == place[r.Number] })
	if err != nil {
		return nil, err
	}
	return inOrder(found, numbers), nil
}

// Advance implements notify.Schedule.
func (s *Store) Advance(ctx context.Context, head dossier.Head, intentions []notify.Intention) (added int, err error) {
	const op = "advance reminders"
	it, err := s.get(ctx, headKey(head.Number))
	if err != nil {
		return 0, s.failed(ctx, op, err)
	}
	if it == nil || it.int(version) != head.Version {
		return 0, s.failed(ctx, op, dossier.ErrConflict)
	}
	it, err = s.encodeHead(row{Head: head, pointer: it.text(pointer), parts: int(it.int(parts))})
	if err != nil {
		return 0, s.failed(ctx, op, err)
	}
	added, err = s.advance(ctx, it, atVersion(head.Version), intentions)
	return added, s.failed(ctx, op, err)
}

// CallPlan implements notify.Schedule.
func (s *Store) CallPlan(ctx context.Context, call string) (notify.Plan, error) {
	const op = "read call plan"
	p := notify.Plan{Call: call}
	it, err := s.get(ctx, planKey(call))
	if err != nil || it == nil {
		return p, s.failed(ctx, op, err)
	}
	if err := s.codec.unpack(it.bytes(body), &p); err != nil {
		return p, s.failed(ctx, op, fmt.Errorf("call %s: the plan %w", call, err))
	}
	p.Version = it.int(version)
	return p, nil
}

// AdvanceCall implements notify.Schedule.
func (s *Store) AdvanceCall(ctx context.Context, plan notify.Plan, intentions []notify.Intention) (added int, err error) {
	const op = "advance call reminders"
	b, err := s.codec.pack(cut(plan))
	if err != nil {
		return 0, s.failed(ctx, op, fmt.Errorf("call %s: the plan %w", plan.Call, err))
	}
	it := planKey(plan.Call).with(version, integer(plan.Version+1)).with(token, text(newToken())).with(body, bytes(b))
	added, err = s.advance(ctx, it, atVersion(plan.Version), intentions)
	return added, s.failed(ctx, op, err)
}

func planKey(call string) item { return key(plans, "#"+short(call, longestSort)) }

// advance writes progress and intentions in one transaction. More intentions
// than one holds go before, in transactions that check that the progress still
// may be written: their keys say what they are, so when the tick dies on the
// way, the next one makes the same again, and adds only those that are missing.
func (s *Store) advance(ctx context.Context, progress item, c condition, intentions []notify.Intention) (added int, err error) {
	rows, err := s.encodeIntentions(intentions)
	if err != nil {
		return 0, err
	}
	if len(rows) == 0 {
		return 0, s.putIf(ctx, progress, c)
	}
	for len(rows) >= transactItems {
		n, err := s.add(ctx, s.checking(progress.key(), c), rows[:transactItems-1])
		if err != nil {
			return 0, err
		}
		added, rows = added+n, rows[transactItems-1:]
	}
	n, err := s.add(ctx, s.putting(progress, c), rows)
	if err != nil {
		return 0, err
	}
	return added + n, nil
}

// add writes the rows whose key is new beside a guard, whose condition must hold.
func (s *Store) add(ctx context.Context, guard types.TransactWriteItem, rows []item) (added int, err error) {
	actions := make([]types.TransactWriteItem, len(rows))
	for i, it := range rows {
		actions[i] = s.putting(it, absent)
	}
	return s.beside(ctx, guard, actions)
}

// beside does a guard and the actions whose condition holds, all in one
// transaction, and tells how many did. dossier.ErrConflict when the guard's does
// not. DynamoDB does all or nothing: what stood in the way is left out of the
// next try.
func (s *Store) beside(ctx context.Context, guard types.TransactWriteItem, actions []types.TransactWriteItem) (done int, err error) {
	for {
		err := s.transact(ctx, append([]types.TransactWriteItem{guard}, actions...))
		if err == nil {
			return len(actions), nil
		}
		codes := reasons(err)
		if len(codes) == 0 || !slices.Contains(codes, conditionFailed) {
			return 0, err
		}
		if codes[0] == conditionFailed {
			return 0, dossier.ErrConflict
		}
		var left []types.TransactWriteItem
		for i, a := range actions {
			if i+1 >= len(codes) || codes[i+1] != conditionFailed {
				left = append(left, a)
			}
		}
		if len(left) == len(actions) {
			return 0, err
		}
		actions = left
	}
}

// unlessCancelled is dossier.ErrConflict for a transaction of which a condition
// did not hold.
func unlessCancelled(err error) error {
	if cancelledFor(err, conditionFailed) {
		return dossier.ErrConflict
	}
	return err
}
