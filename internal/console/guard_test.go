package console

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"
	logtest "github.com/sirupsen/logrus/hooks/test"
)

// routes is every address of the story that answers 200.
var routes = []string{
	"/", "/dossiers", "/dossiers/1201", "/dossiers/1202", "/dossiers/1203", "/dossiers/1204", "/dossiers/1205",
	"/dossiers/1206", "/dossiers/1207", "/dossiers?call=-&verdict=-", "/dossiers?q=nothing+like+it",
	"/echeances", "/echeances?when=passed", "/echeances?when=7&call=o2r-la-reunion", "/mails", "/mails/m-1", "/mails/m-2",
	"/mails/m-1/html", "/quarantaine", "/quarantaine?essai=1301", "/etat", "/dossiers.csv", "/sante", "/style.css",
	"/dossiers?sort=prudent&due=late&region=52&groupe=DREETS+Pays+de+la+Loire",
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	h := New(options())
	broken := options()
	broken.Reader.(*memory).err = errors.New("disk")
	cases := []struct {
		h      http.Handler
		target string
		status int
	}{
		{h, "/rien", 404}, {h, "/dossiers?page=0", 400}, {New(broken), "/", 500}, {New(broken), "/sante", 503},
	}
	for _, route := range routes {
		cases = append(cases, struct {
			h      http.Handler
			target string
			status int
		}{h, route, 200})
	}
	for _, c := range cases {
		res := ask(t, c.h, http.MethodGet, c.target)
		if res.StatusCode != c.status {
			t.Errorf("%s: status %d, want %d", c.target, res.StatusCode, c.status)
		}
		want := pagePolicy
		if strings.HasSuffix(c.target, "/html") {
			want = mailPolicy
		}
		if got := res.Header.Get("Content-Security-Policy"); got != want {
			t.Errorf("%s: policy %q", c.target, got)
		}
		referrer := "same-origin" // without it, browsers hide where our own forms come from
		if strings.HasSuffix(c.target, "/html") {
			referrer = "no-referrer"
		}
		for name, value := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": referrer, "Cache-Control": "no-store",
		} {
			if got := res.Header.Get(name); got != value {
				t.Errorf("%s: %s is %q, want %q", c.target, name, got, value)
			}
		}
		if res.Header.Get("Content-Type") == "" {
			t.Errorf("%s: no content type", c.target)
		}
	}
}

func TestPoliciesAllowNoScript(t *testing.T) {
	for _, p := range []string{pagePolicy, mailPolicy} {
		if !strings.HasPrefix(p, "default-src 'none'; ") || strings.Contains(p, "script") {
			t.Errorf("policy %q", p)
		}
	}
	if !strings.HasSuffix(mailPolicy, "; sandbox allow-popups allow-popups-to-escape-sandbox") {
		t.Errorf("the frame of a mail may do nothing but open links elsewhere: %q", mailPolicy)
	}
}

func TestOnlyReading(t *testing.T) {
	h := New(options())
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"} {
		for _, target := range []string{"/", "/dossiers", "/mails/m-1/html", "/sante", "/rien"} {
			res := ask(t, h, method, target)
			if res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: status %d, Allow %q", method, target, res.StatusCode, res.Header.Get("Allow"))
			}
		}
	}
	for _, target := range routes {
		if res := ask(t, h, http.MethodHead, target); res.StatusCode != http.StatusOK {
			t.Errorf("HEAD %s: status %d", target, res.StatusCode)
		}
	}
}

func TestHostNames(t *testing.T) {
	at := func(hosts ...string) []string { return hosts }
	cases := []struct {
		listen []string
		host   string
		want   bool
	}{
		{nil, "127.0.0.1:8080", true},
		{nil, "127.0.0.1", true},
		{nil, "127.8.9.10:1", true},
		{nil, "localhost:8080", true},
		{nil, "LocalHost", true},
		{nil, "[::1]:8080", true},
		{nil, "[::1]", true},
		{nil, "[::ffff:127.0.0.1]:80", true},
		{nil, "", false},
		{nil, ":8080", false},
		{nil, "evil.example:8080", false},
		{nil, "127.0.0.1.evil.example", false},
		{nil, "localhost.evil.example", false},
		{nil, "localhost:", false},
		{nil, "localhost:8080:9", false},
		{nil, "localhost:http", false},
		{nil, "localhost@evil.example", false},
		{nil, "2130706433", false},
		{nil, "0.0.0.0:8080", false},
		{nil, "192.168.1.4:8080", false},
		{nil, "[fe80::1%lo]:80", false},
		{nil, "[::1%lo]:80", false},
		{at("192.168.1.4:8080"), "192.168.1.4:8080", true},
		{at("192.168.1.4:8080"), "192.168.1.5:8080", false},
		{at("192.168.1.4:8080"), "127.0.0.1", true},
		{at("Relais.Dreets.example:443"), "relais.dreets.example", true},
		{at("relais.dreets.example"), "dreets.example", false},
		{at(":8080"), "10.1.2.3:8080", true},
		{at("0.0.0.0:8080"), "10.1.2.3:8080", true},
		{at("[::]:8080"), "[2001:db8::1]:8080", true},
		{at(":8080"), "evil.example:8080", false},
		{at(":8080"), "", false},
	}
	for _, c := range cases {
		o := options()
		o.Hosts = c.listen
		r := httptest.NewRequest(http.MethodGet, "/dossiers", nil)
		r.Host = c.host
		w := httptest.NewRecorder()
		New(o).ServeHTTP(w, r)
		if got := w.Code == http.StatusOK; got != c.want {
			t.Errorf("listening %v, host %q: status %d", c.listen, c.host, w.Code)
		}
		if w.Code != http.StatusOK && (w.Code != http.StatusMisdirectedRequest || strings.Contains(w.Body.String(), "1202")) {
			t.Errorf("host %q: status %d, or a page with data", c.host, w.Code)
		}
	}
}

// A failure shows nothing of its cause, and its log nothing of the address.
func TestFailuresKeepTheirSecrets(t *testing.T) {
	const secret = "open /srv/relais.db: disk I/O error"
	logger, hook := logtest.NewNullLogger()
	o := options()
	o.Log = logger
	o.Reader.(*memory).err = errors.New(secret)
	h := New(o)
	for _, target := range []string{"/", "/dossiers?q=durand", "/dossiers/1201", "/echeances", "/mails", "/mails/m-1", "/sante"} {
		hook.Reset()
		status, body := get(t, h, target)
		if status < 500 || strings.Contains(body, "disk") || strings.Contains(body, "1201") {
			t.Errorf("%s: status %d\n%s", target, status, body)
		}
		if len(hook.Entries) != 1 || hook.LastEntry().Level != logrus.ErrorLevel {
			t.Fatalf("%s: %d log lines", target, len(hook.Entries))
		}
		line, err := hook.LastEntry().String()
		if err != nil || !strings.Contains(line, secret) || strings.Contains(line, "durand") || strings.Contains(line, "1201") {
			t.Errorf("%s: log line %q, %v", target, line, err)
		}
	}
}

// Nobody is told of a page that its reader gave up.
func TestAbandonedRequestIsNoFailure(t *testing.T) {
	logger, hook := logtest.NewNullLogger()
	o := options()
	o.Log = logger
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "http://localhost/dossiers", nil)
	New(o).ServeHTTP(httptest.NewRecorder(), r)
	if len(hook.Entries) != 0 {
		t.Errorf("logged: %v", hook.LastEntry().Message)
	}
}
