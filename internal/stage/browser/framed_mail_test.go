package browser

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// trap is a mail as somebody who means harm would write it. It has no <head>, so that
// the page cannot say in it where links open.
var trap = `<!doctype html><html lang="fr"><body>
<p id="lu">Ouvrez vite.</p>
<p><a id="cadre" href="` + out + `/dans-le-cadre">Dans le cadre</a></p>
<p><a id="toute" target="_top" href="` + out + `/a-la-place">À la place de la page</a></p>
<form id="piege" method="post" action="` + out + `/vol"><button id="vol">Confirmer</button></form>
` + raw + `
<input autofocus onfocus="` + mark("onfocus") + `">
<style>@font-face { font-family: x; src: url(` + out + `/police.woff2) } #lu { font-family: x }</style>
</body></html>`

// A hostile mail put into the folder runs nothing, fetches nothing, sends nothing and
// takes nobody elsewhere, in its frame as by itself.
func TestHostileMail(t *testing.T) {
	d := demonstration(t)
	name := d.drop(t, trap)
	tb := visitor(t, d.url, scripts, rude)
	tb.visit("/mails/" + name)
	in := tb.inside("/html")
	tb.settle()
	if text := in.one("#lu"); text != "Ouvrez vite." {
		t.Errorf("the mail's text is not shown: %q", text)
	}
	in.wants("Blocked script execution", "img-src", "font-src", "style-src", "base-uri")
	for id, refusal := range map[string]string{
		"vol": "Blocked form submission", "javascript": "Running the JavaScript URL", "toute": "Unsafe attempt to initiate navigation",
	} {
		tb.clickIn(in, "iframe", "#"+id, func() bool { return in.refuses(refusal) })
	}
	tb.settle()
	tb.at("/mails/" + name)
	tb.untouched(in)
	// Nothing says that this link opens a tab: the page lets nothing into the frame.
	tb.clickIn(in, "iframe", "#cadre", func() bool { return tb.refuses("frame-src") })
	tb.at("/mails/" + name)

	alone := visitor(t, d.url, scripts, rude)
	alone.visit("/mails/" + name + "/html")
	alone.do(chromedp.Click(chromedp.ID("vol")))
	alone.settle()
	alone.untouched(alone)
	alone.at("/mails/" + name + "/html")
	alone.wants("Blocked script execution", "img-src", "Blocked form submission")
}

// A mail that takes its reader elsewhere by itself does not, either.
func TestMailThatLeaves(t *testing.T) {
	const leaving = `<!doctype html><html><head><meta http-equiv="refresh" content="0;url=` + out + `/parti"></head><body><p id="lu">x</p></body></html>`
	d := demonstration(t)
	name := d.drop(t, leaving)
	tb := visitor(t, d.url, scripts, rude)
	tb.visit("/mails/" + name)
	in := tb.inside("/html")
	tb.settle()
	tb.at("/mails/" + name)
	if text := in.one("#lu"); text != "x" {
		t.Errorf("the frame shows %q", text)
	}

	open := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, leaving)
	}))
	t.Cleanup(open.Close)
	victim := visitor(t, open.URL, scripts, rude)
	victim.do(chromedp.Navigate(open.URL))
	victim.await("the page that it leaves for", func(context.Context) bool { return victim.address() == out+"/parti" })
	start(t).witness.strangers()
}

// untouched wants a hostile mail to have done nothing.
func (tb *tab) untouched(in *tab) {
	tb.Helper()
	if ran := in.marks(); ran != "" {
		tb.Errorf("ran %s", ran)
	}
	if asked := start(tb.T).witness.strangers(); len(asked) > 0 {
		tb.Errorf("asked of others: %q", asked)
	}
	if base := read[string](in, `document.getElementById("relatif").href`); strings.HasPrefix(base, out) {
		tb.Errorf("a relative link leads to %s", base)
	}
}

// wants takes what the console says, and wants each of some refusals among it: else
// nothing was tried.
func (tb *tab) wants(refusals ...string) {
	tb.Helper()
	var heard string
	for _, refusal := range refusals {
		tb.await("the refusal "+refusal, func(context.Context) bool {
			heard += strings.Join(tb.heard(), "\n")
			return strings.Contains(heard, refusal)
		})
	}
}

// refuses takes what the console says, and tells whether a refusal is among it.
func (tb *tab) refuses(refusal string) bool {
	tb.Helper()
	return strings.Contains(strings.Join(tb.heard(), "\n"), refusal)
}

// drop puts a mail into the folder of an installation, and gives the name under which
// its page shows it.
func (i *installation) drop(t *testing.T, html string) string {
	t.Helper()
	name := fmt.Sprintf("hostile-%d", time.Now().UnixNano())
	path := filepath.Join(i.dir, "var", "demo", "mail", "20200101T000000Z-"+name+".eml")
	mail := "From: <a@b.example>\r\nTo: <c@d.example>\r\nSubject: Urgent\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: text/html; charset=utf-8\r\n\r\n" + strings.ReplaceAll(html, "\n", "\r\n")
	if err := os.WriteFile(path, []byte(mail), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(path) })
	return name
}
