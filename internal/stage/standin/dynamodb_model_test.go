package standin_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestModel compares the stand-in with a map over random transactions, deletions
// and puts: the table, its partitions and its index always say the same.
func TestModel(t *testing.T) {
	b := database(t)
	partitions, sorts, dues := []string{"a", "b", "c"}, []string{"1", "2", "3"}, []string{"", "x", "y"}
	rapid.Check(t, func(r *rapid.T) {
		model := map[[2]string]string{}
		for _, p := range partitions { // every run begins with an empty table
			for _, s := range sorts {
				must(b.c.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String("relais"), Key: row(p, s)}))(t)
			}
		}
		for range rapid.IntRange(1, 8).Draw(r, "requests") {
			var items []types.TransactWriteItem
			next, fails := maps.Clone(model), false
			keys := rapid.SliceOfNDistinct(rapid.Custom(func(r *rapid.T) [2]string {
				return [2]string{rapid.SampledFrom(partitions).Draw(r, "pk"), rapid.SampledFrom(sorts).Draw(r, "sk")}
			}), 1, 4, rapid.ID).Draw(r, "keys")
			for _, k := range keys {
				_, there := model[k]
				switch rapid.IntRange(0, 3).Draw(r, "kind") {
				case 0:
					due := rapid.SampledFrom(dues).Draw(r, "due")
					it := row(k[0], k[1])
					if due != "" {
						it["due"] = text(due)
					}
					items = append(items, put(it, ""))
					next[k] = due
				case 1:
					items = append(items, types.TransactWriteItem{Delete: &types.Delete{TableName: aws.String("relais"), Key: row(k[0], k[1])}})
					delete(next, k)
				case 3:
					due := rapid.SampledFrom(dues).Draw(r, "due")
					items = append(items, update(row(k[0], k[1]), due))
					next[k] = due
				case 2:
					items = append(items, types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
						TableName: aws.String("relais"), Key: row(k[0], k[1]), ConditionExpression: aws.String("attribute_exists(pk)"),
					}})
					fails = fails || !there
				}
			}
			if err := b.transact(t, items...); (err != nil) != fails {
				r.Fatalf("failed: %v, want a failure: %v", err, fails)
			}
			if !fails {
				model = next
			}
			for _, p := range partitions {
				want := sortKeys(model, func(k [2]string, _ string) bool { return k[0] == p })
				if diff := cmp.Diff(want, b.query(t, "", p)); diff != "" {
					r.Fatalf("partition %s: %s", p, diff)
				}
			}
			for _, due := range dues[1:] {
				want := sortKeys(model, func(_ [2]string, d string) bool { return d == due })
				got := b.query(t, "due", due)
				slices.Sort(got)
				if diff := cmp.Diff(want, got); diff != "" {
					r.Fatalf("index %s: %s", due, diff)
				}
			}
		}
	})
}

// update moves an item in the index, or takes it out.
func update(key values, due string) types.TransactWriteItem {
	u := &types.Update{
		TableName: aws.String("relais"), Key: key,
		UpdateExpression: aws.String("SET touched = :t REMOVE #d"), ExpressionAttributeNames: map[string]string{"#d": "due"},
		ExpressionAttributeValues: values{":t": text("yes")},
	}
	if due != "" {
		u.UpdateExpression, u.ExpressionAttributeValues[":d"] = aws.String("SET touched = :t, #d = :d"), text(due)
	}
	return types.TransactWriteItem{Update: u}
}

// sortKeys lists the sort keys of the items that fit, in order.
func sortKeys(m map[[2]string]string, fits func([2]string, string) bool) (out []string) {
	for k, due := range m {
		if fits(k, due) {
			out = append(out, k[1])
		}
	}
	slices.Sort(out)
	return out
}
