// Package settings reads every setting once, from the environment and from one
// optional file, and reports all problems at once. It is the only reader of
// environment variables.
package settings

import (
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
	Mail         Place
	MailMode     Mode
	MailFrom     string
	Operator     string // address that hears of trouble; may be empty
	ConsoleURL   *url.URL
	// WebhookSecret is the last segment of the webhook's URL; empty for no webhook.
	WebhookSecret Secret
	Listen        string // host:port of the local page
	Overlap       time.Duration
	Patience      time.Duration
}

// Place is a setting of the form kind:rest.
type Place struct {
	Kind string // sqlite, dir
	Path string
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

// Reveal is the value, for the one place that sends it.
func (s Secret) Reveal() string { return string(s) }

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
	if need&NeedPlatform != 0 && r.text("DS_API_TOKEN", "") == "" {
		r.problem("DS_API_TOKEN", "is missing: give the token of an administrateur of the démarche (on the platform: Profil, Jetons d'identification de l'API)")
	}
	return s, errors.Join(r.problems...)
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
