package bench

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"relais/internal/call"
	"relais/internal/dynamo"
	"relais/internal/dynamo/meter"
	"relais/internal/sandbox"
	"relais/internal/stage"
	"relais/internal/stage/standin"
)

const (
	tableName = "relais"
	secret    = "k3pt-secret-of-the-webhook-0123456789"
)

// functionNames are the six of the template.
var functionNames = []string{"poll", "webhook", "ingest", "remind", "deliver", "feedback"}

// world is one installation on stand-ins, with its platform.
type world struct {
	testing.TB
	platform *sandbox.Platform
	form     sandbox.DemarcheInfo
	asked    atomic.Int64 // requests that the platform received
	db       *standin.DynamoDB
	tap      *tap
	queue    *standin.Queue
	sqs      *standin.SQS
	ses      *standin.SES
	env      map[string]string
}

// stand makes a world whose platform lists n dossiers on the O2R form and takes
// its time to answer.
func stand(t testing.TB, n int, latency time.Duration) *world {
	t.Helper()
	w := &world{TB: t}
	w.platform = sandbox.New(sandbox.Options{
		Seed: 3, Dossiers: n, Solo: true, RatePerMinute: -1, Now: time.Now, Latency: latency,
	})
	demarches := w.platform.Demarches()
	w.form = demarches[slices.IndexFunc(demarches, func(d sandbox.DemarcheInfo) bool { return d.Family == "o2r" })]
	handler := w.platform.Handler()
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		w.asked.Add(1)
		handler.ServeHTTP(out, r)
	}))
	t.Cleanup(server.Close)

	w.db, w.sqs, w.ses = standin.NewDynamoDB(), standin.NewSQS(nil), standin.NewSES(nil)
	ssm := standin.NewSSM()
	w.queue = w.sqs.Queue("hints", standin.QueueOptions{})
	for _, close := range []func(){w.db.Close, w.sqs.Close, w.ses.Close, ssm.Close} {
		t.Cleanup(close)
	}
	w.tap = newTap(t, w.db.URL)
	ssm.Set("/relais/token", w.platform.Token())
	ssm.Set("/relais/webhook", secret)
	if err := w.store().Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.env = map[string]string{
		"AWS_ENDPOINT_URL_DYNAMODB": w.tap.URL, "AWS_ENDPOINT_URL_SQS": w.sqs.URL,
		"AWS_ENDPOINT_URL_SESV2": w.ses.URL, "AWS_ENDPOINT_URL_SSM": ssm.URL,
		"DS_API_URL": server.URL + sandbox.Endpoint, "DS_API_TOKEN": "ssm:/relais/token",
		"RELAIS_CALLS": w.callFiles(), "RELAIS_STORE": "dynamodb:" + tableName,
		"RELAIS_MAIL": "ses:", "RELAIS_MAIL_MODE": "send", "RELAIS_MAIL_FROM": "relais@o2r.example",
		"RELAIS_WEBHOOK_SECRET": "ssm:/relais/webhook", "RELAIS_QUEUE": w.sqs.QueueURL(w.queue),
		"RELAIS_REQUESTS_PER_MINUTE": "390", "RELAIS_PATIENCE": "0s",
	}
	return w
}

// store is the table without a count.
func (w *world) store() *dynamo.Store {
	w.Helper()
	s, err := dynamo.NewWith(databaseAt(w.db.URL), tableName, dynamo.Options{})
	if err != nil {
		w.Fatal(err)
	}
	return s
}

// callFiles are the shipped call of the country, bound to the form, once for each
// region of its calendar and once for the others.
func (w *world) callFiles() string {
	w.Helper()
	shipped, err := call.Load(filepath.FromSlash("../../../infra/calls"))
	if err != nil {
		w.Fatal(err)
	}
	national, ok := shipped.Get("o2r-national")
	if !ok {
		w.Fatal("the national call is not shipped any more")
	}
	dir := w.TempDir()
	for _, c := range append(w.form.Calendars, sandbox.RegionCalendar{}) {
		one := *national
		one.ID, one.Demarche, one.Fields = "o2r-"+c.Region, w.form.Number, w.form.Fields
		one.Calendar = call.Calendar{Opens: c.Opens, Closes: c.Closes, Committee: c.Committee}
		one.Recipients = call.Recipients{Fallback: []string{"permanence@o2r.example"}}
		if c.Region != "" {
			one.Regions = []string{c.Region}
		} else {
			one.ID = "o2r-ailleurs"
		}
		if err := os.WriteFile(filepath.Join(dir, one.ID+".yaml"), call.Write(one, nil, nil), 0o600); err != nil {
			w.Fatal(err)
		}
	}
	return dir
}

// function is one of the six, compiled, with settings of its own over the world's.
func (w *world) function(name string, settings ...string) *stage.Function {
	w.Helper()
	f := &stage.Function{
		Name: name, Path: stage.Build(w, "relais/functions/"+name).Bootstrap(),
		Env: map[string]string{}, MemoryMB: memoryMB(w, name), Timeout: 15 * time.Minute,
	}
	for k, v := range w.env {
		f.Env[k] = v
	}
	for i := 0; i+1 < len(settings); i += 2 {
		f.Env[settings[i]] = settings[i+1]
	}
	w.Cleanup(func() { f.Shutdown() })
	return f
}

// run invokes a function, which must succeed.
func (w *world) run(f *stage.Function, event any) stage.Result {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), 10*time.Minute)
	defer cancel()
	res, err := f.Invoke(ctx, event)
	if err != nil || res.FunctionError != "" {
		w.Fatalf("%s: %v %s\n%s", f.Name, err, res.FunctionError, res.Logs)
	}
	return res
}

// cost is what some invocations cost.
type cost struct {
	name                  string
	platform, dynamo, sqs float64 // requests
	read, write           float64 // units
	gbs                   float64
	mails                 float64
	invocations           float64
	lines                 []meter.Line
}

// during measures what is done in the world.
func (w *world) during(name string, do func() []stage.Result) cost {
	w.Helper()
	asked, queued, mailed := w.asked.Load(), w.sqs.Count(""), len(w.ses.Sent())
	w.tap.forget()
	results := do()
	total := w.tap.Total()
	c := cost{
		name: name, platform: float64(w.asked.Load() - asked), dynamo: float64(w.tap.count(w)),
		sqs: float64(w.sqs.Count("") - queued), mails: float64(len(w.ses.Sent()) - mailed),
		read: total.Read, write: total.Write, invocations: float64(len(results)),
	}
	for _, r := range results {
		c.gbs += r.GBSeconds
	}
	c.lines = w.tap.Lines()
	return c
}

// times scales a cost.
func (c cost) times(k float64) cost {
	for _, v := range []*float64{&c.platform, &c.dynamo, &c.sqs, &c.read, &c.write, &c.gbs, &c.mails, &c.invocations} {
		*v *= k
	}
	return c
}

func (p *tap) forget() {
	p.Reset()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls, p.spent = 0, 0
}

// count is the number of requests; what was sent and could not be counted in
// units fails the test.
func (p *tap) count(t testing.TB) int {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.wrong != nil {
		t.Fatalf("the units are wrong: %v", p.wrong)
	}
	return p.calls
}
