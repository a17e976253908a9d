package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"relais/internal/dossier"
)

// workshop tries again; those of mends leave the quarantine.
type workshop struct {
	store *memory
	mends map[int]bool
	err   error
	tried []int
}

func (w *workshop) Retry(_ context.Context, number int) (bool, error) {
	w.tried = append(w.tried, number)
	if w.mends[number] {
		for i, c := range w.store.cases {
			if c.Number == number {
				w.store.cases = append(w.store.cases[:i:i], w.store.cases[i+1:]...)
				break
			}
		}
	}
	return w.mends[number], w.err
}

func bench() (Options, *workshop) {
	o := options()
	w := &workshop{store: o.Reader.(*memory), mends: map[int]bool{}}
	o.Retrier = w
	return o, w
}

// browser keeps cookies, as one that comes from a page of ours.
type browser struct {
	h       http.Handler
	host    string
	cookies map[string]string
	address string
}

func newBrowser(h http.Handler) *browser {
	return &browser{h: h, host: "127.0.0.1:8080", cookies: map[string]string{}, address: "192.0.2.7:4000"}
}

func (b *browser) send(r *http.Request) (*http.Response, string) {
	r.Host, r.RemoteAddr = b.host, b.address
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.h.ServeHTTP(w, r)
	res := w.Result()
	for _, c := range res.Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
			continue
		}
		b.cookies[c.Name] = c.Value
	}
	body, _ := io.ReadAll(res.Body)
	return res, string(body)
}

func (b *browser) get(target string) (*http.Response, string) {
	return b.send(httptest.NewRequest(http.MethodGet, target, nil))
}

// post sends a form with the headers of a browser on our page; more change them,
// an empty value leaves one out.
func (b *browser) post(target string, form url.Values, more ...string) (*http.Response, string) {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i+1 < len(more); i += 2 {
		r.Header.Set(more[i], more[i+1])
		if more[i+1] == "" {
			r.Header.Del(more[i])
		}
	}
	return b.send(r)
}

var tokenValue = regexp.MustCompile(`name="jeton" value="([^"]+)"`)

func tokenIn(t *testing.T, body string) url.Values {
	t.Helper()
	found := tokenValue.FindStringSubmatch(body)
	if found == nil {
		t.Fatal("the page has no form")
	}
	return url.Values{"jeton": {found[1]}}
}

func TestQuarantine(t *testing.T) {
	o, _ := bench()
	_, body := get(t, New(o), "/quarantaine")
	contains(t, body, "1301", "La plateforme n’arrive pas à le donner en entier", "<code>invalid_null</code>", "5 essais", "1 essai<", "il y a 2 jours",
		`action="/quarantaine/1301"`, `href="/dossiers/1202"`, "!href=\"/dossiers/1301\"", `href="https://demarches.example/procedures/101/dossiers/1301"`)
	o.Retrier = nil
	_, body = get(t, New(o), "/quarantaine")
	contains(t, body, "1301", "!Réessayer", "!<form")
	o.Reader.(*memory).cases = nil
	_, body = get(t, New(o), "/quarantaine")
	contains(t, body, "tous ont pu être lus")
}

// TestRetry: post, redirect, get; the page then tells what became of the dossier,
// and loading it again tries nothing.
func TestRetry(t *testing.T) {
	for name, c := range map[string]struct {
		mends  bool
		err    error
		number int
		to     string
		says   string
		tried  int
	}{
		"mended":            {true, nil, 1301, "essai=1301", "Le dossier 1301 n’est plus en quarantaine.", 1},
		"not mended":        {false, nil, 1301, "essai=1301", "n’a toujours pas pu être lu", 1},
		"a pass under way":  {false, fmt.Errorf("busy: %w", dossier.ErrConflict), 1301, "occupe=1301", "une autre lecture est en cours", 1},
		"no answer":         {false, errors.New("no answer from 192.0.2.1"), 1301, "echec=1301", "la plateforme n’a pas répondu", 1},
		"not in quarantine": {false, nil, 1203, "essai=1203", "Le dossier 1203 n’est plus en quarantaine.", 0},
	} {
		t.Run(name, func(t *testing.T) {
			o, w := bench()
			w.mends[c.number], w.err = c.mends, c.err
			b := newBrowser(New(o))
			_, body := b.get("/quarantaine")
			res, _ := b.post(fmt.Sprintf("/quarantaine/%d", c.number), tokenIn(t, body))
			if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || to != "/quarantaine?"+c.to {
				t.Fatalf("status %d, to %q", res.StatusCode, to)
			}
			for range 2 {
				_, body = b.get(res.Header.Get("Location"))
				contains(t, body, c.says, "!192.0.2.1")
				checkPage(t, body)
			}
			if len(w.tried) != c.tried {
				t.Errorf("tried %v", w.tried)
			}
		})
	}
}

// TestOnlyOurPageRetries: another site, a page opened elsewhere, a forged form.
func TestOnlyOurPageRetries(t *testing.T) {
	o, w := bench()
	w.mends[1301] = true
	b := newBrowser(New(o))
	_, body := b.get("/quarantaine")
	good := tokenIn(t, body)
	const target = "/quarantaine/1301"
	for name, c := range map[string]struct {
		form url.Values
		more []string
		host string
		want int
	}{
		"another site":             {good, []string{"Sec-Fetch-Site", "cross-site"}, "", http.StatusForbidden},
		"a neighbour":              {good, []string{"Sec-Fetch-Site", "same-site"}, "", http.StatusForbidden},
		"an old browser elsewhere": {good, []string{"Sec-Fetch-Site", "", "Origin", "https://evil.example"}, "", http.StatusForbidden},
		"an opaque origin":         {good, []string{"Sec-Fetch-Site", "", "Origin", "null"}, "", http.StatusForbidden},
		"no token":                 {url.Values{}, nil, "", http.StatusForbidden},
		"a wrong token":            {url.Values{"jeton": {"x"}}, nil, "", http.StatusForbidden},
		"the token of another":     {tokenOfAnother(t), nil, "", http.StatusForbidden},
		"a rebound name":           {good, nil, "evil.example:8080", http.StatusMisdirectedRequest},
		"not a number":             {good, nil, "", http.StatusNotFound},
	} {
		b.host = "127.0.0.1:8080"
		if c.host != "" {
			b.host = c.host
		}
		to := target
		if c.want == http.StatusNotFound {
			to = "/quarantaine/01301"
		}
		if res, _ := b.post(to, c.form, c.more...); res.StatusCode != c.want {
			t.Errorf("%s: status %d, want %d", name, res.StatusCode, c.want)
		}
	}
	b.host = "127.0.0.1:8080"
	if res, _ := b.get(target); res.StatusCode != http.StatusNotFound {
		t.Errorf("GET: status %d", res.StatusCode)
	}
	if res, _ := b.post(target+"?jeton="+good.Get("jeton"), nil); res.StatusCode != http.StatusForbidden {
		t.Errorf("a token in the address: status %d", res.StatusCode)
	}
	if len(w.tried) > 0 {
		t.Errorf("tried %v", w.tried)
	}
	if res, _ := b.post(target, good); res.StatusCode != http.StatusSeeOther || len(w.tried) != 1 {
		t.Errorf("our own page: status %d", res.StatusCode)
	}
}

// slow holds a try until it is let go.
type slow struct{ begun, end chan struct{} }

func (s slow) Retry(context.Context, int) (bool, error) {
	s.begun <- struct{}{}
	<-s.end
	return false, nil
}

func TestOneTryAtATime(t *testing.T) {
	o, _ := bench()
	w := slow{make(chan struct{}), make(chan struct{})}
	o.Retrier = w
	h := New(o)
	first, second := newBrowser(h), newBrowser(h)
	_, body := first.get("/quarantaine")
	token, done := tokenIn(t, body), make(chan string)
	go func() {
		res, _ := first.post("/quarantaine/1301", token)
		done <- res.Header.Get("Location")
	}()
	<-w.begun
	if res, _ := second.post("/quarantaine/1202", token); res.Header.Get("Location") != "/quarantaine?occupe=1202" {
		t.Errorf("to %q", res.Header.Get("Location"))
	}
	close(w.end)
	if to := <-done; to != "/quarantaine?essai=1301" {
		t.Errorf("to %q", to)
	}
}

func tokenOfAnother(t *testing.T) url.Values {
	t.Helper()
	o, _ := bench()
	_, body := newBrowser(New(o)).get("/quarantaine")
	return tokenIn(t, body)
}

func TestResultsThatNobodySends(t *testing.T) {
	o, _ := bench()
	h := New(o)
	for query, want := range map[string]int{
		"essai=x": 400, "echec=-1": 400, "occupe=%3Cb%3E": 400, "essai=1301&echec=9": 200, "autre=1": 200,
	} {
		if status, body := get(t, h, "/quarantaine?"+query); status != want || strings.Contains(body, "<b>") {
			t.Errorf("%q: status %d", query, status)
		}
	}
}
