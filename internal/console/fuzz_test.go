package console

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Whatever the query, a page is 200 or 400, well-formed, and makes no element of
// what it was sent.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{
		"q=1201", "q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "page=2&call=-", "verdict=a_verifier&state=accepte", "when=passed",
		"q=%e2%80%ae", "%", "a;b", "q=\x00", "page=+1", "q=%F0%9F%8C%BB&q=2", "call=" + strings.Repeat("a", 200),
	} {
		f.Add(seed)
	}
	h := New(options())
	f.Fuzz(func(t *testing.T, query string) {
		for _, path := range []string{"/dossiers", "/echeances", "/mails"} {
			r := httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil)
			r.URL.RawQuery = query
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != http.StatusOK && w.Code != http.StatusBadRequest {
				t.Fatalf("%s?%s: status %d", path, query, w.Code)
			}
			checkPage(t, w.Body.String())
		}
	})
}

// Whatever the last segment, the page of a dossier or of a mail is found or not,
// and nothing worse.
func FuzzPath(f *testing.F) {
	for _, seed := range []string{"1201", "m-1", "..", "%2e%2e", "-1", "１２０１", "m-1/html", "\x00"} {
		f.Add(seed)
	}
	h := New(options())
	f.Fuzz(func(t *testing.T, segment string) {
		for _, path := range []string{"/dossiers/", "/mails/"} {
			r := httptest.NewRequest(http.MethodGet, "http://localhost/", nil)
			r.URL = &url.URL{Path: path + segment}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code >= 500 {
				t.Fatalf("%s%s: status %d", path, segment, w.Code)
			}
		}
	})
}

// Whatever a structure is called, it stays one piece of text.
func FuzzStructureName(f *testing.F) {
	for _, seed := range []string{hostile, "", "</title>", "<!--", "]]>", "\x00", "\xff", "{{.}}", "javascript:alert(1)", "&lt;script&gt;"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		o := options()
		m := o.Reader.(*memory)
		m.heads[0].Judgement.Facts.Structure = name
		m.heads[0].Judgement.Findings[0].Message = name
		m.heads[0].Judgement.Deadlines[0].Basis = name
		m.heads[0].Groupe = name
		h := New(o)
		for _, target := range []string{"/dossiers", "/dossiers/1201", "/echeances"} {
			_, body := get(t, h, target)
			checkPage(t, body)
			doc, _ := html.Parse(strings.NewReader(body))
			isolated := slices.ContainsFunc(all(doc, "bdi"), func(n *html.Node) bool { return text(n) == shown(name) })
			if shown(name) != "" && !isolated {
				t.Fatalf("%s: the name is not one isolated piece of text", target)
			}
		}
	})
}
