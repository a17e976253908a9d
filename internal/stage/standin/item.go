package standin

import "fmt"

// maxItem is the limit of one DynamoDB item, names included.
const maxItem = 400 << 10

// item is an item as it travels.
type item map[string]attribute

type attribute struct {
	S    *string     `json:",omitzero"`
	N    *string     `json:",omitzero"`
	B    []byte      `json:",omitzero"`
	BOOL *bool       `json:",omitzero"`
	NULL *bool       `json:",omitzero"`
	SS   []string    `json:",omitzero"`
	NS   []string    `json:",omitzero"`
	BS   [][]byte    `json:",omitzero"`
	L    []attribute `json:",omitzero"`
	M    item        `json:",omitzero"`
}

// size is the item's size in bytes, by the published rules: UTF-8 names and
// texts, raw bytes, numbers about one byte per two digits, and 3 bytes for a
// list or a map and 1 for each of its elements.
func (it item) size() (n int) {
	for name, v := range it {
		n += len(name) + v.size()
	}
	return n
}

func (a attribute) size() (n int) {
	switch {
	case a.S != nil:
		return len(*a.S)
	case a.N != nil:
		return numberSize(*a.N)
	case a.BOOL != nil, a.NULL != nil:
		return 1
	case a.L != nil:
		n = 3
		for _, v := range a.L {
			n += 1 + v.size()
		}
		return n
	case a.M != nil:
		return 3 + len(a.M) + a.M.size()
	}
	n = len(a.B)
	for _, s := range a.SS {
		n += len(s)
	}
	for _, s := range a.NS {
		n += numberSize(s)
	}
	for _, b := range a.BS {
		n += len(b)
	}
	return n
}

func numberSize(s string) int { return (len(s)+1)/2 + 1 }

// checkPuts finds what DynamoDB refuses and minidyn lets pass, in the items put
// whole; "" when there is nothing.
func (d *DynamoDB) checkPuts(q dynamoRequest) string {
	for _, op := range q.operations() {
		if n := op.Item.size(); n > maxItem {
			return fmt.Sprintf("Item size has exceeded the maximum allowed size (%d bytes)", n)
		}
		t := d.tables[op.TableName]
		if t == nil {
			continue
		}
		for _, name := range t.keys() {
			if v := op.Item[name]; v.S != nil && *v.S == "" {
				return "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: " + name
			}
		}
	}
	return ""
}
