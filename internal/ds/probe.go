package ds

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
)

// Probe asks for a démarche that cannot exist: only an accepted token is told so.
func (c *Client) Probe(ctx context.Context) error {
	_, err := c.Demarche(ctx, 0)
	if errors.Is(err, NotFound) || errors.Is(err, Unauthorized) {
		return nil
	}
	return err
}

// lookup finds the addresses of a host; it has the signature of the resolver's.
type lookup func(ctx context.Context, network, host string) ([]netip.Addr, error)

// IPv6 tells whether the platform's name has an IPv6 address, as an outgoing
// address of that kind needs. Nothing is sent to the platform. A name that cannot be
// looked up is an error; one that has IPv4 addresses alone is not.
func (c *Client) IPv6(ctx context.Context) (bool, error) {
	u, err := url.Parse(c.url)
	if err != nil {
		return false, err
	}
	return hasIPv6(ctx, net.DefaultResolver.LookupNetIP, u.Hostname())
}

func hasIPv6(ctx context.Context, find lookup, host string) (bool, error) {
	list, err := find(ctx, "ip", host)
	if err != nil {
		return false, &Error{Kind: Unreachable, Op: "look up the platform's name", Err: err}
	}
	for _, a := range list {
		if a.Unmap().Is6() {
			return true, nil
		}
	}
	return false, nil
}
