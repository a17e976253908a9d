// Package meter counts what the store's calls would cost on DynamoDB, in read and
// write units, by the rules that Amazon publishes ("Read and write operations"
// and "Item sizes and formats" in the developer guide). Emulators do not count,
// or count wrongly.
//
// No program links it: it is for benchmarks and tests.
package meter

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"relais/internal/dynamo"
)

const (
	writeStep = 1 << 10
	readStep  = 4 << 10
)

type item = map[string]types.AttributeValue

// WriteUnits is what writing or deleting an item of so many bytes costs; nothing
// costs less than one. In a transaction it is twice that.
func WriteUnits(size int) float64 { return steps(size, writeStep) }

// ReadUnits is what reading so many bytes costs in one go: one item, or all those
// that a Query goes through. An eventually consistent reading costs half.
func ReadUnits(size int, consistent bool) float64 {
	units := steps(size, readStep)
	if !consistent {
		units /= 2
	}
	return units
}

func steps(size, step int) float64 { return float64(max(1, (size+step-1)/step)) }

// index is what an index keeps of an item: its keys and the table's.
type index struct {
	name       string
	hash, sort string
}

func indexes() []index {
	var out []index
	for _, g := range dynamo.TableDefinition("").GlobalSecondaryIndexes {
		i := index{name: aws.ToString(g.IndexName)}
		for _, k := range g.KeySchema {
			if k.KeyType == types.KeyTypeHash {
				i.hash = aws.ToString(k.AttributeName)
			} else {
				i.sort = aws.ToString(k.AttributeName)
			}
		}
		out = append(out, i)
	}
	return out
}

// entry is what the index keeps of an item; nil when it lacks one of the keys.
func (i index) entry(it item) item {
	if it[i.hash] == nil || it[i.sort] == nil {
		return nil
	}
	out := keyOf(it)
	out[i.hash], out[i.sort] = it[i.hash], it[i.sort]
	return out
}

// units is what the index costs when an item becomes another, nil for none:
// nothing when its entry stays, one write to add or remove it, two to move it.
func (i index) units(before, after item) float64 {
	old, fresh := i.entry(before), i.entry(after)
	units := 0.0
	if same(old, fresh) {
		return 0
	}
	for _, e := range []item{old, fresh} {
		if e != nil {
			units += WriteUnits(dynamo.ItemSize(e))
		}
	}
	return units
}

func same(a, b item) bool {
	if len(a) != len(b) {
		return false
	}
	for name := range a {
		if textOf(a, name) != textOf(b, name) {
			return false
		}
	}
	return true
}

func keyOf(it item) item { return item{"pk": it["pk"], "sk": it["sk"]} }

func textOf(it item, name string) string {
	if v, ok := it[name].(*types.AttributeValueMemberS); ok {
		return v.Value
	}
	return ""
}
