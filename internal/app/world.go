// Package app is what Relais does, one handler a file, over a World of small
// interfaces. The single-machine binary and the Lambda functions run the same
// handlers on different worlds.
package app

import (
	"context"
	"time"

	"github.com/sirupsen/logrus"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/ingest"
	"relais/internal/notify"
)

// Platform is Démarches simplifiées, or the sandbox.
type Platform interface {
	ingest.Source
	// Form reads every champ and annotation that a démarche ever published.
	Form(ctx context.Context, demarche int) (dossier.Form, error)
	// Probe asks something harmless that only an accepted token may ask.
	Probe(ctx context.Context) error
	// IPv6 tells whether the platform's name has an IPv6 address.
	IPv6(ctx context.Context) (bool, error)
	// Requests counts the HTTP requests sent so far, retries included.
	Requests() int64
}

// Store is our copy, its positions and its outbox.
type Store interface {
	ingest.Copy
	ingest.Positions
	ingest.Quarantine
	ingest.Alarms
	notify.Schedule
	notify.Truth
	notify.Outbox
	notify.Claims
	notify.Mails
	notify.Refusals
	Reader
	Notes
}

// Reader lists what is stored.
type Reader interface {
	// EachHead visits the stored dossiers by number, above after.
	EachHead(ctx context.Context, after int, visit func(dossier.Head) error) error
	// EachIntention visits the outbox from the oldest on.
	EachIntention(ctx context.Context, visit func(notify.Intention) error) error
	// Demarches lists the démarches read so far, with their groupes.
	Demarches(ctx context.Context) ([]dossier.Demarche, error)
}

// Notes are what a store knows of itself.
type Notes interface {
	// Meta returns a note, "" when absent.
	Meta(ctx context.Context, key string) (string, error)
	// SetMeta writes a note over the former one.
	SetMeta(ctx context.Context, key, value string) error
}

// World is all that a handler touches. Commands that need less leave the rest
// nil.
type World struct {
	Platform Platform
	Store    Store
	// Arrivals takes the hints of webhooks; Hints gives them back.
	Arrivals ingest.HintSink
	Hints    ingest.HintSource
	Sender   notify.Sender
	Calls    call.Set
	Calendar deadline.Calendar

	// Preferences are what people chose on their page; nil for nothing.
	Preferences notify.Preferences
	// PreferencePage is the address of somebody's page about some calls, "" when there
	// is no such page; nil for none at all. A person is named by notify.Subscriber.
	PreferencePage func(person string, calls []string) string

	// Holder names this process in leases; Dead tells that a holder is gone.
	Holder string
	Dead   func(holder string) bool

	// Tidy erases what dead writers left in the store, after a full comparison; nil
	// when the store leaves nothing.
	Tidy func(ctx context.Context) (int, error)

	Operator string   // address that hears of trouble; may be empty
	Regions  []string // of this deployment; empty means all
	Overlap  time.Duration
	Margin   time.Duration
	Term     time.Duration // of a lease; ingest.DefaultTerm when 0
	Mode     notify.Mode
	From     string
	BaseURL  string // of the platform's pages, for links in mails
	Console  string // of the local page, for links in mails; may be empty
	Demo     bool   // everything says données fictives
	Now      func() time.Time
	Log      logrus.FieldLogger
}
