package dynamo

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// question asks for a stretch of a partition, of the table or of an index.
type question struct {
	index     string // "" for the table, which is read consistently
	partition string
	from, to  string // sort keys, both included; "" is no bound
	page      int    // items a call; 0 leaves it to DynamoDB's megabyte
	only      string // attributes wanted, "" for all
}

func (q question) keys() (hash, sort string) {
	switch q.index {
	case WorkIndex:
		return workPK, workSK
	case ListIndex:
		return listPK, listSK
	}
	return pk, sk
}

func (q question) input(table string) *dynamodb.QueryInput {
	hash, sort := q.keys()
	in := &dynamodb.QueryInput{
		TableName:                 aws.String(table),
		KeyConditionExpression:    aws.String(hash + " = :partition"),
		ExpressionAttributeValues: item{":partition": text(q.partition)},
	}
	if q.index != "" {
		in.IndexName = aws.String(q.index)
	} else {
		in.ConsistentRead = aws.Bool(true)
	}
	if q.page > 0 {
		in.Limit = aws.Int32(int32(q.page))
	}
	if q.only != "" {
		in.ProjectionExpression = aws.String(q.only)
	}
	q.bound(in, sort)
	return in
}

func (q question) bound(in *dynamodb.QueryInput, sort string) {
	between := ""
	switch {
	case q.from != "" && q.to != "":
		between = sort + " BETWEEN :from AND :to"
	case q.from != "":
		between = sort + " >= :from"
	case q.to != "":
		between = sort + " <= :to"
	default:
		return
	}
	in.KeyConditionExpression = aws.String(*in.KeyConditionExpression + " AND " + between)
	if q.from != "" {
		in.ExpressionAttributeValues[":from"] = text(q.from)
	}
	if q.to != "" {
		in.ExpressionAttributeValues[":to"] = text(q.to)
	}
}

// pages goes through the answers to a question to their end. A page may be empty
// before the end.
func (s *Store) pages(ctx context.Context, q question) iter.Seq2[[]item, error] {
	return func(yield func([]item, error) bool) {
		if q.from != "" && q.to != "" && q.from > q.to { // which DynamoDB refuses
			if err := ctx.Err(); err != nil {
				yield(nil, err)
			}
			return
		}
		in := q.input(s.table)
		for {
			out, err := ask(ctx, s.client.Query, in)
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(items(out.Items), nil) || len(out.LastEvaluatedKey) == 0 {
				return
			}
			in.ExclusiveStartKey = out.LastEvaluatedKey
		}
	}
}

// first returns at most limit rows, and all of them when limit is negative.
func (s *Store) first(ctx context.Context, q question, limit int) ([]item, error) {
	if limit > 0 {
		q.page = limit
	}
	var rows []item
	for page, err := range s.pages(ctx, q) {
		if err != nil {
			return nil, err
		}
		rows = append(rows, page...)
		if limit >= 0 && len(rows) >= limit {
			return rows[:limit], nil
		}
	}
	return rows, nil
}

func (s *Store) all(ctx context.Context, q question) ([]item, error) { return s.first(ctx, q, -1) }

func items(rows []map[string]types.AttributeValue) []item {
	out := make([]item, len(rows))
	for i, row := range rows {
		out[i] = row
	}
	return out
}

// Limits of the batches of DynamoDB.
const (
	batchGets     = 100
	batchWrites   = 25
	transactItems = 100
)

// fetch reads rows by their keys, consistently; those that do not exist are
// absent from the answer, which is by item.place.
func (s *Store) fetch(ctx context.Context, keys []item) (map[string]item, error) {
	found := make(map[string]item, len(keys))
	for some := range slices.Chunk(distinct(keys), batchGets) {
		if err := s.fetchSome(ctx, some, found); err != nil {
			return nil, err
		}
	}
	return found, ctx.Err()
}

func (s *Store) fetchSome(ctx context.Context, keys []item, found map[string]item) error {
	left := types.KeysAndAttributes{ConsistentRead: aws.Bool(true)}
	for _, k := range keys {
		left.Keys = append(left.Keys, k)
	}
	for attempt := 0; len(left.Keys) > 0; attempt++ {
		if err := s.again(ctx, attempt); err != nil {
			return err
		}
		before := len(left.Keys)
		out, err := ask(ctx, s.client.BatchGetItem, &dynamodb.BatchGetItemInput{
			RequestItems: map[string]types.KeysAndAttributes{s.table: left},
		})
		if err != nil {
			return err
		}
		for _, row := range items(out.Responses[s.table]) {
			found[row.place()] = row
		}
		left.Keys = out.UnprocessedKeys[s.table].Keys
		if len(left.Keys) < before {
			attempt = 0 // it goes on: the 16 MB of an answer were full
		}
	}
	return nil
}

// erase deletes rows, in no order.
func (s *Store) erase(ctx context.Context, keys []item) error {
	for some := range slices.Chunk(distinct(keys), batchWrites) {
		var left []types.WriteRequest
		for _, k := range some {
			left = append(left, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: k}})
		}
		for attempt := 0; len(left) > 0; attempt++ {
			if err := s.again(ctx, attempt); err != nil {
				return err
			}
			out, err := ask(ctx, s.client.BatchWriteItem, &dynamodb.BatchWriteItemInput{
				RequestItems: map[string][]types.WriteRequest{s.table: left},
			})
			if err != nil {
				return err
			}
			left = out.UnprocessedItems[s.table]
		}
	}
	return ctx.Err()
}

// again waits before another attempt at what a batch left undone, which
// DynamoDB does when it is throttled.
func (s *Store) again(ctx context.Context, attempt int) error {
	switch {
	case attempt <= 0:
		return ctx.Err()
	case attempt > maxTries:
		return &failure{text: fmt.Sprintf("the DynamoDB table %q is throttled: part of a batch was left undone %d times; try again in a minute, and if it lasts, raise the maximum throughput of the table", s.table, maxTries)}
	}
	return pause(ctx, attempt-1)
}

// distinct leaves out repeated keys, which DynamoDB refuses in a batch.
func distinct(keys []item) []item {
	seen := make(map[string]bool, len(keys))
	var out []item
	for _, k := range keys {
		if place := k.place(); !seen[place] {
			seen[place] = true
			out = append(out, k)
		}
	}
	return out
}
