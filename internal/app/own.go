package app

import (
	"context"
	"errors"
	"fmt"
	"net/url"
)

// Notes of a store about its platform.
const (
	hostNote = "platform"
	siteNote = "site"
)

// OwnPlatform keeps one store to one platform: numbers of two platforms would
// collide. A store that has read no démarche yet belongs to nobody, so that a
// mistyped host can be corrected.
func (w *World) OwnPlatform(ctx context.Context, api *url.URL) error {
	known, err := w.Store.Meta(ctx, hostNote)
	if err != nil {
		return fmt.Errorf("RELAIS_STORE: %w", err)
	}
	if known == api.Host {
		return nil
	}
	read, err := w.Store.Demarches(ctx)
	if err != nil {
		return fmt.Errorf("RELAIS_STORE: %w", err)
	}
	if known == "" || len(read) == 0 {
		return errors.Join(w.Store.SetMeta(ctx, hostNote, api.Host), w.Store.SetMeta(ctx, siteNote, Site(api)))
	}
	return fmt.Errorf("RELAIS_STORE: this store holds dossiers of %s, and DS_API_URL names %s: give each platform its own store", known, api.Host)
}

// OwnSite is the address of the pages of the platform that the store was read
// from; "" when it was read from none.
func (w *World) OwnSite(ctx context.Context) (string, error) {
	return w.Store.Meta(ctx, siteNote)
}

// Site is the address of a platform's pages.
func Site(api *url.URL) string {
	return (&url.URL{Scheme: api.Scheme, Host: api.Host}).String()
}
