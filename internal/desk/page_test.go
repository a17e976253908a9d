package desk

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"relais/internal/settings"
)

// issued writes a certificate for 127.0.0.1 and its key, and returns the pool that
// trusts it.
func issued(t *testing.T, folder string, serial int64) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "relais"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	write(t, cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	write(t, key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
	pool = x509.NewCertPool()
	issuedNow, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool.AddCert(issuedNow)
	return cert, key, pool
}

// write gives a file another instant, whatever the file system counts by.
func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	written++
	if err := os.Chtimes(path, time.Time{}, time.Unix(1_700_000_000+written, 0)); err != nil {
		t.Fatal(err)
	}
}

var written int64

func servedPage(t *testing.T, s settings.Settings) (*Page, error) {
	t.Helper()
	d, err := Open(t.Context(), s, options(Platform|Mail))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	l, err := Listen("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	p, err := d.ServePage(t.Context(), l, s)
	if err == nil {
		t.Cleanup(p.Shutdown)
	}
	return p, err
}

// ask gets a page without following it elsewhere; a nil pool is for http.
func ask(t *testing.T, url string, pool *x509.CertPool, most uint16) (*http.Response, error) {
	t.Helper()
	c := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: pool, MaxVersion: most, MinVersion: tls.VersionTLS10}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := c.Get(url)
	if err == nil {
		res.Body.Close()
	}
	return res, err
}

func TestThePageWithTLSAndAPassword(t *testing.T) {
	hash, err := bcrypt.GenerateFromPassword([]byte("correct horse battery"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	s := office(t, "http://127.0.0.1:4/api")
	var pool *x509.CertPool
	s.TLSCert, s.TLSKey, pool = issued(t, folder, 1)
	// The cost that the hash tells is looked at; nobody enters here.
	s.ConsolePasswordHash = settings.Secret(bytes.Replace(hash, []byte("$04$"), []byte("$12$"), 1))
	p, err := servedPage(t, s)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(p.URL, "https://127.0.0.1:") {
		t.Fatalf("the page says it is at %s", p.URL)
	}
	res, err := ask(t, p.URL+"dossiers", pool, 0)
	if err != nil || res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/entrer") {
		t.Fatalf("%v, %v", res, err)
	}
	if got := res.Header.Get("Strict-Transport-Security"); got != hsts {
		t.Errorf("Strict-Transport-Security %q", got)
	}
	if _, err := ask(t, p.URL, pool, tls.VersionTLS11); err == nil {
		t.Error("TLS 1.1 is accepted")
	}
	if res, err := ask(t, strings.Replace(p.URL, "https:", "http:", 1), nil, 0); err == nil && res.StatusCode == http.StatusOK {
		t.Error("the page can be read without TLS")
	}
}

// TestARenewedCertificateServesAtOnce, and one that was replaced by half does not
// stop the page.
func TestARenewedCertificateServesAtOnce(t *testing.T) {
	folder := t.TempDir()
	s := office(t, "http://127.0.0.1:4/api")
	var first *x509.CertPool
	s.TLSCert, s.TLSKey, first = issued(t, folder, 1)
	p, err := servedPage(t, s)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(s.TLSCert)
	if err != nil {
		t.Fatal(err)
	}
	write(t, s.TLSCert, whole[:len(whole)/2])
	if _, err := ask(t, p.URL, first, 0); err != nil {
		t.Errorf("half a certificate: %v", err)
	}
	_, _, second := issued(t, folder, 2)
	if _, err := ask(t, p.URL, second, 0); err != nil {
		t.Errorf("the new certificate: %v", err)
	}
	if _, err := ask(t, p.URL, first, 0); err == nil {
		t.Error("the old certificate still serves")
	}
	if err := os.Remove(s.TLSKey); err != nil {
		t.Fatal(err)
	}
	if _, err := ask(t, p.URL, second, 0); err != nil {
		t.Errorf("without the file of the key: %v", err)
	}
}

func TestAPageThatCannotBeServedAsSaid(t *testing.T) {
	folder := t.TempDir()
	cert, key, _ := issued(t, folder, 1)
	for name, c := range map[string]struct {
		change func(*settings.Settings)
		want   string
	}{
		"no certificate":       {func(s *settings.Settings) { s.TLSCert, s.TLSKey = filepath.Join(folder, "none"), key }, "RELAIS_TLS_CERT"},
		"the key of another":   {func(s *settings.Settings) { s.TLSCert, s.TLSKey = cert, cert }, "RELAIS_TLS_KEY"},
		"a hash that is none":  {func(s *settings.Settings) { s.ConsolePasswordHash = "hunter2" }, "RELAIS_CONSOLE_PASSWORD_HASH"},
		"a hash made to break": {func(s *settings.Settings) { s.ConsolePasswordHash = "$2a$04$" }, "RELAIS_CONSOLE_PASSWORD_HASH"},
	} {
		s := office(t, "http://127.0.0.1:4/api")
		c.change(&s)
		if _, err := servedPage(t, s); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
