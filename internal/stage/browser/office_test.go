package browser

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"golang.org/x/crypto/bcrypt"

	"relais/internal/sandbox"
	"relais/internal/settings"
)

const password = "quatre mots tirés au hasard"

// office is `relais serve` with a password and TLS, on a stand-in of the platform
// that cannot give one dossier.
type office struct {
	installation
	platform *sandbox.Platform
	ill      int // the dossier
}

// open starts one of its own for a test, which counts the passwords tried.
func openOffice(t *testing.T) *office {
	t.Helper()
	start(t) // without a browser nothing needs to start
	o := &office{platform: sandbox.New(sandbox.Options{Seed: 7, Dossiers: 40, Solo: true, Token: "jeton-d-essai"})}
	platform := httptest.NewServer(o.platform.Handler())
	t.Cleanup(platform.Close)
	demarche := o.platform.Demarches()[0].Number
	o.ill = o.platform.Truth(demarche)[5].Number
	if err := o.platform.Poison(o.ill, sandbox.Poison{Harm: sandbox.Breaks}); err != nil {
		t.Fatal(err)
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(password), settings.PasswordCost)
	if err != nil {
		t.Fatal(err)
	}
	o.binary, o.dir = build(t), t.TempDir()
	cert, key := selfSign(t, o.dir)
	o.env = []string{
		"DS_API_URL=" + platform.URL + "/api/v2/graphql", "DS_API_TOKEN=jeton-d-essai",
		"RELAIS_CALLS=calls", "RELAIS_STORE=sqlite:relais.db", "RELAIS_MAIL=dir:mail", "RELAIS_PATIENCE=0s",
		"RELAIS_LISTEN=127.0.0.1:0", "RELAIS_CONSOLE_PASSWORD_HASH=" + string(hash),
		"RELAIS_TLS_CERT=" + cert, "RELAIS_TLS_KEY=" + key,
	}
	if err := o.once("init", "--demarche", strconv.Itoa(demarche), "--region", "53"); err != nil {
		t.Fatal(err)
	}
	if err := o.start("page: ", "serve"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.stop)
	for limit := time.Now().Add(patience); !strings.Contains(o.printed.String(), "  poll: "); {
		if time.Now().After(limit) {
			t.Fatalf("the platform is not read:\n%s", o.printed.String())
		}
		<-time.After(20 * time.Millisecond)
	}
	return o
}

// selfSign writes a certificate that no browser knows, for this machine.
func selfSign(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	public, err := x509.CreateCertificate(rand.Reader, &template, &template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return written(t, dir, "CERTIFICATE", public), written(t, dir, "PRIVATE KEY", secret)
}

func written(t *testing.T, dir, kind string, content []byte) string {
	t.Helper()
	path := filepath.Join(dir, strings.ReplaceAll(kind, " ", "-")+".pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// enter gives the password on the page that asks for it, with the keyboard.
func (tb *tab) enter(secret string, status int64) {
	tb.Helper()
	tb.reachNamed("Mot de passe de cette page")
	tb.do(press(secret))
	tb.to(status, press("\r"))
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
	o := openOffice(t)
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
	tb.to(200, press("\r"))
	tb.says("n’est plus en quarantaine", "Aucun dossier en quarantaine")
	if status := tb.one("[role=status]"); !strings.Contains(status, strconv.Itoa(o.ill)) {
		t.Errorf("a screen reader hears %q", status)
	}
	tb.visit("/dossiers/" + strconv.Itoa(o.ill))
}

// A dossier's page cannot be seen before the password; it is, after.
func TestPassword(t *testing.T) {
	o := openOffice(t)
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
