package standin_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"relais/internal/stage/standin"
)

// base is a database with the table "relais" (pk, sk) and its index "due" (due, sk).
type base struct {
	*standin.DynamoDB
	c *dynamodb.Client
}

func database(t testing.TB) base {
	t.Helper()
	d := standin.NewDynamoDB()
	t.Cleanup(d.Close)
	b := base{d, dynamodb.NewFromConfig(config(d.URL, 1))}
	key := func(hash, sort string) []types.KeySchemaElement {
		return []types.KeySchemaElement{{AttributeName: &hash, KeyType: "HASH"}, {AttributeName: &sort, KeyType: "RANGE"}}
	}
	var definitions []types.AttributeDefinition
	for _, name := range []string{"pk", "sk", "due"} {
		definitions = append(definitions, types.AttributeDefinition{AttributeName: &name, AttributeType: "S"})
	}
	must(b.c.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String("relais"), BillingMode: "PAY_PER_REQUEST",
		AttributeDefinitions: definitions, KeySchema: key("pk", "sk"),
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String("due"), KeySchema: key("due", "sk"), Projection: &types.Projection{ProjectionType: "ALL"},
		}},
	}))(t)
	d.Forget()
	return b
}

type values = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func number(n int) types.AttributeValue  { return &types.AttributeValueMemberN{Value: fmt.Sprint(n)} }

func row(pk, sk string, more ...string) values {
	v := values{"pk": text(pk), "sk": text(sk)}
	for i := 0; i+1 < len(more); i += 2 {
		v[more[i]] = text(more[i+1])
	}
	return v
}

func put(it values, condition string) types.TransactWriteItem {
	p := &types.Put{TableName: aws.String("relais"), Item: it}
	if condition != "" {
		p.ConditionExpression = &condition
	}
	return types.TransactWriteItem{Put: p}
}

func (b base) transact(t testing.TB, items ...types.TransactWriteItem) error {
	t.Helper()
	_, err := b.c.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: items})
	return err
}

func (b base) put(t testing.TB, it values) {
	t.Helper()
	must(b.c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("relais"), Item: it}))(t)
}

// query lists the sort keys of a partition of the table, or of the index.
func (b base) query(t testing.TB, index, partition string) (out []string) {
	t.Helper()
	in := &dynamodb.QueryInput{
		TableName: aws.String("relais"), KeyConditionExpression: aws.String("#k = :k"),
		ExpressionAttributeNames: map[string]string{"#k": "pk"}, ExpressionAttributeValues: values{":k": text(partition)},
		Limit: aws.Int32(2), // so that pages are turned
	}
	if index != "" {
		in.IndexName, in.ExpressionAttributeNames["#k"] = &index, index
	}
	for pages := dynamodb.NewQueryPaginator(b.c, in); pages.HasMorePages(); {
		page := must(pages.NextPage(t.Context()))(t)
		for _, it := range page.Items {
			out = append(out, it["sk"].(*types.AttributeValueMemberS).Value)
		}
	}
	return out
}

// TestTransaction: all or nothing, with a reason for each item.
func TestTransaction(t *testing.T) {
	b := database(t)
	b.put(t, row("a", "1", "due", "x"))
	absent := "attribute_not_exists(pk)"
	check := types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: aws.String("relais"), Key: row("a", "1"), ConditionExpression: aws.String("attribute_exists(pk)"),
	}}
	if err := b.transact(t, put(row("a", "2"), absent), put(row("b", "1"), absent), check); err != nil {
		t.Fatal(err)
	}
	check.ConditionCheck.Key = row("none", "1")
	err := b.transact(t,
		put(row("c", "1"), absent), put(row("a", "2"), absent), check,
		types.TransactWriteItem{Delete: &types.Delete{TableName: aws.String("relais"), Key: row("b", "1")}},
		types.TransactWriteItem{Update: &types.Update{
			TableName: aws.String("relais"), Key: row("a", "1"), UpdateExpression: aws.String("SET due = :d"),
			ExpressionAttributeValues: values{":d": text("y")},
		}},
	)
	var refused *types.TransactionCanceledException
	if !errors.As(err, &refused) {
		t.Fatalf("%v", err)
	}
	var codes []string
	for _, r := range refused.CancellationReasons {
		codes = append(codes, *r.Code)
	}
	if diff := cmp.Diff([]string{"None", "ConditionalCheckFailed", "ConditionalCheckFailed", "None", "None"}, codes); diff != "" {
		t.Error(diff)
	}
	for partition, want := range map[string][]string{"a": {"1", "2"}, "b": {"1"}, "c": nil, "none": nil} {
		if diff := cmp.Diff(want, b.query(t, "", partition)); diff != "" {
			t.Errorf("%s: %s", partition, diff)
		}
	}
	if got := b.query(t, "due", "x"); !slices.Equal(got, []string{"1"}) || b.query(t, "due", "y") != nil {
		t.Errorf("the index kept %v", got)
	}
	if err := b.transact(t, put(row("a", "1"), ""), put(row("a", "1"), "")); code(err) != "ValidationException" {
		t.Errorf("twice the same item: %v", err)
	}
}

// TestOneWinner: racing conditional writes, single and in transactions.
func TestOneWinner(t *testing.T) {
	b := database(t)
	b.put(t, values{"pk": text("a"), "sk": text("1"), "n": number(0)})
	var mu sync.Mutex
	var group sync.WaitGroup
	won, both := 0, 0
	for i := range 30 {
		group.Go(func() {
			var err error
			if i%2 == 0 {
				_, err = b.c.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
					TableName: aws.String("relais"), Key: row("a", "1"), UpdateExpression: aws.String("SET n = n + :one"),
					ConditionExpression: aws.String("n = :zero"), ExpressionAttributeValues: values{":one": number(1), ":zero": number(0)},
				})
			} else {
				err = b.transact(t, types.TransactWriteItem{Update: &types.Update{
					TableName: aws.String("relais"), Key: row("a", "1"), UpdateExpression: aws.String("SET n = n + :one"),
					ConditionExpression: aws.String("n = :zero"), ExpressionAttributeValues: values{":one": number(1), ":zero": number(0)},
				}}, put(row("a", fmt.Sprint("by", i)), ""))
			}
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
				both += i % 2
			}
		})
	}
	group.Wait()
	if n := len(b.query(t, "", "a")); won != 1 || n != 1+both {
		t.Errorf("%d winners, %d items", won, n)
	}
}

// TestDatabaseBatches: 25 writes, what is left out, 100 reads.
func TestDatabaseBatches(t *testing.T) {
	b := database(t)
	var writes []types.WriteRequest
	for i := range 25 {
		writes = append(writes, types.WriteRequest{PutRequest: &types.PutRequest{Item: row("a", fmt.Sprintf("%02d", i))}})
	}
	b.LeaveUnprocessed("relais", func(place int) bool { return place >= 20 })
	out := must(b.c.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"relais": writes}}))(t)
	if left, stored := len(out.UnprocessedItems["relais"]), len(b.query(t, "", "a")); left != 5 || stored != 20 {
		t.Errorf("%d left, %d stored", left, stored)
	}
	b.LeaveUnprocessed("relais", nil)
	must(b.c.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: out.UnprocessedItems}))(t)
	got := must(b.c.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
		"relais": {Keys: []map[string]types.AttributeValue{row("a", "00"), row("a", "24"), row("a", "25")}},
	}}))(t)
	if n := len(got.Responses["relais"]); n != 2 {
		t.Errorf("%d read", n)
	}
}

// TestSparseIndex: an item enters and leaves the index with its attribute.
func TestSparseIndex(t *testing.T) {
	b := database(t)
	for i := range 5 {
		b.put(t, row("a", fmt.Sprint(i), "due", "x"))
	}
	out := must(b.c.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String("relais"), Key: row("a", "3"), UpdateExpression: aws.String("SET v = :v REMOVE due, spare"),
		ExpressionAttributeValues: values{":v": text("new")}, ReturnValues: "ALL_NEW",
	}))(t)
	if _, has := out.Attributes["due"]; has || len(out.Attributes) != 3 {
		t.Errorf("after REMOVE: %v", out.Attributes)
	}
	must(b.c.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String("relais"), Key: row("a", "1")}))(t)
	if diff := cmp.Diff([]string{"0", "2", "4"}, b.query(t, "due", "x")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"0", "2", "3", "4"}, b.query(t, "", "a")); diff != "" {
		t.Error(diff)
	}
}

func TestDatabaseRefuses(t *testing.T) {
	b := database(t)
	for name, it := range map[string]values{
		"an item too large":  row("a", "1", "payload", strings.Repeat("x", 400<<10)),
		"an empty key":       row("a", ""),
		"an empty index key": row("a", "1", "due", ""),
	} {
		_, err := b.c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("relais"), Item: it})
		if code(err) != "ValidationException" {
			t.Errorf("%s: %v", name, err)
		}
		if err := b.transact(t, put(it, "")); code(err) != "ValidationException" {
			t.Errorf("%s, in a transaction: %v", name, err)
		}
	}
	b.put(t, row("a", "1", "payload", strings.Repeat("x", 399<<10)))
	if err := b.transact(t, types.TransactWriteItem{Put: &types.Put{TableName: aws.String("none"), Item: row("a", "1")}}); err == nil {
		t.Error("a table that is not there was written")
	}
}

// TestNeeds: what IAM would ask, for transactions and indexes too.
func TestNeeds(t *testing.T) {
	b := database(t)
	table := "arn:aws:dynamodb:eu-west-3:123456789012:table/relais"
	b.query(t, "due", "x")
	if err := b.transact(t, put(row("a", "1"), ""), put(row("a", "2"), ""),
		types.TransactWriteItem{Delete: &types.Delete{TableName: aws.String("relais"), Key: row("a", "3")}}); err != nil {
		t.Fatal(err)
	}
	must(b.c.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
		"relais": {Keys: []map[string]types.AttributeValue{row("a", "1")}},
	}}))(t)
	var got [][]standin.Need
	for _, c := range b.Calls() {
		got = append(got, c.Needs)
	}
	want := [][]standin.Need{
		{{"dynamodb:Query", table + "/index/due"}},
		{{"dynamodb:DeleteItem", table}, {"dynamodb:PutItem", table}},
		{{"dynamodb:BatchGetItem", table}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestExpirySetting: kept and told; no item goes by it.
func TestExpirySetting(t *testing.T) {
	b := database(t)
	status := func() types.TimeToLiveStatus {
		out := must(b.c.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: aws.String("relais")}))(t)
		return out.TimeToLiveDescription.TimeToLiveStatus
	}
	if s := status(); s != types.TimeToLiveStatusDisabled {
		t.Errorf("at first %s", s)
	}
	must(b.c.UpdateTimeToLive(t.Context(), &dynamodb.UpdateTimeToLiveInput{
		TableName:               aws.String("relais"),
		TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String("ttl"), Enabled: aws.Bool(true)},
	}))(t)
	if s := status(); s != types.TimeToLiveStatusEnabled {
		t.Errorf("then %s", s)
	}
}
