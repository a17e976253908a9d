package console

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"golang.org/x/crypto/bcrypt"

	"relais/internal/french"
)

const (
	loginPath  = "/entrer"
	logoutPath = "/sortir"

	// A session ends when nobody has asked anything for idle, and in any case
	// after a working day.
	idle     = 30 * time.Minute
	lifetime = 12 * time.Hour

	// sessionToken is the key of the form token in a session. Only a session that
	// gave the password has one.
	sessionToken = "form"
)

// access lets in who knows the password.
type access struct {
	hash     []byte
	sessions *scs.SessionManager
	attempts *attempts
}

func newAccess(o Options) *access {
	m := scs.New() // keeps them in memory: a restart ends them
	m.IdleTimeout, m.Lifetime = idle, lifetime
	m.HashTokenInStore = true
	m.Cookie.Name, m.Cookie.SameSite, m.Cookie.Persist = "relais", http.SameSiteStrictMode, false
	if o.Secure {
		// Browsers keep such a cookie only from this very host, over TLS.
		m.Cookie.Name, m.Cookie.Secure = "__Host-relais", true
	}
	return &access{hash: o.PasswordHash, sessions: m, attempts: newAttempts()}
}

// open are the addresses that ask for no session: they show nothing of anybody.
func open(path string) bool {
	return path == loginPath || path == "/sante" || path == "/style.css"
}

// protect wants a session for all that is not open.
func (s *site) protect(next http.Handler) http.Handler {
	s.access.sessions.ErrorFunc = s.fail
	return s.access.sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := s.access.sessions.GetString(r.Context(), sessionToken)
		switch {
		case token != "":
			next.ServeHTTP(w, withToken(r, formToken(token)))
		case open(r.URL.Path):
			next.ServeHTTP(w, r)
		default:
			http.Redirect(w, r, loginURL(r), http.StatusSeeOther)
		}
	}))
}

// loginURL remembers the page that was asked for.
func loginURL(r *http.Request) string {
	if r.Method != http.MethodGet || r.URL.Path == "/" {
		return loginPath
	}
	return loginPath + "?" + url.Values{"suite": {r.URL.RequestURI()}}.Encode()
}

// following is the page to go to after the password: one of ours, whatever was
// written in the address.
func following(wanted string) string {
	u, err := url.Parse(wanted)
	if err != nil || len(wanted) > 2000 || u.IsAbs() || u.Host != "" || u.Opaque != "" || u.User != nil ||
		!strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(wanted, "\\\t\r\n") ||
		open(u.Path) {
		return "/"
	}
	return (&url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery}).String()
}

// loginData is the page that asks for the password.
type loginData struct {
	Wrong     string
	Following string
	Asked     bool // a page of ours was asked for
}

func (s *site) login(w http.ResponseWriter, r *http.Request) {
	to := following(r.URL.Query().Get("suite"))
	if tokenOf(r) != "" {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	}
	s.render(w, r, http.StatusOK, loginPage(loginData{Following: to, Asked: to != "/"}))
}

func loginPage(data loginData) view { return view{"login", "", "Entrer", data} }

// signIn takes the password. A wrong one and a slow one look the same.
func (s *site) signIn(w http.ResponseWriter, r *http.Request) {
	if wait := s.access.attempts.take(s.Now(), r.RemoteAddr); wait > 0 {
		s.tooMany(w, r, wait)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, largestForm)
	to := following(r.PostFormValue("suite"))
	switch err := bcrypt.CompareHashAndPassword(s.access.hash, []byte(r.PostFormValue("motdepasse"))); {
	case errors.Is(err, bcrypt.ErrMismatchedHashAndPassword), errors.Is(err, bcrypt.ErrPasswordTooLong):
		s.render(w, r, http.StatusForbidden, loginPage(loginData{Wrong: "Ce n’est pas le mot de passe.", Following: to}))
		return
	case err != nil:
		s.fail(w, r, err)
		return
	}
	// A session known before the password must not be the one that is let in.
	if err := s.access.sessions.RenewToken(r.Context()); err != nil {
		s.fail(w, r, err)
		return
	}
	s.access.sessions.Put(r.Context(), sessionToken, string(newFormToken()))
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func (s *site) tooMany(w http.ResponseWriter, r *http.Request, wait time.Duration) {
	seconds := int((wait + time.Second - 1) / time.Second)
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	s.fail(w, r, refusal{http.StatusTooManyRequests,
		"Trop d’essais du mot de passe. Attendez " + french.Count(seconds, "seconde", "secondes") + ", puis réessayez."})
}

func (s *site) signOut(w http.ResponseWriter, r *http.Request) {
	if err := s.access.sessions.Destroy(r.Context()); err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, loginPath, http.StatusSeeOther)
}
