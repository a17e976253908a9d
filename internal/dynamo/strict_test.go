package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/truora/minidyn/aws-v2/client"

	"relais/internal/dynamo"
	"relais/internal/storetest"
)

// TestContractOnHostileDynamoDB tells the contract again to a DynamoDB that holds
// to its limits, as the emulator does not, and that has a bad day: short pages,
// batches half done, transactions that meet others, answers lost on the way.
func TestContractOnHostileDynamoDB(t *testing.T) {
	lives(t, "5")
	storetest.Run(t, func(t *testing.T) storetest.Store {
		if crowded(t.Name()) {
			return inProcess(t)
		}
		return created(t, hostile(t, client.NewClient(), 10), "relais")
	})
}

// crowded tells the stories that count what many goroutines did. The emulator finds
// no next page after a row that another one deleted meanwhile, as DynamoDB does; and
// a write whose answer is lost may be overtaken before it is asked again, which
// counts twice though nothing is wrong.
func crowded(story string) bool {
	return strings.Contains(story, "/Crowd/") || strings.Contains(story, "at_once")
}

type row = map[string]types.AttributeValue

// isHint spares hints, which are promised once at least: one whose answer was lost
// may come twice, and the contract counts them.
func isHint(it row) bool {
	pk, ok := it["pk"].(*types.AttributeValueMemberS)
	return ok && pk.Value == "hint"
}

// hostile makes about one call in rarely go wrong, in a way that must not show.
func hostile(t testing.TB, c dynamo.Client, rarely int) dynamo.Client {
	var mu sync.Mutex
	dice := rand.New(rand.NewPCG(1, 2))
	bad := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return dice.IntN(rarely) == 0
	}
	return hooked{c, func(_ context.Context, in any, call func() (any, error)) (any, error) {
		if problem := beyondLimits(in); problem != nil {
			t.Errorf("DynamoDB would refuse this: %v", problem)
			return nil, problem
		}
		switch in := in.(type) {
		case *dynamodb.QueryInput:
			short, most := *in, int32(30)
			if bad() {
				most = 2
			}
			if in.Limit == nil || *in.Limit > most {
				short.Limit = aws.Int32(most)
			}
			return c.Query(context.Background(), &short)
		case *dynamodb.PutItemInput:
			if bad() && !isHint(in.Item) { // the answer is lost, and the SDK asks again
				if _, err := call(); err != nil {
					return nil, err
				}
			}
		case *dynamodb.TransactWriteItemsInput:
			if bad() {
				return nil, cancelled("TransactionConflict", len(in.TransactItems))
			}
		case *dynamodb.BatchGetItemInput:
			if bad() {
				return halfRead(c, in)
			}
		case *dynamodb.BatchWriteItemInput:
			if bad() {
				return halfWritten(c, in)
			}
		}
		return call()
	}}
}

func cancelled(code string, actions int) error {
	reasons := make([]types.CancellationReason, actions)
	for i := range reasons {
		reasons[i].Code = aws.String("None")
	}
	reasons[actions-1].Code = aws.String(code)
	return &types.TransactionCanceledException{
		Message: aws.String("secret content of an item"), CancellationReasons: reasons,
	}
}

func halfRead(c dynamo.Client, in *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
	some, rest := map[string]types.KeysAndAttributes{}, map[string]types.KeysAndAttributes{}
	for table, asked := range in.RequestItems {
		done, left := asked, asked
		half := len(asked.Keys) / 2
		done.Keys, left.Keys = asked.Keys[:half], asked.Keys[half:]
		some[table], rest[table] = done, left
	}
	out, err := c.BatchGetItem(context.Background(), &dynamodb.BatchGetItemInput{RequestItems: some})
	if out != nil {
		out.UnprocessedKeys = rest
	}
	return out, err
}

func halfWritten(c dynamo.Client, in *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error) {
	some, rest := map[string][]types.WriteRequest{}, map[string][]types.WriteRequest{}
	for table, asked := range in.RequestItems {
		half := len(asked) / 2
		some[table], rest[table] = asked[:half], asked[half:]
	}
	out, err := c.BatchWriteItem(context.Background(), &dynamodb.BatchWriteItemInput{RequestItems: some})
	if out != nil {
		out.UnprocessedItems = rest
	}
	return out, err
}

// beyondLimits tells what DynamoDB would refuse: its limits are in "Quotas".
func beyondLimits(in any) error {
	switch in := in.(type) {
	case *dynamodb.PutItemInput:
		return itemProblem(in.Item)
	case *dynamodb.UpdateItemInput:
		return keyProblem(in.Key, "pk", "sk")
	case *dynamodb.GetItemInput:
		return keyProblem(in.Key, "pk", "sk")
	case *dynamodb.DeleteItemInput:
		return keyProblem(in.Key, "pk", "sk")
	case *dynamodb.QueryInput:
		return queryProblem(in)
	case *dynamodb.BatchGetItemInput:
		return batchProblem(in)
	case *dynamodb.BatchWriteItemInput:
		for _, requests := range in.RequestItems {
			if len(requests) == 0 || len(requests) > 25 {
				return fmt.Errorf("%d writes in a batch", len(requests))
			}
		}
	case *dynamodb.TransactWriteItemsInput:
		return transactionProblem(in.TransactItems)
	}
	return nil
}

func itemProblem(it row) error {
	if size := dynamo.ItemSize(it); size > 400<<10 {
		return fmt.Errorf("an item of %d bytes", size)
	}
	return errors.Join(keyProblem(it, "pk", "sk"), indexProblem(it, "wp", "ws"), indexProblem(it, "lp", "ls"))
}

func indexProblem(it row, hash, sort string) error {
	if it[hash] == nil || it[sort] == nil {
		return nil
	}
	return keyProblem(it, hash, sort)
}

func keyProblem(it row, hash, sort string) error {
	for name, longest := range map[string]int{hash: 2048, sort: 1024} {
		v, ok := it[name].(*types.AttributeValueMemberS)
		if !ok || v.Value == "" || len(v.Value) > longest {
			return fmt.Errorf("the key %s is missing, empty or too long", name)
		}
	}
	return nil
}

func queryProblem(in *dynamodb.QueryInput) error {
	if in.IndexName != nil && aws.ToBool(in.ConsistentRead) {
		return errors.New("a consistent reading of an index")
	}
	for name, v := range in.ExpressionAttributeValues {
		if s, ok := v.(*types.AttributeValueMemberS); ok && (s.Value == "" || len(s.Value) > 2048) {
			return fmt.Errorf("%s is empty or too long for a key", name)
		}
	}
	return nil
}

func batchProblem(in *dynamodb.BatchGetItemInput) error {
	for _, asked := range in.RequestItems {
		seen := map[string]bool{}
		for _, k := range asked.Keys {
			if err := keyProblem(k, "pk", "sk"); err != nil {
				return err
			}
			seen[fmt.Sprint(k["pk"].(*types.AttributeValueMemberS).Value, "\x00", k["sk"].(*types.AttributeValueMemberS).Value)] = true
		}
		if len(asked.Keys) == 0 || len(asked.Keys) > 100 || len(seen) < len(asked.Keys) {
			return fmt.Errorf("%d keys in a batch, %d of them different", len(asked.Keys), len(seen))
		}
	}
	return nil
}

func transactionProblem(actions []types.TransactWriteItem) error {
	if len(actions) == 0 || len(actions) > 100 {
		return fmt.Errorf("%d actions in a transaction", len(actions))
	}
	size := 0
	for _, a := range actions {
		if a.Delete != nil && a.Delete.ConditionExpression != nil && *a.Delete.ConditionExpression == "" {
			return errors.New("an empty condition")
		}
		if a.Put != nil {
			size += dynamo.ItemSize(a.Put.Item)
			if err := itemProblem(a.Put.Item); err != nil {
				return err
			}
		}
	}
	if size > 4<<20 {
		return fmt.Errorf("a transaction of %d bytes", size)
	}
	return nil
}

func textIn(values row, name string) string {
	if v, ok := values[name].(*types.AttributeValueMemberS); ok {
		return v.Value
	}
	return ""
}
