package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"

	"relais/internal/settings"
)

// ErrNetwork asks for the operator's consent.
var ErrNetwork = errors.New("first use of the token from this network")

// consent guards the token: one created since 1 July 2026 can lock on the first
// address that uses it, and a laptop must not become that address by accident.
// Consent is kept in the store with a hash of the token and the local source
// address; nobody outside is asked anything.
func (d *Desk) consent(ctx context.Context, s settings.Settings, given bool) error {
	token, err := s.Token.Source(d.amazon.parameter)(ctx)
	if err != nil {
		return fmt.Errorf("DS_API_TOKEN: %w", err)
	}
	if token == "" || settings.Loopback(s.APIURL.Hostname()) {
		return nil
	}
	address := sourceAddress()
	sum := sha256.Sum256([]byte(token))
	key := "network/" + hex.EncodeToString(sum[:8]) + "/" + address
	known, err := d.Store.Meta(ctx, key)
	if err != nil {
		return fmt.Errorf("RELAIS_STORE: %w", err)
	}
	switch {
	case known != "":
		return nil
	case given:
		return d.Store.SetMeta(ctx, key, "allowed")
	}
	return fmt.Errorf("DS_API_TOKEN: %w (local address %s). A token created since 1 July 2026 may lock on the first address that uses it; if this machine may use it, repeat the command with --from-this-network", ErrNetwork, address)
}

// sourceAddress is the address this machine would send from. Connecting a UDP
// socket to a documentation address (RFC 5737) chooses a route and sends nothing.
func sourceAddress() string {
	for _, to := range []string{"192.0.2.1:9", "[2001:db8::1]:9"} {
		c, err := net.Dial("udp", to)
		if err != nil {
			continue
		}
		defer c.Close()
		if a, ok := c.LocalAddr().(*net.UDPAddr); ok {
			return a.IP.String()
		}
	}
	return "unknown"
}
