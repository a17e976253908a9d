// Package mime writes a notify.Message as the bytes of an e-mail. It is shared
// by the senders that need them, and is the only importer of the MIME library.
package mime

import (
	"bytes"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"relais/internal/notify"
)

// MaxSize bounds the bytes of a message as sent, base64 included. Postfix takes
// 10,240,000 bytes unless told otherwise, as many relays do, and each hop adds
// headers and perhaps a second encoding; Amazon SES takes 40 MB.
const MaxSize = 7 << 20

// Build writes a message in UTF-8: multipart/alternative, the text part first,
// inside multipart/related when images are shown in the HTML part, inside
// multipart/mixed when files are attached. The same message gives the same bytes.
//
// A recipient that is no address wraps notify.ErrRefused, a message beyond MaxSize
// notify.ErrMessageRefused; any other error is a mistake of ours. Errors never
// show an address. An Unsubscribe that RFC 8058 does not allow is left out.
func Build(m notify.Message) ([]byte, error) {
	if err := complete(m); err != nil {
		return nil, err
	}
	inline, attached, err := files(m)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := writeHeader(&out, m); err != nil {
		return nil, err
	}
	if err := writeBody(&out, m, inline, attached); err != nil {
		return nil, fmt.Errorf("mime: write message %s: %w", m.ID, err)
	}
	if out.Len() > MaxSize {
		return nil, fmt.Errorf("mime: message %s has %d bytes, %d at most: %w", m.ID, out.Len(), MaxSize, notify.ErrMessageRefused)
	}
	return out.Bytes(), nil
}

// writeHeader leaves out what says how the body is made. The library can write the
// body too, but gives all its levels one boundary, or random ones.
func writeHeader(out *bytes.Buffer, m notify.Message) error {
	msg := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithNoDefaultUserAgent())
	if err := address(msg, m); err != nil {
		return err
	}
	msg.Subject(oneLine(m.Subject))
	msg.SetDateWithValue(m.Date)
	msg.SetMessageIDWithValue(strings.Trim(oneLine(m.MessageID), "<>"))
	msg.SetGenHeader(headerID, m.ID)
	msg.SetGenHeader(gomail.Header("Auto-Submitted"), "auto-generated") // RFC 3834
	msg.SetGenHeader(gomail.Header("X-Auto-Response-Suppress"), "All")
	msg.SetGenHeader(gomail.Header("Content-Language"), "fr")
	if link, ok := unsubscribe(m.Unsubscribe); ok {
		msg.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+link+">")
		msg.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	if _, err := msg.WriteTo(out); err != nil {
		return fmt.Errorf("mime: write the header of message %s: %w", m.ID, err)
	}
	return nil
}

// headerID is a header of ours that tells a repeat: SES gives each sending a
// Message-ID of its own.
const headerID gomail.Header = "X-Relais-Mail"

func complete(m notify.Message) error {
	var missing []string
	for _, field := range []struct {
		name  string
		given bool
	}{
		{"id", m.ID != ""},
		{"subject", m.Subject != ""},
		{"text", m.Text != ""},
		{"html", m.HTML != ""},
		{"date", !m.Date.IsZero()},
		{"message id", m.MessageID != ""},
	} {
		if !field.given {
			missing = append(missing, field.name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("mime: the message lacks: %s", strings.Join(missing, ", "))
	}
	return nil
}

// address leaves the parser's own errors out: they quote the address.
func address(msg *gomail.Msg, m notify.Message) error {
	from, err := mail.ParseAddress(m.From)
	if err != nil {
		return errors.New("mime: the sender is not an e-mail address (expected name@host or Name <name@host>)")
	}
	to, err := mail.ParseAddress(m.To)
	if err != nil {
		return fmt.Errorf("mime: the recipient of message %s is not an e-mail address: %w", m.ID, notify.ErrRefused)
	}
	msg.SetAddrHeaderFromMailAddress(gomail.HeaderFrom, from)
	msg.SetAddrHeaderFromMailAddress(gomail.HeaderTo, to)
	return nil
}

func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s))
}
