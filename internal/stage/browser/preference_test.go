package browser

import (
	"bytes"
	"context"
	"net/http"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A reader opens the link of a mail, chooses, comes back later and finds the choice;
// then does it again without a mouse, and thinks better of it.
func TestPreferences(t *testing.T) {
	d := demonstration(t)
	link := preferenceLink(t, d)
	path, ours := strings.CutPrefix(link, d.url)
	if !ours {
		t.Fatalf("the mail's link %s does not lead to %s", link, d.url)
	}
	tb := visitor(t, d.url)
	tb.visit(path)
	tb.says("Vos courriels de Relais", "Données fictives")
	untouched := tb.choice()
	for range 2 { // to look changes nothing, nor does whoever looks first
		fetched(t, link)
		look(t, http.MethodHead, link)
	}
	tb.visit(path)
	if now := tb.choice(); now != untouched {
		t.Errorf("to look changed %q into %q", untouched, now)
	}

	tb.click("Une fois par semaine")
	if now := tb.choice(); now != "weekly" {
		t.Fatalf("the click chose %q", now)
	}
	tb.follow("Enregistrer")
	tb.says("C’est enregistré", "une fois par semaine")
	if focus := tb.one("[role=status] h2"); focus != "C’est enregistré" {
		t.Errorf("what a screen reader announces begins with %q", focus)
	}
	tb.visit(path)
	if now := tb.choice(); now != "weekly" {
		t.Errorf("after the choice the page shows %q", now)
	}

	tb.reach(`e.type === "radio"`)
	tb.do(press(kb.ArrowDown))
	if now := tb.choice(); now != "none" {
		t.Fatalf("the arrow chose %q", now)
	}
	tb.reachNamed("Enregistrer")
	tb.to(200, press(kb.Enter))
	tb.says("les délais légaux continuent de courir")
	tb.reachNamed("Annuler ce changement")
	tb.to(200, press(kb.Enter))
	if now := tb.choice(); now != "weekly" {
		t.Errorf("undone, the page shows %q", now)
	}
	tb.click("Chaque matin ouvré") // as it was, for whoever comes next
	tb.follow("Enregistrer")
}

// A link that a mail program cut opens nothing and tells what to do.
func TestPreferencesCutLink(t *testing.T) {
	d := demonstration(t)
	link := preferenceLink(t, d)
	tb := visitor(t, d.url)
	tb.to(404, chromedp.Navigate(link[:len(link)-3]))
	tb.says("Ce lien n’ouvre aucune page", "Ouvrez le lien")
	tb.forgive("status of 404")
}

// choice is what the page shows as chosen, of its first question.
func (tb *tab) choice() string {
	tb.Helper()
	return read[string](tb, `document.querySelector("input[type=radio]:checked").value`)
}

// preferenceLink is that of the first mail of the demonstration.
func preferenceLink(t *testing.T, d *installation) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(d.dir, "var", "demo", "mail", "*.eml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("the demonstration wrote no mail (%v)", err)
	}
	slices.Sort(files)
	content, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	m, err := mail.ReadMessage(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	link := strings.Trim(strings.TrimSpace(m.Header.Get("List-Unsubscribe")), "<>")
	if link == "" {
		t.Fatal("the mail has no List-Unsubscribe")
	}
	return link
}

// look asks for an address without a browser.
func look(t *testing.T, method, url string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
}
