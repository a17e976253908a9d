package dynamo

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"relais/internal/dossier"
	"relais/internal/ingest"
)

// hintLife is how long a hint that nobody takes is kept: as long as SQS could.
// A hint is never all that tells of a change.
const hintLife = 14 * 24 * time.Hour

// Push implements ingest.Hints. ID and Attempts of h are not looked at.
func (s *Store) Push(ctx context.Context, h ingest.Hint) error {
	const op = "queue hint"
	id, err := s.nextHint(ctx)
	if err != nil {
		return s.failed(ctx, op, err)
	}
	b, err := s.codec.pack(cut(h))
	if err != nil {
		return s.failed(ctx, op, err)
	}
	err = s.putIf(ctx, hintKey(id).with(body, bytes(b)).with(attempts, integer(0)).with(token, text(newToken())).
		with(expires, integer(s.now().Add(hintLife).Unix())), absent)
	if errors.Is(err, dossier.ErrConflict) {
		// The answer was lost, the SDK asked again, and a consumer was faster. One
		// that had also forgotten it sees it twice: once at least is the promise.
		return nil
	}
	return s.failed(ctx, op, err)
}

// nextHint counts hints. One that is counted and never put leaves a gap.
func (s *Store) nextHint(ctx context.Context) (int64, error) {
	out, err := ask(ctx, s.client.UpdateItem, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.table), Key: key(counters, hints),
		UpdateExpression:          aws.String("ADD a :one"),
		ExpressionAttributeValues: item{":one": integer(1)},
		ReturnValues:              types.ReturnValueUpdatedNew,
	})
	if err != nil {
		return 0, err
	}
	return item(out.Attributes).int(attempts), nil
}

func hintKey(id int64) item { return key(hints, digits(int(id))) }

// Pull implements ingest.Hints, a transaction's worth at most. When another
// consumer was faster for one of them, it looks again.
func (s *Store) Pull(ctx context.Context, now time.Time, hide time.Duration, limit int) ([]ingest.Hint, error) {
	const op = "pull hints"
	if limit <= 0 {
		return nil, ctx.Err()
	}
	for attempt := 0; ; attempt++ {
		rows, err := s.visible(ctx, now, min(limit, transactItems))
		if err != nil || len(rows) == 0 {
			return nil, s.failed(ctx, op, err)
		}
		pulled, err := s.hide(ctx, rows, now.Add(hide))
		if !errors.Is(err, dossier.ErrConflict) {
			return pulled, s.failed(ctx, op, err)
		}
		if err := pause(ctx, min(attempt, 4)); err != nil {
			return nil, s.failed(ctx, op, err)
		}
	}
}

// visible lists the oldest hints that no consumer hides at now.
func (s *Store) visible(ctx context.Context, now time.Time, limit int) ([]item, error) {
	var rows []item
	for page, err := range s.pages(ctx, question{partition: hints}) {
		if err != nil {
			return nil, err
		}
		for _, it := range page {
			until, pulled := it.number(hidden)
			if s.expired(it) || pulled && until > now.UnixMicro() {
				continue
			}
			if rows = append(rows, it); len(rows) == limit {
				return rows, nil
			}
		}
	}
	return rows, nil
}

// hide counts a pull of each hint, all or none.
func (s *Store) hide(ctx context.Context, rows []item, until time.Time) ([]ingest.Hint, error) {
	var actions []types.TransactWriteItem
	var out []ingest.Hint
	for _, it := range rows {
		var h ingest.Hint
		if err := s.codec.unpack(it.bytes(body), &h); err != nil {
			return nil, err
		}
		h.ID, _ = strconv.ParseInt(it.text(sk), 10, 64)
		h.Attempts = int(it.int(attempts)) + 1
		out = append(out, h)
		next := it.anew().with(attempts, integer(h.Attempts)).with(hidden, micros(until))
		actions = append(actions, s.putting(next, unchanged(it)))
	}
	if err := unlessCancelled(s.transact(ctx, actions)); err != nil {
		return nil, err
	}
	return out, nil
}

// Done implements ingest.Hints. Ids that are not there are no error.
func (s *Store) Done(ctx context.Context, ids []int64) error {
	keys := make([]item, len(ids))
	for i, id := range ids {
		keys[i] = hintKey(id)
	}
	return s.failed(ctx, "forget hints", s.erase(ctx, keys))
}
