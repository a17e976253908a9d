package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alexedwards/scs/v2/memstore"
	"golang.org/x/crypto/bcrypt"
)

const secret = "correct horse battery"

// locked is a page with a password.
func locked(t *testing.T, change func(*Options)) http.Handler { return lockedSite(t, change).handler() }

func lockedSite(t *testing.T, change func(*Options)) *site {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(secret), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	o, _ := bench()
	o.PasswordHash, o.Secure = hash, true
	if change != nil {
		change(&o)
	}
	s := newSite(o)
	s.access = newAccess(o)
	return s
}

func (b *browser) enter(t *testing.T, password, following string) *http.Response {
	t.Helper()
	res, _ := b.post("/entrer", url.Values{"motdepasse": {password}, "suite": {following}})
	return res
}

func TestNothingWithoutAPassword(t *testing.T) {
	b := newBrowser(locked(t, nil))
	for _, target := range append([]string{"/rien", "/quarantaine/1301", "/sortir", "/pages/layout.html"}, routes...) {
		res, body := b.get(target)
		if open(target) {
			if res.StatusCode != http.StatusOK || strings.Contains(body, "1201") {
				t.Errorf("%s: status %d", target, res.StatusCode)
			}
			continue
		}
		if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/entrer") || len(body) > 300 {
			t.Errorf("%s: status %d, to %q, %d bytes", target, res.StatusCode, to, len(body))
		}
	}
	for _, target := range []string{"/quarantaine/1301", "/sortir"} {
		if res, _ := b.post(target, url.Values{"jeton": {"x"}}); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/entrer" {
			t.Errorf("POST %s: status %d", target, res.StatusCode)
		}
	}
	if len(b.cookies) > 0 {
		t.Error("a visitor has a session")
	}
	_, body := b.get("/entrer?suite=/dossiers/1201")
	checkLogin(t, body)
	contains(t, body, `name="suite" value="/dossiers/1201"`, "!Vue d’ensemble</a></li>")
}

// checkLogin is checkPage for the one page without a menu.
func checkLogin(t *testing.T, body string) {
	t.Helper()
	checkPage(t, strings.Replace(body, "</header>", "<nav></nav></header>", 1))
}

func TestEntering(t *testing.T) {
	b := newBrowser(locked(t, nil))
	for _, wrong := range []string{"", "Correct horse battery", secret + "x", strings.Repeat("x", 5000)} {
		b.address = "198.51.100." + strconv.Itoa(len(wrong)%200) + ":1"
		res, body := b.post("/entrer", url.Values{"motdepasse": {wrong}})
		if res.StatusCode != http.StatusForbidden || len(b.cookies) > 0 || wrong != "" && strings.Contains(body, wrong) {
			t.Errorf("%.20q: status %d", wrong, res.StatusCode)
		}
		checkLogin(t, body)
		contains(t, body, "Ce n’est pas le mot de passe", `aria-invalid="true"`)
	}
	res := b.enter(t, secret, "/dossiers/1201?q=%C3%A9")
	if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || to != "/dossiers/1201?q=%C3%A9" {
		t.Fatalf("status %d, to %q", res.StatusCode, to)
	}
	c := res.Cookies()[0]
	if c.Name != "__Host-relais" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 0 {
		t.Errorf("cookie %+v", c)
	}
	if res, body := b.get("/dossiers/1201"); res.StatusCode != http.StatusOK || !strings.Contains(body, "Se déconnecter") {
		t.Errorf("after the password: status %d", res.StatusCode)
	}
	if res, _ := b.get("/entrer?suite=/etat"); res.Header.Get("Location") != "/etat" {
		t.Error("who is in is asked again")
	}
}

// TestAnOldSessionIsNotLetIn: the cookie that a browser had before the password
// does not open the page.
func TestAnOldSessionIsNotLetIn(t *testing.T) {
	b := newBrowser(locked(t, nil))
	b.enter(t, secret, "")
	planted := b.cookies["__Host-relais"]
	b.enter(t, secret, "")
	if b.cookies["__Host-relais"] == planted {
		t.Fatal("the session has the name it had before")
	}
	b.cookies["__Host-relais"] = planted
	if res, _ := b.get("/"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("status %d", res.StatusCode)
	}
}

func TestLeaving(t *testing.T) {
	b := newBrowser(locked(t, nil))
	b.enter(t, secret, "")
	_, body := b.get("/")
	if res, _ := b.post("/sortir", url.Values{"jeton": {"x"}}); res.StatusCode != http.StatusForbidden {
		t.Errorf("anybody can end a session: status %d", res.StatusCode)
	}
	kept := b.cookies["__Host-relais"]
	res, _ := b.post("/sortir", tokenIn(t, body))
	if res.StatusCode != http.StatusSeeOther || len(b.cookies) > 0 {
		t.Errorf("status %d, cookies %v", res.StatusCode, b.cookies)
	}
	b.cookies["__Host-relais"] = kept
	if res, _ := b.get("/"); res.StatusCode != http.StatusSeeOther {
		t.Error("the ended session still opens the page")
	}
}

// TestFormsOfASession: each session has a token of its own.
func TestFormsOfASession(t *testing.T) {
	h := locked(t, nil)
	one, other := newBrowser(h), newBrowser(h)
	one.enter(t, secret, "")
	other.enter(t, secret, "")
	_, body := one.get("/quarantaine")
	mine := tokenIn(t, body)
	if res, _ := other.post("/quarantaine/1301", mine); res.StatusCode != http.StatusForbidden {
		t.Errorf("the token of another session: status %d", res.StatusCode)
	}
	if res, _ := one.post("/quarantaine/1301", mine, "Sec-Fetch-Site", "cross-site"); res.StatusCode != http.StatusForbidden {
		t.Errorf("another site: status %d", res.StatusCode)
	}
	if res, _ := one.post("/quarantaine/1301", mine); res.Header.Get("Location") != "/quarantaine?essai=1301" {
		t.Errorf("its own: status %d", res.StatusCode)
	}
	if res, _ := one.post("/entrer", url.Values{"motdepasse": {secret}}, "Sec-Fetch-Site", "cross-site"); res.StatusCode != http.StatusForbidden {
		t.Errorf("another site gives the password: status %d", res.StatusCode)
	}
}

func TestSessionsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := lockedSite(t, nil)
		b := newBrowser(s.handler())
		inside := func() bool { res, _ := b.get("/"); return res.StatusCode == http.StatusOK }
		b.enter(t, secret, "")
		time.Sleep(29 * time.Minute)
		if !inside() {
			t.Error("ended after 29 minutes")
		}
		time.Sleep(31 * time.Minute)
		if inside() {
			t.Error("still open after 31 minutes without a question")
		}
		b.enter(t, secret, "")
		for range 35 {
			time.Sleep(20 * time.Minute)
			if !inside() {
				t.Fatal("ended while in use")
			}
		}
		time.Sleep(21 * time.Minute)
		if inside() {
			t.Error("still open after 12 hours")
		}
		s.access.sessions.Store.(*memstore.MemStore).StopCleanup()
	})
}

func TestAttemptsAreSlowedDown(t *testing.T) {
	at := now
	b := newBrowser(locked(t, func(o *Options) { o.Now = func() time.Time { return at } }))
	tries := func() (n int, last *http.Response) {
		for n = range 100 {
			last, _ = b.post("/entrer", url.Values{"motdepasse": {"faux"}}, "X-Forwarded-For", "203.0.113."+strconv.Itoa(n))
			if last.StatusCode != http.StatusForbidden {
				break
			}
		}
		return n, last
	}
	n, last := tries()
	wait, err := strconv.Atoi(last.Header.Get("Retry-After"))
	if n != attemptsAtOnce || last.StatusCode != http.StatusTooManyRequests || err != nil || wait < 1 || wait > 20 {
		t.Fatalf("%d tries, then status %d, Retry-After %q", n, last.StatusCode, last.Header.Get("Retry-After"))
	}
	if res := b.enter(t, secret, ""); res.StatusCode != http.StatusTooManyRequests {
		t.Errorf("the right password meanwhile: status %d", res.StatusCode)
	}
	b.address = "192.0.2.8:1"
	if res := b.enter(t, secret, ""); res.StatusCode != http.StatusSeeOther {
		t.Errorf("somebody else: status %d", res.StatusCode)
	}
	b.address = "192.0.2.7:9999" // another port is no other address
	at = at.Add(time.Duration(wait) * time.Second)
	if n, _ := tries(); n != 1 {
		t.Errorf("%d tries after the wait", n)
	}
}

func TestAttemptsOfAll(t *testing.T) {
	a := newAttempts()
	admitted := 0
	for i := range 10_000 {
		if a.take(now, "[2001:db8:"+strconv.FormatInt(int64(i), 16)+"::1]:80") == 0 {
			admitted++
		}
	}
	if admitted != allAttemptsAtOnce || len(a.by) > allAttemptsAtOnce {
		t.Errorf("%d attempts of ten thousand addresses, %d remembered", admitted, len(a.by))
	}
	for hour := range 24 * 365 {
		a.take(now.Add(time.Duration(hour)*time.Hour), "198.51.100."+strconv.Itoa(hour%250)+":1")
	}
	if len(a.by) > 2*manyAddresses {
		t.Errorf("%d addresses remembered", len(a.by))
	}
	for remote, want := range map[string]string{
		"192.0.2.1:80": "192.0.2.1", "[::ffff:192.0.2.1]:80": "192.0.2.1", "[2001:db8:1:2:3::4]:9": "2001:db8:1:2::/64", "@": "unknown", "": "unknown",
	} {
		if got := network(remote); got != want {
			t.Errorf("%q: %q", remote, got)
		}
	}
}

// TestNobodyIsSentElsewhere: the page to go to after the password is one of ours.
func TestNobodyIsSentElsewhere(t *testing.T) {
	for wanted, want := range map[string]string{
		"": "/", "/": "/", "/dossiers/12": "/dossiers/12", "/dossiers?q=a%20b": "/dossiers?q=a%20b", "/mails/a%2fb": "/mails/a%2fb",
		"https://evil.example/": "/", "//evil.example/": "/", "///evil.example": "/", "/\\evil.example": "/", "\\\\evil.example": "/",
		"javascript:alert(1)": "/", "dossiers": "/", "/\tevil": "/", "/%2f/evil": "/", "http:evil": "/", "/a\r\nSet-Cookie: x": "/",
		"/entrer": "/", "/sante": "/", "/x" + strings.Repeat("y", 3000): "/",
	} {
		if got := following(wanted); got != want {
			t.Errorf("%.40q: %q, want %q", wanted, got, want)
		}
	}
}

func FuzzFollowing(f *testing.F) {
	for _, seed := range []string{"/dossiers/1", "//e", "/\\e", "https:/e", "/%2fe", "/.//e", "?x", "#y", "/a?b#c"} {
		f.Add(seed)
	}
	base, _ := url.Parse("https://relais.example/entrer")
	f.Fuzz(func(t *testing.T, wanted string) {
		to, err := base.Parse(following(wanted))
		if err != nil || to.Host != "relais.example" || to.Scheme != "https" {
			t.Fatalf("%q leads to %v, %v", wanted, to, err)
		}
	})
}

func TestAPlainConnectionHasAPlainCookie(t *testing.T) {
	b := newBrowser(locked(t, func(o *Options) { o.Secure = false }))
	res := b.enter(t, secret, "")
	if c := res.Cookies()[0]; c.Name != "relais" || c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode {
		t.Errorf("cookie %+v", c)
	}
}
