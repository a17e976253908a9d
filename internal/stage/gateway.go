package stage

import (
	"io"
	"net/http"
	"time"
)

// Gateway serves HTTP with a function, as an HTTP API does.
type Gateway struct {
	Function Invoker
	Route    string // as in Request
	Now      func() time.Time
	// Seen, if not nil, hears of each invocation.
	Seen func(Result)
}

// maxHTTPBody is an HTTP API's own limit.
const maxHTTPBody = 10 << 20

// ServeHTTP answers 500 when the function fails and 413 to a body too large, in
// the gateway's own words.
func (g Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxHTTPBody))
	if err != nil {
		gatewayError(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
		return
	}
	now := time.Now
	if g.Now != nil {
		now = g.Now
	}
	q := Request{Method: r.Method, Path: r.URL.RequestURI(), Header: r.Header, Body: body, Route: g.Route, At: now()}
	res, err := g.Function.Invoke(r.Context(), q.Event())
	if g.Seen != nil && err == nil {
		g.Seen(res)
	}
	if err != nil || res.FunctionError != "" {
		gatewayError(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	answer, err := ReadResponse(res.Payload)
	if err != nil {
		gatewayError(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body)
}

func gatewayError(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `{"message":"`+message+`"}`)
}
