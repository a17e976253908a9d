// Package mime writes a notify.Message as the bytes of an e-mail. It is shared
// by the senders that need them, and is the only importer of the MIME library.
package mime

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"relais/internal/notify"
)

// Build writes a message as multipart/alternative, UTF-8, text part first. The
// same message gives the same bytes. A recipient that is no address wraps
// notify.ErrRefused; errors never show an address.
func Build(m notify.Message) ([]byte, error) {
	if err := complete(m); err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(
		gomail.WithCharset(gomail.CharsetUTF8),
		gomail.WithEncoding(gomail.EncodingQP),
		gomail.WithBoundary(boundary(m.ID)),
		gomail.WithNoDefaultUserAgent(),
	)
	if err := address(msg, m); err != nil {
		return nil, err
	}
	msg.Subject(oneLine(m.Subject))
	msg.SetDateWithValue(m.Date)
	msg.SetMessageIDWithValue(strings.Trim(oneLine(m.MessageID), "<>"))
	msg.SetGenHeader(headerID, m.ID)
	msg.SetGenHeader(gomail.Header("Auto-Submitted"), "auto-generated") // RFC 3834
	msg.SetGenHeader(gomail.Header("X-Auto-Response-Suppress"), "All")
	msg.SetGenHeader(gomail.Header("Content-Language"), "fr")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)

	var out bytes.Buffer
	if _, err := msg.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("mime: write message %s: %w", m.ID, err)
	}
	return out.Bytes(), nil
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

// boundary is derived from the id, so that a repeat is the same to the byte and
// nothing written in a dossier can guess it.
func boundary(id string) string {
	sum := sha256.Sum256([]byte("boundary " + id))
	return hex.EncodeToString(sum[:16])
}

func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s))
}
