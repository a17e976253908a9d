package ds

import (
	"fmt"
	"time"
)

// sentence says what happened to the subject, and what to do.
func (e *Error) sentence(subject string) string {
	if s, ok := e.detailed(subject); ok {
		return s
	}
	if s, ok := plain[e.Kind]; ok {
		return fmt.Sprintf(s, e.status())
	}
	return fmt.Sprintf("%s could not be read: %s%s", subject, e.Kind, e.status())
}

// plain sentences depend on nothing but the status.
var plain = map[Kind]string{
	WrongToken:       "the platform refuses the token%s; check that DS_API_TOKEN is complete, not revoked, and meant for this platform",
	ExpiredToken:     "the token has expired%s; create a new one on the platform and put it in DS_API_TOKEN",
	OldToken:         "the platform no longer accepts tokens of this format%s; create a new one and put it in DS_API_TOKEN",
	UnknownQuery:     "the platform does not know something that our query asks for%s; its schema may have changed, check for a newer version of Relais",
	TooComplex:       "the platform finds our query too complex or too deep%s; ask for smaller pages, or check for a newer version of Relais",
	NotJSON:          "the answer is not JSON%s; check that DS_API_URL points to the GraphQL API",
	NoData:           "the answer holds neither data nor errors%s; check that DS_API_URL points to the GraphQL API",
	UnexpectedStatus: "the answer has a status that the platform does not document%s; check that DS_API_URL points to the GraphQL API",
	Maintenance:      "the platform is under maintenance%s; try again later",
	FrontServer:      "a server in front of the platform answered in its place%s; try again later and look at the platform's status page",
	WrongURL:         "nothing serves the API at this address%s; check DS_API_URL, whose path is usually /api/v2/graphql",
	Truncated:        "the answer is empty or cut short%s; try again later",
	Interrupted:      "the connection was lost%s; try again later",
	Unreachable:      "the host does not answer%s; check the name in DS_API_URL and the network",
	TLS:              "no secure connection could be made%s; check that DS_API_URL names the right host, and the certificates of this machine",
	Deadline:         "the time given to this work is over%s; the next run will resume",
	Canceled:         "the work was stopped by its caller%s",
	NotAllowed:       "this request is none of those that Relais may send, and was not sent%s",
}

// detailed sentences name what was asked for, or show a detail of the answer.
func (e *Error) detailed(subject string) (string, bool) {
	switch e.Kind {
	case RefusedNetwork:
		return fmt.Sprintf("the platform refuses calls from the network %s%s; add it to the token's allowed networks, or call from an allowed address", e.Network, e.status()), true
	case NoToken:
		return "the token could not be read, nothing was sent; check DS_API_TOKEN", true
	case Unauthorized:
		return fmt.Sprintf("%s is closed to this token; check that it is on the token's list and that the token's owner is still its administrateur", subject), true
	case NotFound:
		return fmt.Sprintf("%s is unknown to the platform or hidden; check its number", subject), true
	case Timeout:
		return fmt.Sprintf("the platform ran out of time while reading %s%s; ask for less at once, or try again later", subject, e.at()), true
	case InvalidNull:
		return fmt.Sprintf("the platform could not show a value of %s%s; read its dossiers one by one to find it", subject, e.at()), true
	case NotUnderstood:
		return fmt.Sprintf("the answer about %s does not have the published shape%s; check for a newer version of Relais", subject, e.at()), true
	case StuckCursor:
		return fmt.Sprintf("the platform announces more pages of %s but no way to reach them; try again later", subject), true
	}
	return e.measured(subject)
}

// measured sentences show a number.
func (e *Error) measured(subject string) (string, bool) {
	switch e.Kind {
	case BadRequest:
		return fmt.Sprintf("the platform finds our request malformed%s%s; check for a newer version of Relais", e.status(), e.code()), true
	case Fault:
		return fmt.Sprintf("the platform reports an error on %s%s%s; try again later", subject, e.at(), e.code()), true
	case ServerError:
		return fmt.Sprintf("the platform failed%s%s; try again later", e.status(), e.exception()), true
	case RateLimited:
		return fmt.Sprintf("too many requests with this token%s; try again in %s", e.status(), e.Wait.Round(time.Second)), true
	case Redirected:
		return fmt.Sprintf("the address redirects to %s%s, which is never followed; correct DS_API_URL", e.Host, e.status()), true
	case TooLarge:
		return fmt.Sprintf("answer larger than %d MiB; ask for less at once", e.Limit>>20), true
	case NoAnswer:
		return fmt.Sprintf("no answer within %s; try again later", perRequest), true
	case Refused:
		return fmt.Sprintf("the platform refused at least %d annotation(s) of %s and may have kept the others; check that the token may write, that the author is in the dossier's groupe instructeur, and the type of each annotation", e.Count, subject), true
	}
	return "", false
}

func (e *Error) at() string {
	if e.Path == "" {
		return ""
	}
	return " at " + e.Path
}

func (e *Error) code() string {
	if e.Code == "" {
		return ""
	}
	return ", code " + e.Code
}

func (e *Error) exception() string {
	if e.ExceptionID == "" {
		return ""
	}
	return ", exception " + e.ExceptionID + " (give it to its support)"
}
