package standin

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"

	"github.com/truora/minidyn/server"
)

// DynamoDB stands in for the database, over truora/minidyn. The caller creates
// the tables. What minidyn 0.8.2 gets wrong is put right here:
//   - an item that enters, leaves or changes place in a sparse index is found
//     where it is, and displaces no other;
//   - REMOVE takes an attribute off, where minidyn says so and keeps it;
//   - an item above 400 KB and an empty key are refused, in puts;
//   - a transaction costs what it touches and not a copy of the tables, and
//     gives the reason of each of its failures;
//   - a Query of the table itself costs its partition and not the whole table.
//
// It does not do: pages cut at 1 MB (ask with a Limit), ConsumedCapacity, the end
// of items by TTL (the setting is kept, no item goes), streams, back-ups,
// idempotency by ClientRequestToken, numbers as sort keys (they come in the order
// of their digits), local indexes, indexes added later, REMOVE inside a document,
// empty lists, maps and binaries (they come back as nothing), ReturnValues of a
// put. Two keys that read alike once joined by a dot are one. An answer to a
// Query or a Scan has no ScannedCount; an index is never behind its table.
type DynamoDB struct {
	*Front
	engine  *server.Server // the items
	indexes *server.Server // a copy of those that are in an index

	mu     sync.Mutex // one request at a time: everything is serialisable
	tables map[string]*table
}

// NewDynamoDB starts an empty database.
func NewDynamoDB() *DynamoDB {
	d := &DynamoDB{engine: server.NewServer(), indexes: server.NewServer(), tables: map[string]*table{}}
	d.Front = newFront(d)
	return d
}

// LeaveUnprocessed makes batches leave out what match says, by its place in the
// request for a table: it comes back in UnprocessedItems or UnprocessedKeys.
// A nil match ends it.
func (d *DynamoDB) LeaveUnprocessed(table string, match func(place int) bool) {
	if match == nil {
		d.engine.EmulateUnprocessedItems(table, nil)
		return
	}
	d.engine.EmulateUnprocessedItems(table, func(n int, _ map[string]*server.AttributeValue) bool { return match(n) })
}

func (d *DynamoDB) service() string { return "dynamodb" }

// dynamoRequest is what the stand-in reads of any request.
type dynamoRequest struct {
	TableName string
	IndexName string

	TimeToLiveSpecification *expiry

	Key, Item     item
	RequestItems  map[string]json.RawMessage
	TransactItems []map[string]json.RawMessage
}

// expiry is which attribute tells the end of an item.
type expiry struct {
	AttributeName string
	Enabled       bool
}

// operation is one member of a transaction, or of a batch.
type operation struct {
	TableName string
	Key, Item item
}

func (d *DynamoDB) describe(r *http.Request, body []byte) Call {
	call := Call{Action: targetOf(r)}
	var q dynamoRequest
	if json.Unmarshal(body, &q) != nil {
		return call
	}
	for _, t := range q.TransactItems {
		for kind, raw := range t {
			var op operation
			_ = json.Unmarshal(raw, &op) // without a table, it is refused anyway
			call.need("dynamodb:"+transactPermission[kind], tableARN(op.TableName, ""))
		}
	}
	for table := range q.RequestItems {
		call.need("dynamodb:"+call.Action, tableARN(table, ""))
	}
	if q.TableName != "" {
		call.need("dynamodb:"+call.Action, tableARN(q.TableName, q.IndexName))
	}
	slices.SortFunc(call.Needs, compareNeeds)
	return call
}

// transactPermission: IAM knows no action for the transaction itself.
var transactPermission = map[string]string{
	"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem",
	"ConditionCheck": "ConditionCheckItem", "Get": "GetItem",
}

func tableARN(table, index string) string {
	name := "table/" + table
	if index != "" {
		name += "/index/" + index
	}
	return arn("dynamodb", name)
}

func (d *DynamoDB) serve(r *http.Request, body []byte) answer {
	var q dynamoRequest
	if err := json.Unmarshal(body, &q); err != nil {
		return refuse(400, "SerializationException", "not JSON")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if problem := d.checkPuts(q); problem != "" {
		return refuse(400, "ValidationException", problem)
	}
	action := targetOf(r)
	switch action {
	case "CreateTable":
		return d.create(q.TableName, body)
	case "DescribeTable":
		return ask(d.indexes, action, body)
	case "UpdateTimeToLive", "DescribeTimeToLive":
		return d.expire(q, action)
	case "TransactWriteItems":
		return d.transact(q)
	case "Query", "Scan":
		return ask(d.engineOf(q, body), action, body)
	}
	var a answer
	if action == "UpdateItem" {
		a = d.update(body)
	} else {
		a = ask(d.engine, action, body)
	}
	if a.code != "" {
		return a
	}
	if action == "PutItem" {
		a.body = []byte("{}") // minidyn echoes the item
	}
	switch action {
	case "DeleteTable":
		delete(d.tables, q.TableName)
		return ask(d.indexes, action, body)
	case "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem":
		for _, op := range q.operations() {
			d.mirror(op)
		}
	}
	return a
}

// operations lists the writes of a request.
func (q dynamoRequest) operations() (out []operation) {
	if q.TableName != "" {
		out = append(out, operation{q.TableName, q.Key, q.Item})
	}
	for _, t := range q.TransactItems {
		for _, raw := range t {
			var op operation
			_ = json.Unmarshal(raw, &op)
			out = append(out, op)
		}
	}
	for table, raw := range q.RequestItems {
		var writes []struct {
			PutRequest    struct{ Item item }
			DeleteRequest struct{ Key item }
		}
		_ = json.Unmarshal(raw, &writes) // a batch of reads is no list
		for _, w := range writes {
			out = append(out, operation{table, w.DeleteRequest.Key, w.PutRequest.Item})
		}
	}
	return out
}

// ask passes a request to an engine.
func ask(engine *server.Server, action string, body []byte) answer {
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+action)
	w := httptest.NewRecorder()
	engine.ServeHTTP(w, r)
	a := answer{status: w.Code, body: w.Body.Bytes()}
	if a.status == http.StatusOK {
		return a
	}
	var e struct {
		Type string `json:"__type"`
	}
	if json.Unmarshal(a.body, &e) != nil || e.Type == "" {
		return unknown(action)
	}
	a.code = e.Type
	return a
}

// expire keeps the TTL setting of a table, or tells it.
func (d *DynamoDB) expire(q dynamoRequest, action string) answer {
	t := d.tables[q.TableName]
	if t == nil {
		return refuse(400, "ResourceNotFoundException", "Requested resource not found")
	}
	if action == "UpdateTimeToLive" {
		if q.TimeToLiveSpecification == nil {
			return refuse(400, "ValidationException", "TimeToLiveSpecification is required")
		}
		t.expiry = *q.TimeToLiveSpecification
		return agree(map[string]any{"TimeToLiveSpecification": t.expiry})
	}
	said := map[string]string{"TimeToLiveStatus": "DISABLED"}
	if t.expiry.Enabled {
		said = map[string]string{"TimeToLiveStatus": "ENABLED", "AttributeName": t.expiry.AttributeName}
	}
	return agree(map[string]any{"TimeToLiveDescription": said})
}
