package standin

import (
	"encoding/json"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"time"
)

// maxBody is above what any of the services accepts.
const maxBody = 48 << 20

// backend is the service behind a Front.
type backend interface {
	service() string
	// describe names the call; the Front fills in the rest.
	describe(r *http.Request, body []byte) Call
	serve(r *http.Request, body []byte) answer
}

// An answer is what a backend says.
type answer struct {
	status int
	body   []byte
	code   string // of the error; "" when it is none
}

// A Hook sees a call before it takes effect and may have it mistreated: nil
// serves it. It may kill the caller; returning &Cut as well makes the call one
// that never arrived, returning nil one that took effect without its caller.
type Hook func(Call) *Fault

// Front is the counter of a stand-in: it records, calls the hooks, mistreats.
// All its methods are safe for concurrent use.
type Front struct {
	// URL is the endpoint, for the SDK's AWS_ENDPOINT_URL_… variables.
	URL string

	server  *httptest.Server
	backend backend
	closed  chan struct{}
	once    sync.Once

	mu     sync.Mutex
	before Hook
	after  func(Call)
	orders orders
	calls  []Call
}

func newFront(b backend) *Front {
	f := &Front{backend: b, closed: make(chan struct{})}
	f.server = httptest.NewServer(f)
	f.URL = f.server.URL
	return f
}

// Close stops the server, lets go of the calls that hang and waits for those in
// hand. The record stays. Closing twice is closing once.
func (f *Front) Close() {
	f.once.Do(func() {
		close(f.closed)
		f.server.CloseClientConnections()
		f.server.Close()
	})
}

// Before sets the hook that sees each call before it takes effect; nil for none.
func (f *Front) Before(h Hook) { f.mu.Lock(); f.before = h; f.mu.Unlock() }

// After sets the hook that sees each call once done, with its answer, before
// the caller hears it; nil for none.
func (f *Front) After(h func(Call)) { f.mu.Lock(); f.after = h; f.mu.Unlock() }

// Fail mistreats the next n calls of an action ("" for any; n < 0 for ever).
// Several orders are used up one after the other.
func (f *Front) Fail(action string, n int, fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.orders = append(f.orders, order{action, n, fault})
}

// Heal forgets the faults ordered and the hooks.
func (f *Front) Heal() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.orders, f.before, f.after = nil, nil, nil
}

// Calls returns what was received so far, in the order of arrival.
func (f *Front) Calls() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

// Count tells how many calls of an action were received; "" counts all.
func (f *Front) Count(action string) (n int) {
	for _, c := range f.Calls() {
		if action == "" || c.Action == action {
			n++
		}
	}
	return n
}

// Forget empties the record.
func (f *Front) Forget() { f.mu.Lock(); f.calls = nil; f.mu.Unlock() }

// ServeHTTP answers one request of the SDK.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		panic(http.ErrAbortHandler) // the caller died while it was speaking
	}
	call := f.backend.describe(r, body)
	call.Service, call.Body, call.Caller = f.backend.service(), body, callerOf(r)
	fault, at := f.judge(call)
	f.wait(r, fault.Delay)
	if !fault.spoils() || fault.Late {
		a := f.backend.serve(r, body)
		call.Answer, call.Failed = a.body, a.code
		f.done(at, &call)
		if !fault.spoils() {
			write(w, r, a)
			return
		}
	}
	f.spoil(w, r, fault)
}

// judge records the call and decides how it is treated. The hook runs outside
// the lock: it may ask for the record.
func (f *Front) judge(call Call) (Fault, int) {
	f.mu.Lock()
	fault := f.orders.take(call.Action)
	kept := call
	kept.Body = nil
	kept.Failed = fault.failed()
	f.calls = append(f.calls, kept)
	at := len(f.calls) - 1
	before := f.before
	f.mu.Unlock()
	if before == nil {
		return fault, at
	}
	if own := before(call); own != nil {
		fault = *own
		f.note(at, fault.failed())
	}
	return fault, at
}

func (f *Front) note(at int, failed string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if at < len(f.calls) && failed != "" {
		f.calls[at].Failed = failed
	}
}

func (f *Front) done(at int, call *Call) {
	f.note(at, call.Failed)
	f.mu.Lock()
	after := f.after
	f.mu.Unlock()
	if after != nil {
		after(*call)
	}
}

func (f *Front) wait(r *http.Request, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.Context().Done():
	case <-f.closed:
	}
}

func (f *Front) spoil(w http.ResponseWriter, r *http.Request, fault Fault) {
	if fault.Hang {
		select {
		case <-r.Context().Done():
		case <-f.closed:
		}
	}
	if fault.Hang || fault.Drop {
		panic(http.ErrAbortHandler)
	}
	write(w, r, refuse(fault.Status, fault.Code, fault.Message))
}

// refuse makes an error that the SDK understands in both JSON protocols.
func refuse(status int, code, message string) answer {
	body, _ := json.Marshal(map[string]string{"__type": code, "message": message, "Message": message})
	return answer{status: status, body: body, code: code}
}

func agree(v any) answer {
	body, err := json.Marshal(v)
	if err != nil {
		return refuse(500, "InternalFailure", err.Error())
	}
	return answer{status: 200, body: body}
}

func write(w http.ResponseWriter, r *http.Request, a answer) {
	w.Header().Set("Content-Type", contentType(r))
	w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(a.body)), 10)) // DynamoDB's client checks it
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	if a.code != "" {
		w.Header().Set("X-Amzn-ErrorType", a.code)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a caller that left has no use for it
}

func contentType(r *http.Request) string {
	if t := r.Header.Get("Content-Type"); t != "" {
		return t
	}
	return "application/json"
}

// unknown answers what no backend knows.
func unknown(action string) answer {
	return refuse(400, "UnknownOperationException", "the stand-in does not serve "+action)
}
