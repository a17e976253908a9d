package template

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"
	"github.com/joho/godotenv"

	"relais/internal/dynamo"
	"relais/internal/settings"
	"relais/internal/stage"
)

func motoCommand(t *testing.T) string {
	t.Helper()
	command := os.Getenv(stage.MotoVariable)
	if command == "" {
		t.Skipf("not proven: %s names no moto_server, beside which Python, cfn-lint and the SAM translator would be", stage.MotoVariable)
	}
	return command
}

// TestMotoLint: cfn-lint finds nothing, not even a remark.
func TestMotoLint(t *testing.T) {
	lint := filepath.Join(filepath.Dir(motoCommand(t)), "cfn-lint")
	c := exec.Command(lint, "--regions", Region, "--format", "parseable", "--include-checks", "I", "--", dataFile, networkFile, appFile, alarmsFile)
	c.Dir = root
	if out, err := c.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("cfn-lint: %v\n%s", err, out)
	}
}

// TestMotoReading: another reader of YAML, that of SAM, reads the same.
func TestMotoReading(t *testing.T) {
	clean := texts(t)
	for i, raw := range asJSON(t, motoCommand(t), "", paths(root)...) {
		var want map[string]any
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatal(err)
		}
		got, err := read(clean[files[i]])
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-python +ours):\n%s", files[i], diff)
		}
	}
}

func deployment(t *testing.T, name string, changes map[string]string) map[string]string {
	t.Helper()
	params, err := godotenv.Read(filepath.Join(root, "infra", "params", name+".env"))
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(params, changes)
	return params
}

// TestMotoDeploys makes both deployments in one account, and reads back what moto
// made of them.
func TestMotoDeploys(t *testing.T) {
	command := motoCommand(t)
	endpoint := stage.Moto(t)
	made, declared, names := map[string]bool{}, map[string]bool{}, map[string]string{}
	for _, one := range []struct{ name, egress string }{{"dev", "none"}, {"prod", "nat"}} {
		params := deployment(t, one.name, map[string]string{"EgressMode": one.egress, "CreateMailIdentity": "no"})
		d := Deploy(t, command, endpoint, root, params)
		for _, kind := range d.Declared {
			declared[kind] = true
		}
		for id, r := range d.Resources {
			made[r.Type] = true
			if other := names[r.Type+r.Name]; r.Name != "" && other != "" && other != one.name {
				t.Errorf("%s of %s has the name %q, as one of %s", id, one.name, r.Name, other)
			}
			names[r.Type+r.Name] = one.name
		}
		t.Run(one.name, func(t *testing.T) {
			storeOf(t, endpoint, d)
			queueOf(t, endpoint, d)
			functionsOf(t, endpoint, d, params["Stack"])
		})
	}
	maps.DeleteFunc(declared, func(kind string, _ bool) bool { return made[kind] })
	if diff := cmp.Diff(Unsupported, sorted(declared)); diff != "" {
		t.Errorf("what this moto does not make (-listed +seen):\n%s", diff)
	}
}

func config(endpoint string) aws.Config {
	return aws.Config{Region: Region, BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider("relais", "none", "")}
}

// storeOf: the table is one that the store accepts and works on.
func storeOf(t *testing.T, endpoint string, d Deployment) {
	store, err := dynamo.New(config(endpoint), d.Outputs["TableName"], dynamo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(store.Check(t.Context()), store.SetMeta(t.Context(), "site", "x")); err != nil {
		t.Error(err)
	}
	client := dynamodb.NewFromConfig(config(endpoint))
	table, err := client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(d.Outputs["TableName"])})
	if err != nil || !aws.ToBool(table.Table.DeletionProtectionEnabled) || table.Table.BillingModeSummary.BillingMode != "PAY_PER_REQUEST" {
		t.Errorf("table %+v, %v", table, err)
	}
}

// queueOf: hints hide long enough, then go to the dead letters of their own.
func queueOf(t *testing.T, endpoint string, d Deployment) {
	out, err := sqs.NewFromConfig(config(endpoint)).GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(endpoint + "/123456789012/" + d.Outputs["HintsName"]), AttributeNames: []types.QueueAttributeName{"All"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var redrive struct {
		DeadLetterTargetArn string
		MaxReceiveCount     int
	}
	if err := json.Unmarshal([]byte(out.Attributes["RedrivePolicy"]), &redrive); err != nil {
		t.Error(err)
	}
	if redrive.DeadLetterTargetArn != d.Outputs["HintsDeadArn"] || redrive.MaxReceiveCount != 6 || out.Attributes["VisibilityTimeout"] != "1080" {
		t.Errorf("attributes %v", out.Attributes)
	}
}

// functionsOf: package settings accepts the variables, which lead to the resources
// of this deployment.
func functionsOf(t *testing.T, endpoint string, d Deployment, stackName string) {
	ask := deploying{t: t, endpoint: endpoint}
	for id, lambda := range lambdas {
		var f struct {
			FunctionName string
			Timeout      int
			Environment  struct{ Variables map[string]any }
			VpcConfig    struct{ SubnetIds []string }
		}
		raw := ask.send(http.MethodGet, "/2015-03-31/functions/"+stackName+"-"+lower(id)+"/configuration", "lambda", "", "")
		if err := json.Unmarshal(raw, &f); err != nil {
			t.Fatal(err)
		}
		s, err := settings.Read(func(name string) (string, bool) {
			v, ok := f.Environment.Variables[name]
			text := strings.ReplaceAll(fmt.Sprint(v), "${Front}", "front") // which moto does not make
			return strings.TrimSuffix(text, "<nil>"), ok                   // moto leaves numbers be
		}, "", lambda.need)
		if err != nil {
			t.Errorf("%s: %v", id, err)
		}
		if slices.Contains(lambda.required, "RELAIS_STORE") && s.Store.Path != d.Outputs["TableName"] {
			t.Errorf("%s: the table %q", id, s.Store.Path)
		}
		if s.Queue != nil && s.Queue.String() != d.Outputs["HintsUrl"] {
			t.Errorf("%s: the queue %s", id, s.Queue)
		}
		if inside := len(f.VpcConfig.SubnetIds) > 0; inside != (lambda.calls && d.Outputs["Subnets"] != "") {
			t.Errorf("%s: subnets %v of %q", id, f.VpcConfig.SubnetIds, d.Outputs["Subnets"])
		}
	}
	var mappings struct {
		EventSourceMappings []struct {
			EventSourceArn, FunctionArn string
			BatchSize                   int
			FunctionResponseTypes       []string
		}
	}
	raw := ask.send(http.MethodGet, "/2015-03-31/event-source-mappings/?FunctionName="+stackName+"-ingest", "lambda", "", "")
	if err := json.Unmarshal(raw, &mappings); err != nil || len(mappings.EventSourceMappings) != 1 {
		t.Fatalf("mappings %s, %v", raw, err)
	}
	if m := mappings.EventSourceMappings[0]; m.EventSourceArn != d.Outputs["HintsArn"] || m.BatchSize != 10 || !slices.Contains(m.FunctionResponseTypes, "ReportBatchItemFailures") {
		t.Errorf("mapping %+v", m)
	}
}
