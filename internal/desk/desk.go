// Package desk is the single-machine world: SQLite, mails in a folder, a local
// page, timers; or, when the settings say so, the services of AWS or a mail server
// in their place. It wires; it decides nothing.
package desk

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"relais/internal/app"
	"relais/internal/call"
	"relais/internal/console"
	"relais/internal/ds"
	"relais/internal/ingest"
	"relais/internal/maildir"
	"relais/internal/notify"
	"relais/internal/settings"
	"relais/internal/smtp"
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
	Mails *maildir.Dir // nil when mails are not kept in a folder
	Store Storage

	closers     []func() error
	bell        *bell
	amazon      amazon
	preferences preferences
}

// Storage is all that one machine asks of a store: it keeps webhooks too.
type Storage interface {
	app.Store
	ingest.Hints
	console.Reader
}

// Open opens the parts asked for. All that is wrong is reported at once, joined;
// the Desk then holds what could be opened, and must still be closed.
func Open(ctx context.Context, s settings.Settings, o Options) (*Desk, error) {
	d := &Desk{World: app.World{
		Regions: s.Regions, Overlap: s.Overlap,
		Mode: mode(s.MailMode), From: s.MailFrom, BaseURL: app.Site(s.APIURL),
		Demo: o.Demo, Operator: s.Operator, Now: o.Now, Log: o.Log,
	}, amazon: amazon{log: o.Log}}
	if s.ConsoleURL != nil {
		d.World.Console = s.ConsoleURL.String()
	}
	var problems []error
	for _, open := range []func() error{
		func() error { return d.openCalls(s, o) },
		func() error { return d.openStore(ctx, s, o) },
		func() error { return d.openMail(ctx, s, o) },
		func() error { return d.openPreferences(ctx, s, o) },
		func() error { return d.openPlatform(ctx, s, o) },
	} {
		if err := open(); err != nil {
			problems = append(problems, err)
		}
	}
	return d, errors.Join(problems...)
}

// WebhookSecret gives the secret of the webhook; nil when there is no webhook.
func (d *Desk) WebhookSecret(s settings.Settings) app.Secret {
	if s.WebhookSecret == "" {
		return nil
	}
	return s.WebhookSecret.Source(d.amazon.parameter)
}

// Hinted is sent to when a webhook's hint was kept; nil without a store.
func (d *Desk) Hinted() <-chan struct{} {
	if d.bell == nil {
		return nil
	}
	return d.bell.rung
}

// Close releases what was opened, the last first.
func (d *Desk) Close() error {
	var err error
	for _, one := range slices.Backward(d.closers) {
		err = errors.Join(err, one())
	}
	d.closers = nil
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
	store, err := d.store(ctx, s.Store, o)
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
	site, err := d.World.OwnSite(ctx)
	if site != "" {
		d.World.BaseURL = site
	}
	return err
}

func (d *Desk) store(ctx context.Context, place settings.Place, o Options) (Storage, error) {
	if place.Kind == settings.DynamoDB {
		store, err := d.amazon.table(ctx, place.Path, o.Now)
		if err != nil {
			return nil, err
		}
		d.World.Tidy = store.EraseOrphans
		return store, nil
	}
	if _, err := os.Stat(place.Path); errors.Is(err, fs.ErrNotExist) && o.Parts&Platform == 0 {
		return nil, fmt.Errorf("there is no store at %s yet: run relais poll first, or correct the path", place.Path)
	}
	store, err := sqlite.Open(ctx, place.Path, sqlite.Options{Now: o.Now})
	if err != nil {
		return nil, err
	}
	d.closers = append(d.closers, store.Close)
	return store, nil
}

func (d *Desk) openMail(ctx context.Context, s settings.Settings, o Options) error {
	if o.Parts&Mail == 0 {
		return nil
	}
	if err := d.sender(ctx, s.Mail); err != nil {
		return fmt.Errorf("RELAIS_MAIL: %w", err)
	}
	return nil
}

func (d *Desk) sender(ctx context.Context, m settings.Mail) error {
	switch m.Kind {
	case settings.SES:
		sender, err := d.amazon.mailer(ctx, m.Path)
		d.World.Sender = sender
		return err
	case settings.SMTP:
		url := m.URL.Source(d.amazon.parameter)
		if text, err := url(ctx); err != nil {
			return err
		} else if _, err := smtp.Parse(text); err != nil {
			return err
		}
		sender := smtp.NewFrom(url, smtp.Options{})
		d.World.Sender = sender
		d.closers = append(d.closers, sender.Close)
		return nil
	}
	dir, err := maildir.New(m.Path)
	if err != nil {
		return err
	}
	d.Mails, d.World.Sender = dir, dir
	return nil
}

func (d *Desk) openPlatform(ctx context.Context, s settings.Settings, o Options) error {
	if o.Parts&Platform == 0 || d.Store == nil {
		return nil
	}
	if err := d.World.OwnPlatform(ctx, s.APIURL); err != nil {
		return err
	}
	if err := d.consent(ctx, s, o.FromThisNetwork); err != nil {
		return err
	}
	client, err := ds.New(ds.Config{
		URL:       s.APIURL.String(),
		Token:     s.Token.Source(d.amazon.parameter),
		Renew:     d.amazon.renew(s.Token),
		Now:       o.Now,
		PerMinute: cmp.Or(s.RequestsPerMinute, ds.MostPerMinute),
		Patience:  ds.PatienceOf(s.Patience),
		Log:       o.Log,
	})
	if err != nil {
		return fmt.Errorf("DS_API_URL: %w", err)
	}
	d.World.Platform = &ds.Ahead{Client: client}
	d.World.Term = max(ingest.DefaultTerm, 2*ds.Longest(ds.PatienceOf(s.Patience)))
	return d.hold(s.Store)
}

// hold takes a name for the leases. On a table shared by several machines nobody
// knows who died: a lease then ends with its term.
func (d *Desk) hold(store settings.Place) error {
	if store.Kind == settings.DynamoDB {
		d.World.Holder = rand.Text()
		return nil
	}
	h, err := newHolder(store.Path)
	if err != nil {
		return err
	}
	d.closers = append(d.closers, h.close)
	d.World.Holder, d.World.Dead = h.name, h.dead
	return nil
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
