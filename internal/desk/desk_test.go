package desk

import (
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"relais/internal/dossier"
	"relais/internal/settings"
)

func quiet() *logrus.Logger {
	log := logrus.New()
	log.SetOutput(io.Discard)
	return log
}

// office is the settings of a machine whose files are all in one folder.
func office(t *testing.T, api string) settings.Settings {
	t.Helper()
	u, err := url.Parse(api)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	return settings.Settings{
		APIURL: u, Token: "c2VjcmV0", Calls: filepath.Join("..", "..", "infra", "calls"),
		Store: settings.Place{Kind: "sqlite", Path: filepath.Join(dir, "relais.db")},
		Mail:  settings.Mail{Kind: "dir", Path: filepath.Join(dir, "mail")},
	}
}

func options(parts Part) Options { return Options{Parts: parts, Now: time.Now, Log: quiet()} }

func TestTheFirstUseOfATokenFromANetworkWantsConsent(t *testing.T) {
	s := office(t, "https://ds.example/api/v2/graphql")
	open := func(token settings.Secret, consent bool) error {
		t.Helper()
		s.Token = token
		o := options(Platform)
		o.FromThisNetwork = consent
		d, err := Open(t.Context(), s, o)
		d.Close()
		return err
	}
	err := open("c2VjcmV0", false)
	if !errors.Is(err, ErrNetwork) || !strings.Contains(err.Error(), "--from-this-network") {
		t.Fatalf("err = %v", err)
	}
	if strings.Contains(err.Error(), "c2VjcmV0") {
		t.Error("the token shows")
	}
	if err := open("c2VjcmV0", true); err != nil {
		t.Fatalf("with consent: %v", err)
	}
	if err := open("c2VjcmV0", false); err != nil {
		t.Errorf("consent is forgotten: %v", err)
	}
	if err := open("YW5vdGhlcg", false); !errors.Is(err, ErrNetwork) {
		t.Errorf("consent for one token serves another: %v", err)
	}
}

func TestLoopbackNeedsNoConsent(t *testing.T) {
	d, err := Open(t.Context(), office(t, "http://127.0.0.1:4/api"), options(Platform))
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
}

func TestAStoreKeepsToItsPlatform(t *testing.T) {
	s := office(t, "http://127.0.0.1:4/api")
	d, err := Open(t.Context(), s, options(Platform))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Store.PutDemarche(t.Context(), dossier.Demarche{Number: 1}); err != nil {
		t.Fatal(err)
	}
	d.Close()
	s.APIURL.Host = "127.0.0.1:5"
	d, err = Open(t.Context(), s, options(Platform))
	d.Close()
	if err == nil || !strings.Contains(err.Error(), "127.0.0.1:4") || !strings.Contains(err.Error(), "RELAIS_STORE") {
		t.Errorf("err = %v", err)
	}
}

func TestAMistypedHostCanBeCorrected(t *testing.T) {
	s := office(t, "http://127.0.0.1:4/api")
	for _, host := range []string{"127.0.0.1:4", "127.0.0.1:5"} {
		s.APIURL.Host = host
		d, err := Open(t.Context(), s, options(Platform))
		d.Close()
		if err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestEverythingWrongIsSaidAtOnce(t *testing.T) {
	s := office(t, "http://127.0.0.1:4/api")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("not a store"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Calls, s.Store.Path, s.Mail.Path = filepath.Join(file, "calls"), file, filepath.Join(file, "mail")
	d, err := Open(t.Context(), s, options(Calls|Store|Mail|Platform))
	d.Close()
	if err == nil {
		t.Fatal("accepted")
	}
	for _, name := range []string{"RELAIS_CALLS", "RELAIS_STORE", "RELAIS_MAIL"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in:\n%v", name, err)
		}
	}
	if content, _ := os.ReadFile(file); string(content) != "not a store" {
		t.Error("a foreign file was touched")
	}
}

func TestListenTakesAFreePortOnlyWhenAsked(t *testing.T) {
	taken, err := Listen("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if _, err := Listen(taken.Addr().String(), false); err == nil || !strings.Contains(err.Error(), "RELAIS_LISTEN") {
		t.Errorf("err = %v", err)
	}
	other, err := Listen(taken.Addr().String(), true)
	if err != nil {
		t.Fatal(err)
	}
	other.Close()
}

func TestADemonstrationLives(t *testing.T) {
	t.Chdir(t.TempDir())
	options := DemoOptions{Seed: 3, Dossiers: 60, Speed: 1, Log: quiet()}
	d, err := OpenDemo(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := OpenDemo(t.Context(), options); err == nil || !strings.Contains(err.Error(), "another demonstration") {
		t.Errorf("a second demonstration: %v", err)
	}
	loop := Loop{World: &d.World, Every: time.Hour}
	first := loop.Once(t.Context())
	if err := errors.Join(first.PollErr, first.RemindErr, first.DeliverErr); err != nil {
		t.Fatal(err)
	}
	if first.Poll.Created < 55 || first.Deliver.Sent < 5 || !first.Told {
		t.Errorf("first cycle: %+v", first)
	}
	again := loop.Once(t.Context())
	if again.PollErr != nil || again.Poll.Created+again.Poll.Updated > 3 || again.Told {
		t.Errorf("second cycle: %+v", again)
	}
	if mails, err := d.Mails.List(); err != nil || len(mails) != first.Deliver.Sent {
		t.Errorf("%d mails kept (%v), %d sent", len(mails), err, first.Deliver.Sent)
	}
}
