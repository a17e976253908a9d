package desk

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"relais/internal/call"
	"relais/internal/notify"
	"relais/internal/sandbox"
	"relais/internal/settings"
)

const secretOfPreferences = "k3pt-secret-of-the-preferences-0123456789"

// served opens a desk and its page, and tells where the page is.
func served(t *testing.T, s settings.Settings, o Options) (d *Desk, page string) {
	t.Helper()
	d, err := Open(t.Context(), s, o)
	t.Cleanup(func() { _ = d.Close() })
	if err != nil {
		t.Fatal(err)
	}
	l, err := Listen("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	p, err := d.ServePage(t.Context(), l, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Shutdown)
	return d, strings.TrimSuffix(p.URL, "/")
}

func posted(t *testing.T, address, body string) (status int, answer string) {
	t.Helper()
	res, err := http.Post(address, "application/x-www-form-urlencoded", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(raw)
}

// TestAReaderChoosesOnTheLocalPage follows the link that a mail would carry, beside
// a page that asks others for a password.
func TestAReaderChoosesOnTheLocalPage(t *testing.T) {
	s := office(t, "http://127.0.0.1:4/api")
	s.PreferencesSecret = secretOfPreferences
	s.PreferencesURL = &url.URL{Scheme: "https", Host: "relais.dreets.example", Path: "/outil"}
	d, page := served(t, s, options(Calls|Store|Mail|Platform))
	anne := notify.Subscriber("anne@dreets.example")
	link := d.World.PreferencePage(anne, []string{"o2r-national"})
	path, ours := strings.CutPrefix(link, "https://relais.dreets.example/outil")
	if !ours || !strings.HasPrefix(path, "/preferences/") {
		t.Fatalf("the link is %s", link)
	}
	if status, answer := posted(t, page+path, "choix-o2r-national=weekly"); status != 200 || !strings.Contains(answer, "C’est enregistré") {
		t.Errorf("%d %s", status, answer)
	}
	if c, _, err := d.World.Preferences.Choice(t.Context(), anne, "o2r-national"); c != call.Weekly || err != nil {
		t.Errorf("%q, %v", c, err)
	}
	if status, _ := posted(t, page+path+"A", "List-Unsubscribe=One-Click"); status != 404 {
		t.Errorf("a forged link: %d", status)
	}
	if d.World.PreferencePage("anne@dreets.example", nil) != "" {
		t.Error("a link holds an address")
	}
}

// TestNoSecretNoPages: what was chosen before still counts.
func TestNoSecretNoPages(t *testing.T) {
	s := office(t, "http://127.0.0.1:4/api")
	d, page := served(t, s, options(Calls|Store|Mail|Platform))
	if d.World.PreferencePage != nil {
		t.Error("links without a secret")
	}
	if status, _ := posted(t, page+"/preferences/x", "List-Unsubscribe=One-Click"); status == 200 || status == 503 {
		t.Errorf("a page without a secret: %d", status)
	}
	anne := notify.Subscriber("anne@dreets.example")
	if err := d.preferences.book.Choose(t.Context(), anne, nil, call.None); err != nil {
		t.Fatal(err)
	}
	if c, _, err := d.World.Preferences.Choice(t.Context(), anne, "o2r-national"); c != call.None || err != nil {
		t.Errorf("%q, %v", c, err)
	}
}

func TestLinksNeedAnAddress(t *testing.T) {
	s := office(t, "http://127.0.0.1:4/api")
	s.PreferencesSecret = secretOfPreferences
	for parts, wrong := range map[Part]bool{Store | Mail | Platform: true, Store | Platform: false} {
		d, err := Open(t.Context(), s, options(parts))
		_ = d.Close()
		if (err != nil) != wrong || wrong && (!strings.Contains(err.Error(), "RELAIS_PREFERENCES_URL is missing") || strings.Contains(err.Error(), secretOfPreferences)) {
			t.Errorf("parts %d: %v", parts, err)
		}
	}
}

// TestTheDemonstrationLeadsToItself: its links are those of the page that it shows.
func TestTheDemonstrationLeadsToItself(t *testing.T) {
	s := office(t, "http://127.0.0.1:4/api")
	standin := &Standin{URL: s.APIURL.String(), Platform: sandbox.New(sandbox.Options{Dossiers: 1, Token: "dG9rZW4"})}
	drawn, again := demoSettings(DemoOptions{}, standin), demoSettings(DemoOptions{}, standin)
	if len(drawn.PreferencesSecret) < 32 || drawn.PreferencesSecret == again.PreferencesSecret {
		t.Error("the secret of a demonstration is not drawn anew")
	}
	s.PreferencesSecret = drawn.PreferencesSecret
	o := options(Store | Mail | Platform)
	o.Demo = true
	d, page := served(t, s, o)
	link := d.World.PreferencePage(notify.Subscriber("anne@dreets.example"), nil)
	if !strings.HasPrefix(link, page+"/preferences/") {
		t.Fatalf("the link is %s, the page %s", link, page)
	}
	if status, answer := posted(t, link, "choix=none"); status != 200 || !strings.Contains(answer, "Données fictives") {
		t.Errorf("%d %s", status, answer)
	}
}
