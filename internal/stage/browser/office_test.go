package browser

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

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

	session *http.Cookie // of somebody who gave the password
}

// openOffice starts one; later takes what ends it.
func openOffice(t *testing.T, dir string, later func(func())) *office {
	t.Helper()
	o := &office{platform: sandbox.New(sandbox.Options{Seed: 7, Dossiers: 40, Solo: true, Token: "jeton-d-essai"})}
	platform := httptest.NewServer(o.platform.Handler())
	later(platform.Close)
	demarche := o.platform.Demarches()[0].Number
	o.ill = o.platform.Truth(demarche)[5].Number
	if err := o.platform.Poison(o.ill, sandbox.Poison{Harm: sandbox.Breaks}); err != nil {
		t.Fatal(err)
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(password), settings.PasswordCost)
	if err != nil {
		t.Fatal(err)
	}
	o.binary, o.dir = build(t), dir
	cert, key := selfSign(t, dir)
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
	later(o.stop)
	for limit := time.Now().Add(patience); !strings.Contains(o.printed.String(), "  poll: "); {
		if time.Now().After(limit) {
			t.Fatalf("the platform is not read:\n%s", o.printed.String())
		}
		<-time.After(20 * time.Millisecond)
	}
	return o
}

// ownOffice is one for a test that changes it, or that counts passwords.
func ownOffice(t *testing.T) *office {
	t.Helper()
	start(t)
	return openOffice(t, t.TempDir(), func(end func()) { t.Cleanup(end) })
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

// signIn gives the password without a browser.
func signIn(t *testing.T, site string) *http.Cookie {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{Jar: jar, Timeout: patience, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // its own certificate, on this machine
	}}
	defer client.CloseIdleConnections()
	res, err := client.PostForm(site+"/entrer", url.Values{"motdepasse": {password}})
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	at, err := url.Parse(site)
	if err != nil {
		t.Fatal(err)
	}
	cookies := jar.Cookies(at)
	if res.StatusCode != http.StatusOK || len(cookies) != 1 {
		t.Fatalf("the password is not taken: %s, %d cookies", res.Status, len(cookies))
	}
	return cookies[0]
}
