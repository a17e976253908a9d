package dynamo

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// failure says what went wrong in our own words. DynamoDB's may quote the
// content of items, and the SDK's the address asked: the cause can be recognised
// with errors.Is and errors.As, and is never shown.
type failure struct {
	text  string
	cause error
}

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.cause }

// failed names the operation and explains the error. Ours, dossier.ErrConflict
// among them, stay as they are.
func (s *Store) failed(ctx context.Context, op string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("store: %s: %w", op, s.explain(ctx, err))
}

// explain puts the caller's own cancellation before what it did to the call.
func (s *Store) explain(ctx context.Context, err error) error {
	if cause := ctx.Err(); cause != nil {
		return cause
	}
	var operation *smithy.OperationError
	var known smithy.APIError
	switch {
	case errors.As(err, new(*failure)):
		return err
	case errors.As(err, &known):
		return &failure{s.sentence(known), err}
	case errors.As(err, &operation):
		return &failure{fmt.Sprintf("DynamoDB could not be asked about the table %q: check the network, the region and the credentials", s.table), err}
	}
	return err
}

func (s *Store) sentence(err smithy.APIError) string {
	code := err.ErrorCode()
	switch {
	case isThrottled(err):
		return fmt.Sprintf("the DynamoDB table %q is throttled (%s): try again in a minute, and if it lasts, raise the maximum throughput of the table or the account's quota", s.table, code)
	case code == "ResourceNotFoundException":
		return fmt.Sprintf("there is no DynamoDB table %q, or it lacks an index: deploy infra/data.yaml, and check its name and the region", s.table)
	case code == "AccessDeniedException":
		return fmt.Sprintf("the DynamoDB table %q may not be used so: check the rights of the role", s.table)
	case slices.Contains(badCredentials, code):
		return fmt.Sprintf("DynamoDB refused the credentials (%s)", code)
	case code == "TransactionCanceledException":
		return fmt.Sprintf("the DynamoDB table %q cancelled a transaction (%s)", s.table, reasonsOf(err))
	}
	return fmt.Sprintf("the DynamoDB table %q answered %s", s.table, code)
}

var badCredentials = []string{
	"UnrecognizedClientException", "ExpiredTokenException", "InvalidSignatureException",
	"MissingAuthenticationTokenException", "IncompleteSignatureException", "ExpiredToken",
}

// throttles are the codes by which DynamoDB says "too much", for a call or as
// the reason of a cancelled transaction.
var throttles = []string{
	"ProvisionedThroughputExceededException", "ProvisionedThroughputExceeded", "ThrottlingException",
	"ThrottlingError", "RequestLimitExceeded", "Throttling",
}

func isThrottled(err error) bool {
	var known smithy.APIError
	if !errors.As(err, &known) {
		return false
	}
	if slices.Contains(throttles, known.ErrorCode()) {
		return true
	}
	return cancelledFor(err, throttles...)
}

// isContended tells that a transaction was under way on the same items: the call
// did nothing and may be repeated.
func isContended(err error) bool {
	var known smithy.APIError
	if !errors.As(err, &known) {
		return false
	}
	switch known.ErrorCode() {
	case "TransactionConflictException", "TransactionInProgressException":
		return true
	}
	return cancelledFor(err, "TransactionConflict") && !cancelledFor(err, conditionFailed)
}

const conditionFailed = "ConditionalCheckFailed"

// cancelledFor tells whether a transaction was cancelled for one of some reasons.
func cancelledFor(err error, codes ...string) bool {
	return slices.ContainsFunc(reasons(err), func(code string) bool { return slices.Contains(codes, code) })
}

// reasons are the codes of a cancelled transaction, one an action.
func reasons(err error) []string {
	var cancelled *types.TransactionCanceledException
	if !errors.As(err, &cancelled) {
		return nil
	}
	var codes []string
	for _, r := range cancelled.CancellationReasons {
		codes = append(codes, aws.ToString(r.Code))
	}
	return codes
}

// reasonsOf lists the codes that tell something, once each.
func reasonsOf(err error) string {
	codes := slices.DeleteFunc(reasons(err), func(code string) bool { return code == "None" || code == "" })
	slices.Sort(codes)
	return fmt.Sprint(slices.Compact(codes))
}

// refusedBy returns what a condition found instead of what it wanted, when the
// client tells, and whether it was a condition that failed.
func refusedBy(err error) (stored item, refused bool) {
	var failed *types.ConditionalCheckFailedException
	if !errors.As(err, &failed) {
		return nil, false
	}
	return failed.Item, true
}
