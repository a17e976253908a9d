package browser

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"relais/internal/call"
	"relais/internal/console"
)

// mark is a script that leaves a trace in the page. It holds no quote, so that it
// fits into any attribute.
func mark(what string) string {
	return "document.documentElement.dataset.atteint+=`" + what + ".`"
}

// marks are the traces of what ran.
func (tb *tab) marks() string {
	tb.Helper()
	return read[string](tb, "document.documentElement.dataset.atteint ?? ``")
}

// settle lets what a page starts by itself start: what it fetches has begun when it
// has loaded, and a picture of it is taken after that.
func (tb *tab) settle() {
	tb.Helper()
	ask(tb, chromedp.CaptureScreenshot())
}

const out = "http://" + elsewhere

// payloads are what somebody may write into a form in the hope that a page repeats it
// as it is.
var payloads = []string{
	"<script>" + mark("script") + "</script>",
	"<script src=" + out + "/x.js></script>",
	"\"><img src=" + out + "/i.png onerror=\"" + mark("onerror") + "\">",
	"' autofocus onfocus='" + mark("onfocus") + "' x='",
	"\" onmouseover=\"" + mark("onmouseover") + "\" x=\"",
	"<svg onload=\"" + mark("onload") + "\"><a href=" + out + "/svg>x</a></svg>",
	"<iframe src=" + out + "/cadre></iframe><object data=" + out + "/objet></object>",
	"<meta http-equiv=refresh content=\"0;url=" + out + "/ailleurs\">",
	"<base href=" + out + "/><link rel=stylesheet href=" + out + "/l.css>",
	"<form action=" + out + "/vol method=post><button autofocus>Entrer</button></form>",
	"<style>@import url(" + out + "/s.css);*{background:url(" + out + "/f.png)}</style>",
	"</title></select></textarea></table></bdi><a href=javascript:" + mark("javascript") + ">Ouvrir</a>",
	"\" style=\"background:url(" + out + "/u.png)\" data-label=\"",
	"{{.}}<!--<xmp><noscript><plaintext>",
}

// intruders are what only a text taken for markup can put on our pages.
const intruders = `[...document.querySelectorAll("*")].filter(e =>
e.matches("script, object, embed, base, style, plaintext, xmp, noscript, meta[http-equiv], form[action^='http'], [src^='http'], [href^='http://ailleurs'], [href^='javascript'], iframe:not(.letter)")
|| e.getAttributeNames().some(n => n.startsWith("on") || n === "style")).map(e => e.outerHTML.slice(0, 200))`

// The escaping alone, in a browser that heeds no policy: texts of dossiers and mails
// stay texts on every page, where people read them.
func TestHostileDossier(t *testing.T) {
	start(t)
	now := time.Date(2026, time.November, 21, 17, 4, 0, 0, time.UTC)
	site := httptest.NewServer(console.New(console.Options{
		Reader: besieged(now), Mails: siegeMails(now), Platform: "https://plateforme.example/", Retrier: retrier{},
		Calls: call.NewSet(call.Call{ID: "o2r", Title: payloads[0], Authority: payloads[2], Demarche: 101, Zone: call.PlatformZone()}),
		Now:   func() time.Time { return now }, Demo: true,
	}))
	t.Cleanup(site.Close)
	naked, guarded := visitor(t, site.URL, scripts, free), visitor(t, site.URL, scripts)
	signs := 0
	see := func(tb *tab, path string) {
		tb.visit(path)
		tb.settle()
		tb.unharmed(path)
		signs += strings.Count(tb.body(), "<")
	}
	for _, path := range []string{"/", "/dossiers", "/echeances", "/echeances?when=passed", "/mails", "/quarantaine", "/etat"} {
		see(naked, path)
	}
	for i, payload := range payloads {
		see(naked, fmt.Sprintf("/dossiers/%d", 1000+i))
		see(naked, "/dossiers?q="+queryOf(payload))
		see(guarded, fmt.Sprintf("/mails/m-%d", i)) // its frame shows what a policy alone guards
	}
	if signs < 10*len(payloads) {
		t.Errorf("the hostile texts are not shown: only %d of their signs are", signs)
	}
}

// unharmed wants a page to be at its address, without traces nor intruders.
func (tb *tab) unharmed(path string) {
	tb.Helper()
	tb.at(path)
	if ran := tb.marks(); ran != "" {
		tb.Errorf("%s: ran %s", path, ran)
	}
	if found := read[[]string](tb, intruders); len(found) > 0 {
		tb.Errorf("%s holds %q", path, found)
	}
}

func (tb *tab) body() string {
	tb.Helper()
	return read[string](tb, `document.body.innerText`)
}

// The same texts, unescaped, do all that they are meant to: the test above can fail.
func TestHostileTextsAreHarmful(t *testing.T) {
	start(t)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!doctype html><main>"+strings.Join(payloads[:7], "\n")+"</main>")
	}))
	t.Cleanup(site.Close)
	tb := visitor(t, site.URL, scripts, rude)
	tb.visit("/")
	tb.await("every script", func(context.Context) bool {
		ran := tb.marks()
		return strings.Contains(ran, "script.") && strings.Contains(ran, "onerror.") && strings.Contains(ran, "onload.")
	})
	if found := read[[]string](tb, intruders); len(found) < 5 {
		t.Errorf("the page holds only %q", found)
	}
	if asked := start(t).witness.strangers(); len(asked) < 2 {
		t.Errorf("asked of others: %q", asked)
	}
}
