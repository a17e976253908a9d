package stage

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// maxPayload bounds an event and an answer of a synchronous invocation.
const maxPayload = 6 << 20

// Runtime is the Runtime API of one execution environment: one process asks it
// for events and posts its answers, one at a time. It also has the two routes
// of the Extensions API that aws-lambda-go needs to enable SIGTERM.
type Runtime struct {
	// Addr is the host and port of AWS_LAMBDA_RUNTIME_API.
	Addr string

	server   *http.Server
	name     string
	ready    chan struct{} // the process waits for an event
	events   chan event
	outcomes chan outcome
	broken   chan outcome // of the initialisation
	closed   chan struct{}

	mu        sync.Mutex
	current   string // request id of the event in hand
	extension bool
}

// An event is what the next invocation is about.
type event struct {
	id, arn, trace string
	deadline       time.Time
	payload        []byte
}

// An outcome is what Lambda says of an event.
type outcome struct {
	payload []byte // as posted, of an answer and of an error
	failure failure
	spent   bool // the process is not to be used again, though it may live
}

// A failure is an error as Lambda words it; the zero value is none.
type failure struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
}

// NewRuntime listens on a free loopback port, for one process of a function.
func NewRuntime(function string) (*Runtime, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &Runtime{
		Addr: listener.Addr().String(), name: function,
		ready: make(chan struct{}, 1), events: make(chan event),
		outcomes: make(chan outcome, 1), broken: make(chan outcome, 1), closed: make(chan struct{}),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", r.next)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", r.response)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", r.failed)
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", r.initFailed)
	mux.HandleFunc("POST /2020-01-01/extension/register", r.register)
	mux.HandleFunc("GET /2020-01-01/extension/event/next", r.extensionNext)
	r.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = r.server.Serve(listener) }()
	return r, nil
}

// Close ends every request in hand.
func (r *Runtime) Close() {
	close(r.closed)
	_ = r.server.Close()
}

// registered tells that the process has an extension, hence gets SIGTERM.
func (r *Runtime) registered() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.extension
}

func (r *Runtime) next(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	busy := r.current != ""
	r.mu.Unlock()
	if busy {
		reject(w, http.StatusForbidden, "InvalidStateTransition", "the invocation in hand has no answer yet")
		return
	}
	r.again()
	select {
	case e := <-r.events:
		r.give(w, e)
	case <-req.Context().Done():
	case <-r.closed:
	}
}

// again notes that the process waits for an event.
func (r *Runtime) again() {
	select {
	case r.ready <- struct{}{}:
	default:
	}
}

func (r *Runtime) give(w http.ResponseWriter, e event) {
	r.mu.Lock()
	r.current = e.id
	r.mu.Unlock()
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Lambda-Runtime-Aws-Request-Id", e.id)
	h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(e.deadline.UnixMilli(), 10))
	h.Set("Lambda-Runtime-Invoked-Function-Arn", e.arn)
	h.Set("Lambda-Runtime-Trace-Id", e.trace)
	_, _ = w.Write(e.payload) // a process that died is seen by its exit
}

// settle ends the event in hand; false when it is not that one.
func (r *Runtime) settle(w http.ResponseWriter, id string, o outcome) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if id == "" || id != r.current {
		reject(w, http.StatusBadRequest, "InvalidRequestID", "no invocation in hand has this request id")
		return false
	}
	r.current = ""
	r.outcomes <- o // buffered: one event in hand, one outcome
	return true
}

func (r *Runtime) response(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(io.LimitReader(req.Body, maxPayload+1))
	if err != nil {
		return // the process died while it was speaking
	}
	o := outcome{payload: body}
	if kind := req.Trailer.Get("Lambda-Runtime-Function-Error-Type"); kind != "" {
		o.failure = failure{Type: kind, Message: "the answer broke off"}
	}
	if len(body) > maxPayload {
		o = outcome{failure: failure{"Function.ResponseSizeTooLarge", "Response payload size exceeded maximum allowed payload size (6291556 bytes)."}}
	}
	if !r.settle(w, req.PathValue("id"), o) {
		return
	}
	if len(body) > maxPayload {
		reject(w, http.StatusRequestEntityTooLarge, o.failure.Type, o.failure.Message)
		return
	}
	accept(w)
}

func (r *Runtime) failed(w http.ResponseWriter, req *http.Request) {
	if o, ok := readFailure(req); ok && r.settle(w, req.PathValue("id"), o) {
		accept(w)
	}
}

func (r *Runtime) initFailed(w http.ResponseWriter, req *http.Request) {
	o, ok := readFailure(req)
	if !ok {
		return
	}
	o.spent = true
	select {
	case r.broken <- o:
	default:
	}
	accept(w)
}

func readFailure(req *http.Request) (o outcome, ok bool) {
	body, err := io.ReadAll(io.LimitReader(req.Body, maxPayload))
	if err != nil {
		return o, false
	}
	if json.Unmarshal(body, &o.failure) == nil {
		o.payload = body
	}
	if o.failure.Type == "" {
		o.failure.Type = req.Header.Get("Lambda-Runtime-Function-Error-Type")
	}
	if o.failure.Type == "" {
		o.failure.Type = "Runtime.Unknown"
	}
	return o, true
}

func (r *Runtime) register(w http.ResponseWriter, req *http.Request) {
	var body struct{ Events []string }
	err := json.NewDecoder(req.Body).Decode(&body)
	if err != nil || req.Header.Get("Lambda-Extension-Name") == "" || len(body.Events) > 0 {
		reject(w, http.StatusBadRequest, "Extension.InvalidEventType", "only an extension without events is served")
		return
	}
	r.mu.Lock()
	r.extension = true
	r.mu.Unlock()
	w.Header().Set("Lambda-Extension-Identifier", identifier())
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{
		"functionName": r.name, "functionVersion": "$LATEST", "handler": "bootstrap",
	})
}

// extensionNext never answers: the extension asked for no event.
func (r *Runtime) extensionNext(_ http.ResponseWriter, req *http.Request) {
	select {
	case <-req.Context().Done():
	case <-r.closed:
	}
}

func accept(w http.ResponseWriter) {
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"status":"OK"}`)
}

func reject(w http.ResponseWriter, status int, kind, message string) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(failure{kind, message})
}
