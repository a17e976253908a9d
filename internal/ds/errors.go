package ds

import (
	"fmt"
	"net/http"
	"time"
)

// Kind says in one word why the platform gave no usable answer. It is an error,
// so that errors.Is(err, ds.NotFound) works on any error of this package.
type Kind string

// Kinds that ask for somebody's action on the token.
const (
	WrongToken     Kind = "wrong_token"     // 403: mistyped, revoked, of another platform
	RefusedNetwork Kind = "refused_network" // 403 whose message shows our address
	ExpiredToken   Kind = "expired_token"   // 401
	NoToken        Kind = "no_token"        // the token could not be obtained; nothing was sent
	Unauthorized   Kind = "unauthorized"    // 200: the object is closed to this token
	OldToken       Kind = "old_token"       // 200: the format of the token is no longer accepted
)

// Kinds that say something of the object asked for.
const (
	NotFound    Kind = "not_found"    // not a proof of deletion
	InvalidNull Kind = "invalid_null" // a value breaks the platform's own schema
	Timeout     Kind = "timeout"      // the platform's own limit, inside a 200
	Partial     Kind = "partial"      // see PartialPage
	Fault       Kind = "fault"        // a root error of no known code
	Refused     Kind = "refused"      // the platform did not accept annotations
)

// Kinds that mean our request and the platform no longer understand each other.
const (
	BadRequest       Kind = "bad_request"
	UnknownQuery     Kind = "unknown_query" // the schema no longer has what we ask
	TooComplex       Kind = "too_complex"   // over its budget of complexity or depth
	NotJSON          Kind = "not_json"
	NotUnderstood    Kind = "not_understood" // JSON of another shape than the schema's
	NoData           Kind = "no_data"        // neither data nor errors
	StuckCursor      Kind = "stuck_cursor"   // more pages announced, no way to them
	TooLarge         Kind = "too_large"
	UnexpectedStatus Kind = "unexpected_status"
	NotAllowed       Kind = "not_allowed" // our own guard; nothing was sent
)

// Kinds of a platform, a network or an address that does not answer as it should.
const (
	ServerError Kind = "server_error" // 500, with an exception id for support
	RateLimited Kind = "rate_limited" // 429
	Maintenance Kind = "maintenance"  // 503 in JSON
	FrontServer Kind = "front_server" // 502, 503, 504 in HTML
	Redirected  Kind = "redirected"   // never followed
	WrongURL    Kind = "wrong_url"    // 404, 405: nothing serves the API there
	Truncated   Kind = "truncated"    // an empty body or one cut short
	Unreachable Kind = "unreachable"  // name not found, connection refused
	Interrupted Kind = "interrupted"  // connection lost on the way
	NoAnswer    Kind = "no_answer"    // our own time limit for one request
	TLS         Kind = "tls"
	Deadline    Kind = "deadline" // the caller's time is over
	Canceled    Kind = "canceled" // the caller gave up
)

// Error implements error.
func (k Kind) Error() string { return "platform: " + string(k) }

// Error is one failed request. Its text is one sentence with a remedy; it never
// holds the token, a body, or anything of a dossier but its number. Err is the
// cause, for errors.Is and errors.As; it is not printed.
type Error struct {
	Kind Kind
	// Op is the operation: dossiers, pending, deleted, dossier, demarche, form,
	// modifierAnnotations.
	Op string
	// Subject is what was asked for: "démarche 123", "dossier 456".
	Subject string
	// Status is the HTTP status, 0 when there was no answer.
	Status int
	// Code is the platform's own, from extensions.code; often empty.
	Code string
	// Path is where in the answer: "demarche.dossiers.nodes.3".
	Path string
	// ExceptionID is what the platform's support asks for.
	ExceptionID string
	// Network is our address as the platform saw it, with its prefix length.
	Network string
	// Host is where a redirect pointed to.
	Host string
	// Count is how many annotations were refused.
	Count int
	// Limit is the size not to exceed, in bytes.
	Limit int64
	// Wait is how long the platform asked to wait after a 429.
	Wait time.Duration
	Err  error
}

// Error implements error.
func (e *Error) Error() string {
	subject := e.Subject
	if subject == "" {
		subject = "the platform"
	}
	if e.Op == "" {
		return e.sentence(subject)
	}
	return e.Op + ": " + e.sentence(subject)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is matches a Kind.
func (e *Error) Is(target error) bool {
	k, ok := target.(Kind)
	return ok && k == e.Kind
}

// Everywhere tells that the failure is of the token, the network or the platform
// as a whole, and would meet any other request too.
func (e *Error) Everywhere() bool {
	switch e.Kind {
	case WrongToken, RefusedNetwork, ExpiredToken, NoToken, OldToken,
		RateLimited, Maintenance, Redirected, WrongURL, Unreachable, TLS:
		return true
	}
	return false
}

// status shows what came back, for messages: " (HTTP 502 Bad Gateway)".
func (e *Error) status() string {
	if e.Status == 0 {
		return ""
	}
	return fmt.Sprintf(" (HTTP %d %s)", e.Status, http.StatusText(e.Status))
}
