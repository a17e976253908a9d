package ses

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/smithy-go"

	"relais/internal/notify"
)

// explain puts an error in our own words: the service's quote addresses.
// fromIsOrdinary tells that a malformed address is not the sender's.
func explain(err error, fromIsOrdinary bool) error {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return errors.New("SES could not be reached, or its answer did not come: the mail may have been taken")
	}
	code, message := api.ErrorCode(), strings.ToLower(api.ErrorMessage())
	if about, refused := refusal(code, message, fromIsOrdinary); refused != nil {
		return fmt.Errorf("SES answered %q: %s: %w", code, about, refused)
	}
	if about := trouble(code, message); about != "" {
		return fmt.Errorf("SES answered %q: %s: %w", code, about, notify.ErrNotTaken)
	}
	return fmt.Errorf("SES answered %q", code) // at whatever moment
}

// malformed are the words of SES for an address that is none.
var malformed = []string{
	"illegal address", "missing final '@domain'", "missing domain", "invalid domain name", "invalid email address",
	"domain contains", "domain starts with", "domain ends with", "local address contains", "local address starts with",
	"local address ends with", "non-ascii characters in the email address",
}

// refusal says what is wrong for good with this recipient or message; nil when
// nothing is known to be. SES has no codes for it, only sentences.
func refusal(code, message string, fromIsOrdinary bool) (about string, refused error) {
	switch code {
	case "BadRequestException", "MessageRejected":
	default:
		return "", nil
	}
	switch {
	case fromIsOrdinary && containsAny(message, malformed...):
		return "the recipient's address is malformed", notify.ErrRefused
	case strings.Contains(message, "blacklisted"):
		return "the recipient's address is on the suppression list", notify.ErrRefused
	case strings.Contains(message, "virus"):
		return "it takes the message for a virus", notify.ErrMessageRefused
	case containsAny(message, "message length is more than", "message is too long"):
		return "the message is too large", notify.ErrMessageRefused
	}
	return "", nil
}

// trouble says what the operator can do about the account; "" when only waiting
// will help.
func trouble(code, message string) string {
	switch code {
	case "MessageRejected", "BadRequestException":
		switch {
		case strings.Contains(message, "not verified"):
			return "the sender's identity is not verified in this region, or the account is in the sandbox and the recipient is not verified either: verify the sender's domain and ask to leave the sandbox"
		case containsAny(message, "paused", "suspended", "disabled"):
			return "sending is paused for this account or configuration set"
		case strings.Contains(message, "configuration set"):
			return "the configuration set does not exist in this region"
		}
		return ""
	case "NotFoundException":
		return "the configuration set or the sender's identity does not exist in this region"
	case "AccountSuspendedException":
		return "the account may not send any more: see its page in the SES console"
	case "SendingPausedException":
		return "sending is paused for this account or configuration set"
	case "MailFromDomainNotVerifiedException":
		return "the MAIL FROM domain of the sender is not verified: see its MX record"
	case "LimitExceededException", "TooManyRequestsException", "Throttling", "ThrottlingException":
		if strings.Contains(message, "daily") {
			return "the quota of mails in 24 hours is used up"
		}
		return "too many mails at once; try again later"
	case "AccessDeniedException", "AccessDenied":
		return "this function may not send: allow its role ses:SendEmail for the sender's identity and the configuration set"
	}
	return ""
}

func containsAny(s string, parts ...string) bool {
	for _, part := range parts {
		if strings.Contains(s, part) {
			return true
		}
	}
	return false
}
