package maildir

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"
)

// What is read of one file: ours are far smaller, but anybody can put a file in a
// folder.
const (
	maxMail  = 16 << 20
	maxParts = 100
	maxDepth = 8
	maxName  = 120 // characters of a file's name
)

// Parsed is a mail as the local page shows it. HTML is what the file holds: show
// it in a sandboxed frame.
type Parsed struct {
	ID        string
	Key       string
	Subject   string
	From      string
	To        string
	Date      time.Time
	MessageID string
	Text      string
	HTML      string
	Attached  []Attachment
	// Images are those that HTML may name by cid:CONTENTID.
	Images []Image
}

// Attachment describes an attached file. Name is one line, and no path; it may be
// empty.
type Attachment struct {
	Name string
	Type string // a media type, without parameters
	Size int64  // bytes, decoded
}

// Image is shown inside the HTML part. It is a PNG, a JPEG or a GIF: its Type was
// held against its first bytes.
type Image struct {
	ContentID string
	Type      string
	Data      []byte
}

// Read returns one mail by its id, the newest when several have it, or by its Key;
// an unknown one is fs.ErrNotExist.
func (d *Dir) Read(name string) (Parsed, error) {
	e, err := d.find(name)
	if err != nil {
		return Parsed{}, err
	}
	f, err := os.Open(filepath.Join(d.path, e.File))
	if err != nil {
		return Parsed{}, fmt.Errorf("maildir: read %s: %w", e.File, cause(err))
	}
	defer f.Close()
	p, err := parse(io.LimitReader(f, maxMail))
	if err != nil {
		return Parsed{}, fmt.Errorf("maildir: %s is not a readable e-mail", e.File)
	}
	p.ID, p.Key = e.ID, e.Key
	return p, nil
}

// parse reads what it can: a header that cannot be decoded is left empty, an
// unknown charset is shown as it came.
func parse(r io.Reader) (Parsed, error) {
	e, err := message.Read(r)
	if e == nil || hopeless(err) || e.Header.Len() == 0 {
		return Parsed{}, errors.Join(err, errors.New("no header"))
	}
	h := mail.Header{Header: e.Header}
	var p parsing
	p.Subject, _ = h.Subject()
	p.Date, _ = h.Date()
	p.MessageID, _ = h.MessageID()
	p.From, p.To = people(h, "From"), people(h, "To")
	err = p.entity(e, 0)
	return p.Parsed, err
}

func hopeless(err error) bool { return err != nil && !message.IsUnknownCharset(err) }

type parsing struct {
	Parsed
	parts int
}

func (p *parsing) entity(e *message.Entity, depth int) error {
	parts := e.MultipartReader()
	if parts == nil {
		return p.leaf(e)
	}
	if depth == maxDepth {
		return errors.New("its parts are nested too deep")
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if p.parts++; part == nil || hopeless(err) || p.parts > maxParts {
			return errors.Join(err, errors.New("no part, or too many"))
		}
		if err := p.entity(part, depth+1); err != nil {
			return err
		}
	}
}

func (p *parsing) leaf(e *message.Entity) error {
	kind, _, err := e.Header.ContentType()
	if err != nil {
		kind = "application/octet-stream"
	}
	how, _, _ := e.Header.ContentDisposition()
	id := strings.Trim(e.Header.Get("Content-Id"), "<> ")
	switch {
	case how != "attachment" && (kind == "text/plain" || kind == "text/html"):
		return p.words(kind, e.Body)
	case how != "attachment" && identifies(id) && shows(kind):
		return p.image(e, kind, id)
	}
	size, err := io.Copy(io.Discard, e.Body)
	p.Attached = append(p.Attached, attachment(e, kind, size))
	return err
}

func (p *parsing) words(kind string, body io.Reader) error {
	raw, err := io.ReadAll(body)
	text := strings.ReplaceAll(string(raw), "\r\n", "\n")
	if kind == "text/html" {
		p.HTML += text
	} else {
		p.Text += text
	}
	return err
}

// image takes one for what its first bytes say that it is; else it is a file like
// any other.
func (p *parsing) image(e *message.Entity, kind, id string) error {
	data, err := io.ReadAll(e.Body)
	if err != nil {
		return err
	}
	if http.DetectContentType(data) != kind {
		p.Attached = append(p.Attached, attachment(e, kind, int64(len(data))))
		return nil
	}
	p.Images = append(p.Images, Image{ContentID: id, Type: kind, Data: data})
	return nil
}

// shows leaves out what may hold a script, as SVG does.
func shows(kind string) bool {
	return kind == "image/png" || kind == "image/jpeg" || kind == "image/gif"
}

func identifies(id string) bool {
	return id != "" && len(id) <= 200 && !strings.ContainsFunc(id, func(r rune) bool {
		return r >= unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(".-@", r)
	})
}

func attachment(e *message.Entity, kind string, size int64) Attachment {
	h := mail.AttachmentHeader{Header: e.Header}
	name, _ := h.Filename()
	return Attachment{Name: fileName(name), Type: kind, Size: size}
}

// fileName is for the eye: one line, no path, nothing that turns it around.
func fileName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	clean := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) && r != '\u00a0' && r != '\u202f' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, "")))
	return string(clean[:min(len(clean), maxName)])
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
