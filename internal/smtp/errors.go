package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"os"
	"slices"
	"strings"

	gosmtp "github.com/emersion/go-smtp"

	"relais/internal/notify"
)

var errRefused = notify.ErrRefused

// step is where in the exchange something happened, in the words of an error.
type step string

const (
	atConnect  step = "the connection"
	atGreeting step = "the greeting or the encryption"
	atAuth     step = "the user and password"
	atMail     step = "the sender (MAIL FROM)"
	atRcpt     step = "the recipient (RCPT TO)"
	atData     step = "DATA"
	atWriting  step = "the mail's content, before its end"
	atContent  step = "the mail's content"
)

// failure is what the library or the network said at a step. Its text is never
// shown as it is: see explain.
type failure struct {
	at  step
	err error
}

func (f failure) Error() string { return "smtp: " + string(f.at) }

// lost tells that the connection broke, or that the server closed it, before the
// mail went out: it is safe to begin again.
func lost(err error) bool {
	f, ok := errors.AsType[failure](err)
	if !ok || f.at == atContent {
		return false
	}
	answer, ok := errors.AsType[*gosmtp.SMTPError](f.err)
	return !ok || answer.Code == 421
}

// broken tells that the connection is of no use any more.
func broken(err error) bool {
	f, ok := errors.AsType[failure](err)
	if !ok {
		return false
	}
	answer, ok := errors.AsType[*gosmtp.SMTPError](f.err)
	return !ok || answer.Code == 421
}

// explain puts an error in our own words; nil stays nil.
func explain(ctx context.Context, err error) error {
	f, ok := errors.AsType[failure](err)
	if !ok {
		return err
	}
	if dead := ctx.Err(); dead != nil {
		return fmt.Errorf("smtp: at %s: %w", f.at, dead)
	}
	if answer, ok := errors.AsType[*gosmtp.SMTPError](f.err); ok {
		return answered(f.at, answer)
	}
	text := network(f)
	if f.at == atContent {
		text += ": the server may have taken the mail, or not"
	}
	return errors.New("smtp: at " + string(f.at) + ": " + text)
}

func network(f failure) string {
	var certificate *tls.CertificateVerificationError
	var strange textproto.ProtocolError
	switch {
	case f.at == atConnect:
		return "the server cannot be reached: " + f.err.Error() // names the server only
	case errors.Is(f.err, errFar):
		return f.err.Error()
	case errors.As(f.err, &certificate):
		return "the server's certificate is not trusted: " + certificate.Err.Error()
	case strings.Contains(f.err.Error(), "doesn't support STARTTLS"):
		return "the server offers no STARTTLS; use smtps:// if it has such a port"
	case errors.Is(f.err, os.ErrDeadlineExceeded), errors.Is(f.err, context.DeadlineExceeded):
		return "the server did not answer in time"
	case errors.Is(f.err, io.EOF), errors.Is(f.err, io.ErrUnexpectedEOF):
		return "the server closed the connection"
	case errors.As(f.err, &strange):
		return "the server's answer is not one of SMTP, or was cut short"
	}
	return "the connection failed"
}

// answered explains an answer by its codes.
func answered(at step, e *gosmtp.SMTPError) error {
	code := fmt.Sprint(e.Code)
	if e.EnhancedCode[0] > 0 {
		code += fmt.Sprintf(" %d.%d.%d", e.EnhancedCode[0], e.EnhancedCode[1], e.EnhancedCode[2])
	}
	text := fmt.Sprintf("smtp: the server answered %s to %s", code, at)
	switch {
	case e.Code < 500:
		return errors.New(text + ": try again later")
	case refused(at, e) && tooMuch(at, e):
		return fmt.Errorf("%s: %w", text, notify.ErrMessageRefused)
	case refused(at, e):
		return fmt.Errorf("%s: %w", text, errRefused)
	case at == atAuth:
		return errors.New(text + ": check them, and whether the account may send by SMTP")
	case at == atMail:
		return errors.New(text + ": check that this account may write as the sender")
	}
	return errors.New(text)
}

// refused tells that a permanent answer is about the recipient or the mail
// itself. The enhanced code (RFC 3463) is clear where there is one: X.1 is the
// address, but for X.1.7 and X.1.8, the sender's; X.2 is the mailbox, but for
// X.2.2, full, which passes; X.3.4 is a mail too big and X.6 its content; X.7 is
// policy, ours to solve.
func refused(at step, e *gosmtp.SMTPError) bool {
	if at != atMail && at != atRcpt && at != atData && at != atContent {
		return false
	}
	subject, detail := e.EnhancedCode[1], e.EnhancedCode[2]
	if e.EnhancedCode[0] != 5 {
		return refusedBare(at, e)
	}
	if subject == 3 && detail == 4 {
		return true
	}
	if at == atMail {
		return false
	}
	switch subject {
	case 1:
		return detail != 7 && detail != 8
	case 2:
		return detail != 2
	case 6:
		return true
	}
	return false
}

// tooMuch tells that a refusal is about the mail and not about its recipient.
func tooMuch(at step, e *gosmtp.SMTPError) bool {
	if e.EnhancedCode[0] == 5 {
		return e.EnhancedCode[1] == 3 || e.EnhancedCode[1] == 6
	}
	return e.Code == 552 && at != atRcpt || e.Code == 554
}

// unsure tells that the server may have taken the mail: it had the content, and
// its answer did not come.
func unsure(err error) bool {
	f, ok := errors.AsType[failure](err)
	if !ok || f.at != atContent {
		return false
	}
	_, answered := errors.AsType[*gosmtp.SMTPError](f.err)
	return !answered
}

// ours are words of an answer about who sends, and not to whom.
var ours = []string{"relay", "auth", "sender", "policy", "denied", "blocked", "blacklist", "spam", "reputation", "login"}

// theirs are words of an answer about what the mail holds.
var theirs = []string{"content", "attachment", "virus", "mime", "malformed", "format"}

// refusedBare reads a code alone (RFC 5321, 4.2.3), with the words that tell a
// trouble of ours apart.
func refusedBare(at step, e *gosmtp.SMTPError) bool {
	if speaksOf(e, ours) {
		return false
	}
	switch e.Code {
	case 550, 551, 553:
		return at != atMail
	case 501:
		return at == atRcpt // its only argument is the address
	case 552:
		return at == atMail || at == atContent // too big; of a recipient: mailbox full
	case 554: // says by itself only that it failed
		return at == atContent && speaksOf(e, theirs)
	}
	return false
}

func speaksOf(e *gosmtp.SMTPError, words []string) bool {
	said := strings.ToLower(e.Message)
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(said, word) })
}
