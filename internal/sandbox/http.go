package sandbox

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"relais/internal/sandbox/graphql"
)

// Endpoint is the path of the API. `/graphql`, the platform's playground, is
// not served.
const Endpoint = "/api/v2/graphql"

const (
	maxBody  = 1 << 20
	jsonType = "application/json; charset=utf-8"
)

// errClosedArgument is a known fault of the platform: its resolver fails on the
// argument.
var errClosedArgument = errors.New("groupeInstructeurs does not support its argument closed")

// Handler serves the API, the files that it links to, and pages that say what
// this is and where links to a dossier lead. Anything else is 404: GET on the API too, since it is not routed.
func (p *Platform) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+Endpoint, p.serveFaulty)
	mux.HandleFunc(Endpoint, http.NotFound)
	mux.HandleFunc("GET "+filesPath, p.serveFile)
	mux.HandleFunc("GET "+renderingsPath, p.serveFile)
	mux.HandleFunc("GET /{$}", p.servePage)
	mux.HandleFunc("GET /procedures/{demarche}", p.serveDemarche)
	mux.HandleFunc("GET /procedures/{demarche}/dossiers/{number}", p.serveDossier)
	return mux
}

// serveAPI follows the platform's order: rate, maintenance, token, body.
func (p *Platform) serveAPI(w http.ResponseWriter, r *http.Request, how manner) {
	if p.options.Live {
		p.Advance(p.options.Now())
	}
	now := p.Now()
	// The clock of the answer is the platform's, which may not be this machine's.
	w.Header().Set("Date", now.Format(http.TimeFormat))
	if !how.candid && !p.receives(w, r, now) {
		return
	}
	if d := p.authenticate(r, now); d != nil {
		refuseRequest(w, d)
		return
	}
	request, d := readRequest(http.MaxBytesReader(w, r.Body, maxBody))
	if d != nil {
		refuseRequest(w, d)
		return
	}
	if d := p.options.Latency; d > 0 && p.options.Sleep(r.Context(), d) != nil {
		return // the client has gone
	}
	p.answer(w, r, request, how)
}

// receives tells whether the platform takes requests at this moment; otherwise
// it has said why.
func (p *Platform) receives(w http.ResponseWriter, r *http.Request, now time.Time) bool {
	if ok, reset := p.rate.admit(r.Header.Get("Authorization"), now); !ok {
		tooMany(w, p.options.RatePerMinute, reset)
		return false
	}
	if message := p.maintenance.Load(); message != nil {
		answerJSON(w, http.StatusServiceUnavailable, map[string]string{"error": *message})
		return false
	}
	return true
}

// answer executes the request under the lock, so that a page is one moment of
// the world. Only a mutation needs it alone.
func (p *Platform) answer(w http.ResponseWriter, r *http.Request, request graphql.Request, how manner) {
	if p.fault != nil {
		refuseRequest(w, internal())
		return
	}
	response := p.execute(r, request, how)
	if response.Fatal != nil {
		d := internal()
		errors.As(response.Fatal, &d)
		refuseRequest(w, d)
		return
	}
	answerResponse(w, response)
}

func (p *Platform) execute(r *http.Request, request graphql.Request, how manner) graphql.Response {
	if strings.Contains(request.Query, "mutation") {
		p.mu.Lock()
		defer p.mu.Unlock()
	} else {
		p.mu.RLock()
		defer p.mu.RUnlock()
	}
	v := &view{
		world: p.world, links: p.links, base: base(r), now: p.now(), readOnly: p.options.ReadOnly, stamp: p.stampNow,
		manner: how, rows: 1,
	}
	request.Budget = v.budget
	response := p.engine.Execute(r.Context(), v.root(), request)
	if how.hit.Fault == TimeoutPartial && !v.spent { // no row to strike at
		v.spent = true
		response = p.engine.Execute(r.Context(), v.root(), request)
	}
	return response
}

// answerResponse writes the data as the engine made it: a page of rich dossiers
// is megabytes, too many to marshal again.
func answerResponse(w http.ResponseWriter, r graphql.Response) {
	if !r.HasData || len(r.Errors) > 0 {
		answerJSON(w, http.StatusOK, r)
		return
	}
	w.Header().Set("Content-Type", jsonType)
	_, _ = io.WriteString(w, `{"data":`)
	_, _ = w.Write(r.Data)
	_, _ = io.WriteString(w, "}")
}

func notJSON() *denial {
	return &denial{http.StatusBadRequest, "bad_request", "The body is not a JSON object"}
}

func internal() *denial {
	return &denial{http.StatusInternalServerError, "internal_server_error", "Internal Server Error"}
}

func base(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || r.URL.Scheme == "https" {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// readRequest decodes the body. variables may also be JSON in a string. Stored
// queries do not exist here: any queryId is an unknown one.
func readRequest(body io.Reader) (graphql.Request, *denial) {
	var in struct {
		Query         string          `json:"query"`
		QueryID       string          `json:"queryId"`
		OperationName string          `json:"operationName"`
		Variables     json.RawMessage `json:"variables"`
	}
	if err := json.NewDecoder(body).Decode(&in); err != nil {
		return graphql.Request{}, notJSON()
	}
	if in.QueryID != "" {
		return graphql.Request{}, internal()
	}
	variables, d := readVariables(in.Variables)
	return graphql.Request{Query: in.Query, OperationName: in.OperationName, Variables: variables}, d
}

func readVariables(raw json.RawMessage) (map[string]any, *denial) {
	var text string
	quoted := json.Unmarshal(raw, &text) == nil && len(raw) > 0 && raw[0] == '"'
	if quoted {
		raw = json.RawMessage(text)
	}
	if len(raw) == 0 {
		return nil, nil
	}
	var variables map[string]any
	if err := json.Unmarshal(raw, &variables); err != nil {
		if quoted {
			return nil, &denial{http.StatusBadRequest, "graphql_parse_failed", "The variables are not valid JSON"}
		}
		return nil, &denial{http.StatusBadRequest, "bad_request", "The variables are not an object"}
	}
	return variables, nil
}

func refuseRequest(w http.ResponseWriter, d *denial) {
	extensions := map[string]any{"code": d.code}
	if d.status == http.StatusInternalServerError {
		extensions["exception_id"] = "00000000-0000-4000-8000-000000000000"
	}
	answerJSON(w, d.status, map[string]any{
		"errors": []any{map[string]any{"message": d.message, "extensions": extensions}},
		"data":   nil,
	})
}

func answerJSON(w http.ResponseWriter, status int, body any) {
	b, err := json.Marshal(body)
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", jsonType)
	w.WriteHeader(status)
	_, _ = w.Write(b)
}
