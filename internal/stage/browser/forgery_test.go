package browser

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// attacker serves one page from another origin of the same host, under TLS: browsers
// call it the same site and send it the cookies of the session.
func attacker(t *testing.T, markup string) string {
	t.Helper()
	site := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!doctype html><title>Attaque</title>"+markup)
	}))
	site.Config.ErrorLog = log.New(io.Discard, "", 0) // the browser first refuses the certificate
	site.StartTLS()
	t.Cleanup(site.Close)
	start(t).witness.admit(t, site.URL)
	return site.URL
}

// A form on another site acts in the name of nobody, even of somebody who is in; nor
// does a form of ours without its token, or with another one.
func TestForgery(t *testing.T) {
	o := sharedOffice(t)
	ill := strconv.Itoa(o.ill)
	tb := visitor(t, o.url, scripts, selfSigned)
	tb.with(o)
	tb.visit("/quarantaine")
	before := tb.one(`td[data-label="Essais"]`)
	token := read[string](tb, `document.querySelector("td input[name=jeton]").value`)

	for what, form := range map[string]string{
		"retry":                   `action="` + o.url + `/quarantaine/` + ill + `"`,
		"retry, with the token":   `action="` + o.url + `/quarantaine/` + ill + `"><input name="jeton" value="` + token + `"`,
		"sign out":                `action="` + o.url + `/sortir"`,
		"sign in":                 `action="` + o.url + `/entrer"><input name="motdepasse" value="x"`,
		"write where none writes": `action="` + o.url + `/dossiers"`,
	} {
		tb.to(200, chromedp.Navigate(attacker(t, `<form method="post" `+form+`><button id="b">Gagner</button></form>`)))
		status := int64(403)
		if what == "write where none writes" {
			status = 405
		}
		tb.to(status, chromedp.Click(chromedp.ID("b")))
		tb.forgive("status of " + strconv.Itoa(int(status)))
	}
	for _, change := range []string{`.remove()`, `.value = "faux"`, `.value = ""`} {
		tb.visit("/quarantaine")
		read[bool](tb, `document.querySelectorAll("td input[name=jeton]").forEach(e => { e`+change+` }) === undefined`)
		tb.to(403, chromedp.Click(chromedp.CSS("td button")))
		tb.says("Demande refusée", "ne vient pas d’une page de Relais")
		tb.forgive("status of 403")
	}
	tb.visit("/quarantaine") // still in
	if now := tb.one(`td[data-label="Essais"]`); now != before {
		t.Errorf("a forged form tried the dossier: %s, then %s", before, now)
	}
}

// No other site shows our pages in a frame, to have somebody click there.
func TestFraming(t *testing.T) {
	d := demonstration(t)
	for name, path := range map[string]string{
		"console": "/dossiers", "preferences": strings.TrimPrefix(preferenceLink(t, d), d.url), "mail": mailFrame(t, d),
	} {
		t.Run(name, func(t *testing.T) {
			tb := visitor(t, d.url, scripts, rude)
			if shown := framed(tb, d.url+path); shown {
				t.Error("another site shows it in a frame")
			}
			if said := strings.Join(tb.heard(), "\n"); !strings.Contains(said, "frame-ancestors") {
				t.Errorf("the browser says nothing of it: %q", said)
			}
			open := victim(t, d.url, "")
			if !framed(open, open.origin+path) {
				t.Error("without its policy no other site shows it in a frame: nothing is proven")
			}
		})
	}
}

// framed tells whether a page of another origin shows an address in a frame.
func framed(tb *tab, address string) bool {
	tb.Helper()
	outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, `<!doctype html><title>Attaque</title><iframe src=%q></iframe>`, address)
	}))
	tb.Cleanup(outside.Close)
	start(tb.T).witness.admit(tb.T, outside.URL)
	tb.do(chromedp.Navigate(outside.URL))
	var frames []string
	tb.await("the frame", func(context.Context) bool {
		tree, err := chromedp.Call(tb.ctx, page.GetFrameTree, cdp.Empty{})
		if err != nil {
			tb.Fatal(err)
		}
		frames = nil
		for _, child := range tree.FrameTree.ChildFrames {
			frames = append(frames, child.Frame.URL)
		}
		return len(frames) == 1 && frames[0] != "" && frames[0] != "about:blank"
	})
	return slices.Contains(frames, address)
}

// mailFrame is the address of the first mail's HTML part.
func mailFrame(t *testing.T, d *installation) string {
	t.Helper()
	tb := visitor(t, d.url)
	tb.visit("/mails")
	return tb.attributes("tbody th a", "href")[0] + "/html"
}
