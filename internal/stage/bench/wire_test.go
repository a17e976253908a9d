package bench

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The SDK writes requests and reads answers, and not the other way round. This is
// the other way round, as far as package meter looks.

type item = map[string]types.AttributeValue

// attribute reads a value as it travels.
type attribute struct{ types.AttributeValue }

// UnmarshalJSON implements json.Unmarshaler.
func (a *attribute) UnmarshalJSON(raw []byte) error {
	var v struct {
		S, N *string
		B    *[]byte
		BOOL *bool
		NULL *bool
		SS   []string
		L    []attribute
		M    row
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		return err
	}
	switch {
	case v.S != nil:
		a.AttributeValue = &types.AttributeValueMemberS{Value: *v.S}
	case v.N != nil:
		a.AttributeValue = &types.AttributeValueMemberN{Value: *v.N}
	case v.B != nil:
		a.AttributeValue = &types.AttributeValueMemberB{Value: *v.B}
	case v.BOOL != nil:
		a.AttributeValue = &types.AttributeValueMemberBOOL{Value: *v.BOOL}
	case v.NULL != nil:
		a.AttributeValue = &types.AttributeValueMemberNULL{Value: *v.NULL}
	case v.SS != nil:
		a.AttributeValue = &types.AttributeValueMemberSS{Value: v.SS}
	case v.L != nil:
		list := &types.AttributeValueMemberL{}
		for _, one := range v.L {
			list.Value = append(list.Value, one.AttributeValue)
		}
		a.AttributeValue = list
	case v.M != nil:
		a.AttributeValue = &types.AttributeValueMemberM{Value: v.M.item()}
	default:
		return fmt.Errorf("a value of no known type in %d bytes", len(raw))
	}
	return nil
}

// row is an item, a key or values as they travel.
type row map[string]attribute

func (r row) item() item {
	if r == nil {
		return nil
	}
	out := item{}
	for name, v := range r {
		out[name] = v.AttributeValue
	}
	return out
}

func items(rows []row) (out []item) {
	for _, r := range rows {
		out = append(out, r.item())
	}
	return out
}

// request is any request for rows. RequestItems has two shapes.
type request struct {
	operation
	IndexName, ProjectionExpression *string
	ExpressionAttributeValues       row
	RequestItems                    json.RawMessage
	TransactItems                   []struct{ Put, Update, Delete, ConditionCheck *operation }
}

// operation is a request for one row, also within a transaction.
type operation struct {
	TableName      *string
	Key, Item      row
	ConsistentRead *bool
}

func (q request) put() *dynamodb.PutItemInput {
	return &dynamodb.PutItemInput{TableName: q.TableName, Item: q.Item.item()}
}

func (q request) query() *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		TableName: q.TableName, IndexName: q.IndexName, ConsistentRead: q.ConsistentRead,
		ProjectionExpression: q.ProjectionExpression, ExpressionAttributeValues: q.ExpressionAttributeValues.item(),
	}
}

func (q request) transaction() *dynamodb.TransactWriteItemsInput {
	in := &dynamodb.TransactWriteItemsInput{}
	for _, a := range q.TransactItems {
		var out types.TransactWriteItem
		switch {
		case a.Put != nil:
			out.Put = &types.Put{TableName: a.Put.TableName, Item: a.Put.Item.item()}
		case a.Delete != nil:
			out.Delete = &types.Delete{TableName: a.Delete.TableName, Key: a.Delete.Key.item()}
		case a.ConditionCheck != nil:
			out.ConditionCheck = &types.ConditionCheck{TableName: a.ConditionCheck.TableName, Key: a.ConditionCheck.Key.item()}
		case a.Update != nil:
			out.Update = &types.Update{TableName: a.Update.TableName, Key: a.Update.Key.item()}
		}
		in.TransactItems = append(in.TransactItems, out)
	}
	return in
}

func (q request) batchGet() (*dynamodb.BatchGetItemInput, error) {
	var asked map[string]struct {
		Keys           []row
		ConsistentRead *bool
	}
	if err := json.Unmarshal(q.RequestItems, &asked); err != nil {
		return nil, err
	}
	in := &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{}}
	for table, a := range asked {
		in.RequestItems[table] = types.KeysAndAttributes{Keys: items(a.Keys), ConsistentRead: a.ConsistentRead}
	}
	return in, nil
}

func (q request) batchWrite() (*dynamodb.BatchWriteItemInput, error) {
	var asked map[string][]struct{ PutRequest, DeleteRequest *operation }
	if err := json.Unmarshal(q.RequestItems, &asked); err != nil {
		return nil, err
	}
	in := &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{}}
	for table, list := range asked {
		for _, a := range list {
			var out types.WriteRequest
			if a.PutRequest != nil {
				out.PutRequest = &types.PutRequest{Item: a.PutRequest.Item.item()}
			} else {
				out.DeleteRequest = &types.DeleteRequest{Key: a.DeleteRequest.Key.item()}
			}
			in.RequestItems[table] = append(in.RequestItems[table], out)
		}
	}
	return in, nil
}

// reply is any answer with rows.
type reply struct {
	Item            row
	Items           []row
	Responses       map[string][]row
	UnprocessedKeys map[string]struct{ Keys []row }
}

func (r reply) batch() *dynamodb.BatchGetItemOutput {
	out := &dynamodb.BatchGetItemOutput{Responses: map[string][]item{}, UnprocessedKeys: map[string]types.KeysAndAttributes{}}
	for table, rows := range r.Responses {
		out.Responses[table] = items(rows)
	}
	for table, left := range r.UnprocessedKeys {
		out.UnprocessedKeys[table] = types.KeysAndAttributes{Keys: items(left.Keys)}
	}
	return out
}

func peek(q operation) *dynamodb.GetItemInput {
	return &dynamodb.GetItemInput{TableName: q.TableName, Key: q.Key.item(), ConsistentRead: aws.Bool(aws.ToBool(q.ConsistentRead))}
}
