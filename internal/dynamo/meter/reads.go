package meter

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"relais/internal/dynamo"
)

// GetItem implements dynamo.Client.
func (m *Meter) GetItem(ctx context.Context, in *dynamodb.GetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	out, err := m.Client.GetItem(ctx, in, o...)
	if err == nil {
		units := ReadUnits(dynamo.ItemSize(out.Item), aws.ToBool(in.ConsistentRead))
		m.count(Line{Call: "GetItem", What: kind(in.Key), Calls: 1, Rows: 1, Read: units})
	}
	return out, err
}

// BatchGetItem implements dynamo.Client. Each item is rounded up by itself.
func (m *Meter) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	out, err := m.Client.BatchGetItem(ctx, in, o...)
	if err != nil {
		return out, err
	}
	calls := 1
	for table, asked := range in.RequestItems {
		sizes := map[[2]string]int{}
		for _, it := range out.Responses[table] {
			sizes[[2]string{textOf(it, "pk"), textOf(it, "sk")}] = dynamo.ItemSize(it)
		}
		left := map[[2]string]bool{}
		for _, k := range out.UnprocessedKeys[table].Keys {
			left[[2]string{textOf(k, "pk"), textOf(k, "sk")}] = true
		}
		for _, k := range asked.Keys {
			place := [2]string{textOf(k, "pk"), textOf(k, "sk")}
			if left[place] {
				continue
			}
			units := ReadUnits(sizes[place], aws.ToBool(asked.ConsistentRead))
			m.count(Line{Call: "BatchGetItem", What: kind(k), Calls: calls, Rows: 1, Read: units})
			calls = 0
		}
	}
	return out, nil
}

// Query implements dynamo.Client. What it goes through is summed, then rounded.
// A projection saves nothing: items are looked at whole.
func (m *Meter) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	out, err := m.Client.Query(ctx, in, o...)
	if err != nil {
		return out, err
	}
	what := "index " + aws.ToString(in.IndexName)
	if in.IndexName == nil {
		what = kind(item{"pk": in.ExpressionAttributeValues[":partition"]})
	}
	size := m.sizes(ctx, in.TableName, out.Items, in.ProjectionExpression != nil)
	m.count(Line{Call: "Query", What: what, Calls: 1, Rows: len(out.Items), Read: ReadUnits(size, aws.ToBool(in.ConsistentRead))})
	return out, nil
}

// Scan implements dynamo.Client, as Query.
func (m *Meter) Scan(ctx context.Context, in *dynamodb.ScanInput, o ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	out, err := m.Client.Scan(ctx, in, o...)
	if err == nil {
		size := m.sizes(ctx, in.TableName, out.Items, in.ProjectionExpression != nil)
		m.count(Line{Call: "Scan", What: "all", Calls: 1, Rows: len(out.Items), Read: ReadUnits(size, aws.ToBool(in.ConsistentRead))})
	}
	return out, err
}

func (m *Meter) sizes(ctx context.Context, table *string, items []item, projected bool) int {
	size := 0
	for _, it := range items {
		if projected {
			it = m.stored(ctx, table, it)
		}
		size += dynamo.ItemSize(it)
	}
	return size
}
