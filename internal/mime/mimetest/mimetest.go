// Package mimetest reads an e-mail back into the notify.Message that it was
// written from, with a parser that has nothing to do with the writer. It is for
// tests.
package mimetest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"strings"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"

	"relais/internal/notify"
)

// Mail is what was read. Shape tells how its parts are nested, such as
// mixed(alternative(text/plain text/html) text/calendar).
type Mail struct {
	notify.Message
	Shape  string
	Header mail.Header
}

// Read reads a whole mail: the header, each part, in order, and nothing left over.
// Types of files come back in their canonical form, without their name; a name
// must be the same everywhere it is written.
func Read(raw []byte) (Mail, error) {
	e, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		return Mail{}, fmt.Errorf("read the mail: %w", err)
	}
	m := Mail{Header: mail.Header{Header: e.Header}}
	if err := m.header(); err != nil {
		return Mail{}, err
	}
	m.Shape, err = m.part(e)
	return m, err
}

func (m *Mail) header() error {
	var problems [5]error
	m.Subject, problems[0] = m.Header.Subject()
	m.Date, problems[1] = m.Header.Date()
	m.MessageID, problems[2] = m.Header.MessageID()
	m.From, problems[3] = person(m.Header, "From")
	m.To, problems[4] = person(m.Header, "To")
	m.ID = m.Header.Get("X-Relais-Mail")
	if link := m.Header.Get("List-Unsubscribe"); link != "" {
		m.Unsubscribe = strings.TrimSuffix(strings.TrimPrefix(link, "<"), ">")
	}
	if oneClick := m.Header.Get("List-Unsubscribe-Post"); (oneClick == "List-Unsubscribe=One-Click") != (m.Unsubscribe != "") {
		return fmt.Errorf("List-Unsubscribe %q goes with %q", m.Unsubscribe, oneClick)
	}
	return errors.Join(problems[:]...)
}

func person(h mail.Header, field string) (string, error) {
	list, err := h.AddressList(field)
	if err != nil || len(list) != 1 {
		return "", fmt.Errorf("%s: %d addresses (%w)", field, len(list), err)
	}
	if list[0].Name == "" {
		return list[0].Address, nil
	}
	return list[0].Name + " <" + list[0].Address + ">", nil
}

func (m *Mail) part(e *message.Entity) (shape string, err error) {
	kind, options, err := e.Header.ContentType()
	if err != nil {
		return "", err
	}
	parts := e.MultipartReader()
	if parts == nil {
		return kind, m.leaf(e, kind, options)
	}
	var inside []string
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return strings.TrimPrefix(kind, "multipart/") + "(" + strings.Join(inside, " ") + ")", nil
		}
		if err != nil {
			return "", err
		}
		one, err := m.part(p)
		if err != nil {
			return "", err
		}
		inside = append(inside, one)
	}
}

func (m *Mail) leaf(e *message.Entity, kind string, options map[string]string) error {
	data, err := io.ReadAll(e.Body)
	if err != nil {
		return err
	}
	how, place, err := e.Header.ContentDisposition()
	if e.Header.Get("Content-Disposition") == "" {
		return m.words(kind, data)
	}
	if err != nil {
		return err
	}
	f := notify.File{Name: place["filename"], Data: data}
	other, err := new(mime.WordDecoder).DecodeHeader(options["name"])
	if err != nil || other != f.Name {
		return fmt.Errorf("a file has two names: %q and %q (%w)", f.Name, other, err)
	}
	delete(options, "name")
	f.Type = mime.FormatMediaType(kind, options)
	id := e.Header.Get("Content-Id")
	f.ContentID = strings.TrimSuffix(strings.TrimPrefix(id, "<"), ">")
	if (how == "inline") != (id != "") {
		return fmt.Errorf("a file is %s and its Content-ID is %q", how, id)
	}
	m.Files = append(m.Files, f)
	return nil
}

func (m *Mail) words(kind string, data []byte) error {
	text := strings.ReplaceAll(string(data), "\r\n", "\n")
	switch {
	case kind == "text/plain" && m.Text == "" && m.HTML == "":
		m.Text = text
	case kind == "text/html" && m.HTML == "":
		m.HTML = text
	default:
		return fmt.Errorf("a part of type %s where none is expected", kind)
	}
	return nil
}
