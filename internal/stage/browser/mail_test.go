package browser

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A mail is shown as its reader sees it; what somebody follows in it opens a tab of
// its own, and leaves the page where it was.
func TestMailAsItLooks(t *testing.T) {
	tb := visitor(t, demonstration(t).url)
	tb.visit("/")
	tb.follow("Courriels")
	subject := tb.all("tbody th a")[0]
	tb.follow(subject)
	if heading := tb.one("h1"); heading != subject {
		t.Errorf("the mail %q is headed %q", subject, heading)
	}
	here := tb.address()
	in := tb.inside("/html")
	seen := strings.Join(strings.Fields(read[string](in, `document.body.innerText`)), " ")
	for _, want := range []string{"Données fictives", "Dossier n°", "Vous recevez ce message parce que"} {
		if !strings.Contains(seen, want) {
			t.Errorf("the mail does not show %q:\n%s", want, seen)
		}
	}
	if got := read[string](in, `self.origin`); got != "null" {
		t.Errorf("the mail has the origin %s", got)
	}
	if paper := read[string](in, `getComputedStyle(document.querySelector("h1")).fontWeight`); paper != "700" {
		t.Errorf("the mail's own style is not applied: its title has the weight %s", paper)
	}
	tb.says("Version texte", "À faire :", "Ce que ce courriel dit")

	links := in.attributes("a[href]", "href")
	i := slices.IndexFunc(links, func(l string) bool { return strings.Contains(l, "/dossiers/") })
	if i < 0 {
		t.Fatalf("no link to a dossier in %q", links)
	}
	followed, err := url.Parse(links[i])
	if err != nil {
		t.Fatal(err)
	}
	start(t).witness.admit(t, followed.Scheme+"://"+followed.Host)
	tb.clickIn(in, "iframe", `a[href='`+links[i]+`']`, func() bool { return tb.opened("page", links[i]) != nil })
	popup := tb.target("page", links[i])
	if popup.OpenerID != "" && read[bool](tb.attach(popup.TargetID), `opener !== null`) {
		t.Error("what a mail leads to reaches back into the page")
	}
	if tb.address() != here || !strings.HasSuffix(in.address(), "/html") {
		t.Errorf("the link of a mail replaced the page: %s, %s", tb.address(), in.address())
	}
}

// From the list to a dossier, its findings, its dates and the mail that told them.
func TestDossier(t *testing.T) {
	tb := visitor(t, demonstration(t).url)
	tb.visit("/dossiers?verdict=non_recevable&due=soon")
	if len(tb.all("tbody tr")) == 0 {
		tb.visit("/dossiers?verdict=non_recevable")
	}
	number := tb.all("tbody th a")[0]
	tb.reachNamed(number)
	tb.to(200, press(kb.Enter))
	tb.at("/dossiers/" + number)
	if heading := tb.one("h1"); heading != "Dossier "+number {
		t.Errorf("the dossier is headed %q", heading)
	}
	tb.says("Proposition : Non recevable", "Non respectée", "Source :", "Date prudente", "Fondement")

	closed := tb.visible(".checklist")
	tb.click("Toutes les règles, dans l’ordre de leurs codes")
	if closed || !tb.visible(".checklist") {
		t.Error("the checklist does not unfold")
	}
	rules := tb.all(".checklist code")
	if len(rules) < 20 || !slices.IsSorted(rules) {
		t.Errorf("the checklist is %q", rules)
	}

	tb.follow("lire le courriel")
	text := tb.one("pre.letter")
	if !strings.Contains(text, number) {
		t.Errorf("the mail about %s does not name it:\n%s", number, text)
	}
	tb.follow("Courriels")
	tb.at("/mails")
}

// visible tells that the first element of a selector takes room on the page.
func (tb *tab) visible(selector string) bool {
	tb.Helper()
	return read[bool](tb, `document.querySelector("`+selector+`").checkVisibility()`)
}

// Health, for people; and what is not there says so.
func TestHealthAndTheUnknown(t *testing.T) {
	tb := visitor(t, demonstration(t).url)
	tb.visit("/")
	tb.follow("État")
	tb.says("État de Relais", "Dernière lecture complète", "À jour", "Requêtes depuis le démarrage",
		"Formulaire conforme aux appels", "Jeton", "dossier en quarantaine")
	tb.to(404, chromedp.Navigate(tb.origin+"/rien"))
	tb.says("Page introuvable", "Cette page n’existe pas")
	tb.forgive("status of 404")
	tb.follow("Revenir à la vue d’ensemble")
	tb.at("/")
}

// forgive takes what the console had to say, and nothing else.
func (tb *tab) forgive(expected string) {
	tb.Helper()
	for _, line := range tb.heard() {
		if !strings.Contains(line, expected) {
			tb.Errorf("the browser's console says: %s", line)
		}
	}
}
