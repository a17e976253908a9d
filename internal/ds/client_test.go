package ds

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"relais/internal/dossier"
)

func TestNewRefusesAddresses(t *testing.T) {
	for name, url := range map[string]string{
		"none":           "",
		"no scheme":      "demarche.numerique.gouv.fr/api/v2/graphql",
		"http elsewhere": "http://demarche.numerique.gouv.fr/api/v2/graphql",
		"almost local":   "http://127.0.0.1.example.org/",
		"another scheme": "ftp://localhost/",
		"user info":      "https://user:hidden@demarche.numerique.gouv.fr/api/v2/graphql",
		"query":          "https://demarche.numerique.gouv.fr/api/v2/graphql?token=hidden",
		"fragment":       "https://demarche.numerique.gouv.fr/#hidden",
		"no host":        "https:///api",
		"control":        "https://ho\nst/",
	} {
		_, err := New(Config{URL: url, Token: StaticToken("t")})
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		if !strings.Contains(err.Error(), "DS_API_") || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: %q", name, err)
		}
	}
}

func TestNewAcceptsAddresses(t *testing.T) {
	for _, url := range []string{
		"https://demarche.numerique.gouv.fr/api/v2/graphql",
		"http://localhost:8080/api", "http://127.0.0.1:1/", "http://[::1]:80/x",
	} {
		if _, err := New(Config{URL: url, Token: StaticToken("t")}); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
	if _, err := New(Config{URL: "https://example.org/"}); err == nil {
		t.Error("a client without a token was made")
	}
}

func TestARequestIsWhatThePlatformExpects(t *testing.T) {
	var got struct {
		Query         string         `json:"query"`
		OperationName string         `json:"operationName"`
		Variables     map[string]any `json:"variables"`
	}
	client := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.URL.Path != "/api/v2/graphql" {
			t.Errorf("%s %s", r.Method, r.URL.Path)
		}
		if h := r.Header.Get("Authorization"); h != "Bearer "+secret {
			t.Error("the token is not where it should be")
		}
		if h := r.Header.Get("Content-Type"); h != "application/json" {
			t.Errorf("content type %q", h)
		}
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		w.Header().Set("Date", "Mon, 02 Mar 2026 10:00:05 GMT")
		_, _ = w.Write(encode(t, dossiersAnswer(pageInfo(false, nil))))
	}))
	since := time.Date(2026, 3, 1, 12, 0, 0, 999_999_999, time.FixedZone("", 3600))
	page, err := client.Dossiers(inContext(t), 62515, dossier.Position{Since: since, Cursor: "c1"}, 100, false)
	if err != nil {
		t.Fatal(err)
	}
	if got.Query != dossiersDocument.text || got.OperationName != "dossiers" {
		t.Errorf("operation %q", got.OperationName)
	}
	want := map[string]any{"demarche": 62515., "since": "2026-03-01T11:00:00Z", "after": "c1", "withDemarche": false}
	for k, v := range want {
		if got.Variables[k] != v {
			t.Errorf("%s = %v, want %v", k, got.Variables[k], v)
		}
	}
	if !page.ReadAt.Equal(moment) || !page.PlatformAt.Equal(time.Date(2026, 3, 2, 10, 0, 5, 0, time.UTC)) {
		t.Errorf("read at %s, platform at %s", page.ReadAt, page.PlatformAt)
	}
}

// TestALowerBoundAndNoEmptyCursorAreAlwaysSent: without the first, pages come
// in another order; the second would restart the list.
func TestALowerBoundAndNoEmptyCursorAreAlwaysSent(t *testing.T) {
	client := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if !bytes.Contains(body, []byte(`"since":"2000-01-01T00:00:00Z"`)) || bytes.Contains(body, []byte(`"after":`)) {
			t.Error("wrong variables")
		}
		_, _ = w.Write(encode(t, dossiersAnswer(pageInfo(false, nil))))
	}))
	if _, err := client.Dossiers(inContext(t), 62515, dossier.Position{}, 100, false); err != nil {
		t.Fatal(err)
	}
}

func TestPlatformWithoutClock(t *testing.T) {
	client := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		_, _ = w.Write(encode(t, dossiersAnswer(pageInfo(false, nil))))
	}))
	page, err := client.Dossiers(inContext(t), 62515, dossier.Position{}, 100, false)
	if err != nil || !page.PlatformAt.Equal(moment) {
		t.Errorf("platform at %s, %v", page.PlatformAt, err)
	}
}

func TestARedirectNeverReceivesTheToken(t *testing.T) {
	var reached atomic.Bool
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	defer thief.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		client := newClient(t, http.RedirectHandler(thief.URL+"/steal?x=1", status))
		_, err := client.Demarche(inContext(t), 1)
		mustBe(t, err, Redirected)
		if !strings.Contains(err.Error(), thief.URL) || strings.Contains(err.Error(), "steal") {
			t.Errorf("%q must show the host alone", err)
		}
	}
	if reached.Load() {
		t.Error("the redirect was followed")
	}
}

// TestTheTransportServesOneOriginOnly, even if somebody one day gives it to a
// client that follows redirects.
func TestTheTransportServesOneOriginOnly(t *testing.T) {
	client := newClient(t, http.NotFoundHandler())
	body := encode(t, object{"query": demarcheDocument.text})
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("reached with %d header(s)", len(r.Header))
	}))
	defer other.Close()
	for _, url := range []string{other.URL, strings.Replace(client.url, "http:", "https:", 1), strings.Replace(client.url, "127.0.0.1", "localhost", 1)} {
		req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.transport.RoundTrip(req)
		mustBe(t, err, Redirected)
		if req.Header.Get("Authorization") != "" {
			t.Error("the caller's request was changed")
		}
	}
	if client.Requests() != 0 {
		t.Errorf("%d requests sent", client.Requests())
	}
}

func TestTheTransportSendsOnlyOurDocuments(t *testing.T) {
	client := newClient(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("something was sent") }))
	for name, body := range map[string]string{
		"another mutation": `{"query":"mutation m { dossierAccepter(input: {}) { errors { message } } }"}`,
		"a stored query":   `{"queryId":"ds-mutation-v2","operationName":"dossierAccepter"}`,
		"key twice":        `{"query":` + string(encode(t, demarcheDocument.text)) + `,"query":"mutation m { x }"}`,
		"not JSON":         `query=mutation`,
		"empty":            ``,
	} {
		req, err := http.NewRequest(http.MethodPost, client.url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.transport.RoundTrip(req)
		if !errors.Is(err, NotAllowed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	req, _ := http.NewRequest(http.MethodPost, client.url, io.NopCloser(strings.NewReader("{}")))
	if _, err := client.transport.RoundTrip(req); !errors.Is(err, NotAllowed) {
		t.Errorf("a body that cannot be read twice: %v", err)
	}
}

func TestTokensThatCannotBeSent(t *testing.T) {
	broken := errors.New("store closed")
	for name, token := range map[string]func(context.Context) (string, error){
		"empty":      StaticToken("  "),
		"two lines":  StaticToken("abc\ndef"),
		"accents":    StaticToken("é"),
		"no answer":  func(context.Context) (string, error) { return "", broken },
		"not spaces": StaticToken("a b"),
	} {
		client := newClient(t, http.NotFoundHandler(), func(c *Config) { c.Token = token })
		_, err := client.Demarche(inContext(t), 1)
		mustBe(t, err, NoToken)
		if name == "no answer" && !errors.Is(err, broken) {
			t.Error("the cause is lost")
		}
		if client.Requests() != 0 {
			t.Errorf("%s: %d requests sent", name, client.Requests())
		}
	}
}

func TestHugeBodies(t *testing.T) {
	const limit = 1 << 20
	answer := encode(t, dossiersAnswer(pageInfo(false, nil)))
	padded := func(size int) []byte { return append(bytes.Repeat([]byte(" "), size-len(answer)), answer...) }
	small := func(c *Client) *Client { c.transport.limit = limit; return c }

	client := small(newClient(t, answering(200, nil, padded(limit+1))))
	_, err := client.Dossiers(inContext(t), 1, dossier.Position{}, 100, false)
	mustBe(t, err, TooLarge)
	if !strings.Contains(err.Error(), "answer larger than 1 MiB") {
		t.Errorf("%q", err)
	}
	client = small(newClient(t, answering(200, nil, padded(limit))))
	if _, err = client.Dossiers(inContext(t), 1, dossier.Position{}, 100, false); err != nil {
		t.Errorf("a body of exactly the limit: %v", err)
	}
	client = small(newClient(t, answering(502, nil, bytes.Repeat([]byte("<p>"), limit))))
	_, err = client.Dossiers(inContext(t), 1, dossier.Position{}, 100, false)
	mustBe(t, err, FrontServer)
}

func TestABombIsMeasuredOnceInflated(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	_, _ = z.Write(bytes.Repeat([]byte(" "), 4<<20))
	_ = z.Close()
	client := newClient(t, answering(200, http.Header{"Content-Encoding": {"gzip"}}, bomb.Bytes()))
	client.transport.limit = 1 << 20
	_, err := client.Dossiers(inContext(t), 1, dossier.Position{}, 100, false)
	mustBe(t, err, TooLarge)
}

// pieces is a body that arrives piece by piece.
type pieces struct {
	left   []string
	closed bool
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.left) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.left[0])
	if p.left[0] = p.left[0][n:]; p.left[0] == "" {
		p.left = p.left[1:]
	}
	return n, nil
}

func (p *pieces) Close() error { p.closed = true; return nil }

// TestWhatFollowsTheAnswerIsReadAtClose, within reason: a connection whose body
// was not read to its end cannot serve again.
func TestWhatFollowsTheAnswerIsReadAtClose(t *testing.T) {
	for _, rest := range []int{1, leftover, 10 * leftover} {
		p := &pieces{left: []string{"{}", strings.Repeat(" ", rest)}}
		body := &boundedBody{body: p, left: largestAnswer, limit: largestAnswer}
		if err := json.NewDecoder(io.LimitReader(body, 2)).Decode(new(any)); err != nil {
			t.Fatal(err)
		}
		_ = body.Close()
		if ended := len(p.left) == 0; ended != (rest <= leftover) || !p.closed {
			t.Errorf("%d bytes after the answer: ended %v, closed %v", rest, ended, p.closed)
		}
	}
}

func TestConnectionsServeAgain(t *testing.T) {
	answers := map[string]http.HandlerFunc{
		"whole": answeringJSON(t, object{"data": object{"demarche": aDemarche()}}),
		"streamed": func(w http.ResponseWriter, r *http.Request) {
			answeringJSON(t, object{"data": object{"demarche": aDemarche()}})(w, r)
			w.(http.Flusher).Flush() // the end of the body comes apart
			_, _ = w.Write([]byte("\n"))
		},
		"error": answering(500, nil, []byte("<html>")),
	}
	for name, answer := range answers {
		var opened atomic.Int32
		server := httptest.NewUnstartedServer(answer)
		server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
			if s == http.StateNew {
				opened.Add(1)
			}
		}
		server.Start()
		client := newClient(t, answer, func(c *Config) { c.URL = server.URL })
		for range 5 {
			_, _ = client.Demarche(inContext(t), 62515)
		}
		if opened.Load() != 1 {
			t.Errorf("%s: %d connections for 5 requests", name, opened.Load())
		}
		server.Close()
	}
}

// A token that was renewed meanwhile is tried once; the same one is not.
func TestARefusedTokenIsAskedForAgainOnce(t *testing.T) {
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
		for _, renewed := range []bool{true, false} {
			t.Run(fmt.Sprint(status, " renewed ", renewed), func(t *testing.T) {
				current, asked := "old", 0
				var got []string
				c, err := New(Config{
					URL: "https://ds.example/api", Token: func(context.Context) (string, error) { return current, nil },
					Renew: func(context.Context) bool {
						asked++
						if renewed {
							current = "new"
						}
						return renewed
					},
					HTTP: roundTrip(func(r *http.Request) (*http.Response, error) {
						token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
						got = append(got, token)
						answer, body := status, `{"errors":[{"message":"no","extensions":{"code":"`+map[int]string{401: "unauthorized", 403: "forbidden"}[status]+`"}}]}`
						if token == "new" {
							answer, body = http.StatusOK, emptyPage
						}
						return &http.Response{StatusCode: answer, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
					}),
				})
				if err != nil {
					t.Fatal(err)
				}
				_, err = c.Dossiers(t.Context(), 7, dossier.Position{}, 10, false)
				want := map[bool]int{true: 2, false: 1}[renewed]
				if (err == nil) != renewed || asked != 1 || len(got) != want {
					t.Errorf("%v; asked %d times for another token, sent %q", err, asked, got)
				}
			})
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
