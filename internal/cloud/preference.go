package cloud

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"relais/internal/notify"
	"relais/internal/preference"
)

func (w *world) book() preference.Book { return preference.Book{Notes: w.Store, Now: time.Now} }

// pages serves the pages on which people choose their mails. Their call files are
// read at the first one: a webhook does not wait for them.
func (w *world) pages() http.Handler {
	handler := sync.OnceValues(func() (http.Handler, error) {
		if err := w.withCalls(); err != nil {
			return nil, err
		}
		return preference.Handler(preference.Options{
			Key:  preference.KeyOf(w.settings.PreferencesSecret.Source(w.secrets.Get)),
			Book: w.book(), Calls: w.Calls, Subscriber: notify.Subscriber, Log: w.Log,
		}), nil
	})
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		h, err := handler()
		if err != nil {
			w.Log.WithField("cause", err.Error()).Error("preferences: no call file can be read")
			http.Error(out, "not now", http.StatusServiceUnavailable)
			return
		}
		h.ServeHTTP(out, r)
	})
}

// withPreferences gives deliver what people chose.
func (w *world) withPreferences() error {
	w.Preferences = w.book()
	if w.settings.PreferencesSecret != "" && w.settings.PreferencesURL == nil {
		return errors.New("RELAIS_PREFERENCES_URL is missing: the links of RELAIS_PREFERENCES_SECRET need the address of the front")
	}
	return nil
}

// link gives a tick the way to the pages; the secret may have changed since the last
// one. Without it a mail goes without its link, rather than not at all.
func (w *world) link(ctx context.Context) {
	w.PreferencePage = nil
	if w.settings.PreferencesSecret == "" {
		return
	}
	key, err := preference.KeyOf(w.settings.PreferencesSecret.Source(w.secrets.Get))(ctx)
	if err != nil {
		w.Log.WithField("cause", err.Error()).Error("preferences: mails go without their link")
		return
	}
	w.PreferencePage = func(person string, calls []string) string {
		return key.Page(w.settings.PreferencesURL, preference.Subscriber{Person: person, Calls: calls})
	}
}
