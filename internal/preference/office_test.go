package preference

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"
	"golang.org/x/net/html"

	"relais/internal/call"
)

// office is the page with a store of its own, and its log.
type office struct {
	*testing.T
	handler http.Handler
	key     Key
	book    Book
	notes   *notes
	log     *bytes.Buffer
}

const hostile = `<script>alert(1)</script>" onfocus="x`

func newOffice(t *testing.T) *office {
	o := &office{T: t, key: key(t), log: &bytes.Buffer{}}
	o.book, o.notes = newBook()
	o.handler = Handler(o.options())
	t.Cleanup(func() {
		for _, secret := range []string{anne, luc, "0123456789abcdef", "dreets.example", secret, "AT85"} {
			if strings.Contains(o.log.String(), secret) {
				t.Errorf("the log shows %q:\n%s", secret, o.log)
			}
		}
	})
	return o
}

func (o *office) options() Options {
	log := logrus.New()
	log.SetOutput(o.log)
	log.SetLevel(logrus.DebugLevel)
	return Options{
		Key:  func(context.Context) (Key, error) { return o.key, nil },
		Book: o.book, Log: log,
		Calls: call.NewSet(
			call.Call{ID: "bzh", Title: "O2R Bretagne", Authority: "DREETS Bretagne", Mail: call.Mail{
				People: map[string]call.Choice{"luc@dreets.example": call.Weekly},
			}},
			call.Call{ID: "occ", Title: "O2R Occitanie", Mail: call.Mail{Default: call.Immediate}},
			call.Call{ID: "x", Title: hostile},
		),
		Subscriber: func(address string) string {
			if address == "luc@dreets.example" {
				return luc
			}
			return anne
		},
	}
}

func (o *office) link(person string, calls ...string) string {
	return prefix + o.key.Seal(Subscriber{person, calls})
}

func (o *office) do(method, path, kind, body string) *httptest.ResponseRecorder {
	o.Helper()
	r := httptest.NewRequestWithContext(o.Context(), method, path, strings.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	w := httptest.NewRecorder()
	o.handler.ServeHTTP(w, r)
	return w
}

const urlencoded = "application/x-www-form-urlencoded"

func (o *office) get(path string) *httptest.ResponseRecorder { return o.do("GET", path, "", "") }
func (o *office) submit(path string, form url.Values) *httptest.ResponseRecorder {
	return o.do("POST", path, urlencoded, form.Encode())
}

func (o *office) wants(id string, want call.Choice) {
	o.Helper()
	if got, _, err := o.book.Choice(o.Context(), anne, id); err != nil || got != want {
		o.Errorf("of %q: %q (%v), want %q", id, got, err, want)
	}
}

// form reads what a browser would post from the page: the first form whose button
// says so.
func form(t *testing.T, body, button string) url.Values {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Data == "form" && strings.Contains(text(n), button) {
			if attribute(n, "method") != "post" {
				t.Error("the form is not posted")
			}
			return fields(n)
		}
	}
	t.Fatalf("no form has the button %q:\n%s", button, body)
	return nil
}

func fields(form *html.Node) url.Values {
	out := url.Values{}
	for n := range form.Descendants() {
		if n.Data == "input" && (attribute(n, "type") == "hidden" || has(n, "checked")) {
			out.Add(attribute(n, "name"), attribute(n, "value"))
		}
	}
	return out
}

func text(n *html.Node) (all string) {
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			all += d.Data
		}
	}
	return all
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}
