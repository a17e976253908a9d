// Package console is the web page of `relais run` and `relais serve` that an
// operator leaves open: the calls, the deadlines ahead, the dossiers with their
// proposed verdict and findings, the mails written, what could not be read, and
// how Relais itself is. Pages are in French, rendered here and entirely escaped;
// there is no script at all.
//
//	/                        overview: timeline, what comes first, calls
//	/dossiers                list: call, verdict, state, groupe, region, due, q, sort, page
//	/dossiers.csv            the same list, for a spreadsheet
//	/dossiers/{number}       one dossier
//	/echeances               deadlines: call, when, day, page
//	/mails                   mails kept in a folder: page
//	/mails/{id}              one mail; {id}/html is its HTML part, for the frame
//	/quarantaine             dossiers that cannot be read; POST /quarantaine/{number} tries one
//	/etat                    how Relais is, for people
//	/sante                   the same as JSON for probes, without personal data
//	/entrer, POST /sortir    with a password only: the session
//
// # Who may read it
//
// Every answer carries a strict Content-Security-Policy, and a request under a
// host name that is not the page's own is refused: a name that an attacker
// rebinds to this address reads nothing. With Options.PasswordHash everything but
// /sante, /style.css and /entrer wants a session. A POST must come from the page
// itself, twice: by what browsers say of its origin, and by a token that only the
// page shows.
//
// # Twenty thousand dossiers
//
// Lists and the overview read an index in memory, one small row a dossier (see
// index), brought up to date at each view with the heads written since: a view
// after which nothing was written decodes none.
package console

import (
	"context"
	"net/http"
	"time"

	"github.com/sirupsen/logrus"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/ingest"
	"relais/internal/notify"
	"relais/internal/validate"
)

// Reader is what the page shows of the store.
type Reader interface {
	Copy
	Told
	Progress
}

// Copy is our copy of the dossiers.
type Copy interface {
	// HeadsSince calls fn with at least every head written since the mark was
	// given, 0 for all of them, and returns the mark to come back with. Of a head
	// that comes twice the later one comes last.
	HeadsSince(ctx context.Context, mark int64, fn func(dossier.Head) error) (int64, error)
	// Record returns one stored dossier, content included; false when unknown.
	Record(ctx context.Context, number int) (dossier.Record, bool, error)
}

// Told is what people were, are and will be told.
type Told interface {
	// IntentionsOf returns the intentions about one dossier, oldest first.
	IntentionsOf(ctx context.Context, number int) ([]notify.Intention, error)
	// Rows returns the intentions of some keys, those that exist, by key.
	Rows(ctx context.Context, keys []string) ([]notify.Intention, error)
	// Mail returns one mail, claimed or settled; false when unknown or released.
	Mail(ctx context.Context, id string) (notify.Mail, bool, error)
	// Counts returns how many intentions and how many mails there are of each
	// status.
	Counts(ctx context.Context) (intentions, mails map[notify.Status]int, err error)
}

// Progress is how far the reading of the platform is, and what is wrong with it.
type Progress interface {
	// Demarches returns the démarches read so far.
	Demarches(ctx context.Context) ([]dossier.Demarche, error)
	// Streams returns where the reading of a démarche stands; the zero Streams
	// when it was never read.
	Streams(ctx context.Context, demarche int) (ingest.Streams, error)
	// Cases lists the dossiers that could not be read, of all démarches for 0.
	Cases(ctx context.Context, demarche int) ([]ingest.Case, error)
	// Alarms returns the alarms that stand, oldest first.
	Alarms(ctx context.Context) ([]ingest.Alarm, error)
}

// Retrier reads a quarantined dossier again now, and tells whether it left the
// quarantine. An error that is dossier.ErrConflict says that another reading is
// under way.
type Retrier interface {
	Retry(ctx context.Context, number int) (left bool, err error)
}

// Options of the page.
type Options struct {
	Reader Reader
	// Refresh is the least time between two looks at what was written since; 0
	// looks at each view. A store that tells it only by reading everything wants a
	// minute or more.
	Refresh time.Duration
	// Mails is nil when mails are not kept in a folder.
	Mails Mails
	// Retrier is nil when the platform cannot be asked: there is no button then.
	Retrier Retrier
	Calls   call.Set
	// Platform is the base URL of the platform, for links; no link when empty.
	Platform string
	// Hosts are the names the page answers to beside the loopback ones, each as
	// host or host:port. An unspecified address (":8080", "0.0.0.0:8080") admits
	// every IP address, since only a name can be rebound.
	Hosts []string
	// Zone is that of the page's own instants and of dossiers that match no call;
	// nil means Europe/Paris.
	Zone *time.Location
	// Patience is the age from which our copy is said to be old; 0 means 15
	// minutes (design §5).
	Patience time.Duration
	Now      func() time.Time
	// Demo says on every page that the data are invented.
	Demo bool

	// Mode is what happens to mails, TokenExpires the token's last day (zero when
	// not known) and Requests counts those sent to the platform since the start
	// (nil when none can be). The page of the state shows them.
	Mode         notify.Mode
	TokenExpires dossier.Day
	Requests     func() int64

	// PasswordHash is the bcrypt hash of the password; nil asks for none, which is
	// for loopback only. Secure tells that browsers come over TLS, ended here or by
	// a proxy: cookies are then of that connection only.
	PasswordHash []byte
	Secure       bool

	// Log receives failures, with the route and never the path; nil discards.
	Log logrus.FieldLogger
}

const defaultPatience = 15 * time.Minute

// New is the page as a handler. Timeouts belong to the server.
func New(o Options) http.Handler {
	s := newSite(o)
	if len(o.PasswordHash) > 0 {
		s.access = newAccess(o)
	}
	return s.handler()
}

type site struct {
	Options
	hosts  hosts
	rules  map[string]validate.Rule
	index  *index
	counts counts
	form   formToken
	access *access // nil without a password
	trying chan struct{}
}

func newSite(o Options) *site {
	s := &site{
		Options: o, hosts: admitted(o.Hosts), rules: map[string]validate.Rule{},
		form: newFormToken(), trying: make(chan struct{}, 1),
	}
	if s.Patience == 0 {
		s.Patience = defaultPatience
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Zone == nil {
		s.Zone = call.PlatformZone()
	}
	for _, r := range validate.Rules() {
		s.rules[r.ID] = r
	}
	s.index = &index{source: s.Reader, every: s.Refresh, now: s.Now}
	return s
}

func (s *site) handler() http.Handler {
	next := s.dispatch(s.reads(), s.writes())
	if s.access != nil {
		next = s.protect(next)
	}
	return s.guard(next)
}

// reads are the pages; writes, all that a POST may reach.
func (s *site) reads() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", s.page(s.overview))
	mux.HandleFunc("/dossiers", s.page(s.dossiers))
	mux.HandleFunc("/dossiers.csv", s.dossiersSheet)
	mux.HandleFunc("/dossiers/{number}", s.page(s.dossier))
	mux.HandleFunc("/echeances", s.page(s.echeances))
	mux.HandleFunc("/mails", s.page(s.mails))
	mux.HandleFunc("/mails/{id}", s.page(s.mail))
	mux.HandleFunc("/mails/{id}/html", s.mailFrame)
	mux.HandleFunc("/quarantaine", s.page(s.quarantine))
	mux.HandleFunc("/etat", s.page(s.state))
	mux.HandleFunc("/sante", s.probe)
	mux.HandleFunc("/style.css", s.style)
	if s.access != nil {
		mux.HandleFunc(loginPath, s.login)
	}
	mux.HandleFunc("/", s.page(func(*http.Request) (view, error) { return view{}, errNotFound }))
	return mux
}

func (s *site) writes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/quarantaine/{number}", s.ours(s.retry))
	if s.access != nil {
		mux.HandleFunc(loginPath, s.signIn)
		mux.HandleFunc(logoutPath, s.ours(s.signOut))
	}
	return mux
}
