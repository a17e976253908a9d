package sandbox

import (
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// denial is an answer given before GraphQL runs.
type denial struct {
	status        int
	code, message string
}

// Error implements error: a Fatal of the engine may say which denial answers.
func (d *denial) Error() string { return d.message }

// authenticate checks, in the platform's order, the token, the network, the
// expiry; nil means welcome. A wrong network hides an expired token, and a
// wrong token looks like an absent one.
func (p *Platform) authenticate(r *http.Request, now time.Time) *denial {
	token := bearer(r.Header.Get("Authorization"))
	if subtle.ConstantTimeCompare([]byte(token), []byte(p.options.Token)) != 1 {
		return wrongToken()
	}
	if ip, ok := p.stranger(r.RemoteAddr); ok {
		return strangeNetwork(ip)
	}
	if p.expired(now) {
		return expiredToken()
	}
	return nil
}

func wrongToken() *denial {
	return &denial{http.StatusForbidden, "forbidden", "Without a valid token, only persisted queries are allowed"}
}

func strangeNetwork(ip netip.Addr) *denial {
	return &denial{http.StatusForbidden, "forbidden", fmt.Sprintf("Request issued from a forbidden network. Add %s/%d to the allowed networks of this token", ip, ip.BitLen())}
}

func expiredToken() *denial {
	return &denial{http.StatusUnauthorized, "unauthorized", "Token expired"}
}

// bearer reads a token as Rails does: `Bearer x`, `Bearer token=x`,
// `Token token="x"`.
func bearer(header string) string {
	scheme, rest, ok := strings.Cut(header, " ")
	if !ok || scheme != "Bearer" && scheme != "Token" {
		return ""
	}
	rest = strings.TrimSpace(rest)
	if value, named := strings.CutPrefix(rest, "token="); named {
		rest = value
	}
	return strings.Trim(rest, `"`)
}

// stranger tells whether the caller is outside the token's networks.
func (p *Platform) stranger(remote string) (netip.Addr, bool) {
	if len(p.options.Networks) == 0 {
		return netip.Addr{}, false
	}
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return netip.IPv4Unspecified(), true
	}
	ip = ip.Unmap().WithZone("")
	for _, n := range p.options.Networks {
		if n.Contains(ip) {
			return ip, false
		}
	}
	return ip, true
}

// expired: the token works until the end of its day in Paris.
func (p *Platform) expired(now time.Time) bool {
	if p.options.TokenExpires.IsZero() {
		return false
	}
	y, m, d := p.options.TokenExpires.Date()
	return !now.Before(time.Date(y, m, d+1, 0, 0, 0, 0, paris))
}
