package standin

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"

	"github.com/truora/minidyn/server"
)

// shardCount spreads the partitions of a table.
const shardCount = 4096

// table is what the stand-in knows of a table.
//
// minidyn reads a whole table to answer a Query, and copies it for each
// transaction: with some thousand items nothing could be measured. And its
// indexes are only right for items that are put once and deleted. So its main
// engine is only asked item by item. A copy of the items, spread over small
// engines by partition, answers the queries of the table, and one of the
// indexed items, where a change is a deletion and a put, those of the indexes.
type table struct {
	name    string
	hash    string
	sort    string
	indexes [][]string // the key attributes of each
	expiry  expiry
	plain   []byte // the creation without indexes
	shards  map[uint32]*server.Server
}

// keySchema is one as it travels.
type keySchema []struct{ AttributeName, KeyType string }

func (s keySchema) names() (out []string) {
	for _, k := range s {
		out = append(out, k.AttributeName)
	}
	return out
}

// create makes a table, with its indexes beside it.
func (d *DynamoDB) create(name string, body []byte) answer {
	a := ask(d.indexes, "CreateTable", body)
	if a.code != "" {
		return a
	}
	var in struct {
		AttributeDefinitions   []struct{ AttributeName, AttributeType string }
		KeySchema              keySchema
		GlobalSecondaryIndexes []struct{ KeySchema keySchema }
	}
	_ = json.Unmarshal(body, &in) // the engine has read it already
	t := &table{name: name, shards: map[uint32]*server.Server{}}
	for _, k := range in.KeySchema {
		if k.KeyType == "HASH" {
			t.hash = k.AttributeName
		} else {
			t.sort = k.AttributeName
		}
	}
	for _, index := range in.GlobalSecondaryIndexes {
		t.indexes = append(t.indexes, index.KeySchema.names())
	}
	definitions := []any{}
	for _, def := range in.AttributeDefinitions {
		if slices.Contains(in.KeySchema.names(), def.AttributeName) {
			definitions = append(definitions, def)
		}
	}
	t.plain = encoded(map[string]any{
		"TableName": name, "KeySchema": in.KeySchema, "AttributeDefinitions": definitions, "BillingMode": "PAY_PER_REQUEST",
	})
	ask(d.engine, "CreateTable", t.plain)
	d.tables[name] = t
	return a
}

// keys lists the key attributes of the table and its indexes.
func (t *table) keys() []string {
	return append(slices.Concat(t.indexes...), t.hash, t.sort)
}

// indexed tells that an item is in one of the indexes.
func (t *table) indexed(it item) bool {
	return slices.ContainsFunc(t.indexes, func(names []string) bool {
		return !slices.ContainsFunc(names, func(name string) bool { _, has := it[name]; return !has })
	})
}

// shard is the small engine of a partition.
func (t *table) shard(partition attribute) *server.Server {
	h := fnv.New32a()
	raw, _ := json.Marshal(partition)
	_, _ = h.Write(raw)
	n := h.Sum32() % shardCount
	if t.shards[n] == nil {
		t.shards[n] = server.NewServer()
		ask(t.shards[n], "CreateTable", t.plain)
	}
	return t.shards[n]
}

// keyOf is the primary key of a write.
func (t *table) keyOf(op operation) item {
	from := op.Key
	if from == nil {
		from = op.Item
	}
	key := item{t.hash: from[t.hash]}
	if t.sort != "" {
		key[t.sort] = from[t.sort]
	}
	return key
}

// get reads an item of the engine; nil when there is none.
func (d *DynamoDB) get(t *table, key item) item {
	var out struct{ Item item }
	a := ask(d.engine, "GetItem", encoded(map[string]any{"TableName": t.name, "Key": key, "ConsistentRead": true}))
	_ = json.Unmarshal(a.body, &out)
	return out.Item
}

// put writes an item to an engine, or deletes it when it is nil.
func (t *table) put(engine *server.Server, key, it item) answer {
	if it == nil {
		return ask(engine, "DeleteItem", encoded(map[string]any{"TableName": t.name, "Key": key}))
	}
	return ask(engine, "PutItem", encoded(map[string]any{"TableName": t.name, "Item": it}))
}

// mirror brings the copies of one item up to date.
func (d *DynamoDB) mirror(op operation) {
	if t := d.tables[op.TableName]; t != nil {
		key := t.keyOf(op)
		it := d.get(t, key)
		t.put(t.shard(key[t.hash]), key, it)
		if len(t.indexes) == 0 {
			return
		}
		t.put(d.indexes, key, nil)
		if t.indexed(it) {
			t.put(d.indexes, key, it)
		}
	}
}

var equality = regexp.MustCompile(`([#\w]+)\s*=\s*(:\w+)`)

// engineOf chooses who answers a Query or a Scan: the indexes, the shard of the
// partition or, for a condition that is not understood, the main engine.
func (d *DynamoDB) engineOf(q dynamoRequest, body []byte) *server.Server {
	t := d.tables[q.TableName]
	var in struct {
		KeyConditionExpression    string
		ExpressionAttributeNames  map[string]string
		ExpressionAttributeValues item
	}
	if q.IndexName != "" {
		return d.indexes
	}
	if t == nil || json.Unmarshal(body, &in) != nil {
		return d.engine
	}
	for _, m := range equality.FindAllStringSubmatch(in.KeyConditionExpression, -1) {
		name := m[1]
		if in.ExpressionAttributeNames[name] != "" {
			name = in.ExpressionAttributeNames[name]
		}
		if name == t.hash {
			return t.shard(in.ExpressionAttributeValues[m[2]])
		}
	}
	return d.engine
}

func encoded(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Appendf(nil, "%q", err)
	}
	return raw
}
