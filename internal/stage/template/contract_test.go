package template

import (
	"bytes"
	"context"
	"flag"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"relais/internal/dynamo"
	"relais/internal/stage"
	"relais/internal/storetest"
)

// TestMotoContract tells the contract of the stores to the table that the
// deployment of infra/data.yaml made. There is one table: the stories take turns,
// each with an empty one.
func TestMotoContract(t *testing.T) {
	command, endpoint := motoCommand(t), stage.Moto(t)
	d := Deploy(t, command, endpoint, root, deployment(t, "dev", map[string]string{"EgressMode": "none", "CreateMailIdentity": "no"}))
	few(t)
	client := dynamodb.NewFromConfig(config(endpoint))
	var turn sync.Mutex
	storetest.Run(t, func(t *testing.T) storetest.Store {
		turn.Lock()
		t.Cleanup(turn.Unlock)
		empty(t, client, d.Outputs["TableName"])
		s, err := dynamo.NewWith(oneAtATime(endpoint), d.Outputs["TableName"], dynamo.Options{})
		if err == nil {
			err = s.Check(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

// few bounds how many lives the stories of any order have.
func few(t *testing.T) {
	checks := flag.Lookup("rapid.checks")
	before := checks.Value.String()
	_ = checks.Value.Set("3")
	t.Cleanup(func() { _ = checks.Value.Set(before) })
}

func empty(t *testing.T, client *dynamodb.Client, table string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	for pages := dynamodb.NewScanPaginator(client, &dynamodb.ScanInput{TableName: &table}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			key := map[string]types.AttributeValue{"pk": item["pk"], "sk": item["sk"]}
			if _, err := client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: aws.String(table), Key: key}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// oneAtATime is a client that asks one thing at a time: moto undoes a cancelled
// transaction by putting back the whole table, with what others wrote meanwhile.
func oneAtATime(endpoint string) *dynamodb.Client {
	cfg := config(endpoint)
	cfg.HTTPClient = &queueing{client: http.DefaultClient}
	return dynamodb.NewFromConfig(cfg)
}

type queueing struct {
	turn   sync.Mutex
	client *http.Client
}

// Do implements aws.HTTPClient. The answer is read whole before the next turn.
func (q *queueing) Do(r *http.Request) (*http.Response, error) {
	q.turn.Lock()
	defer q.turn.Unlock()
	res, err := q.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, err
}
