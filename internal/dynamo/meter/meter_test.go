package meter_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/truora/minidyn/aws-v2/client"

	"relais/internal/dynamo"
	"relais/internal/dynamo/meter"
)

func TestSteps(t *testing.T) {
	for _, c := range []struct {
		size                int
		write, strong, weak float64
	}{
		{0, 1, 1, 0.5}, {1, 1, 1, 0.5}, {1024, 1, 1, 0.5}, {1025, 2, 1, 0.5},
		{4096, 4, 1, 0.5}, {4097, 5, 2, 1}, {400 << 10, 400, 100, 50},
	} {
		got := [3]float64{meter.WriteUnits(c.size), meter.ReadUnits(c.size, true), meter.ReadUnits(c.size, false)}
		if want := [3]float64{c.write, c.strong, c.weak}; got != want {
			t.Errorf("%d bytes: %v, want %v", c.size, got, want)
		}
	}
}

type row = map[string]types.AttributeValue

// aRow is of so many kilobytes and has the given sort key in the index "work".
func aRow(kilobytes int, work string) row {
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	it := row{"pk": text("kind#1"), "sk": text("-"), "b": text(strings.Repeat("x", kilobytes<<10-100))}
	if work != "" {
		it["wp"], it["ws"] = text("due"), text(work)
	}
	return it
}

// TestWritesAndTheirIndex goes through the life of one row.
func TestWritesAndTheirIndex(t *testing.T) {
	emulator := client.NewClient()
	if _, err := emulator.CreateTable(t.Context(), dynamo.TableDefinition("relais")); err != nil {
		t.Fatal(err)
	}
	m := meter.New(emulator)
	table := aws.String("relais")
	put := func(it row) error {
		_, err := m.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: table, Item: it})
		return err
	}
	key := row{"pk": aRow(1, "")["pk"], "sk": aRow(1, "")["sk"]}
	for _, c := range []struct {
		name        string
		do          func() error
		read, write float64
	}{
		{"new, in no index", func() error { return put(aRow(3, "")) }, 0, 3},
		{"into the index", func() error { return put(aRow(3, "a")) }, 0, 3 + 1},
		{"its entry stays", func() error { return put(aRow(5, "a")) }, 0, 5},
		{"its entry moves, and it shrinks", func() error { return put(aRow(2, "b")) }, 0, 5 + 2},
		{"out of the index", func() error { return put(aRow(2, "")) }, 0, 2 + 1},
		{"read", func() error {
			_, err := m.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: table, Key: key})
			return err
		}, 0.5, 0},
		{"in a transaction", func() error {
			_, err := m.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{
				TransactItems: []types.TransactWriteItem{{Put: &types.Put{TableName: table, Item: aRow(2, "a")}}},
			})
			return err
		}, 0, 2 * (2 + 1)},
		{"deleted", func() error {
			_, err := m.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{
				RequestItems: map[string][]types.WriteRequest{*table: {{DeleteRequest: &types.DeleteRequest{Key: key}}}},
			})
			return err
		}, 0, 2 + 1},
		{"deleted again", func() error {
			_, err := m.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: table, Key: key})
			return err
		}, 0, 1},
		{"read in vain", func() error {
			_, err := m.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{
				RequestItems: map[string]types.KeysAndAttributes{*table: {Keys: []map[string]types.AttributeValue{key}, ConsistentRead: aws.Bool(true)}},
			})
			return err
		}, 1, 0},
	} {
		m.Reset()
		if err := c.do(); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got := m.Total(); got.Read != c.read || got.Write != c.write || got.Calls != 1 {
			t.Errorf("%s: %v, want %v RU and %v WU", c.name, got, c.read, c.write)
		}
	}
}
