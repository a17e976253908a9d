package dynamo

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"relais/internal/dossier"
)

// Repeats of what DynamoDB left undone: after the tenth pause, some ten seconds
// have gone by and the caller is told.
const (
	maxTries     = 10
	firstPause   = 20 * time.Millisecond
	longestPause = 2 * time.Second
)

// pause waits before another attempt, half of the time at random so that two
// writers do not meet again, or until ctx ends.
func pause(ctx context.Context, attempt int) error {
	most := min(firstPause<<min(attempt, 10), longestPause)
	timer := time.NewTimer(most/2 + rand.N(most/2))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// ask calls DynamoDB, again while a transaction of another caller stands in the
// way. The SDK repeats what was throttled or cut off.
func ask[In, Out any](ctx context.Context, call func(context.Context, In, ...func(*dynamodb.Options)) (Out, error), in In) (Out, error) {
	for attempt := 0; ; attempt++ {
		if err := ctx.Err(); err != nil {
			var none Out
			return none, err
		}
		out, err := call(ctx, in)
		if err == nil || !isContended(err) || attempt == maxTries {
			return out, err
		}
		if err := pause(ctx, attempt); err != nil {
			return out, err
		}
	}
}

// condition is a condition expression with its values.
type condition struct {
	expression string
	values     item
}

// text is nil for no condition: DynamoDB refuses an empty one.
func (c condition) text() *string {
	if c.expression == "" {
		return nil
	}
	return aws.String(c.expression)
}

var absent = condition{expression: "attribute_not_exists(pk)"}

// atVersion holds while a row has the version a caller read; 0 is "no row".
func atVersion(n int64) condition {
	if n == 0 {
		return absent
	}
	return condition{"v = :version", item{":version": integer(n)}}
}

// unchanged holds while a row is the one that was read.
func unchanged(old item) condition {
	if old == nil {
		return absent
	}
	return condition{"t = :token", item{":token": old[token]}}
}

func (s *Store) get(ctx context.Context, k item) (item, error) {
	out, err := ask(ctx, s.client.GetItem, &dynamodb.GetItemInput{
		TableName: aws.String(s.table), Key: k, ConsistentRead: aws.Bool(true),
	})
	if err != nil || len(out.Item) == 0 {
		return nil, err
	}
	return out.Item, nil
}

func (s *Store) put(ctx context.Context, it item) error {
	if err := fits(it); err != nil {
		return err
	}
	_, err := ask(ctx, s.client.PutItem, &dynamodb.PutItemInput{TableName: aws.String(s.table), Item: it})
	return err
}

// putIf writes a row if a condition holds; else it is dossier.ErrConflict. The
// row carries a token: when an answer was lost and the SDK asked again, the
// second try finds the row of the first.
func (s *Store) putIf(ctx context.Context, it item, c condition) error {
	if err := fits(it); err != nil {
		return err
	}
	_, err := ask(ctx, s.client.PutItem, &dynamodb.PutItemInput{
		TableName: aws.String(s.table), Item: it,
		ConditionExpression: c.text(), ExpressionAttributeValues: c.values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	stored, refused := refusedBy(err)
	if !refused {
		return err
	}
	if len(stored) == 0 {
		if stored, err = s.get(ctx, it.key()); err != nil {
			return err
		}
	}
	if own := it.text(token); own != "" && stored.text(token) == own {
		return nil
	}
	return dossier.ErrConflict
}

// rewrite writes a row anew, over the one it was made from. change gets the
// stored row, nil when there is none, and is asked again if another writer was
// faster; its error ends it.
func (s *Store) rewrite(ctx context.Context, k item, change func(old item) (item, error)) error {
	for attempt := 0; ; attempt++ {
		old, err := s.get(ctx, k)
		if err != nil {
			return err
		}
		next, err := change(old)
		if err != nil {
			return err
		}
		err = s.putIf(ctx, next, unchanged(old))
		if !errors.Is(err, dossier.ErrConflict) || attempt == maxTries {
			return err
		}
		if err := pause(ctx, attempt); err != nil {
			return err
		}
	}
}

func (s *Store) delete(ctx context.Context, k item) error {
	_, err := ask(ctx, s.client.DeleteItem, &dynamodb.DeleteItemInput{TableName: aws.String(s.table), Key: k})
	return err
}

func (s *Store) transact(ctx context.Context, actions []types.TransactWriteItem) error {
	for _, a := range actions {
		if a.Put != nil {
			if err := fits(a.Put.Item); err != nil {
				return err
			}
		}
	}
	_, err := ask(ctx, s.client.TransactWriteItems, &dynamodb.TransactWriteItemsInput{TransactItems: actions})
	return err
}

// The three actions of a transaction.

func (s *Store) putting(it item, c condition) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{
		TableName: aws.String(s.table), Item: it,
		ConditionExpression: c.text(), ExpressionAttributeValues: c.values,
	}}
}

func (s *Store) deleting(k item, c condition) types.TransactWriteItem {
	return types.TransactWriteItem{Delete: &types.Delete{
		TableName: aws.String(s.table), Key: k,
		ConditionExpression: c.text(), ExpressionAttributeValues: c.values,
	}}
}

func (s *Store) checking(k item, c condition) types.TransactWriteItem {
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: aws.String(s.table), Key: k,
		ConditionExpression: c.text(), ExpressionAttributeValues: c.values,
	}}
}
