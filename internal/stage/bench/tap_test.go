package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"relais/internal/dynamo/meter"
	"relais/internal/stage/standin"
)

// tap stands between the functions and DynamoDB: it hands on what they send, byte
// for byte, and counts its units with package meter.
type tap struct {
	*meter.Meter
	URL    string
	target string

	mu    sync.Mutex
	calls int
	spent time.Duration
	wrong error // what could not be counted
}

func newTap(t testing.TB, target string) *tap {
	p := &tap{target: target}
	p.Meter = meter.New(relay{databaseAt(target)})
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.URL = server.URL
	return p
}

// databaseAt is a client of our own, which is not counted.
func databaseAt(url string) *dynamodb.Client {
	return dynamodb.NewFromConfig(aws.Config{
		Region: standin.Region, BaseEndpoint: aws.String(url),
		Credentials: credentials.NewStaticCredentialsProvider("bench", "bench", ""),
	})
}

// exchange is one request of a function under way.
type exchange struct {
	tap    *tap
	from   *http.Request
	action string
	body   []byte

	done   bool
	status int
	header http.Header
	answer []byte
}

type underWay struct{}

// ServeHTTP hands one request on.
func (p *tap) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the caller has died
	}
	target := r.Header.Get("X-Amz-Target")
	x := &exchange{tap: p, from: r, action: target[strings.LastIndexByte(target, '.')+1:], body: body}
	if err := p.meter(context.WithValue(r.Context(), underWay{}, x), x); err != nil {
		p.mu.Lock()
		p.wrong = err
		p.mu.Unlock()
	}
	if !x.done {
		panic(http.ErrAbortHandler)
	}
	for name, values := range x.header {
		w.Header()[name] = values
	}
	w.WriteHeader(x.status)
	_, _ = w.Write(x.answer)
}

// meter has the request counted; what no unit is counted for is only handed on.
func (p *tap) meter(ctx context.Context, x *exchange) error {
	var q request
	if err := json.Unmarshal(x.body, &q); err != nil {
		return err
	}
	switch x.action {
	case "GetItem":
		_, _ = p.Meter.GetItem(ctx, peek(q.operation))
	case "PutItem":
		_, _ = p.Meter.PutItem(ctx, q.put())
	case "UpdateItem":
		_, _ = p.Meter.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: q.TableName, Key: q.Key.item()})
	case "DeleteItem":
		_, _ = p.Meter.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: q.TableName, Key: q.Key.item()})
	case "Query":
		_, _ = p.Meter.Query(ctx, q.query())
	case "Scan":
		_, _ = p.Meter.Scan(ctx, &dynamodb.ScanInput{TableName: q.TableName, ConsistentRead: q.ConsistentRead, ProjectionExpression: q.ProjectionExpression})
	case "TransactWriteItems":
		_, _ = p.Meter.TransactWriteItems(ctx, q.transaction())
	case "BatchGetItem":
		in, err := q.batchGet()
		if err != nil {
			return err
		}
		_, _ = p.Meter.BatchGetItem(ctx, in)
	case "BatchWriteItem":
		in, err := q.batchWrite()
		if err != nil {
			return err
		}
		_, _ = p.Meter.BatchWriteItem(ctx, in)
	case "DescribeTable":
		_, err := x.forward()
		return err
	default:
		_, _ = x.forward()
		return fmt.Errorf("the units of %s are not counted", x.action)
	}
	return nil
}

// forward sends the request as it came, once, and keeps the answer. An answer
// that is an error is one for the meter too.
func (x *exchange) forward() (out reply, err error) {
	r, err := http.NewRequestWithContext(x.from.Context(), http.MethodPost, x.tap.target+x.from.URL.RequestURI(), bytes.NewReader(x.body))
	if err != nil {
		return out, err
	}
	r.Header = x.from.Header.Clone()
	begun := time.Now()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return out, err
	}
	defer answer.Body.Close()
	if x.answer, err = io.ReadAll(answer.Body); err != nil {
		return out, err
	}
	x.done, x.status, x.header = true, answer.StatusCode, answer.Header
	x.tap.mu.Lock()
	x.tap.calls++
	x.tap.spent += time.Since(begun)
	x.tap.mu.Unlock()
	if x.status != http.StatusOK {
		return out, fmt.Errorf("%s: status %d", x.action, x.status)
	}
	return out, json.Unmarshal(x.answer, &out)
}

// relay is what the meter believes to be DynamoDB. It hands on the request under
// way; the readings that the meter makes on its own go beside it.
type relay struct{ *dynamodb.Client }

func sent(ctx context.Context) (reply, error) { return ctx.Value(underWay{}).(*exchange).forward() }

func (c relay) GetItem(ctx context.Context, in *dynamodb.GetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	if x := ctx.Value(underWay{}).(*exchange); x.action != "GetItem" || x.done {
		return c.Client.GetItem(ctx, in, o...)
	}
	out, err := sent(ctx)
	return &dynamodb.GetItemOutput{Item: out.Item.item()}, err
}

func (c relay) PutItem(ctx context.Context, _ *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	_, err := sent(ctx)
	return &dynamodb.PutItemOutput{}, err
}

func (c relay) UpdateItem(ctx context.Context, _ *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	_, err := sent(ctx)
	return &dynamodb.UpdateItemOutput{}, err
}

func (c relay) DeleteItem(ctx context.Context, _ *dynamodb.DeleteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	_, err := sent(ctx)
	return &dynamodb.DeleteItemOutput{}, err
}

func (c relay) Query(ctx context.Context, _ *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	out, err := sent(ctx)
	return &dynamodb.QueryOutput{Items: items(out.Items)}, err
}

func (c relay) Scan(ctx context.Context, _ *dynamodb.ScanInput, _ ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	out, err := sent(ctx)
	return &dynamodb.ScanOutput{Items: items(out.Items)}, err
}

func (c relay) BatchGetItem(ctx context.Context, _ *dynamodb.BatchGetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	out, err := sent(ctx)
	return out.batch(), err
}

func (c relay) BatchWriteItem(ctx context.Context, _ *dynamodb.BatchWriteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error) {
	_, err := sent(ctx)
	return &dynamodb.BatchWriteItemOutput{}, err
}

func (c relay) TransactWriteItems(ctx context.Context, _ *dynamodb.TransactWriteItemsInput, _ ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	_, err := sent(ctx)
	return &dynamodb.TransactWriteItemsOutput{}, err
}
