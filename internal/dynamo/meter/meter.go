package meter

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"relais/internal/dynamo"
)

// Line is what calls of one kind cost. What is the kind of row (the beginning of
// its partition key: "dossier", "payload"…), or the index, as "index work".
type Line struct {
	Call, What  string
	Calls       int // of the API; an index has none of its own
	Rows        int
	Read, Write float64
}

func (l Line) String() string {
	return fmt.Sprintf("%-18s %-12s %5d calls %6d rows %8.1f RU %8.1f WU", l.Call, l.What, l.Calls, l.Rows, l.Read, l.Write)
}

// Meter is a client that counts. It looks at an item before it is written, which
// is not counted; with several writers of one item at once, it may look too
// early. Refused conditions and cancelled transactions count as if done, without
// their indexes.
type Meter struct {
	dynamo.Client
	indexes []index

	mu    sync.Mutex
	lines map[[2]string]*Line
}

// New counts what goes to a client.
func New(c dynamo.Client) *Meter {
	return &Meter{Client: c, indexes: indexes(), lines: map[[2]string]*Line{}}
}

// Reset forgets what was counted.
func (m *Meter) Reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.lines)
}

// Lines is what was counted, by call, then kind of row.
func (m *Meter) Lines() []Line {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []Line
	for _, l := range m.lines {
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b Line) int { return cmp.Or(cmp.Compare(a.Call, b.Call), cmp.Compare(a.What, b.What)) })
	return out
}

// Total is the sum of the lines.
func (m *Meter) Total() Line {
	total := Line{Call: "total"}
	for _, l := range m.Lines() {
		total.Calls += l.Calls
		total.Rows += l.Rows
		total.Read += l.Read
		total.Write += l.Write
	}
	return total
}

func (m *Meter) count(l Line) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, known := m.lines[[2]string{l.Call, l.What}]
	if !known {
		m.lines[[2]string{l.Call, l.What}] = &l
		return
	}
	at.Calls += l.Calls
	at.Rows += l.Rows
	at.Read += l.Read
	at.Write += l.Write
}

// kind is the beginning of a partition key.
func kind(it item) string {
	name, _, _ := strings.Cut(textOf(it, "pk"), "#")
	return name
}

// change is one row of a write: after is nil for a deletion, and equal to before
// for a check.
type change struct{ before, after item }

// wrote counts a write of rows. factor is 2 in a transaction; indexes follow
// only what was done.
func (m *Meter) wrote(call string, changes []change, factor float64, done bool) {
	for n, c := range changes {
		row := c.after
		if row == nil {
			row = c.before
		}
		l := Line{Call: call, What: kind(row), Rows: 1}
		if n == 0 {
			l.Calls = 1
		}
		l.Write = factor * WriteUnits(max(dynamo.ItemSize(c.before), dynamo.ItemSize(c.after)))
		m.count(l)
		for _, i := range m.indexes {
			if units := i.units(c.before, c.after); done && units > 0 {
				m.count(Line{Call: call, What: "index " + i.name, Rows: 1, Write: factor * units})
			}
		}
	}
}

// stored looks at a row, which is not counted.
func (m *Meter) stored(ctx context.Context, table *string, key item) item {
	out, err := m.Client.GetItem(context.WithoutCancel(ctx), &dynamodb.GetItemInput{
		TableName: table, Key: keyOf(key), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return nil
	}
	return out.Item
}

// changeOf is what a write does to a row.
func (m *Meter) changeOf(ctx context.Context, table *string, key, after item) change {
	c := change{before: m.stored(ctx, table, key), after: after}
	if len(c.before) == 0 {
		c.before = nil
		if after == nil {
			c.before = key // to say what it was about
		}
	}
	return c
}

// PutItem implements dynamo.Client.
func (m *Meter) PutItem(ctx context.Context, in *dynamodb.PutItemInput, o ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	c := m.changeOf(ctx, in.TableName, in.Item, maps.Clone(in.Item))
	out, err := m.Client.PutItem(ctx, in, o...)
	m.wrote("PutItem", []change{c}, 1, err == nil)
	return out, err
}

// UpdateItem implements dynamo.Client.
func (m *Meter) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	c := m.changeOf(ctx, in.TableName, in.Key, nil)
	out, err := m.Client.UpdateItem(ctx, in, o...)
	c.after = m.stored(ctx, in.TableName, in.Key)
	m.wrote("UpdateItem", []change{c}, 1, err == nil)
	return out, err
}

// DeleteItem implements dynamo.Client.
func (m *Meter) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, o ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	c := m.changeOf(ctx, in.TableName, in.Key, nil)
	out, err := m.Client.DeleteItem(ctx, in, o...)
	m.wrote("DeleteItem", []change{c}, 1, err == nil)
	return out, err
}

// BatchWriteItem implements dynamo.Client.
func (m *Meter) BatchWriteItem(ctx context.Context, in *dynamodb.BatchWriteItemInput, o ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error) {
	var changes []change
	for table, requests := range in.RequestItems {
		for _, r := range requests {
			if r.PutRequest != nil {
				changes = append(changes, m.changeOf(ctx, &table, r.PutRequest.Item, maps.Clone(r.PutRequest.Item)))
			} else {
				changes = append(changes, m.changeOf(ctx, &table, r.DeleteRequest.Key, nil))
			}
		}
	}
	out, err := m.Client.BatchWriteItem(ctx, in, o...)
	m.wrote("BatchWriteItem", changes, 1, err == nil)
	return out, err
}

// TransactWriteItems implements dynamo.Client.
func (m *Meter) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	var changes []change
	for _, a := range in.TransactItems {
		changes = append(changes, m.changeOfAction(ctx, a))
	}
	out, err := m.Client.TransactWriteItems(ctx, in, o...)
	m.wrote("TransactWriteItems", changes, 2, err == nil)
	return out, err
}

func (m *Meter) changeOfAction(ctx context.Context, a types.TransactWriteItem) change {
	switch {
	case a.Put != nil:
		return m.changeOf(ctx, a.Put.TableName, a.Put.Item, maps.Clone(a.Put.Item))
	case a.Delete != nil:
		return m.changeOf(ctx, a.Delete.TableName, a.Delete.Key, nil)
	case a.ConditionCheck != nil:
		c := m.changeOf(ctx, a.ConditionCheck.TableName, a.ConditionCheck.Key, nil)
		c.after = c.before
		return c
	}
	c := m.changeOf(ctx, a.Update.TableName, a.Update.Key, nil)
	c.after = c.before // the store has none
	return c
}
