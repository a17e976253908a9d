package maildir

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"
)

// maxMail bounds what is read of one file: ours are far smaller, but anybody
// can put a file in a folder.
const maxMail = 16 << 20

// Parsed is a mail as the local page shows it. HTML is what the file holds: show
// it in a sandboxed frame.
type Parsed struct {
	ID        string
	Subject   string
	From      string
	To        string
	Date      time.Time
	MessageID string
	Text      string
	HTML      string
}

// Read returns one mail; an unknown id is fs.ErrNotExist.
func (d *Dir) Read(id string) (Parsed, error) {
	file, err := d.find(id)
	if err != nil {
		return Parsed{}, err
	}
	f, err := os.Open(filepath.Join(d.path, file))
	if err != nil {
		return Parsed{}, fmt.Errorf("maildir: read %s: %w", file, cause(err))
	}
	defer f.Close()
	p, err := parse(io.LimitReader(f, maxMail))
	if err != nil {
		return Parsed{}, fmt.Errorf("maildir: %s is not a readable e-mail", file)
	}
	p.ID = id
	return p, nil
}

// parse reads what it can: a header that cannot be decoded is left empty, an
// unknown charset is shown as it came.
func parse(r io.Reader) (Parsed, error) {
	m, err := mail.CreateReader(r)
	if m == nil || err != nil && !message.IsUnknownCharset(err) {
		return Parsed{}, errors.Join(err, errors.New("no header"))
	}
	defer m.Close()
	var p Parsed
	p.Subject, _ = m.Header.Subject()
	p.Date, _ = m.Header.Date()
	p.MessageID, _ = m.Header.MessageID()
	p.From, p.To = people(m.Header, "From"), people(m.Header, "To")
	for {
		part, err := m.NextPart()
		if errors.Is(err, io.EOF) {
			return p, nil
		}
		if part == nil || err != nil && !message.IsUnknownCharset(err) {
			return Parsed{}, err
		}
		if err := p.add(part); err != nil {
			return Parsed{}, err
		}
	}
}

func (p *Parsed) add(part *mail.Part) error {
	h, ok := part.Header.(*mail.InlineHeader)
	if !ok {
		return nil
	}
	kind, _, err := h.ContentType()
	if err != nil {
		return nil
	}
	body, err := io.ReadAll(part.Body)
	if err != nil {
		return err
	}
	switch kind {
	case "text/plain":
		p.Text += strings.ReplaceAll(string(body), "\r\n", "\n")
	case "text/html":
		p.HTML += strings.ReplaceAll(string(body), "\r\n", "\n")
	}
	return nil
}

func people(h mail.Header, field string) string {
	list, err := h.AddressList(field)
	if err != nil {
		return ""
	}
	var names []string
	for _, a := range list {
		if a.Name != "" {
			names = append(names, a.Name+" <"+a.Address+">")
			continue
		}
		names = append(names, a.Address)
	}
	return strings.Join(names, ", ")
}
