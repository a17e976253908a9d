// Package desk is the single-machine world: SQLite, mails in a folder, a local
// page, timers. It wires; it decides nothing.
package desk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"relais/internal/app"
	"relais/internal/call"
	"relais/internal/ds"
	"relais/internal/ingest"
	"relais/internal/maildir"
	"relais/internal/notify"
	"relais/internal/settings"
	"relais/internal/sqlite"
)

// Part is a piece of the world that a command needs.
type Part int

// Parts, to be combined.
const (
	Calls Part = 1 << iota
	Store
	Mail
	Platform
)

// Options are what is not a setting.
type Options struct {
	Parts Part
	// FromThisNetwork is the operator's consent to use the token from here.
	FromThisNetwork bool
	Now             func() time.Time
	Log             logrus.FieldLogger
	Demo            bool
}

// Desk is an open world. Close it.
type Desk struct {
	World app.World
	Mails *maildir.Dir
	Store *sqlite.Store

	holder *holder
	bell   *bell
}

// Open opens the parts asked for. All that is wrong is reported at once, joined;
// the Desk then holds what could be opened, and must still be closed.
func Open(ctx context.Context, s settings.Settings, o Options) (*Desk, error) {
	d := &Desk{World: app.World{
		Regions: s.Regions, Overlap: s.Overlap,
		Mode: mode(s.MailMode), From: s.MailFrom, BaseURL: site(s.APIURL),
		Demo: o.Demo, Operator: s.Operator, Now: o.Now, Log: o.Log,
	}}
	if s.ConsoleURL != nil {
		d.World.Console = s.ConsoleURL.String()
	}
	var problems []error
	for _, open := range []func() error{
		func() error { return d.openCalls(s, o) },
		func() error { return d.openStore(ctx, s, o) },
		func() error { return d.openMail(s, o) },
		func() error { return d.openPlatform(ctx, s, o) },
	} {
		if err := open(); err != nil {
			problems = append(problems, err)
		}
	}
	return d, errors.Join(problems...)
}

// Hinted is sent to when a webhook's hint was kept; nil without a store.
func (d *Desk) Hinted() <-chan struct{} {
	if d.bell == nil {
		return nil
	}
	return d.bell.rung
}

// Close releases the store.
func (d *Desk) Close() error {
	var err error
	if d.holder != nil {
		err = d.holder.close()
	}
	if d.Store != nil {
		err = errors.Join(err, d.Store.Close())
	}
	return err
}

func (d *Desk) openCalls(s settings.Settings, o Options) error {
	if o.Parts&Calls == 0 {
		return nil
	}
	calls, err := call.Load(s.Calls)
	d.World.Calls = calls
	if err != nil {
		return fmt.Errorf("RELAIS_CALLS: %w", err)
	}
	return nil
}

func (d *Desk) openStore(ctx context.Context, s settings.Settings, o Options) error {
	if o.Parts&(Store|Platform) == 0 {
		return nil
	}
	if _, err := os.Stat(s.Store.Path); errors.Is(err, fs.ErrNotExist) && o.Parts&Platform == 0 {
		return fmt.Errorf("RELAIS_STORE: there is no store at %s yet: run relais poll first, or correct the path", s.Store.Path)
	}
	store, err := sqlite.Open(ctx, s.Store.Path, sqlite.Options{Now: o.Now})
	if err != nil {
		return fmt.Errorf("RELAIS_STORE: %w", err)
	}
	d.Store, d.World.Store = store, store
	d.bell = newBell(store)
	d.World.Arrivals, d.World.Hints = d.bell, store
	if o.Parts&Platform != 0 {
		return nil
	}
	// Links lead to the platform that the store was read from.
	site, err := store.Meta(ctx, siteNote)
	if site != "" {
		d.World.BaseURL = site
	}
	return err
}

func (d *Desk) openMail(s settings.Settings, o Options) error {
	if o.Parts&Mail == 0 {
		return nil
	}
	dir, err := maildir.New(s.Mail.Path)
	if err != nil {
		return fmt.Errorf("RELAIS_MAIL: %w", err)
	}
	d.Mails, d.World.Sender = dir, dir
	return nil
}

func (d *Desk) openPlatform(ctx context.Context, s settings.Settings, o Options) error {
	if o.Parts&Platform == 0 || d.Store == nil {
		return nil
	}
	if err := d.ownPlatform(ctx, s.APIURL); err != nil {
		return err
	}
	if err := d.consent(ctx, s, o.FromThisNetwork); err != nil {
		return err
	}
	client, err := ds.New(ds.Config{
		URL:       s.APIURL.String(),
		Token:     func(context.Context) (string, error) { return s.Token.Reveal(), nil },
		Now:       o.Now,
		PerMinute: ds.MostPerMinute,
		Patience:  patience(s.Patience),
		Log:       o.Log,
	})
	if err != nil {
		return fmt.Errorf("DS_API_URL: %w", err)
	}
	d.World.Platform = &ds.Ahead{Client: client}
	d.World.Term = max(ingest.DefaultTerm, 2*ds.Longest(patience(s.Patience)))
	if d.holder, err = newHolder(s.Store.Path); err != nil {
		return err
	}
	d.World.Holder, d.World.Dead = d.holder.name, d.holder.dead
	return nil
}

// Notes of a store about its platform.
const (
	hostNote = "platform"
	siteNote = "site"
)

// ownPlatform keeps one store to one platform: numbers of two platforms would
// collide. A store that has read no démarche yet belongs to nobody, so that a
// mistyped host can be corrected.
func (d *Desk) ownPlatform(ctx context.Context, api *url.URL) error {
	known, err := d.Store.Meta(ctx, hostNote)
	if err != nil {
		return fmt.Errorf("RELAIS_STORE: %w", err)
	}
	if known == api.Host {
		return nil
	}
	read, err := d.Store.Demarches(ctx)
	if err != nil {
		return fmt.Errorf("RELAIS_STORE: %w", err)
	}
	if known == "" || len(read) == 0 {
		return errors.Join(d.Store.SetMeta(ctx, hostNote, api.Host), d.Store.SetMeta(ctx, siteNote, site(api)))
	}
	return fmt.Errorf("RELAIS_STORE: this store holds dossiers of %s, and DS_API_URL names %s: give each platform its own store", known, api.Host)
}

// patience is a setting in the client's words, whose zero is its default: 0 s
// tries once.
func patience(d time.Duration) time.Duration {
	if d == 0 {
		return -1
	}
	return d
}

// site is the address of the platform's pages.
func site(api *url.URL) string {
	return (&url.URL{Scheme: api.Scheme, Host: api.Host}).String()
}

// Sentences splits a joined error into its sentences.
func Sentences(err error) []string {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var list []string
		for _, e := range joined.Unwrap() {
			list = append(list, Sentences(e)...)
		}
		return list
	}
	return strings.Split(strings.TrimSpace(err.Error()), "\n")
}

// mode has the same names in the settings and in notify.
func mode(m settings.Mode) notify.Mode { return notify.Mode{Name: m.Name, To: m.To} }
