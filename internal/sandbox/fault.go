package sandbox

import "time"

// Fault is one way for the platform, its front servers or the network to fail
// (ds-platform.md §1). The faults that belong to a dossier are Poison.
type Fault string

// Before GraphQL: the request is not executed.
const (
	BadGateway        Fault = "502"              // HTML of the front servers
	Unavailable       Fault = "503"              // HTML too, unlike maintenance
	GatewayTimeout    Fault = "504"              // HTML
	UnderMaintenance  Fault = "maintenance"      // 503, JSON with the key error
	TooMany           Fault = "429"              // text, reset at the end of the minute
	TooManyPast       Fault = "429-past"         // its reset is a minute ago
	TooManyAbsent     Fault = "429-absent"       // without any RateLimit header
	TooManyAbsurd     Fault = "429-absurd"       // its reset is in thousands of years
	TooManyDelay      Fault = "429-delay"        // its reset is a number of seconds to wait
	ServerError       Fault = "500"              // JSON with an exception_id
	BadRequest        Fault = "400"              // JSON, code bad_request
	TokenExpired      Fault = "401"              // JSON, code unauthorized
	NetworkRefused    Fault = "403-network"      // JSON, code forbidden, shows an address
	TokenRefused      Fault = "403-token"        // JSON, code forbidden, no hint
	RedirectInsecure  Fault = "301-http"         // to the same host, without TLS
	RedirectElsewhere Fault = "301-elsewhere"    // to another host
	ResetBefore       Fault = "reset-before"     // the connection breaks, nothing was done
	Hang              Fault = "hang"             // silence for Hit.For, then a reset
	HTMLPage          Fault = "html-200"         // a page of a proxy, with 200
	EmptyBody         Fault = "empty"            // 200 and nothing
	EmptyObject       Fault = "{}"               // 200
	DataNull          Fault = "data-null"        // 200, data null and no error
	ErrorsWithoutData Fault = "errors-no-data"   // 200, errors and no key data
	ErrorsAndDataNull Fault = "errors-null"      // 200, errors and data null
	HugeBody          Fault = "huge"             // 200, Hit.At bytes of blanks (default 40 MiB) inside its JSON
	WithoutRights     Fault = "200-unauthorized" // 200, data null, code unauthorized on the object
)

// After the request was executed.
const (
	Lost            Fault = "lost"          // executed, then the connection breaks before the answer
	ResetMiddle     Fault = "reset-middle"  // it breaks after Hit.At bytes of the body (default half)
	Truncated       Fault = "truncated"     // the body ends well, after Hit.At bytes (default half)
	SlowBody        Fault = "slow"          // the second half comes Hit.For later
	ErrorsBesideAll Fault = "errors-beside" // a root error without path beside whole data
	TimeoutPartial  Fault = "timeout"       // time is over at row Hit.At: nulls, the first error alone has a code
	NullNode        Fault = "null-node"     // row Hit.At (modulo the page) is null, with an invalid_null
)

// Hit is a fault with its measure. The zero Hit is no fault.
type Hit struct {
	Fault Fault
	// At is a number of bytes or the rank of a row from 0, as the fault says.
	At int
	// For is a pause; default 2 min. It is slept by Options.Sleep.
	For time.Duration
}

const defaultPause = 2 * time.Minute

func (h Hit) pause() time.Duration {
	if h.For > 0 {
		return h.For
	}
	return defaultPause
}

// Faults lists every fault, for plans that draw one.
func Faults() []Fault {
	return []Fault{
		BadGateway, Unavailable, GatewayTimeout, UnderMaintenance,
		TooMany, TooManyPast, TooManyAbsent, TooManyAbsurd, TooManyDelay,
		ServerError, BadRequest, TokenExpired, NetworkRefused, TokenRefused,
		RedirectInsecure, RedirectElsewhere, ResetBefore, Hang,
		HTMLPage, EmptyBody, EmptyObject, DataNull, ErrorsWithoutData, ErrorsAndDataNull, HugeBody, WithoutRights,
		Lost, ResetMiddle, Truncated, SlowBody, ErrorsBesideAll, TimeoutPartial, NullNode,
	}
}
