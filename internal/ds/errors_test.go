package ds

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"relais/internal/dossier"
)

// html is what a front server answers.
var html = http.Header{"Content-Type": {"text/html"}}

// TestEveryAnswerOfThePlatformHasItsKind is the fact sheet, row by row: status
// and body on one side, what the operator reads on the other.
func TestEveryAnswerOfThePlatformHasItsKind(t *testing.T) {
	const page = `<!DOCTYPE html><html><body>secret-page</body></html>`
	cases := []struct {
		name   string
		status int
		header http.Header
		body   string
		kind   Kind
		says   string
	}{
		{"refused network", 403, nil, `{"errors":[{"message":"Request issued from a forbidden network. Add 203.0.113.7/32 to your allowed adresses in your /profil","extensions":{"code":"forbidden"}}],"data":null}`, RefusedNetwork, "203.0.113.7/32"},
		{"refused network, v6, prefix apart", 403, nil, `{"errors":[{"message":"Réseau interdit (IP 2001:db8::1, préfixe 64).","extensions":{"code":"forbidden"}}]}`, RefusedNetwork, "2001:db8::1/64"},
		{"wrong token", 403, nil, `{"errors":[{"message":"Without a token, only persisted queries are allowed","extensions":{"code":"forbidden"}}],"data":null}`, WrongToken, "DS_API_TOKEN"},
		{"403 of a front server", 403, html, page, FrontServer, "HTTP 403"},
		{"expired token", 401, nil, `{"errors":[{"message":"Token expired","extensions":{"code":"unauthorized"}}],"data":null}`, ExpiredToken, "expired"},
		{"not JSON sent", 400, nil, `{"errors":[{"message":"x","extensions":{"code":"bad_request"}}],"data":null}`, BadRequest, "code bad_request"},
		{"variables not JSON", 400, nil, `{"errors":[{"message":"x","extensions":{"code":"graphql_parse_failed"}}]}`, BadRequest, "code graphql_parse_failed"},
		{"exception", 500, nil, `{"errors":[{"message":"Internal Server Error","extensions":{"code":"internal_server_error","exception_id":"3f2a-9b"}}],"data":null}`, ServerError, "exception 3f2a-9b"},
		{"exception id that is a text", 500, nil, `{"errors":[{"message":"x","extensions":{"code":"internal_server_error","exception_id":"see Jean Dupont"}}]}`, ServerError, "the platform failed"},
		{"500 in HTML", 500, html, page, ServerError, "HTTP 500"},
		{"rate limit", 429, nil, "Trop de requêtes / Too many requests", RateLimited, "too many requests"},
		{"maintenance", 503, nil, `{"error":"Le site est en maintenance"}`, Maintenance, "maintenance"},
		{"front server 502", 502, html, page, FrontServer, "HTTP 502"},
		{"front server 503", 503, html, page, FrontServer, "HTTP 503"},
		{"front server 504", 504, html, page, FrontServer, "HTTP 504"},
		{"redirect of the plural host", 301, http.Header{"Location": {"http://demarche.numerique.gouv.fr/api/v2/graphql?token=x"}}, "", Redirected, "http://demarche.numerique.gouv.fr (HTTP 301"},
		{"redirect to a path", 302, http.Header{"Location": {"/login"}}, "", Redirected, "another path"},
		{"redirect to nowhere", 307, nil, "", Redirected, "another path"},
		{"wrong address", 404, html, page, WrongURL, "/api/v2/graphql"},
		{"method refused", 405, html, page, WrongURL, "DS_API_URL"},
		{"no content", 204, nil, "", UnexpectedStatus, "HTTP 204"},
		{"teapot", 418, nil, "", UnexpectedStatus, "HTTP 418"},

		{"HTML with 200", 200, html, page, NotJSON, "not JSON"},
		{"empty body", 200, nil, "", Truncated, "cut short"},
		{"truncated JSON", 200, nil, `{"data":{"demarche":{"number":1,"dossiers":{"no`, Truncated, "cut short"},
		{"neither data nor errors", 200, nil, `{}`, NoData, "neither data nor errors"},
		{"maintenance with 200", 200, nil, `{"error":"oups"}`, NoData, "neither data nor errors"},
		{"data null alone", 200, nil, `{"data":null}`, NoData, "neither"},
		{"errors empty", 200, nil, `{"data":null,"errors":[]}`, NoData, "neither"},
		{"démarche null alone", 200, nil, `{"data":{"demarche":null}}`, NoData, "neither"},
		{"an array", 200, nil, `[1]`, NotUnderstood, "published shape"},
		{"errors of another shape", 200, nil, `{"errors":"boom"}`, NotUnderstood, "published shape"},
		{"data of another shape", 200, nil, `{"data":{"demarche":[]}}`, NotUnderstood, "published shape"},
		{"data is a number", 200, nil, `{"data":12}`, NotUnderstood, "published shape"},

		{"unknown démarche", 200, nil, `{"errors":[{"message":"Demarche not found","path":["demarche"],"extensions":{"code":"not_found"}}],"data":null}`, NotFound, "démarche 62515 is unknown"},
		{"démarche closed to the token", 200, nil, `{"errors":[{"message":"An object of type Demarche was hidden due to permissions","path":["demarche"],"extensions":{"code":"unauthorized"}}],"data":null}`, Unauthorized, "démarche 62515 is closed to this token"},
		{"old token", 200, nil, `{"errors":[{"message":"x","extensions":{"code":"deprecated_token"}}],"data":null}`, OldToken, "format"},
		{"timeout with code", 200, nil, `{"errors":[{"message":"Timeout on Demarche.dossiers","path":["demarche","dossiers"],"extensions":{"code":"timeout"}}],"data":null}`, Timeout, "demarche.dossiers"},
		{"timeout without code", 200, nil, `{"errors":[{"message":"Timeout on Dossier.champs","path":["demarche"]}],"data":null}`, Timeout, "ran out of time"},
		{"null in a non-null field", 200, nil, `{"errors":[{"message":"Cannot return null for non-nullable field Entreprise.nom","path":["demarche","title"],"extensions":{"code":"invalid_null"}}],"data":null}`, InvalidNull, "demarche.title"},
		{"pagination argument", 200, nil, `{"errors":[{"message":"x","path":["demarche","dossiers"],"extensions":{"code":"bad_request"}}],"data":null}`, BadRequest, "malformed"},
		{"code nobody knows", 200, nil, `{"errors":[{"message":"x","path":["demarche"],"extensions":{"code":"surprise"}}],"data":null}`, Fault, "code surprise"},
		{"unknown field", 200, nil, `{"errors":[{"message":"Field 'nope' doesn't exist on type 'Demarche'","locations":[{"line":1,"column":2}],"path":["query"],"extensions":{"code":"undefinedField","typeName":"Demarche"}}]}`, UnknownQuery, "schema may have changed"},
		{"syntax error", 200, nil, `{"errors":[{"message":"Expected NAME","locations":[{"line":1,"column":2}]}]}`, UnknownQuery, "schema may have changed"},
		{"too complex", 200, nil, `{"errors":[{"message":"Query has complexity of 75010, which exceeds max complexity of 60000"}]}`, TooComplex, "smaller pages"},
		{"too deep", 200, nil, `{"errors":[{"message":"Query has depth of 17, which exceeds max depth of 15"}]}`, TooComplex, "too deep"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			client := newClient(t, answering(c.status, c.header, []byte(c.body)))
			_, err := client.Dossiers(inContext(t), 62515, dossier.Position{}, 100, false)
			mustBe(t, err, c.kind)
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("%q does not say %q", err, c.says)
			}
			if client.Requests() != 1 {
				t.Errorf("%d requests, want 1", client.Requests())
			}
		})
	}
}

// mustBe checks the kind of an error, and that its text tells nothing it must
// not tell.
func mustBe(t *testing.T, err error, kind Kind) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s", kind)
	}
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, kind) {
		t.Fatalf("%v is not of kind %s", err, kind)
	}
	for _, forbidden := range []string{"jeton-secret", "Bearer", "secret-page", "Dupont", "maintenance\"", "hidden due", "%!"} {
		if strings.Contains(err.Error(), forbidden) {
			t.Errorf("%q shows %q", err, forbidden)
		}
	}
	if strings.ContainsAny(err.Error(), "\n\r") || len(err.Error()) > 400 {
		t.Errorf("not one sentence: %q", err)
	}
}

func TestEveryKindHasASentence(t *testing.T) {
	kinds := []Kind{
		WrongToken, RefusedNetwork, ExpiredToken, NoToken, Unauthorized, OldToken, NotFound, InvalidNull, Timeout, Fault,
		Refused, BadRequest, UnknownQuery, TooComplex, NotJSON, NotUnderstood, NoData, StuckCursor, TooLarge,
		UnexpectedStatus, NotAllowed, ServerError, RateLimited, Maintenance, FrontServer, Redirected, WrongURL,
		Truncated, Unreachable, Interrupted, NoAnswer, TLS, Deadline, Canceled,
	}
	for _, k := range kinds {
		text := (&Error{Kind: k, Status: 200}).Error()
		if strings.Contains(text, "could not be read: "+string(k)) || strings.Contains(text, "%!") || len(text) < 30 {
			t.Errorf("%s: %q", k, text)
		}
	}
}

func TestHostThatDoesNotAnswer(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close() // its port now refuses connections
	client := newClient(t, http.NotFoundHandler(), func(c *Config) { c.URL = gone.URL })
	_, err := client.Demarche(inContext(t), 1)
	mustBe(t, err, Unreachable)
}

func TestCertificateNobodyKnows(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	client := newClient(t, http.NotFoundHandler(), func(c *Config) { c.URL = server.URL })
	_, err := client.Demarche(inContext(t), 1)
	mustBe(t, err, TLS)
}

func TestPlainHTTPWhereTLSIsExpected(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	client := newClient(t, http.NotFoundHandler(), func(c *Config) {
		c.URL = strings.Replace(server.URL, "http://", "https://", 1)
	})
	_, err := client.Demarche(inContext(t), 1)
	mustBe(t, err, TLS)
}

func TestConnectionCutBeforeAndDuringTheAnswer(t *testing.T) {
	before := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		panic(http.ErrAbortHandler)
	}))
	_, err := before.Demarche(inContext(t), 1)
	mustBe(t, err, Interrupted)

	during := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte(`{"data":{"dem`))
	}))
	_, err = during.Demarche(inContext(t), 1)
	mustBe(t, err, Truncated)
}

func TestSlowBodyStopsAtTheCallersDeadline(t *testing.T) {
	release := make(chan struct{})
	client := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"data":`))
		w.(http.Flusher).Flush()
		<-release
	}), func(c *Config) { c.Patience = time.Hour })
	defer close(release)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err := client.Dossiers(ctx, 1, dossier.Position{}, 100, false)
	mustBe(t, err, Deadline)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error("the deadline is not found by errors.Is")
	}
}

func TestCallerWhoGivesUp(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	client := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { cancel() }))
	_, err := client.Dossiers(ctx, 1, dossier.Position{}, 100, false)
	mustBe(t, err, Canceled)
	if !errors.Is(err, context.Canceled) {
		t.Error("the cancellation is not found by errors.Is")
	}
}

func TestShownNetwork(t *testing.T) {
	for text, want := range map[string]string{
		"Add 192.0.2.1/32 to your list.":     "192.0.2.1/32",
		"from 192.0.2.1.":                    "192.0.2.1",
		"from 192.0.2.1, prefix length 24":   "192.0.2.1/24",
		"IP « 2001:db8::7/128 » interdite":   "2001:db8::7/128",
		"[2001:db8::7]":                      "2001:db8::7",
		"API::V2 refuses token 3 of 4.5":     "",
		"Without a token, only persisted":    "",
		"version 1.2.3 since 12:30, see a/b": "",
		"999.1.1.1/32":                       "",
		"":                                   "",
	} {
		if got := shownNetwork(text); got != want {
			t.Errorf("shownNetwork(%q) = %q, want %q", text, got, want)
		}
	}
}

// FuzzErrorBody: whatever comes back, one kind, one sentence, nothing of the
// body beyond an address and identifiers.
func FuzzErrorBody(f *testing.F) {
	f.Add(403, `{"errors":[{"message":"Add 203.0.113.7/32","extensions":{"code":"forbidden"}}]}`)
	f.Add(503, `{"error":"x"}`)
	f.Add(500, `{"errors":[{"extensions":{"code":"\u0000","exception_id":{}}}]}`)
	f.Add(302, `<html>`)
	f.Add(200, `{"errors":[{"path":[1.5e300,"`+strings.Repeat("a", 100)+`",null]}]}`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		e := classifyStatus(status, http.Header{"Location": {body}}, []byte(body))
		text := e.Error()
		if e.Kind == "" || text == "" || strings.Contains(text, "%!") {
			t.Errorf("status %d: kind %q, %q", status, e.Kind, text)
		}
		if len(text) > 600+len(e.Host) {
			t.Errorf("status %d: %d characters", status, len(text))
		}
	})
}
