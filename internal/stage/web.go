package stage

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"relais/internal/stage/standin"
)

// Request is an HTTP request to a function, through an API Gateway HTTP API or
// a function URL: both send the payload format 2.0.
type Request struct {
	Method string // "" is POST
	Path   string // as sent, escapes included; may have a query
	Header http.Header
	Body   []byte
	// Route is the route of the API, such as "POST /hook/{secret}"; "" is the
	// default route, the only one that a function URL knows.
	Route string
	At    time.Time
}

// Event is the request as the function receives it. A body that is neither text
// nor JSON nor XML comes in base64, the fields of a form too.
func (q Request) Event() json.RawMessage {
	method, route := q.Method, q.Route
	if method == "" {
		method = http.MethodPost
	}
	if route == "" {
		route = "$default"
	}
	path, query, _ := strings.Cut(q.Path, "?")
	host := "abcdefghij.execute-api." + standin.Region + ".amazonaws.com"
	event := map[string]any{
		"version": "2.0", "routeKey": route, "rawPath": unescape(path), "rawQueryString": query,
		"headers": flatten(q.Header, host), "isBase64Encoded": false,
		"requestContext": map[string]any{
			"accountId": standin.Account, "apiId": "abcdefghij", "domainName": host, "domainPrefix": "abcdefghij",
			"http": map[string]string{
				"method": method, "path": unescape(path), "protocol": "HTTP/1.1",
				"sourceIp": "192.0.2.1", "userAgent": q.Header.Get("User-Agent"),
			},
			"requestId": identifier(), "routeKey": route, "stage": "$default",
			"time": q.At.UTC().Format("02/Jan/2006:15:04:05 -0700"), "timeEpoch": q.At.UnixMilli(),
		},
	}
	if parameters := match(route, path); len(parameters) > 0 {
		event["pathParameters"] = parameters
	}
	if len(q.Body) > 0 {
		event["body"] = string(q.Body)
		if !isText(q.Header.Get("Content-Type")) {
			event["body"], event["isBase64Encoded"] = base64.StdEncoding.EncodeToString(q.Body), true
		}
	}
	if values, _ := url.ParseQuery(query); len(values) > 0 {
		flat := map[string]string{}
		for k, v := range values {
			flat[k] = strings.Join(v, ",")
		}
		event["queryStringParameters"] = flat
	}
	raw, _ := json.Marshal(event)
	return raw
}

// flatten spells headers as the format does: lower case, values joined.
func flatten(h http.Header, host string) map[string]string {
	out := map[string]string{"host": host, "x-forwarded-proto": "https", "x-forwarded-port": "443", "x-forwarded-for": "192.0.2.1"}
	for name, values := range h {
		out[strings.ToLower(name)] = strings.Join(values, ",")
	}
	return out
}

func isText(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	switch kind = strings.ToLower(strings.TrimSpace(kind)); kind {
	case "application/json", "application/xml", "application/javascript":
		return true
	}
	return strings.HasPrefix(kind, "text/")
}

// match reads the parameters of a route in a path.
func match(route, path string) map[string]string {
	_, pattern, _ := strings.Cut(route, " ")
	names, parts := strings.Split(pattern, "/"), strings.Split(path, "/")
	out := map[string]string{}
	for i, name := range names {
		if i < len(parts) && strings.HasPrefix(name, "{") {
			out[strings.Trim(name, "{+}")] = unescape(parts[i])
		}
	}
	return out
}

func unescape(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

// Response is what the HTTP caller gets.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// ReadResponse reads a function's answer to such an event. An answer without a
// statusCode is a JSON body with the status 200.
func ReadResponse(payload json.RawMessage) (Response, error) {
	var in struct {
		StatusCode      int
		Headers         map[string]string
		Cookies         []string
		Body            string
		IsBase64Encoded bool
	}
	if err := json.Unmarshal(payload, &in); err != nil || in.StatusCode == 0 {
		if !json.Valid(payload) {
			return Response{}, errors.New("stage: the answer is not JSON")
		}
		return Response{200, http.Header{"Content-Type": {"application/json"}}, payload}, nil
	}
	out := Response{Status: in.StatusCode, Header: http.Header{}, Body: []byte(in.Body)}
	for name, v := range in.Headers {
		out.Header.Set(name, v)
	}
	for _, c := range in.Cookies {
		out.Header.Add("Set-Cookie", c)
	}
	if in.IsBase64Encoded {
		body, err := base64.StdEncoding.DecodeString(in.Body)
		if err != nil {
			return Response{}, fmt.Errorf("stage: the body of the answer: %w", err)
		}
		out.Body = body
	}
	return out, nil
}
