package standin

import (
	"encoding/json"
	"fmt"
)

// maxTransaction is DynamoDB's limit of items in one transaction.
const maxTransaction = 100

// reason says why an item of a transaction failed.
type reason struct {
	Code    string
	Message string `json:",omitempty"`
	Item    item   `json:",omitempty"`
}

// step is an item of a transaction, with how it was before.
type step struct {
	kind   string
	raw    json.RawMessage
	table  *table
	key    item
	before item
}

// transact runs the items one by one and puts everything back when one fails.
// As in DynamoDB, every item has its own reason in the refusal.
func (d *DynamoDB) transact(q dynamoRequest) answer {
	steps, problem := d.plan(q)
	if problem != "" {
		return refuse(400, "ValidationException", problem)
	}
	reasons, failed := make([]reason, len(steps)), false
	for i, s := range steps {
		a := d.take(s)
		switch a.code {
		case "":
			reasons[i].Code = "None"
		case "ConditionalCheckFailedException":
			_ = json.Unmarshal(a.body, &reasons[i]) // for its Item
			reasons[i].Code, reasons[i].Message, failed = "ConditionalCheckFailed", "The conditional request failed", true
		default:
			d.undo(steps[:i])
			return a
		}
	}
	if failed {
		d.undo(steps)
		return cancelled(reasons)
	}
	for _, s := range steps {
		d.mirror(operation{TableName: s.table.name, Key: s.key})
	}
	return agree(struct{}{})
}

func (d *DynamoDB) plan(q dynamoRequest) (steps []step, problem string) {
	seen := map[string]bool{}
	for _, t := range q.TransactItems {
		for kind, raw := range t {
			var op operation
			if json.Unmarshal(raw, &op) != nil || d.tables[op.TableName] == nil {
				return nil, "Requested resource not found: " + op.TableName
			}
			s := step{kind: kind, raw: raw, table: d.tables[op.TableName]}
			s.key = s.table.keyOf(op)
			id := op.TableName + string(encoded(s.key))
			if seen[id] {
				return nil, "Transaction request cannot include multiple operations on one item"
			}
			seen[id] = true
			s.before = d.get(s.table, s.key)
			steps = append(steps, s)
		}
	}
	if n := len(steps); n == 0 || n > maxTransaction {
		return nil, fmt.Sprintf("Member must have length between 1 and %d", maxTransaction)
	}
	return steps, ""
}

// take runs one step. Its fields are those of the single request, except for a
// ConditionCheck: it writes back what is there, under its condition.
func (d *DynamoDB) take(s step) answer {
	switch s.kind {
	case "Update":
		return d.update(s.raw)
	case "Put", "Delete":
		return ask(d.engine, s.kind+"Item", s.raw)
	}
	var in map[string]any
	_ = json.Unmarshal(s.raw, &in) // read before, by plan
	if s.before == nil {
		return ask(d.engine, "DeleteItem", encoded(in))
	}
	delete(in, "Key")
	in["Item"] = s.before
	return ask(d.engine, "PutItem", encoded(in))
}

func (d *DynamoDB) undo(steps []step) {
	for _, s := range steps {
		s.table.put(d.engine, s.key, s.before)
	}
}

func cancelled(reasons []reason) answer {
	a := refuse(400, "TransactionCanceledException", "")
	a.body = encoded(map[string]any{
		"__type": a.code, "message": "Transaction cancelled, please refer cancellation reasons for specific reasons",
		"Message": "Transaction cancelled, please refer cancellation reasons for specific reasons", "CancellationReasons": reasons,
	})
	return a
}
