package ses

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"relais/internal/mime"
	"relais/internal/notify"
)

// mailTag is the tag that carries the Mail's id.
const mailTag = "mail"

// idShape is what SES accepts as the value of a tag, but for its length.
var idShape = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// isID: a pattern that counts to 256 would take long to compile, at each cold start.
func isID(s string) bool { return len(s) <= 256 && idShape.MatchString(s) }

// client is what is used of the SDK's.
type client interface {
	SendEmail(context.Context, *sesv2.SendEmailInput, ...func(*sesv2.Options)) (*sesv2.SendEmailOutput, error)
	GetAccount(context.Context, *sesv2.GetAccountInput, ...func(*sesv2.Options)) (*sesv2.GetAccountOutput, error)
}

// Sender sends through one account and region.
type Sender struct {
	client client
	set    *string
}

var _ notify.Sender = (*Sender)(nil)

// New names the configuration set whose events bring bounces and complaints back;
// without one ("") SES uses the default set of the sender's identity, if any.
func New(cfg aws.Config, configurationSet string) *Sender {
	return build(cfg, configurationSet, retry.NewExponentialJitterBackoff(5*time.Second))
}

func build(cfg aws.Config, configurationSet string, pause retry.BackoffDelayer) *Sender {
	s := &Sender{client: sesv2.NewFromConfig(cfg, func(o *sesv2.Options) {
		o.Retryer = onlyThrottled(pause)
	})}
	if configurationSet != "" {
		s.set = &configurationSet
	}
	return s
}

// throttled are the codes of a request that SES has not taken.
var throttled = map[string]struct{}{
	"TooManyRequestsException": {},
	"Throttling":               {},
	"ThrottlingException":      {},
}

// onlyThrottled repeats nothing else: the SDK would also repeat a request whose
// answer was lost, and send the mail twice.
func onlyThrottled(pause retry.BackoffDelayer) aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.Backoff = pause
		o.Retryables = []retry.IsErrorRetryable{retry.RetryableErrorCode{Codes: throttled}}
	})
}

// Send implements notify.Sender.
func (s *Sender) Send(ctx context.Context, m notify.Message) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("ses: %w: %w", err, notify.ErrNotTaken)
	}
	if !isID(m.ID) {
		return fmt.Errorf("ses: the mail's id must be 1 to 256 letters, digits, - or _ (got %d bytes): %w", len(m.ID), notify.ErrNotTaken)
	}
	raw, to, err := prepare(m)
	switch {
	case errors.Is(err, notify.ErrRefused):
		return err
	case err != nil:
		return fmt.Errorf("%w: %w", err, notify.ErrNotTaken)
	}
	_, err = s.client.SendEmail(ctx, &sesv2.SendEmailInput{
		Content:              &types.EmailContent{Raw: &types.RawMessage{Data: raw}},
		Destination:          &types.Destination{ToAddresses: []string{to}},
		ConfigurationSetName: s.set,
		EmailTags:            []types.MessageTag{{Name: aws.String(mailTag), Value: aws.String(m.ID)}},
	})
	if err == nil {
		return nil
	}
	if dead := ctx.Err(); dead != nil {
		return fmt.Errorf("ses: %w", dead)
	}
	return fmt.Errorf("ses: %w", explain(err, ordinary(m.From)))
}

func prepare(m notify.Message) (raw []byte, to string, err error) {
	if raw, err = mime.Build(m); err != nil {
		return nil, "", err
	}
	to, err = recipient(m)
	return raw, to, err
}

// recipient is the bare address, quoted where needed. SES takes ASCII only and
// has no SMTPUTF8.
func recipient(m notify.Message) (string, error) {
	to, err := mail.ParseAddress(m.To)
	if err != nil {
		return "", errors.New("ses: the recipient is not an e-mail address")
	}
	if strings.ContainsFunc(to.Address, func(r rune) bool { return r > 126 }) {
		return "", fmt.Errorf("ses: SES cannot write to an address with letters beyond ASCII: %w", notify.ErrRefused)
	}
	quoted := (&mail.Address{Address: to.Address}).String()
	return strings.TrimSuffix(strings.TrimPrefix(quoted, "<"), ">"), nil
}

// ordinaryShape is an address that no service finds fault with.
var ordinaryShape = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$`)
})

// ordinary tells that a complaint about an address cannot be about this one.
func ordinary(from string) bool {
	a, err := mail.ParseAddress(from)
	return err == nil && ordinaryShape().MatchString(a.Address)
}
