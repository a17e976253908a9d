// Package console is the local web page of `relais run` and `relais serve`: the
// calls, the dossiers with their proposed verdict and findings, the deadlines
// ahead, the mails written. It only reads. Pages are in French, rendered here
// and entirely escaped; there is no script at all.
//
//	/                     overview, one block per call
//	/dossiers             list: call, verdict, state, q, page
//	/dossiers/{number}    one dossier
//	/echeances            deadlines: call, when, day, page
//	/mails                mails kept in a folder: page
//	/mails/{id}           one mail; {id}/html is its HTML part, for the frame
//	/sante                JSON for probes, without personal data
//
// Every answer carries a strict Content-Security-Policy, and a request under a
// host name that is not the page's own is refused: a name that an attacker
// rebinds to this address reads nothing.
package console

import (
	"context"
	"net/http"
	"time"

	"github.com/sirupsen/logrus"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/notify"
)

// Reader is what the page shows of the store. Pages stream heads and read the
// content of one dossier at most.
type Reader interface {
	// EachHead calls fn with every stored head of number above after, in
	// ascending order, and stops at the first error of fn.
	EachHead(ctx context.Context, after int, fn func(dossier.Head) error) error
	// Record returns one stored dossier, content included; false when unknown.
	Record(ctx context.Context, number int) (dossier.Record, bool, error)
	// EachIntention calls fn with every intention, in any order, and stops at the
	// first error of fn.
	EachIntention(ctx context.Context, fn func(notify.Intention) error) error
	// Demarches returns the démarches read so far.
	Demarches(ctx context.Context) ([]dossier.Demarche, error)
	// CompletedAt is the start of the last complete pass of a démarche; zero when
	// there was none.
	CompletedAt(ctx context.Context, demarche int) (time.Time, error)
}

// Mails are the mails kept as files.
type Mails interface {
	// List returns every mail, in any order. Subject and To may be left empty:
	// the page reads the few mails that it lists.
	List(ctx context.Context) ([]MailInfo, error)
	// Read returns one mail; the error wraps fs.ErrNotExist when there is none.
	Read(ctx context.Context, id string) (Mail, error)
}

// MailInfo is what the list shows of a mail. ID is the one of notify.Mail, or
// the name of its file: letters, digits and . _ - @ + = only.
type MailInfo struct {
	ID      string
	Subject string
	To      string
	Date    time.Time
}

// Mail is a mail with its two parts, either of which may be empty.
type Mail struct {
	MailInfo
	From      string
	MessageID string
	Text      string
	HTML      string
}

// Options of the page.
type Options struct {
	Reader Reader
	// Mails is nil when mails are not kept in a folder.
	Mails Mails
	Calls call.Set
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
	// Log receives failures, with the route and never the path; nil discards.
	Log logrus.FieldLogger
}

const defaultPatience = 15 * time.Minute

// New is the page as a handler, to be served on a loopback address. Timeouts
// belong to the server.
func New(o Options) http.Handler {
	s := &site{Options: o, hosts: admitted(o.Hosts)}
	if s.Patience == 0 {
		s.Patience = defaultPatience
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Zone == nil {
		s.Zone = call.PlatformZone()
	}
	return s.guard(s.routes())
}

type site struct {
	Options
	hosts hosts
}

func (s *site) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", s.page(s.overview))
	mux.HandleFunc("/dossiers", s.page(s.dossiers))
	mux.HandleFunc("/dossiers/{number}", s.page(s.dossier))
	mux.HandleFunc("/echeances", s.page(s.echeances))
	mux.HandleFunc("/mails", s.page(s.mails))
	mux.HandleFunc("/mails/{id}", s.page(s.mail))
	mux.HandleFunc("/mails/{id}/html", s.mailFrame)
	mux.HandleFunc("/sante", s.probe)
	mux.HandleFunc("/style.css", s.style)
	mux.HandleFunc("/", s.page(func(*http.Request) (view, error) { return view{}, errNotFound }))
	return mux
}
