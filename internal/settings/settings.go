// Package settings reads every setting once, from the environment and from one
// optional file, and reports all problems at once. It is the only reader of
// environment variables.
package settings

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"time"

	"github.com/joho/godotenv"

	"relais/internal/dossier"
)

// DefaultAPI is the platform's GraphQL endpoint.
const DefaultAPI = "https://demarche.numerique.gouv.fr/api/v2/graphql"

// Settings is all that an operator can set. Empty values are documented on each
// field; a zero Settings is never valid, use Read.
type Settings struct {
	APIURL *url.URL
	Token  Secret
	// TokenExpires is the last day on which the token works; zero when not told.
	// No API tells it.
	TokenExpires dossier.Day
	Calls        string   // folder of the call files
	Regions      []string // INSEE codes; empty means all
	Store        Place
	Mail         Mail
	MailMode     Mode
	MailFrom     string
	Operator     string // address that hears of trouble; may be empty
	ConsoleURL   *url.URL
	// WebhookSecret is the last segment of the webhook's URL; empty for no webhook.
	WebhookSecret Secret
	// PreferencesURL is the public address of the pages on which people choose their
	// mails; that of the local page when not given, nil when there is none either.
	PreferencesURL *url.URL
	// PreferencesSecret seals the links to those pages; empty for no links, no pages.
	PreferencesSecret Secret
	Listen            string // host:port of the local page
	// ConsolePasswordHash is the bcrypt hash of the password that opens the page;
	// empty asks for none. TLSCert and TLSKey are files, empty without TLS of our
	// own; BehindProxy says that a proxy in front ends it.
	ConsolePasswordHash Secret
	TLSCert, TLSKey     string
	BehindProxy         bool
	Overlap             time.Duration
	Patience            time.Duration
	// RequestsPerMinute is this process's share of the token's 400; 0 when not set.
	RequestsPerMinute int

	// Queue is the URL of the SQS queue that keeps webhooks; nil for none. Stack
	// names this deployment in metrics. Both, and LogLevel, serve on Lambda only.
	Queue    *url.URL
	Stack    string
	LogLevel string
}

// Kinds of store and of mail.
const (
	SQLite   = "sqlite"
	DynamoDB = "dynamodb"
	Dir      = "dir"
	SES      = "ses"
	SMTP     = "smtp"
)

// Place is where the store is: a file for SQLite, a table for DynamoDB.
type Place struct {
	Kind string
	Path string
}

// Mail is how mails leave. Path is the folder of Dir, or the configuration set of
// SES, which may be empty. URL is that of SMTP, with its password, or a reference.
type Mail struct {
	Kind string
	Path string
	URL  Secret
}

// Secret never prints itself.
type Secret string

// String hides the value, whatever the verb.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "[secret]"
}

// GoString hides the value from %#v.
func (s Secret) GoString() string { return s.String() }

// Reveal is the value, for the one place that sends it. It is a reference when
// Parameter says so.
func (s Secret) Reveal() string { return string(s) }

// Parameter is the name of the SSM parameter that holds the value; false when the
// value itself was given.
func (s Secret) Parameter() (name string, ok bool) {
	return strings.CutPrefix(string(s), "ssm:")
}

// Source gives the value whenever it is needed: the one that was given, or what
// get reads of its parameter.
func (s Secret) Source(get func(ctx context.Context, parameter string) (string, error)) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		if name, ok := s.Parameter(); ok {
			return get(ctx, name)
		}
		return s.Reveal(), nil
	}
}

// Mode says what deliver does with mails (design §5).
type Mode struct {
	Name string // hold, redirect, send
	To   string // the address of redirect
}

// The modes.
const (
	Hold     = "hold"
	Redirect = "redirect"
	Send     = "send"
)

// Lookup finds a variable; it has the signature of os.LookupEnv.
type Lookup func(name string) (string, bool)

// Need says which settings a command cannot do without.
type Need int

// Needs, to be combined.
const (
	NeedPlatform Need = 1 << iota // a token
	NeedQueue                     // a queue
	NeedWebhook                   // the secret of the webhook
)

// Read reads the settings. The environment wins over the file; an empty value is
// an absent one. Every problem is reported, each in one sentence that names the
// variable, joined with errors.Join.
func Read(env Lookup, file string, need Need) (Settings, error) {
	lookup, err := withFile(env, file)
	if err != nil {
		return Settings{}, err
	}
	r := reader{lookup: lookup}
	s := r.all()
	for _, n := range needs {
		if need&n.need != 0 && r.text(n.name, "") == "" {
			r.problem(n.name, "is missing: %s", n.remedy)
		}
	}
	return s, errors.Join(r.problems...)
}

var needs = []struct {
	need         Need
	name, remedy string
}{
	{NeedPlatform, "DS_API_TOKEN", "give the token of an administrateur of the démarche (on the platform: Profil, Jetons d'identification de l'API)"},
	{NeedQueue, "RELAIS_QUEUE", "give the URL of the SQS queue that keeps webhooks"},
	{NeedWebhook, "RELAIS_WEBHOOK_SECRET", "give at least 24 letters and digits drawn at random, or ssm: and the name of the parameter that holds them"},
}

// withFile adds the variables of a KEY=VALUE file under those of the environment.
func withFile(env Lookup, file string) (Lookup, error) {
	if file == "" {
		file, _ = env("RELAIS_SETTINGS")
	}
	if file == "" {
		return env, nil
	}
	values, err := godotenv.Read(file)
	if err != nil {
		return nil, fmt.Errorf("RELAIS_SETTINGS: %q cannot be read as KEY=VALUE lines (%s)", file, reason(err))
	}
	for name := range values {
		if !known[name] {
			return nil, fmt.Errorf("RELAIS_SETTINGS: %q sets %q, which is no setting of Relais; the known ones are %s", file, name, strings.Join(names(), ", "))
		}
	}
	return func(name string) (string, bool) {
		if v, ok := env(name); ok && v != "" {
			return v, true
		}
		v, ok := values[name]
		return v, ok
	}, nil
}

// reason keeps of a reading error what cannot show the file's content.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return "a line is not of that form"
}
