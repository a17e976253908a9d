package desk

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"relais/internal/notify"
	"relais/internal/preference"
	"relais/internal/settings"
)

// preferences are what the pages of readers need.
type preferences struct {
	book preference.Book
	key  preference.Key
	base *url.URL // of the pages, for links; the demonstration's is that of its own page
	on   bool     // there is a key
}

// openPreferences gives a world what people chose and, with a secret, the way to
// their pages. The secret is read once: another one wants a restart.
func (d *Desk) openPreferences(ctx context.Context, s settings.Settings, o Options) error {
	if d.Store == nil {
		return nil
	}
	d.preferences.book = preference.Book{Notes: d.Store, Now: o.Now}
	d.World.Preferences = d.preferences.book
	if o.Parts&Mail == 0 || s.PreferencesSecret == "" {
		return nil
	}
	if s.PreferencesURL == nil && !o.Demo {
		return errors.New("RELAIS_PREFERENCES_URL is missing: the links of RELAIS_PREFERENCES_SECRET need the https:// address under which readers reach /preferences/")
	}
	key, err := preference.KeyOf(s.PreferencesSecret.Source(d.amazon.parameter))(ctx)
	if err != nil {
		return fmt.Errorf("RELAIS_PREFERENCES_SECRET: %w", err)
	}
	d.preferences.key, d.preferences.base, d.preferences.on = key, s.PreferencesURL, true
	d.World.PreferencePage = func(person string, calls []string) string {
		return key.Page(d.preferences.base, preference.Subscriber{Person: person, Calls: calls})
	}
	return nil
}

// servePreferences adds the pages of readers to the local one: no password protects
// them, the links do.
func (d *Desk) servePreferences(mux *http.ServeMux, l net.Listener, s settings.Settings) {
	if !d.preferences.on {
		return
	}
	if d.preferences.base == nil {
		d.preferences.base = &url.URL{Scheme: "http", Host: l.Addr().String()}
		if s.TLSCert != "" {
			d.preferences.base.Scheme = "https"
		}
	}
	mux.Handle(preference.Path, preference.Handler(preference.Options{
		Key:  func(context.Context) (preference.Key, error) { return d.preferences.key, nil },
		Book: d.preferences.book, Calls: d.World.Calls, Subscriber: notify.Subscriber,
		Demo: d.World.Demo, Log: d.World.Log,
	}))
}
