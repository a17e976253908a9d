package settings

import (
	"net"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// PasswordCost is the least cost of the hash of the page's password: some tenth of
// a second a try on a small machine.
const PasswordCost = 12

// CheckPasswordHash tells what is wrong with the hash of the page's password; ""
// when nothing is. It never shows the hash.
func CheckPasswordHash(hash string) string {
	cost, err := bcrypt.Cost([]byte(hash))
	switch {
	case err != nil:
		return "is not a hash that relais password prints; in a settings file, write it between single quotes, or its $ are taken for variables"
	case cost < PasswordCost:
		return "is the hash of another tool, too quick to guess: make it with relais password"
	}
	return ""
}

func (r *reader) passwordHash(name string) Secret {
	v := r.secret(name)
	if _, ok := v.Parameter(); ok || v == "" {
		return v
	}
	if wrong := CheckPasswordHash(v.Reveal()); wrong != "" {
		r.problem(name, "%s", wrong)
		return ""
	}
	return v
}

func (r *reader) yes(name string) bool {
	switch v := strings.ToLower(r.text(name, "")); v {
	case "yes":
		return true
	case "", "no":
	default:
		r.problem(name, "must be yes or no")
	}
	return false
}

// page reads who may reach the local page, and how. Beyond this machine it wants a
// password, and TLS or the word that a proxy ends it.
func (r *reader) page(s *Settings) {
	s.Listen = r.listen("RELAIS_LISTEN", "127.0.0.1:8480")
	s.ConsolePasswordHash = r.passwordHash("RELAIS_CONSOLE_PASSWORD_HASH")
	s.TLSCert, s.TLSKey = r.text("RELAIS_TLS_CERT", ""), r.text("RELAIS_TLS_KEY", "")
	s.BehindProxy = r.yes("RELAIS_BEHIND_PROXY")
	switch {
	case s.TLSCert != "" && s.TLSKey == "":
		r.problem("RELAIS_TLS_KEY", "is missing: it is the file of the key that goes with RELAIS_TLS_CERT")
	case s.TLSCert == "" && s.TLSKey != "":
		r.problem("RELAIS_TLS_CERT", "is missing: it is the file of the certificate that goes with RELAIS_TLS_KEY")
	}
	host, _, _ := net.SplitHostPort(s.Listen)
	r.beyond(*s, !Loopback(host))
}

// beyond says in one sentence what a page that others reach lacks.
func (r *reader) beyond(s Settings, elsewhere bool) {
	const (
		password = "put what relais password prints into RELAIS_CONSOLE_PASSWORD_HASH"
		tls      = "give RELAIS_TLS_CERT and RELAIS_TLS_KEY, or say RELAIS_BEHIND_PROXY=yes when a proxy in front ends it"
		shows    = "shows dossiers beyond this machine, which wants "
	)
	open := r.text("RELAIS_CONSOLE_PASSWORD_HASH", "") == ""
	clear := !s.BehindProxy && s.TLSCert == "" && s.TLSKey == ""
	switch {
	case elsewhere && open && clear:
		r.problem("RELAIS_LISTEN", shows+"a password and TLS: %s, and %s", password, tls)
	case elsewhere && open:
		r.problem("RELAIS_LISTEN", shows+"a password: %s", password)
	case elsewhere && clear:
		r.problem("RELAIS_LISTEN", shows+"TLS: %s", tls)
	case s.BehindProxy && open:
		r.problem("RELAIS_BEHIND_PROXY", "lets a proxy show the page to others, which wants a password: %s", password)
	}
}
