package standin

import (
	"encoding/json"
	"regexp"
	"strings"
)

// minidyn runs the REMOVE clause of an update and then keeps the attribute; so
// the stand-in takes it off afterwards. Only whole attributes, no paths.

// clauses cuts an update expression in its parts.
var clauses = regexp.MustCompile(`(?i)\b(SET|ADD|DELETE|REMOVE)\s`)

// removed lists the attributes that an update takes off.
func removed(raw []byte) (names []string) {
	var in struct {
		UpdateExpression         string
		ExpressionAttributeNames map[string]string
	}
	_ = json.Unmarshal(raw, &in) // the engine has read it already
	starts := append(clauses.FindAllStringSubmatchIndex(in.UpdateExpression, -1), []int{len(in.UpdateExpression)})
	for i, at := range starts[:len(starts)-1] {
		if !strings.EqualFold(in.UpdateExpression[at[2]:at[3]], "REMOVE") {
			continue
		}
		for _, name := range strings.Split(in.UpdateExpression[at[1]:starts[i+1][0]], ",") {
			name = strings.TrimSpace(name)
			if real, ok := in.ExpressionAttributeNames[name]; ok {
				name = real
			}
			names = append(names, name)
		}
	}
	return names
}

// update runs an UpdateItem and takes off what it removes, from the item and
// from the answer.
func (d *DynamoDB) update(raw []byte) answer {
	a := ask(d.engine, "UpdateItem", raw)
	var q struct {
		operation
		ReturnValues string
	}
	names := removed(raw)
	if a.code != "" || len(names) == 0 || json.Unmarshal(raw, &q) != nil || d.tables[q.TableName] == nil {
		return a
	}
	t := d.tables[q.TableName]
	key := t.keyOf(q.operation)
	it := d.get(t, key)
	var said struct{ Attributes item }
	_ = json.Unmarshal(a.body, &said)
	for _, name := range names {
		delete(it, name)
		delete(said.Attributes, name)
	}
	t.put(d.engine, key, it)
	if q.ReturnValues == "ALL_NEW" {
		return agree(said)
	}
	return a
}
