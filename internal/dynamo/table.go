package dynamo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Names of the table's attributes that CloudFormation must know too.
const (
	// ExpiresAttribute is the attribute of DynamoDB's own expiry.
	ExpiresAttribute = "x"
	// WorkIndex and ListIndex are the two indexes; package doc draws them.
	WorkIndex = "work"
	ListIndex = "list"
)

// TableDefinition is the table that the store needs.
func TableDefinition(table string) *dynamodb.CreateTableInput {
	text := func(name string) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: types.ScalarAttributeTypeS}
	}
	return &dynamodb.CreateTableInput{
		TableName:   aws.String(table),
		BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			text(pk), text(sk), text(workPK), text(workSK), text(listPK), text(listSK),
		},
		KeySchema: keySchema(pk, sk),
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{
			keysOnly(WorkIndex, workPK, workSK),
			keysOnly(ListIndex, listPK, listSK),
		},
	}
}

func keysOnly(index, hash, sort string) types.GlobalSecondaryIndex {
	return types.GlobalSecondaryIndex{
		IndexName:  aws.String(index),
		KeySchema:  keySchema(hash, sort),
		Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
	}
}

func keySchema(hash, sort string) []types.KeySchemaElement {
	return []types.KeySchemaElement{
		{AttributeName: aws.String(hash), KeyType: types.KeyTypeHash},
		{AttributeName: aws.String(sort), KeyType: types.KeyTypeRange},
	}
}

// expirer is a client that can turn DynamoDB's expiry on; not every emulator can.
type expirer interface {
	UpdateTimeToLive(context.Context, *dynamodb.UpdateTimeToLiveInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateTimeToLiveOutput, error)
}

// Create makes the table and waits until it can be used: for tests and
// emulators. In production CloudFormation makes it, with its backups. A table
// that exists is an error.
func (s *Store) Create(ctx context.Context) error {
	const op = "create table"
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := s.client.CreateTable(ctx, TableDefinition(s.table)); err != nil {
		return s.failed(ctx, op, err)
	}
	for attempt := 0; ; attempt++ {
		err := s.Check(ctx)
		if err == nil {
			return s.expire(ctx)
		}
		if !errors.Is(err, errNotReady) {
			return err
		}
		if err := pause(ctx, attempt); err != nil {
			return err
		}
	}
}

// expire turns the expiry of items on. Not every emulator knows it, and nothing
// rests on it: readers leave out what expired.
func (s *Store) expire(ctx context.Context) error {
	if client, ok := s.client.(expirer); ok {
		_, _ = client.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
			TableName: aws.String(s.table),
			TimeToLiveSpecification: &types.TimeToLiveSpecification{
				AttributeName: aws.String(ExpiresAttribute), Enabled: aws.Bool(true),
			},
		})
	}
	return ctx.Err()
}

var errNotReady = errors.New("is still being made; try again in a minute")

// Check tells in a sentence what is wrong with the table: missing, still being
// made, without the keys or the indexes that the store needs.
func (s *Store) Check(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	out, err := s.client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(s.table)})
	if err != nil {
		return s.failed(ctx, "look at the table", err)
	}
	if err := checkTable(out.Table, TableDefinition(s.table)); err != nil {
		return fmt.Errorf("store: the DynamoDB table %q %w", s.table, err)
	}
	return nil
}

func checkTable(got *types.TableDescription, want *dynamodb.CreateTableInput) error {
	if got == nil {
		return errors.New("was not described")
	}
	if !sameKeys(got.KeySchema, want.KeySchema) {
		return fmt.Errorf("does not have the keys %s; deploy infra/data.yaml, or name the table that it made", keyNames(want.KeySchema))
	}
	if status := got.TableStatus; status != "" && status != types.TableStatusActive && status != types.TableStatusUpdating {
		return errNotReady
	}
	for _, index := range want.GlobalSecondaryIndexes {
		if err := checkIndex(got, index); err != nil {
			return err
		}
	}
	return nil
}

func checkIndex(table *types.TableDescription, want types.GlobalSecondaryIndex) error {
	name := aws.ToString(want.IndexName)
	at := slices.IndexFunc(table.GlobalSecondaryIndexes, func(g types.GlobalSecondaryIndexDescription) bool {
		return aws.ToString(g.IndexName) == name
	})
	if at < 0 {
		return fmt.Errorf("has no index %q; deploy infra/data.yaml again", name)
	}
	got := table.GlobalSecondaryIndexes[at]
	if !sameKeys(got.KeySchema, want.KeySchema) {
		return fmt.Errorf("has an index %q without the keys %s; deploy infra/data.yaml again", name, keyNames(want.KeySchema))
	}
	if got.IndexStatus != "" && got.IndexStatus != types.IndexStatusActive && got.IndexStatus != types.IndexStatusUpdating {
		return errNotReady
	}
	return nil
}

func sameKeys(got, want []types.KeySchemaElement) bool {
	return keyNames(got) == keyNames(want)
}

// keyNames lists keys, the partition's first, whatever their order.
func keyNames(schema []types.KeySchemaElement) string {
	var names []string
	for _, e := range schema {
		names = append(names, string(e.KeyType)+" "+aws.ToString(e.AttributeName))
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
