package mime

import (
	"net"
	"net/url"
	"strings"
)

// maxLink keeps List-Unsubscribe within a line of a mail (RFC 5322, 2.1.1).
const maxLink = 900

// unsubscribe is false for an address that one click may not post to: RFC 8058
// wants https. Plain http is for a page on this machine.
func unsubscribe(link string) (string, bool) {
	if link == "" || len(link) > maxLink || strings.ContainsFunc(link, notInLink) {
		return "", false
	}
	u, err := url.Parse(link)
	if err != nil || u.Hostname() == "" || u.User != nil {
		return "", false
	}
	return link, u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())
}

// notInLink tells the characters that would end the link, or the header.
func notInLink(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("<>\"\\", r) }

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
