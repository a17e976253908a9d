package mime

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"

	"relais/internal/notify"
)

// level is a multipart of the body.
type level string

// Levels, from the inside out: the same words in two forms, one form with its
// images, the whole with what is attached.
const (
	alternative level = "alternative"
	related     level = "related"
	mixed       level = "mixed"
)

// boundary is derived from the id, so that a repeat is the same to the byte and
// nothing written in a dossier can guess it. Each level has its own.
func (l level) boundary(id string) string {
	text := "boundary " + id
	if l != alternative {
		text = "boundary " + string(l) + " " + id
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// contentType is the value of a header, folded.
func (l level) contentType(id string) string {
	inside := ""
	if l == related { // RFC 2387, 3.1
		inside = ";\r\n type=\"multipart/alternative\""
	}
	return "multipart/" + string(l) + ";\r\n boundary=" + l.boundary(id) + inside
}

// part is one entity of the body. A multipart has parts and no data.
type part struct {
	header textproto.MIMEHeader
	encode func(io.Writer) io.WriteCloser
	data   []byte

	level level
	parts []part
}

// body nests the levels that are needed and no others.
func body(m notify.Message, inline, attached []part) part {
	whole := part{level: alternative, parts: []part{
		words("text/plain; charset=UTF-8", m.Text),
		words("text/html; charset=UTF-8", m.HTML),
	}}
	if len(inline) > 0 {
		whole = part{level: related, parts: append([]part{whole}, inline...)}
	}
	if len(attached) > 0 {
		whole = part{level: mixed, parts: append([]part{whole}, attached...)}
	}
	return whole
}

func words(contentType, text string) part {
	return part{
		header: textproto.MIMEHeader{"Content-Type": {contentType}, "Content-Transfer-Encoding": {"quoted-printable"}},
		encode: func(w io.Writer) io.WriteCloser { return quotedprintable.NewWriter(w) },
		data:   []byte(text),
	}
}

// writeBody ends the header of the message, and writes what follows.
func writeBody(out *bytes.Buffer, m notify.Message, inline, attached []part) error {
	whole := body(m, inline, attached)
	out.WriteString("Content-Type: " + whole.level.contentType(m.ID) + "\r\n\r\n")
	return whole.write(out, m.ID)
}

func (p part) write(out io.Writer, id string) error {
	if p.level == "" {
		w := p.encode(out)
		if _, err := w.Write(p.data); err != nil {
			return err
		}
		return w.Close()
	}
	w := multipart.NewWriter(out)
	if err := w.SetBoundary(p.level.boundary(id)); err != nil {
		return err
	}
	for _, child := range p.parts {
		header := child.header
		if child.level != "" {
			header = textproto.MIMEHeader{"Content-Type": {child.level.contentType(id)}}
		}
		inner, err := w.CreatePart(header)
		if err != nil {
			return err
		}
		if err := child.write(inner, id); err != nil {
			return err
		}
	}
	return w.Close()
}

// lineLength is the most that RFC 2045 (6.8) allows a line of base64.
const lineLength = 76

func inBase64(w io.Writer) io.WriteCloser {
	lines := &lines{out: w}
	return base64Lines{base64.NewEncoder(base64.StdEncoding, lines), lines}
}

type base64Lines struct {
	io.WriteCloser
	lines *lines
}

// Close implements io.Closer.
func (b base64Lines) Close() error {
	if err := b.WriteCloser.Close(); err != nil {
		return err
	}
	return b.lines.end()
}

// lines breaks what is written into lines.
type lines struct {
	out  io.Writer
	used int
}

// Write implements io.Writer.
func (l *lines) Write(data []byte) (int, error) {
	written := len(data)
	for len(data) > 0 {
		if l.used == lineLength {
			if err := l.end(); err != nil {
				return 0, err
			}
		}
		n := min(lineLength-l.used, len(data))
		if _, err := l.out.Write(data[:n]); err != nil {
			return 0, err
		}
		l.used += n
		data = data[n:]
	}
	return written, nil
}

func (l *lines) end() error {
	if l.used == 0 {
		return nil
	}
	l.used = 0
	_, err := io.WriteString(l.out, "\r\n")
	return err
}
