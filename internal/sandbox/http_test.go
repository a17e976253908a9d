package sandbox

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"
)

const tiny = `{"query":"{ demarche(number: 98431) { number } }"}`

func TestAnswersBeforeGraphQL(t *testing.T) {
	elsewhere := []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}
	yesterday := monday.AddDate(0, 0, -1)
	for _, c := range []struct {
		name         string
		options      Options
		body, header string
		status       int
		code         string
		message      string // part of it
	}{
		{name: "the token as Bearer", body: tiny, status: 200},
		{name: "as Bearer token=", body: tiny, header: "Bearer token=" + DefaultToken, status: 200},
		{name: "as Token token=", body: tiny, header: `Token token="` + DefaultToken + `"`, status: 200},
		{name: "no token", body: tiny, header: "-", status: 403, code: "forbidden", message: "persisted queries"},
		{name: "a wrong token looks the same", body: tiny, header: "Bearer nope", status: 403, code: "forbidden", message: "persisted queries"},
		{name: "a foreign network shows the address", options: Options{Networks: elsewhere}, body: tiny, status: 403, code: "forbidden", message: "192.0.2.1/32"},
		{name: "its own network", options: Options{Networks: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}, body: tiny, status: 200},
		{name: "an expired token", options: Options{TokenExpires: yesterday}, body: tiny, status: 401, code: "unauthorized", message: "Token expired"},
		{name: "a token works until the end of its day", options: Options{TokenExpires: monday}, body: tiny, status: 200},
		{name: "a foreign network hides an expired token", options: Options{Networks: elsewhere, TokenExpires: yesterday}, body: tiny, status: 403, code: "forbidden", message: "network"},
		{name: "not JSON", body: "{", status: 400, code: "bad_request"},
		{name: "variables of the wrong kind", body: `{"query":"{ __typename }","variables":[1]}`, status: 400, code: "bad_request"},
		{name: "variables as JSON text", body: `{"query":"query($n:Int!){ demarche(number:$n){ number } }","variables":"{\"n\":98431}"}`, status: 200},
		{name: "variables as broken JSON text", body: `{"query":"{ __typename }","variables":"{"}`, status: 400, code: "graphql_parse_failed"},
		{name: "an unknown stored query", body: `{"queryId":"nope","operationName":"x"}`, status: 500, code: "internal_server_error"},
		{name: "the argument closed breaks it", body: `{"query":"{ demarche(number: 98431) { groupeInstructeurs(closed: false) { id } } }"}`, status: 500, code: "internal_server_error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPlatform(t, c.options)
			header := "Bearer " + p.Token()
			if c.header != "" {
				header = c.header
			}
			w := post(p, c.body, "Authorization", header)
			if w.Code != c.status {
				t.Fatalf("HTTP %d, want %d: %s", w.Code, c.status, w.Body)
			}
			var a answer
			if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
				t.Fatal(err)
			}
			if a.code() != c.code {
				t.Errorf("code %q, want %q", a.code(), c.code)
			}
			if c.message != "" && !strings.Contains(a.Errors[0].Message, c.message) {
				t.Errorf("message %q lacks %q", a.Errors[0].Message, c.message)
			}
		})
	}
}

func TestOnlyTheEndpointIsServed(t *testing.T) {
	p := newPlatform(t, Options{})
	for _, c := range []struct {
		method, path string
		status       int
	}{
		{"GET", Endpoint, 404}, {"PUT", Endpoint, 404}, {"POST", "/graphql", 404}, {"GET", "/graphql", 404},
		{"GET", "/", 200}, {"GET", "/dossiers/1", 404},
	} {
		w := httptest.NewRecorder()
		p.Handler().ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
		if w.Code != c.status {
			t.Errorf("%s %s: HTTP %d, want %d", c.method, c.path, w.Code, c.status)
		}
		if c.path == "/" && !strings.Contains(w.Body.String(), "données fictives") {
			t.Error("the page must say what it is")
		}
	}
}

func TestMaintenanceComesBeforeTheToken(t *testing.T) {
	p := newPlatform(t, Options{})
	p.Maintain("Le site est en maintenance")
	w := post(p, tiny, "Authorization", "")
	var body map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || w.Code != 503 {
		t.Fatalf("HTTP %d %s", w.Code, w.Body)
	}
	if body["error"] != "Le site est en maintenance" || len(body) != 1 {
		t.Errorf("want the key error alone, got %v", body)
	}
	p.Maintain("")
	if w := post(p, tiny); w.Code != 200 {
		t.Errorf("HTTP %d after the maintenance", w.Code)
	}
}

func TestTheTrue429(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 30, 59, 0, time.UTC)
	p := newPlatform(t, Options{RatePerMinute: 3, Now: func() time.Time { return now }})
	for range 3 {
		if w := post(p, tiny); w.Code != 200 {
			t.Fatalf("HTTP %d within the limit", w.Code)
		}
	}
	w := post(p, tiny)
	if w.Code != 429 || json.Valid(w.Body.Bytes()) {
		t.Fatalf("HTTP %d %s, want 429 in plain text", w.Code, w.Body)
	}
	reset, _ := strconv.ParseInt(w.Header().Get("RateLimit-Reset"), 10, 64)
	if want := time.Date(2026, 11, 23, 8, 31, 0, 0, time.UTC).Unix(); reset != want || w.Header().Get("RateLimit-Remaining") != "0" {
		t.Errorf("headers %v, want the absolute second %d", w.Header(), want)
	}
	wire := overTheWire(t, p)
	for _, absent := range []string{"Retry-After", "Content-Type"} {
		if wire.StatusCode != 429 || wire.Header.Get(absent) != "" {
			t.Errorf("HTTP %d: %s must be absent, is %q", wire.StatusCode, absent, wire.Header.Get(absent))
		}
	}
	if w := post(p, tiny, "Authorization", "Bearer token="+DefaultToken); w.Code != 200 {
		t.Errorf("another header value has its own window, got HTTP %d", w.Code)
	}
	now = now.Add(time.Second)
	if w := post(p, tiny); w.Code != 200 {
		t.Errorf("HTTP %d in the next window", w.Code)
	}
}

// overTheWire posts through a real server, which would guess a content type.
func overTheWire(t *testing.T, p *Platform) *http.Response {
	t.Helper()
	server := httptest.NewServer(p.Handler())
	defer server.Close()
	r, err := http.NewRequest(http.MethodPost, server.URL+Endpoint, strings.NewReader(tiny))
	must(t, err)
	r.Header.Set("Authorization", "Bearer "+p.Token())
	w, err := server.Client().Do(r)
	must(t, err)
	must(t, w.Body.Close())
	return w
}

func TestTheAnswerTellsThePlatformsClock(t *testing.T) {
	p := newPlatform(t, Options{})
	p.Advance(monday.Add(3 * time.Hour))
	want := monday.Add(3 * time.Hour).UTC().Format(http.TimeFormat)
	if got := post(p, tiny).Header().Get("Date"); got != want {
		t.Errorf("Date %q, want %q", got, want)
	}
}

func FuzzReadRequest(f *testing.F) {
	for _, s := range []string{tiny, "{", `{"variables":"{}"}`, `{"variables":[]}`, `{"query":1}`, ``, `{"variables":null,"queryId":"x"}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if _, d := readRequest(strings.NewReader(body)); d != nil && d.status != 400 && d.status != 500 {
			t.Errorf("status %d", d.status)
		}
	})
}
