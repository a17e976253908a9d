package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// rows reads a page with its cursor before its rows, as a good client does.
const rows = `query rows($n: Int!, $since: ISO8601DateTime, $after: String) {
  demarche(number: $n) { dossiers(updatedSince: $since, after: $after, first: 10) {
    pageInfo { endCursor hasNextPage } nodes { number champs { id label stringValue } } } } }`

// reply is what a client got: an error of the connection, or an answer whose
// body may have ended badly.
type reply struct {
	err, bodyErr error
	status       int
	header       http.Header
	body         string
}

func (r reply) code(t *testing.T) string {
	t.Helper()
	var a answer
	if err := json.Unmarshal([]byte(r.body), &a); err != nil {
		t.Fatalf("not JSON: %v in %.80q", err, r.body)
	}
	return a.code()
}

// send asks over a transport; base is where.
func send(t testing.TB, via http.RoundTripper, base, query string, variables object) reply {
	t.Helper()
	client := &http.Client{Transport: via, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	body, _ := json.Marshal(object{"query": query, "variables": variables})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+Endpoint, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+DefaultToken)
	resp, err := client.Do(r)
	if err != nil {
		return reply{err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	got, err := io.ReadAll(resp.Body)
	return reply{bodyErr: err, status: resp.StatusCode, header: resp.Header, body: string(got)}
}

func readPage(t testing.TB, p *Platform) reply {
	return send(t, p.Transport(), "https://platform.example", rows, object{"n": numberO2R, "since": always})
}

// bare is a small world whose pauses are counted, not slept.
func bare(t testing.TB, n int) (*Platform, *time.Duration) {
	slept := new(time.Duration)
	return newPlatform(t, Options{Bare: true, Dossiers: n, Sleep: func(ctx context.Context, d time.Duration) error {
		*slept += d
		return ctx.Err()
	}}), slept
}

func html(status int) func(*testing.T, reply) {
	return func(t *testing.T, r reply) {
		if r.status != status || !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") || !strings.HasPrefix(r.body, "<") {
			t.Errorf("HTTP %d %s %.40q", r.status, r.header.Get("Content-Type"), r.body)
		}
	}
}

func text(status int, start string) func(*testing.T, reply) {
	return func(t *testing.T, r reply) {
		if r.status != status || !strings.HasPrefix(r.body, start) || start == "" && r.body != "" {
			t.Errorf("HTTP %d %q", r.status, r.body)
		}
	}
}

func rate(reset string) func(*testing.T, reply) {
	return func(t *testing.T, r reply) {
		if r.status != 429 || r.header.Get("RateLimit-Reset") != reset || r.header.Get("Content-Type") != "" || r.header.Get("Retry-After") != "" {
			t.Errorf("HTTP %d %v", r.status, r.header)
		}
	}
}

func refusal(status int, code, part string) func(*testing.T, reply) {
	return func(t *testing.T, r reply) {
		if r.status != status || r.code(t) != code || !strings.Contains(r.body, part) {
			t.Errorf("HTTP %d %s", r.status, r.body)
		}
	}
}

func redirect(to string) func(*testing.T, reply) {
	return func(t *testing.T, r reply) {
		if r.status != 301 || r.header.Get("Location") != to {
			t.Errorf("HTTP %d to %q", r.status, r.header.Get("Location"))
		}
	}
}

func noAnswer(t *testing.T, r reply) {
	if !errors.Is(r.err, syscall.ECONNRESET) {
		t.Errorf("HTTP %d, %v", r.status, r.err)
	}
}

func decoded(t *testing.T, r reply) answer {
	t.Helper()
	var a answer
	if r.err != nil || r.bodyErr != nil || r.status != 200 {
		t.Fatalf("HTTP %d, %v, %v: %.200s", r.status, r.err, r.bodyErr, r.body)
	}
	if err := json.Unmarshal([]byte(r.body), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func nodesOf(t *testing.T, a answer) []any {
	t.Helper()
	return dig(t, a.Data, "demarche", "dossiers", "nodes").([]any)
}

// whole writes 1 for a row that is there and 0 for a null one.
func whole(nodes []any) string {
	var b strings.Builder
	for _, n := range nodes {
		if n == nil {
			b.WriteByte('0')
		} else {
			b.WriteByte('1')
		}
	}
	return b.String()
}
