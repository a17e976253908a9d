package ds

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
)

func TestWhichAddressesThePlatformHas(t *testing.T) {
	four, six, mapped := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("::ffff:192.0.2.1")
	for name, test := range map[string]struct {
		found []netip.Addr
		want  bool
	}{
		"IPv4 alone":   {[]netip.Addr{four}, false},
		"both":         {[]netip.Addr{four, six}, true},
		"IPv6 alone":   {[]netip.Addr{six}, true},
		"IPv4 in IPv6": {[]netip.Addr{mapped}, false},
	} {
		got, err := hasIPv6(t.Context(), func(_ context.Context, network, host string) ([]netip.Addr, error) {
			if network != "ip" || host != "ds.example" {
				t.Errorf("looked up %s of %s", network, host)
			}
			return test.found, nil
		}, "ds.example")
		if got != test.want || err != nil {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	unknown := &net.DNSError{Err: "no such host", Name: "ds.example", IsNotFound: true}
	_, err := hasIPv6(t.Context(), func(context.Context, string, string) ([]netip.Addr, error) { return nil, unknown }, "ds.example")
	if !errors.Is(err, Unreachable) {
		t.Errorf("got %v", err)
	}
}

func TestTheAddressOfThisMachineIsLookedUp(t *testing.T) {
	c, err := New(Config{URL: "http://127.0.0.1:1/api", Token: StaticToken("t")})
	if err != nil {
		t.Fatal(err)
	}
	if six, err := c.IPv6(t.Context()); six || err != nil {
		t.Errorf("%v, %v", six, err)
	}
}
