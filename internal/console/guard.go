package console

import (
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
)

// The policies: nothing but our own stylesheet on a page; on the HTML part of a
// mail, only its inline styles and the images that it brings along, in an opaque
// origin, framed by ourselves alone, from which a link that someone follows opens a
// tab of its own.
const (
	pagePolicy = "default-src 'none'; style-src 'self'; frame-src 'self'; img-src data:; " +
		"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
	mailPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox " + mailSandbox
	mailSandbox = "allow-popups allow-popups-to-escape-sandbox"
)

// guard sets the headers of every answer, then refuses foreign host names.
func (s *site) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		// Ours only: with no referrer at all, browsers do not say that a form comes
		// from us either.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if !s.hosts.admit(r.Host) {
			s.fail(w, r, refusal{http.StatusMisdirectedRequest,
				"Cette page ne répond pas sous ce nom. Ouvrez-la à l’adresse que Relais affiche à son démarrage."})
			return
		}
		if s.access == nil {
			r = withToken(r, s.form)
		}
		next.ServeHTTP(w, r)
	})
}

// dispatch refuses methods that write but on the addresses made for it, and there
// whatever a browser says comes from another site.
func (s *site) dispatch(reads, writes *http.ServeMux) http.Handler {
	origin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodGet || r.Method == http.MethodHead:
			reads.ServeHTTP(w, r)
		case !writable(writes, r):
			w.Header().Set("Allow", "GET, HEAD")
			s.fail(w, r, refusal{http.StatusMethodNotAllowed, "Cette page se consulte seulement : elle ne reçoit rien."})
		case origin.Check(r) != nil:
			s.fail(w, r, errForeign)
		default:
			writes.ServeHTTP(w, r)
		}
	})
}

func writable(writes *http.ServeMux, r *http.Request) bool {
	_, pattern := writes.Handler(r)
	return r.Method == http.MethodPost && pattern != ""
}

// hosts are the names that the page answers to beside the loopback ones.
type hosts struct {
	names map[string]bool
	anyIP bool
}

func admitted(list []string) hosts {
	h := hosts{names: map[string]bool{"localhost": true}}
	for _, entry := range list {
		name := hostname(entry)
		addr, err := netip.ParseAddr(name)
		switch {
		case name == "" || err == nil && addr.IsUnspecified():
			h.anyIP = true
		case err == nil:
			h.names[addr.Unmap().String()] = true
		default:
			h.names[strings.ToLower(name)] = true
		}
	}
	return h
}

// admit tells whether a Host header is one of ours. An absent one is not.
func (h hosts) admit(host string) bool {
	name := hostname(host)
	if host == "" || name == "" {
		return false
	}
	addr, err := netip.ParseAddr(name)
	if err != nil {
		return h.names[strings.ToLower(name)]
	}
	addr = addr.Unmap()
	return addr.Zone() == "" && (h.anyIP || addr.IsLoopback() || h.names[addr.String()])
}

// hostname cuts the port and the brackets of an IPv6 address. It is empty when
// the port is not a number.
func hostname(hostport string) string {
	name, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]")
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return ""
	}
	return name
}
