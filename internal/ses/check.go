package ses

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/smithy-go"
)

// Check asks SES about the account and sends nothing. A role that may only send is
// not answered: that SES knows it is enough. Whether the account is in the sandbox
// is not looked at: mails that are redirected to a verified address leave it.
func (s *Sender) Check(ctx context.Context) error {
	account, err := s.client.GetAccount(ctx, &sesv2.GetAccountInput{})
	switch dead := ctx.Err(); {
	case err != nil && dead != nil:
		return fmt.Errorf("ses: %w", dead)
	case denied(err):
		return nil
	case err != nil:
		return unanswered(err)
	case !account.SendingEnabled:
		return errors.New("ses: sending is paused for this account in this region: see its page in the SES console")
	}
	return nil
}

// denied tells that SES knows who asks, and says no.
func denied(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && (api.ErrorCode() == "AccessDeniedException" || api.ErrorCode() == "AccessDenied")
}

func unanswered(err error) error {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return errors.New("ses: SES cannot be reached in this region, or there are no credentials for it")
	}
	switch api.ErrorCode() {
	case "UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException", "SignatureDoesNotMatch", "ExpiredTokenException", "ExpiredToken":
		return fmt.Errorf("ses: SES answered %q: the credentials are not accepted", api.ErrorCode())
	}
	return fmt.Errorf("ses: SES answered %q", api.ErrorCode())
}
