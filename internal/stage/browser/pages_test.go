package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// kindOfPage is one kind of page that people see.
type kindOfPage struct {
	name   string
	origin string
	skips  bool // it has a menu to skip
	open   func(*tab)
}

// at opens a path.
func at(path string) func(*tab) { return func(tb *tab) { tb.visit(path) } }

// tour opens every kind of page, all of an origin in one tab.
func tour(t *testing.T, see func(*tab, kindOfPage), how ...way) {
	t.Helper()
	tabs := map[string]*tab{}
	for _, p := range pages(t) {
		if tabs[p.origin] == nil {
			tabs[p.origin] = visitor(t, p.origin, append(how, selfSigned)...)
		}
		t.Run(p.name, func(t *testing.T) {
			tb := tabs[p.origin].within(t)
			p.open(tb)
			if n := read[int](tb, `document.scripts.length`); n > 0 {
				t.Errorf("%d scripts", n)
			}
			see(tb, p)
		})
	}
}

// pages are all kinds of page: those of the demonstration, and those that only an
// installation with a password and a dossier in trouble shows.
func pages(t *testing.T) []kindOfPage {
	t.Helper()
	d := demonstration(t)
	o := sharedOffice(t)
	preferences := strings.TrimPrefix(preferenceLink(t, d), d.url)
	first := func(list string) func(*tab) {
		return func(tb *tab) {
			tb.visit(list)
			tb.visit(tb.attributes("tbody th a", "href")[0])
		}
	}
	return []kindOfPage{
		{"overview", d.url, true, at("/")},
		{"list", d.url, true, at("/dossiers")},
		{"empty list", d.url, true, at("/dossiers?q=introuvable")},
		{"dossier", d.url, true, first("/dossiers?verdict=non_recevable")},
		{"deadlines", d.url, true, at("/echeances")},
		{"mails", d.url, true, at("/mails")},
		{"mail", d.url, true, first("/mails")},
		{"health", d.url, true, at("/etat")},
		{"login", o.url, true, at("/entrer")},
		{"quarantine", o.url, true, func(tb *tab) { tb.with(o); tb.visit("/quarantaine") }},
		{"error", d.url, true, func(tb *tab) {
			tb.to(404, chromedp.Navigate(tb.origin+"/rien"))
			tb.forgive("status of 404")
		}},
		{"preferences", d.url, false, at(preferences)},
		{"preferences, chosen", d.url, false, func(tb *tab) {
			tb.visit(preferences)
			other := "Chaque matin ouvré"
			if tb.choice() == "morning" {
				other = "Seulement ce qui ne peut pas attendre"
			}
			tb.click(other)
			tb.follow("Enregistrer")
		}},
		{"preferences, cut link", d.url, false, func(tb *tab) {
			tb.to(404, chromedp.Navigate(tb.origin+preferences[:len(preferences)-3]))
			tb.forgive("status of 404")
		}},
	}
}
