package stage_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"relais/internal/stage"
)

// TestWebhookEvent reads the event with both types of aws-lambda-go.
func TestWebhookEvent(t *testing.T) {
	event := stage.Request{
		Path:   "/hook/s3cret?a=1&a=2",
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "X-Two": {"a", "b"}, "User-Agent": {"ds"}},
		Body:   []byte("dossier_id=7&state=en_instruction"),
		Route:  "POST /hook/{secret}",
		At:     time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC),
	}.Event()
	var api events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(event, &api); err != nil {
		t.Fatal(err)
	}
	if api.Version != "2.0" || api.RouteKey != "POST /hook/{secret}" || api.RawPath != "/hook/s3cret" || api.RawQueryString != "a=1&a=2" {
		t.Errorf("%+v", api)
	}
	if !api.IsBase64Encoded || api.Body != "ZG9zc2llcl9pZD03JnN0YXRlPWVuX2luc3RydWN0aW9u" {
		t.Errorf("body %q", api.Body)
	}
	if api.Headers["x-two"] != "a,b" || api.PathParameters["secret"] != "s3cret" || api.QueryStringParameters["a"] != "1,2" {
		t.Errorf("headers %v, parameters %v %v", api.Headers, api.PathParameters, api.QueryStringParameters)
	}
	want := events.APIGatewayV2HTTPRequestContextHTTPDescription{
		Method: "POST", Path: "/hook/s3cret", Protocol: "HTTP/1.1", SourceIP: "192.0.2.1", UserAgent: "ds",
	}
	if diff := cmp.Diff(want, api.RequestContext.HTTP); diff != "" {
		t.Error(diff)
	}
	if api.RequestContext.TimeEpoch != 1772438400000 || api.RequestContext.Time != "02/Mar/2026:08:00:00 +0000" {
		t.Errorf("at %s", api.RequestContext.Time)
	}
	var u events.LambdaFunctionURLRequest
	text := stage.Request{Method: "GET", Path: "/", Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}, Body: []byte("{}")}
	if err := json.Unmarshal(text.Event(), &u); err != nil || u.Body != "{}" || u.IsBase64Encoded || u.RequestContext.HTTP.Method != "GET" {
		t.Errorf("%+v, %v", u, err)
	}
}

func TestReadResponse(t *testing.T) {
	for payload, want := range map[string]stage.Response{
		`{"statusCode":202,"headers":{"retry-after":"3"},"body":"ok"}`: {202, http.Header{"Retry-After": {"3"}}, []byte("ok")},
		`{"statusCode":200,"body":"b2s=","isBase64Encoded":true}`:      {200, http.Header{}, []byte("ok")},
		`{"statusCode":204,"cookies":["a=1","b=2"]}`:                   {204, http.Header{"Set-Cookie": {"a=1", "b=2"}}, []byte{}},
		`{"message":"no status"}`:                                      {200, http.Header{"Content-Type": {"application/json"}}, []byte(`{"message":"no status"}`)},
	} {
		got, err := stage.ReadResponse(json.RawMessage(payload))
		if err != nil {
			t.Errorf("%s: %v", payload, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", payload, diff)
		}
	}
	for _, bad := range []string{``, `{`, `{"statusCode":200,"body":"é","isBase64Encoded":true}`} {
		if _, err := stage.ReadResponse(json.RawMessage(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

type payloadFunc func(json.RawMessage) (stage.Result, error)

func (f payloadFunc) Invoke(_ context.Context, payload any) (stage.Result, error) {
	return f(payload.(json.RawMessage))
}

// TestGateway serves true requests with a function.
func TestGateway(t *testing.T) {
	var result stage.Result
	var event json.RawMessage
	server := httptest.NewServer(stage.Gateway{Route: "POST /hook/{secret}", Function: payloadFunc(func(e json.RawMessage) (stage.Result, error) {
		event = e
		return result, nil
	})})
	defer server.Close()
	post := func() (int, string) {
		res, err := http.Post(server.URL+"/hook/s3cret", "application/x-www-form-urlencoded", strings.NewReader("a=1"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		body, _ := io.ReadAll(res.Body)
		return res.StatusCode, string(body)
	}
	result.Payload = json.RawMessage(`{"statusCode":202,"body":"taken"}`)
	if status, body := post(); status != 202 || body != "taken" || !strings.Contains(string(event), `"body":"YT0x"`) {
		t.Errorf("%d %q for %s", status, body, event)
	}
	result.FunctionError = "string: panic"
	if status, body := post(); status != 500 || body != `{"message":"Internal Server Error"}` {
		t.Errorf("%d %q", status, body)
	}
}

// FuzzReadResponse: no answer of a function breaks the gateway.
func FuzzReadResponse(f *testing.F) {
	f.Add([]byte(`{"statusCode":200,"headers":{"a":"b"},"isBase64Encoded":true,"body":"eA=="}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		if res, err := stage.ReadResponse(payload); err == nil && res.Status == 0 {
			t.Errorf("no status for %q", payload)
		}
	})
}
