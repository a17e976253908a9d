package dynamo_test

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"relais/internal/dynamo"
)

// hooked is a client with something around each call: a fault, a count, a lock.
// in is the input; call answers into out, which the hook may change.
type hooked struct {
	dynamo.Client
	around func(ctx context.Context, in any, call func() (any, error)) (any, error)
}

func through[In, Out any](h hooked, ctx context.Context, in In, call func(context.Context, In, ...func(*dynamodb.Options)) (Out, error)) (Out, error) {
	out, err := h.around(ctx, in, func() (any, error) { return call(ctx, in) })
	typed, _ := out.(Out)
	return typed, err
}

func (h hooked) GetItem(ctx context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return through(h, ctx, in, h.Client.GetItem)
}

func (h hooked) PutItem(ctx context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return through(h, ctx, in, h.Client.PutItem)
}

func (h hooked) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return through(h, ctx, in, h.Client.UpdateItem)
}

func (h hooked) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	return through(h, ctx, in, h.Client.DeleteItem)
}

func (h hooked) Query(ctx context.Context, in *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return through(h, ctx, in, h.Client.Query)
}

func (h hooked) Scan(ctx context.Context, in *dynamodb.ScanInput, _ ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	return through(h, ctx, in, h.Client.Scan)
}

func (h hooked) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	return through(h, ctx, in, h.Client.BatchGetItem)
}

func (h hooked) BatchWriteItem(ctx context.Context, in *dynamodb.BatchWriteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error) {
	return through(h, ctx, in, h.Client.BatchWriteItem)
}

func (h hooked) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, _ ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	return through(h, ctx, in, h.Client.TransactWriteItems)
}
