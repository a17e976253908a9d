package browser

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// enter gives the password on the page that asks for it, with the keyboard.
func (tb *tab) enter(secret string, status int64) {
	tb.Helper()
	tb.reachNamed("Mot de passe de cette page")
	tb.do(press(secret))
	tb.to(status, press(kb.Enter))
}

// inOffice is a tab of somebody who gave the password.
func inOffice(t *testing.T, o *office, how ...way) *tab {
	t.Helper()
	tb := visitor(t, o.url, append(how, selfSigned)...)
	tb.visit("/")
	tb.enter(password, 200)
	return tb
}

// An operator sees what could not be read, tries again in vain, and once more when
// the platform has recovered.
func TestQuarantine(t *testing.T) {
	o := ownOffice(t)
	tb := inOffice(t, o)
	tb.says("1 dossier ne peut pas être lu")
	tb.follow("Quarantaine")
	again := "Réessayer le dossier " + strconv.Itoa(o.ill)
	tb.says("La plateforme a échoué à le donner", strconv.Itoa(o.ill))

	tb.follow(again)
	tb.at("/quarantaine?essai=" + strconv.Itoa(o.ill))
	tb.says("n’a toujours pas pu être lu")
	tb.visit("/quarantaine?essai=" + strconv.Itoa(o.ill)) // to load it again tries nothing
	before := tb.one(`td[data-label="Essais"]`)

	if err := o.platform.Cure(o.ill); err != nil {
		t.Fatal(err)
	}
	tb.visit("/quarantaine")
	if now := tb.one(`td[data-label="Essais"]`); now != before {
		t.Errorf("to look at the page tried the dossier: %s, then %s", before, now)
	}
	tb.reachNamed(again)
	tb.to(200, press(kb.Enter))
	tb.says("n’est plus en quarantaine", "Aucun dossier en quarantaine")
	if status := tb.one("[role=status]"); !strings.Contains(status, strconv.Itoa(o.ill)) {
		t.Errorf("a screen reader hears %q", status)
	}
	tb.visit("/dossiers/" + strconv.Itoa(o.ill))
}

// A dossier's page cannot be seen before the password; it is, after.
func TestPassword(t *testing.T) {
	o := ownOffice(t)
	tb := visitor(t, o.url, selfSigned)
	tb.visit("/quarantaine?page=1")
	tb.says("Mot de passe de cette page")
	if menu := tb.all("header nav a"); len(menu) > 0 {
		t.Errorf("the menu shows before the password: %q", menu)
	}
	tb.enter("pas le bon mot de passe", 403)
	tb.says("Ce n’est pas le mot de passe.")
	tb.forgive("status of 403")
	if wrong := read[string](tb, `document.getElementById(document.querySelector("[aria-invalid]").getAttribute("aria-describedby")).innerText`); wrong != "Ce n’est pas le mot de passe." {
		t.Errorf("the field says %q of itself", wrong)
	}
	tb.enter(password, 200)
	tb.at("/quarantaine?page=1")

	other := start(t).open(t, tb.ctx, o.url, nil, []way{selfSigned})
	other.visit("/etat")
	other.says("État de Relais")
	cookieOfSession(tb)

	tb.follow("Se déconnecter")
	tb.at("/entrer")
	for _, one := range []*tab{tb, other} {
		one.visit("/etat")
		one.says("Mot de passe de cette page")
	}
	stranger := visitor(t, o.url, selfSigned)
	stranger.visit("/dossiers.csv")
	stranger.says("Mot de passe de cette page")
}

// cookieOfSession wants the only cookie to be out of reach of scripts and of other
// sites.
func cookieOfSession(tb *tab) {
	tb.Helper()
	cookies, err := chromedp.Run(tb.ctx, sessionCookies)
	if err != nil {
		tb.Fatal(err)
	}
	if len(cookies) != 1 {
		tb.Fatalf("%d cookies", len(cookies))
	}
	c := cookies[0]
	if c.Name != "__Host-relais" || !c.Secure || !c.HTTPOnly || string(c.SameSite) != "Strict" || !c.Session {
		tb.Errorf("the cookie of the session is %+v", c)
	}
	if seen := read[string](tb, `document.cookie`); seen != "" {
		tb.Errorf("a script could read %q", seen)
	}
}

func sessionCookies(ctx context.Context, t *chromedp.Target) ([]*network.Cookie, error) {
	res, err := cdp.Call(ctx, t, network.GetCookies, network.GetCookiesParams{})
	return res.Cookies, err
}

// with gives a tab the session of somebody who gave the password.
func (tb *tab) with(o *office) {
	tb.Helper()
	yes := true
	_, err := chromedp.Call(tb.ctx, network.SetCookie, network.SetCookieParams{
		Name: o.session.Name, Value: o.session.Value, URL: o.url + "/", Path: "/", Secure: &yes, HTTPOnly: &yes,
		SameSite: network.CookieSameSiteStrict,
	})
	if err != nil {
		tb.Fatal(err)
	}
}
