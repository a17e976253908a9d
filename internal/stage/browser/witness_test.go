package browser

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
)

// elsewhere is an address that nobody has (RFC 2606). The witness answers in its
// place, so that a page which does reach out also gets what it asked for.
const elsewhere = "ailleurs.example"

// witness is the proxy of the browser. It forwards what goes to the origins under
// test and writes down the rest.
type witness struct {
	address string
	server  *http.Server
	forward *httputil.ReverseProxy

	mu      sync.Mutex
	open    map[string]bool // host:port
	strange []string        // method and address of what was asked of others
}

func newWitness() (*witness, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w := &witness{
		address: l.Addr().String(), open: map[string]bool{},
		forward: &httputil.ReverseProxy{
			Rewrite:   func(*httputil.ProxyRequest) {}, // the address is whole already
			Transport: &http.Transport{MaxIdleConnsPerHost: 8, DisableCompression: true},
			ErrorLog:  log.New(io.Discard, "", 0), // a server may end before the browser's last request
		},
	}
	w.server = &http.Server{Handler: w, ReadHeaderTimeout: patience}
	go w.server.Serve(l)
	return w, nil
}

func (w *witness) close() { _ = w.server.Close() }

// ServeHTTP implements http.Handler.
func (w *witness) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	switch {
	case ofMakers(r.Host):
		out.WriteHeader(http.StatusBadGateway)
	case !w.admitted(r.Host):
		if r.URL.Path != "/favicon.ico" { // of a page that was noted itself
			w.note(r.Method + " " + r.RequestURI)
		}
		foreign(out, r)
	case r.Method == http.MethodConnect:
		tunnel(out, r)
	default:
		w.forward.ServeHTTP(out, r)
	}
}

func (w *witness) admitted(host string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.open[host]
}

// makers are whom the browser asks for by itself, whatever its flags say: what is
// new, what time it is. A page that asks them is seen in its tab.
var makers = []string{"google.com", "googleapis.com", "gvt1.com"}

func ofMakers(host string) bool {
	name, _, _ := strings.Cut(host, ":")
	return slices.ContainsFunc(makers, func(m string) bool { return name == m || strings.HasSuffix(name, "."+m) })
}

func (w *witness) note(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.strange = append(w.strange, what)
}

// see hears what a tab asks of those that the proxy does not write down.
func (w *witness) see(event any) {
	e, ok := event.(*network.EventRequestWillBeSent)
	if !ok {
		return
	}
	if u, err := url.Parse(e.Request.URL); err == nil && ofMakers(u.Host) {
		w.note(e.Request.Method + " " + e.Request.URL)
	}
}

// strangers are what was asked of others since the last time, each once.
func (w *witness) strangers() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.strange
	w.strange = nil
	slices.Sort(list)
	return slices.Compact(list)
}

// watch fails the test when a page asked something of others.
func (w *witness) watch(t *testing.T) {
	t.Helper()
	w.strangers()
	t.Cleanup(func() {
		if list := w.strangers(); len(list) > 0 {
			t.Errorf("asked beyond the page's own origin: %s", strings.Join(list, ", "))
		}
	})
}

// admit lets the browser reach an origin during one test.
func (w *witness) admit(t *testing.T, origin string) {
	t.Helper()
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		t.Fatalf("%q is no origin", origin)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open[u.Host] = true
	t.Cleanup(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.open, u.Host)
	})
}

// foreign answers as a site that means harm would.
func foreign(out http.ResponseWriter, r *http.Request) {
	h := out.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	switch {
	case r.Method == http.MethodConnect:
		out.WriteHeader(http.StatusBadGateway)
	case strings.HasSuffix(r.URL.Path, ".js"):
		h.Set("Content-Type", "text/javascript")
		_, _ = io.WriteString(out, mark("script-ailleurs"))
	case strings.HasSuffix(r.URL.Path, ".css"):
		h.Set("Content-Type", "text/css")
		_, _ = io.WriteString(out, "body { outline: 7px solid red }")
	default:
		h.Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(out, "<!doctype html><title>Ailleurs</title><p>Ailleurs")
	}
}

// tunnel joins the browser to an origin under TLS.
func tunnel(out http.ResponseWriter, r *http.Request) {
	there, err := net.DialTimeout("tcp", r.Host, 10*time.Second)
	if err != nil {
		out.WriteHeader(http.StatusBadGateway)
		return
	}
	defer there.Close()
	here, buffered, err := http.NewResponseController(out).Hijack()
	if err != nil {
		return
	}
	defer here.Close()
	if _, err := io.WriteString(here, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	done := make(chan struct{}, 2)
	go func() { _, _ = io.Copy(there, buffered); done <- struct{}{} }()
	go func() { _, _ = io.Copy(here, there); done <- struct{}{} }()
	<-done
}
