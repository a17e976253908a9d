package browser

import (
	"bytes"
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// raw is what would stand in a page if a text were ever written unescaped.
var raw = `<base href="` + out + `/">
<script>` + mark("script") + `</script>
<script src="` + out + `/x.js"></script>
<img src="` + out + `/i.png" onerror="` + mark("onerror") + `">
<svg onload="` + mark("onload") + `"></svg>
<style>@import url(` + out + `/s.css); #piege { background: url(` + out + `/f.png) }</style>
<link rel="stylesheet" href="` + out + `/l.css">
<p style="background: url(` + out + `/u.png)">texte</p>
<iframe src="` + out + `/cadre"></iframe>
<object data="` + out + `/objet"></object>
<video poster="` + out + `/affiche.png" src="` + out + `/film"></video>
<a id="relatif" href="relatif">relatif</a>
<a id="javascript" href="javascript:` + mark("javascript") + `;void 0">Ouvrir</a>
<form id="piege" method="post" action="` + out + `/vol"><button id="vol">Envoyer ailleurs</button></form>`

// listen keeps what a policy refuses, by the directive that does.
const listen = `addEventListener("securitypolicyviolation", e => (window.refused ??= []).push(e.effectiveDirective))`

// Markup that nothing escaped: the policy alone stops it, on the pages and on the
// preferences. A plain link and a meta refresh it does not stop: the escaping does.
func TestPolicyAlone(t *testing.T) {
	d := demonstration(t)
	for name, path := range map[string]string{"console": "/", "preferences": strings.TrimPrefix(preferenceLink(t, d), d.url)} {
		t.Run(name, func(t *testing.T) {
			tb := victim(t, d.url, raw, before(listen), kept)
			tb.visit(path)
			tb.settle()
			tb.do(chromedp.Click(chromedp.ID("javascript")))
			tb.do(chromedp.Click(chromedp.ID("vol")))
			tb.await("the refusal of the form", func(context.Context) bool {
				return slices.Contains(tb.refused(), "form-action")
			})
			tb.settle()
			if ran := tb.marks(); ran != "" {
				t.Errorf("ran %s", ran)
			}
			if base := read[string](tb, `document.getElementById("relatif").href`); strings.HasPrefix(base, out) {
				t.Errorf("a relative link leads to %s", base)
			}
			tb.at(path)
			refused := tb.refused()
			for _, want := range []string{"script-src-elem", "script-src-attr", "img-src", "style-src-elem", "style-src-attr",
				"frame-src", "object-src", "media-src", "base-uri", "form-action"} {
				if !slices.Contains(refused, want) {
					t.Errorf("nothing was refused for %s: %q", want, refused)
				}
			}
		})
	}
}

func (tb *tab) refused() []string {
	tb.Helper()
	return read[[]string](tb, `[...new Set(window.refused ?? [])].sort()`)
}

// The same page without its policy is lost: what TestPolicyAlone looks at can happen.
func TestWithoutPolicy(t *testing.T) {
	d := demonstration(t)
	tb := victim(t, d.url, raw, before(listen))
	tb.visit("/")
	tb.do(chromedp.Click(chromedp.ID("javascript")))
	tb.await("all that the page can do", func(context.Context) bool {
		ran := tb.marks()
		return !slices.ContainsFunc([]string{"script.", "script-ailleurs.", "onerror.", "onload.", "javascript."},
			func(what string) bool { return !strings.Contains(ran, what) })
	})
	if base := read[string](tb, `document.getElementById("relatif").href`); !strings.HasPrefix(base, out) {
		t.Errorf("a relative link leads to %s", base)
	}
	tb.to(200, chromedp.Click(chromedp.ID("vol")))
	if at := tb.address(); at != out+"/vol" {
		t.Errorf("the form led to %s", at)
	}
	asked := strings.Join(start(t).witness.strangers(), " ")
	for _, want := range []string{"x.js", "i.png", "s.css", "l.css", "f.png", "u.png", "cadre", "objet", "affiche.png", "film", "POST " + out + "/vol"} {
		if !strings.Contains(asked, want) {
			t.Errorf("%s was not asked of others: %s", want, asked)
		}
	}
}

// kept leaves a victim its policies.
func kept(l *looks) { l.kept = true }

// victim is a tab on a site with markup written as it is into every page, by
// somebody between. Without kept, the policies are taken away too.
func victim(t *testing.T, origin, markup string, how ...way) *tab {
	t.Helper()
	l := usual
	for _, one := range how {
		one(&l)
	}
	behind, err := url.Parse(origin)
	if err != nil {
		t.Fatal(err)
	}
	between := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(behind) },
		ModifyResponse: func(r *http.Response) error { return inject(r, markup, l.kept) },
		ErrorLog:       log.New(io.Discard, "", 0),
	})
	t.Cleanup(between.Close)
	return visitor(t, between.URL, append(how, scripts, rude)...)
}

func inject(r *http.Response, markup string, kept bool) error {
	if !kept {
		r.Header.Del("Content-Security-Policy")
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
		return nil
	}
	page, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	page = bytes.Replace(page, []byte("</main>"), []byte(markup+"</main>"), 1)
	r.Body = io.NopCloser(bytes.NewReader(page))
	r.Header.Set("Content-Length", strconv.Itoa(len(page)))
	return nil
}
