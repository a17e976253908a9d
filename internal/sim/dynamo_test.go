package sim

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/truora/minidyn/aws-v2/client"

	"relais/internal/dynamo"
)

// table is a DynamoDB store in process, whose operations can be cut short.
type table struct {
	*dynamo.Store
	*brittle
}

// Close implements Store.
func (table) Close() error { return nil }

func openTable() (Store, error) {
	b := &brittle{Client: client.NewClient(), left: -1}
	s, err := dynamo.NewWith(b, "relais", dynamo.Options{})
	if err != nil {
		return nil, err
	}
	return table{s, b}, s.Create(context.Background())
}

// brittle is a client that fails once it was broken.
type brittle struct {
	dynamo.Client
	left int // requests still let through; negative for all
}

var errCut = errors.New("the process died between two requests")

// Break implements Fragile.
func (b *brittle) Break(after int) { b.left = after }

// Mend implements Fragile.
func (b *brittle) Mend() { b.left = -1 }

type clientCall[In, Out any] func(context.Context, In, ...func(*dynamodb.Options)) (Out, error)

func pass[In, Out any](b *brittle, ctx context.Context, in In, do clientCall[In, Out]) (out Out, err error) {
	if b.left == 0 {
		return out, errCut
	}
	if b.left > 0 {
		b.left--
	}
	return do(ctx, in)
}

func (b *brittle) GetItem(ctx context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return pass(b, ctx, in, b.Client.GetItem)
}

func (b *brittle) PutItem(ctx context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return pass(b, ctx, in, b.Client.PutItem)
}

func (b *brittle) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return pass(b, ctx, in, b.Client.UpdateItem)
}

func (b *brittle) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	return pass(b, ctx, in, b.Client.DeleteItem)
}

func (b *brittle) Query(ctx context.Context, in *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return pass(b, ctx, in, b.Client.Query)
}

func (b *brittle) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	return pass(b, ctx, in, b.Client.BatchGetItem)
}

func (b *brittle) BatchWriteItem(ctx context.Context, in *dynamodb.BatchWriteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error) {
	return pass(b, ctx, in, b.Client.BatchWriteItem)
}

func (b *brittle) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, _ ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	return pass(b, ctx, in, b.Client.TransactWriteItems)
}

// TestSeedOnDynamoDB is TestSeed on the DynamoDB store: a process also dies
// between two requests of one operation.
func TestSeedOnDynamoDB(t *testing.T) {
	seeds(t, 20, func(_ *testing.T, seed uint64, trace func(string)) Options {
		return Options{Seed: seed, Quiet: synctest.Wait, Open: openTable, Trace: trace}
	})
}
