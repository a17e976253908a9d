package ds

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// failure is the JSON that comes with a status other than 200: errors, or the
// single key error during maintenance.
type failure struct {
	Error  any `json:"error"`
	Errors []struct {
		Message    string         `json:"message"`
		Extensions map[string]any `json:"extensions"`
	} `json:"errors"`
}

// classifyStatus tells what an answer other than 200 means: by its status and
// code, never by its texts, but for the address in a 403.
func classifyStatus(status int, header http.Header, body []byte) *Error {
	var f failure
	isJSON := json.Unmarshal(body, &f) == nil
	e := &Error{Status: status}
	if len(f.Errors) > 0 {
		e.Code = identifier(f.Errors[0].Extensions["code"])
		e.ExceptionID = identifier(f.Errors[0].Extensions["exception_id"])
	}
	switch {
	case status >= 300 && status < 400:
		e.Kind, e.Host = Redirected, redirectHost(header.Get("Location"))
	case status == http.StatusUnauthorized:
		e.Kind = ExpiredToken
	case status == http.StatusForbidden:
		e.Kind, e.Network = forbidden(e.Code, f)
	case status == http.StatusBadRequest:
		e.Kind = BadRequest
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed, status == http.StatusGone:
		e.Kind = WrongURL
	case status == http.StatusTooManyRequests:
		e.Kind = RateLimited
	case status == http.StatusInternalServerError:
		e.Kind = ServerError
	case status == http.StatusServiceUnavailable && isJSON && f.Error != nil:
		e.Kind = Maintenance
	case status > http.StatusInternalServerError:
		e.Kind = FrontServer
	default:
		e.Kind = UnexpectedStatus
	}
	return e
}

// forbidden tells a refused network from a wrong token: both are 403 with the
// code forbidden, and only the first message shows an address.
func forbidden(code string, f failure) (Kind, string) {
	if code != "forbidden" {
		return FrontServer, ""
	}
	for _, e := range f.Errors {
		if network := shownNetwork(e.Message); network != "" {
			return RefusedNetwork, network
		}
	}
	return WrongToken, ""
}

// shownNetwork finds the first IP address of a text, with the prefix length that
// comes with it: "203.0.113.7/32". It returns "" when there is none.
func shownNetwork(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(".:/", r)
	})
	for i, w := range words {
		w = strings.TrimRight(w, ".:/")
		if p, err := netip.ParsePrefix(w); err == nil && !p.Addr().IsUnspecified() {
			return p.String()
		}
		if a, err := netip.ParseAddr(w); err == nil && !a.IsUnspecified() {
			return a.WithZone("").String() + prefixAfter(a, words[i+1:])
		}
	}
	return ""
}

// prefixAfter finds a prefix length written apart from its address.
func prefixAfter(a netip.Addr, words []string) string {
	for _, w := range words {
		n, err := strconv.Atoi(strings.Trim(w, "./:"))
		if err == nil && n > 0 && n <= a.BitLen() {
			return "/" + strconv.Itoa(n)
		}
	}
	return ""
}

// classifyCause tells what kept a request from being answered, or its body from
// being read to the end.
func classifyCause(ctx context.Context, err error) *Error {
	var own *Error
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &Error{Kind: Deadline, Err: context.DeadlineExceeded}
	case ctx.Err() != nil:
		return &Error{Kind: Canceled, Err: context.Canceled}
	case isTimeout(err):
		return &Error{Kind: NoAnswer, Err: err}
	case isTLS(err):
		return &Error{Kind: TLS, Err: err}
	case isDial(err):
		return &Error{Kind: Unreachable, Err: err}
	}
	return classifyBody(err)
}

// classifyBody tells what is wrong with a body that is not the JSON of an answer.
func classifyBody(err error) *Error {
	var syntax *json.SyntaxError
	var shape *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return &Error{Kind: NotJSON, Status: http.StatusOK}
	case errors.As(err, &shape):
		return &Error{Kind: NotUnderstood, Status: http.StatusOK}
	case isNetwork(err):
		return &Error{Kind: Interrupted, Err: err}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &Error{Kind: Truncated, Err: err}
	}
	return &Error{Kind: Interrupted, Err: err}
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout() || errors.Is(err, context.DeadlineExceeded)
}

func isTLS(err error) bool {
	var verification *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &verification) || errors.As(err, &record) || errors.As(err, &alert) ||
		errors.As(err, &authority) || errors.As(err, &host) || errors.As(err, &invalid) ||
		errors.Is(err, http.ErrSchemeMismatch)
}

func isDial(err error) bool {
	var dns *net.DNSError
	var op *net.OpError
	return errors.As(err, &dns) || errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect")
}

// isNetwork tells an error of the connection from an error in what it carried.
func isNetwork(err error) bool {
	var op *net.OpError
	var request *url.Error
	return errors.As(err, &op) || errors.As(err, &request)
}

// notFoundHost tells a name that does not exist, which no retry will create.
func notFoundHost(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}

var identifiers = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// identifier keeps a code or an exception id if it looks like one, so that no
// text of an answer slips into a message.
func identifier(v any) string {
	s, _ := v.(string)
	if len(s) > 64 || !identifiers.MatchString(s) {
		return ""
	}
	return s
}

// redirectHost is where a redirect points to, without path or query.
func redirectHost(location string) string {
	u, err := url.Parse(location)
	if err != nil || u.Host == "" {
		return "another path"
	}
	return u.Scheme + "://" + u.Host
}
