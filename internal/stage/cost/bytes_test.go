package cost

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"relais/internal/call"
	"relais/internal/dynamo"
	"relais/internal/sandbox"
	"relais/internal/stage"
	"relais/internal/stage/standin"
)

// wire counts what goes to the platform and comes from it, heads included.
type wire struct {
	mu                  sync.Mutex
	requests, out, back float64
}

func (w *wire) during(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		sent := float64(r.ContentLength) + 60 + headBytes(r.Header)
		body := answer.Body.Bytes()
		w.mu.Lock()
		w.requests++
		w.out += sent
		w.back += float64(len(body)) + headBytes(answer.Header())
		w.mu.Unlock()
		for name, values := range answer.Header() {
			rw.Header()[name] = values
		}
		rw.WriteHeader(answer.Code)
		_, _ = rw.Write(body) // a function that hung up fails its own way
	})
}

func headBytes(h http.Header) (n float64) {
	for name, values := range h {
		for _, v := range values {
			n += float64(len(name) + len(v) + 4)
		}
	}
	return n
}

// since is what was counted since the last time.
func (w *wire) since() (requests, out, back float64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	requests, out, back = w.requests, w.out, w.back
	w.requests, w.out, w.back = 0, 0, 0
	return requests, out, back
}

// TestBytes holds the sizes of the counts above those of a run.
func TestBytes(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a function")
	}
	_, c := files(t)
	w := &wire{}
	poll := running(t, w, 200)

	first := invoked(t, poll, `{}`)
	requests, out, back := w.since()
	atMost(t, c, "dossier", (back-requests*c.Bytes["answer"])/200)
	atMost(t, c, "question", out/requests)
	atMost(t, c, "lines", float64(len(first.Logs))+lambdaLines)

	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		idle := invoked(t, poll, `{"action":"poll"}`)
		requests, out, back = w.since()
		if back < 2*c.Bytes["dossier"] { // the overlap is over
			atMost(t, c, "question", out/requests)
			atMost(t, c, "answer", back/requests)
			atMost(t, c, "lines", float64(len(idle.Logs))+lambdaLines)
			return
		}
	}
	t.Fatal("polls read the overlap again for ever")
}

// lambdaLines are Lambda's own lines of an invocation, two with a start, and what
// CloudWatch adds to each of four.
const lambdaLines = 1200

// atMost wants a figure of the counts above a measure, and not far above.
func atMost(t testing.TB, c counts, name string, measured float64) {
	t.Helper()
	t.Logf("%s: %.0f bytes measured, %.0f counted", name, measured, c.Bytes[name])
	if measured > c.Bytes[name] || measured < c.Bytes[name]/20 {
		t.Errorf("%s: %.0f bytes, and infra/counts.yaml has %.0f", name, measured, c.Bytes[name])
	}
}

func invoked(t testing.TB, f *stage.Function, event string) stage.Result {
	t.Helper()
	res, err := f.Invoke(t.Context(), []byte(event))
	if err != nil || res.FunctionError != "" {
		t.Fatalf("%v %s\n%s", err, res.FunctionError, res.Logs)
	}
	return res
}

// running is poll before a platform of n dossiers.
func running(t testing.TB, w *wire, n int) *stage.Function {
	t.Helper()
	platform := sandbox.New(sandbox.Options{Seed: 3, Dossiers: n, Solo: true, RatePerMinute: -1, Now: time.Now})
	server := httptest.NewServer(w.during(platform.Handler()))
	db, ssm := standin.NewDynamoDB(), standin.NewSSM()
	for _, closed := range []func(){server.Close, db.Close, ssm.Close} {
		t.Cleanup(closed)
	}
	ssm.Set("/relais/token", platform.Token())
	created(t, db.URL)
	f := &stage.Function{
		Name: "poll", Path: stage.Build(t, "relais/functions/poll").Bootstrap(), Timeout: time.Minute,
		Env: map[string]string{
			"AWS_ENDPOINT_URL_DYNAMODB": db.URL, "AWS_ENDPOINT_URL_SSM": ssm.URL,
			"DS_API_URL": server.URL + sandbox.Endpoint, "DS_API_TOKEN": "ssm:/relais/token",
			"RELAIS_CALLS": calls(t, platform), "RELAIS_STORE": "dynamodb:relais", "RELAIS_STACK": "relais-cost",
			"RELAIS_OVERLAP": "1s", "RELAIS_REQUESTS_PER_MINUTE": "390", "RELAIS_PATIENCE": "0s",
			"DS_TOKEN_EXPIRES": time.Now().AddDate(1, 0, 0).Format(time.DateOnly),
		},
	}
	t.Cleanup(func() { f.Shutdown() })
	return f
}

func created(t testing.TB, url string) {
	t.Helper()
	client := dynamodb.NewFromConfig(aws.Config{
		Region: standin.Region, BaseEndpoint: aws.String(url),
		Credentials: credentials.NewStaticCredentialsProvider("cost", "cost", ""),
	})
	store, err := dynamo.NewWith(client, "relais", dynamo.Options{})
	if err == nil {
		err = store.Create(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// calls is a folder with the national call, bound to the platform's form.
func calls(t testing.TB, platform *sandbox.Platform) string {
	t.Helper()
	shipped, err := call.Load(filepath.Join(root, "infra", "calls"))
	if err != nil {
		t.Fatal(err)
	}
	national, ok := shipped.Get("o2r-national")
	if !ok {
		t.Fatal("the national call is not shipped any more")
	}
	forms := platform.Demarches()
	form := forms[slices.IndexFunc(forms, func(d sandbox.DemarcheInfo) bool { return d.Family == "o2r" })]
	one := *national
	one.Demarche, one.Fields = form.Number, form.Fields
	one.Recipients = call.Recipients{Fallback: []string{"permanence@o2r.example"}}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, one.ID+".yaml"), call.Write(one, nil, nil), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}
