package cloud_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/sirupsen/logrus"

	"relais/internal/app"
	"relais/internal/call"
	"relais/internal/cloud"
	"relais/internal/dynamo"
	"relais/internal/ingest"
	"relais/internal/preference"
	"relais/internal/sandbox"
	"relais/internal/stage"
)

var functionNames = []string{"poll", "webhook", "ingest", "remind", "deliver", "feedback"}

// pipeline is one deployment: six compiled functions on services, before a
// platform.
type pipeline struct {
	testing.TB
	platform  *platform
	cloud     services
	functions map[string]*stage.Function
	gateway   *httptest.Server
	store     *dynamo.Store
	logs      *logs

	mu   sync.Mutex
	peak map[string]int64
	runs map[string]int
	busy map[string]time.Duration
}

// deploy builds functions, all of them unless named, and plugs them. What they
// write is judged at the end of the test.
func deploy(t testing.TB, p *platform, s services, names ...string) *pipeline {
	t.Helper()
	if len(names) == 0 {
		names = functionNames
	}
	l := &pipeline{
		TB: t, platform: p, cloud: s, functions: map[string]*stage.Function{}, logs: newLogs(),
		peak: map[string]int64{}, runs: map[string]int{}, busy: map[string]time.Duration{},
	}
	s.parameter(t, tokenParameter, firstToken)
	s.parameter(t, webhookParameter, webhookSecret+"\n") // as put from a file
	s.parameter(t, preferencesParameter, preferencesSecret+"\n")
	name, made := s.table()
	var err error
	if l.store, err = dynamo.New(s.config(), name, dynamo.Options{}); err == nil && !made {
		err = l.store.Create(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	var built sync.WaitGroup
	for _, name := range names {
		built.Go(func() { stage.Build(t, "relais/functions/"+name) })
	}
	built.Wait()
	for _, name := range names {
		l.functions[name] = &stage.Function{
			Name: name, Path: l.artifact(name), Env: l.environ(name), Timeout: time.Minute, Log: l.logs.of(name),
		}
	}
	l.gateway = httptest.NewServer(l.routes())
	t.Cleanup(func() {
		l.gateway.Close()
		for _, f := range l.functions {
			f.Shutdown()
		}
		l.logs.judge(t, l.secrets())
	})
	return l
}

// routes are those of the template's front; what has none is no function's.
func (l *pipeline) routes() http.Handler {
	front := http.NewServeMux()
	for _, route := range []string{"POST " + app.WebhookPath, "GET " + preference.Path, "POST " + preference.Path} {
		front.Handle(route, stage.Gateway{Route: route, Function: l.function("webhook")})
	}
	return front
}

// artifact is what `make build-…` makes: bootstrap, and the call files beside it.
func (l *pipeline) artifact(name string) string {
	dir := l.TempDir()
	path := filepath.Join(dir, "bootstrap")
	if err := os.Link(stage.Build(l, "relais/functions/"+name).Bootstrap(), path); err != nil {
		l.Fatal(err)
	}
	if err := (stage.Artifact{Dir: dir}).Copy("infra/calls", l.platform.folder); err != nil {
		l.Fatal(err)
	}
	return path
}

// environ is what the template sets, and where the stand-ins are.
func (l *pipeline) environ(name string) map[string]string {
	table, _ := l.cloud.table()
	env := map[string]string{
		"DS_API_URL": l.platform.url, "RELAIS_STACK": stack, "RELAIS_STORE": "dynamodb:" + table, "RELAIS_CALLS": "infra/calls",
		"RELAIS_OPERATOR": operator, "RELAIS_PATIENCE": "5s", "RELAIS_REQUESTS_PER_MINUTE": "390",
	}
	switch name {
	case "poll", "ingest":
		env["DS_API_TOKEN"], env["DS_TOKEN_EXPIRES"] = "ssm:"+tokenParameter, expires
	case "webhook":
		env["RELAIS_QUEUE"], env["RELAIS_WEBHOOK_SECRET"] = l.cloud.queueURL(), "ssm:"+webhookParameter
		env["RELAIS_PREFERENCES_SECRET"] = "ssm:" + preferencesParameter
	case "deliver", "feedback":
		env["RELAIS_MAIL"], env["RELAIS_MAIL_FROM"], env["RELAIS_MAIL_MODE"] = "ses:"+configurationSet, sender, "send"
		env["DS_TOKEN_EXPIRES"] = expires
	}
	if name == "deliver" {
		env["RELAIS_PREFERENCES_SECRET"], env["RELAIS_PREFERENCES_URL"] = "ssm:"+preferencesParameter, preferencesURL
	}
	maps.Copy(env, l.cloud.endpoints())
	return env
}

// expires is soon enough for the operator to be told of.
var expires = time.Now().AddDate(0, 0, 20).Format(time.DateOnly)

// secrets must not be written by any function.
func (l *pipeline) secrets() []string {
	return append(l.personal(), firstToken, secondToken, deskToken, webhookSecret, preferencesSecret, l.platform.Token(), "not-a-secret", "not-a-token")
}

// seen is a function whose runs are counted.
type seen struct {
	*pipeline
	name string
}

// Invoke implements stage.Invoker.
func (s seen) Invoke(ctx context.Context, payload any) (stage.Result, error) {
	res, err := s.functions[s.name].Invoke(ctx, payload)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runs[s.name]++
	s.busy[s.name] += res.Init + res.Duration
	s.peak[s.name] = max(s.peak[s.name], res.MaxRSS)
	s.logs.answered(s.name, res)
	return res, err
}

func (l *pipeline) function(name string) stage.Invoker { return seen{l, name} }

// invoke runs a function once, however it ends.
func (l *pipeline) invoke(name string, event any) stage.Result {
	l.Helper()
	ctx, cancel := context.WithTimeout(l.Context(), 2*time.Minute)
	defer cancel()
	res, err := l.function(name).Invoke(ctx, event)
	if err != nil {
		l.Fatalf("%s: %v", name, err)
	}
	return res
}

// run wants the function to succeed, and reads its answer into out.
func (l *pipeline) run(name string, event, out any) {
	l.Helper()
	res := l.invoke(name, event)
	if res.FunctionError != "" {
		l.Fatalf("%s: %s\n%s", name, res.FunctionError, res.Logs)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(res.Payload, out); err != nil {
		l.Fatalf("%s answered %.200s: %v", name, res.Payload, err)
	}
}

func (l *pipeline) poll(action string) (r cloud.PollResult) {
	l.Helper()
	l.run("poll", cloud.PollEvent{Action: action}, &r)
	return r
}

// post sends a webhook to the gateway as the platform would.
func (l *pipeline) post(secret, body string) int {
	l.Helper()
	res, err := http.Post(l.gateway.URL+"/webhook/"+secret, sandbox.WebhookType, strings.NewReader(body))
	if err != nil {
		l.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	return res.StatusCode
}

// world is the same copy, seen by the commands that only read.
func (l *pipeline) world(now time.Time) *app.World {
	l.Helper()
	set, err := call.Load(l.platform.folder)
	if err != nil {
		l.Fatal(err)
	}
	log := logrus.New()
	log.SetOutput(io.Discard)
	return &app.World{Store: l.store, Calls: set, Now: func() time.Time { return now }, Log: log}
}

func (l *pipeline) streams() ingest.Streams {
	l.Helper()
	s, err := l.store.Streams(l.Context(), l.platform.demarche)
	if err != nil {
		l.Fatal(err)
	}
	return s
}

// later plays that as much time has passed as a dead process keeps others away
// for: its lease is over, its mails are orphans, and the queue shows again what it
// had hidden.
func (l *pipeline) later() {
	l.Helper()
	ctx := l.Context()
	if s := l.streams(); s.Lease != (ingest.Lease{}) {
		s.Lease = ingest.Lease{}
		if _, err := l.store.SaveStreams(ctx, s); err != nil {
			l.Fatal(err)
		}
	}
	mails, err := l.store.Orphans(ctx, time.Now().Add(time.Hour), 1000)
	if err != nil {
		l.Fatal(err)
	}
	for _, m := range mails {
		l.age(m.ID, m.ClaimedAt.Add(-time.Hour))
	}
	if s, ok := l.cloud.(*standins); ok {
		s.sqsClock.ahead += visibility
	}
}

// age rewrites when a mail was claimed, as package dynamo draws its row.
func (l *pipeline) age(mail string, at time.Time) {
	l.Helper()
	table, _ := l.cloud.table()
	micros := at.UnixMicro()
	_, err := dynamodb.NewFromConfig(l.cloud.config()).UpdateItem(l.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(table),
		Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "mail#" + mail}, "sk": &types.AttributeValueMemberS{Value: "-"},
		},
		UpdateExpression:    aws.String("SET c = :c, ws = :w"),
		ConditionExpression: aws.String("attribute_exists(ws)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":c": &types.AttributeValueMemberN{Value: decimal(micros)},
			":w": &types.AttributeValueMemberS{Value: hexadecimal(micros) + "\x00" + mail},
		},
	})
	if err != nil {
		l.Fatal(err)
	}
	if m, known, err := l.store.Mail(l.Context(), mail); err != nil || !known || !m.ClaimedAt.Equal(at.Truncate(time.Microsecond)) {
		l.Fatalf("the row of a mail is not what the test takes it for: %v", err)
	}
}

// lines runs a command that writes JSON Lines.
func lines(t testing.TB, write func(io.Writer) error) []json.RawMessage {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	var out []json.RawMessage
	for line := range bytes.Lines(b.Bytes()) {
		out = append(out, bytes.TrimSpace(line))
	}
	return out
}
