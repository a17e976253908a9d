package dynamo

import (
	"maps"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// item is a row, or the key of one.
type item map[string]types.AttributeValue

func key(partition, sort string) item { return item{pk: text(partition), sk: text(sort)} }

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func integer[N int | int64](n N) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(int64(n), 10)}
}

func bytes(b []byte) types.AttributeValue { return &types.AttributeValueMemberB{Value: b} }

func micros(t time.Time) types.AttributeValue { return integer(t.UnixMicro()) }

// text is "" for an attribute that is absent or of another type.
func (it item) text(name string) string {
	if v, ok := it[name].(*types.AttributeValueMemberS); ok {
		return v.Value
	}
	return ""
}

func (it item) number(name string) (n int64, has bool) {
	v, ok := it[name].(*types.AttributeValueMemberN)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(v.Value, 10, 64)
	return n, err == nil
}

func (it item) int(name string) int64 {
	n, _ := it.number(name)
	return n
}

func (it item) bytes(name string) []byte {
	if v, ok := it[name].(*types.AttributeValueMemberB); ok {
		return v.Value
	}
	return nil
}

// instant is the zero Time for an absent attribute.
func (it item) instant(name string) time.Time {
	n, has := it.number(name)
	if !has {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

// place is the identity of a row among others.
func (it item) place() string { return it.text(pk) + nul + it.text(sk) }

// key is the primary key of a row.
func (it item) key() item { return item{pk: it[pk], sk: it[sk]} }

// anew is a copy of a row, as another write of it.
func (it item) anew() item { return maps.Clone(it).with(token, text(newToken())) }

func (it item) without(name string) item {
	delete(it, name)
	return it
}

func (it item) with(name string, v types.AttributeValue) item {
	it[name] = v
	return it
}
