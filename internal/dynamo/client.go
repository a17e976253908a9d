package dynamo

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"relais/internal/ingest"
	"relais/internal/notify"
)

// Client is what the store asks of DynamoDB. *dynamodb.Client is one; a test may
// count the calls, make some fail, or answer them in process.
type Client interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
	Scan(context.Context, *dynamodb.ScanInput, ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error)
	BatchGetItem(context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error)
	BatchWriteItem(context.Context, *dynamodb.BatchWriteItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
	CreateTable(context.Context, *dynamodb.CreateTableInput, ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error)
	DescribeTable(context.Context, *dynamodb.DescribeTableInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error)
}

// Options of a store. The zero value is good.
type Options struct {
	// Now dates what expires; nil is the machine's clock.
	Now func() time.Time
}

// Store is a table. It is safe for any number of goroutines and processes, and
// holds nothing that must be closed.
type Store struct {
	client Client
	table  string
	now    func() time.Time
	codec  *codec
}

var (
	_ ingest.Copy       = (*Store)(nil)
	_ ingest.Inventory  = (*Store)(nil)
	_ ingest.Positions  = (*Store)(nil)
	_ ingest.Quarantine = (*Store)(nil)
	_ ingest.Hints      = (*Store)(nil)
	_ ingest.Alarms     = (*Store)(nil)
	_ notify.Schedule   = (*Store)(nil)
	_ notify.Truth      = (*Store)(nil)
	_ notify.Outbox     = (*Store)(nil)
	_ notify.Claims     = (*Store)(nil)
	_ notify.Mails      = (*Store)(nil)
	_ notify.Refusals   = (*Store)(nil)

	_ Client = (*dynamodb.Client)(nil)
)

// New is the store in a table of the account and region of cfg. It asks DynamoDB
// nothing; Check does.
func New(cfg aws.Config, table string, o Options) (*Store, error) {
	return NewWith(dynamodb.NewFromConfig(cfg), table, o)
}

// NewWith is New on a given client.
func NewWith(client Client, table string, o Options) (*Store, error) {
	if table == "" {
		return nil, errors.New("store: the name of the DynamoDB table is empty")
	}
	codec, err := newCodec()
	if err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Store{client: client, table: table, now: o.Now, codec: codec}, nil
}
