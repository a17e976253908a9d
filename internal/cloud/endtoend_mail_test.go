package cloud_test

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-message/mail"

	"relais/internal/stage/standin"
)

// letter is what somebody reads of a mail.
type letter struct{ ID, To, From, Subject, Date, Text, HTML string }

// readLetter reads a mail, whichever world wrote it. An operator's mail is named
// after the instant: its id is left out.
func readLetter(t testing.TB, raw []byte) (l letter) {
	t.Helper()
	m, err := mail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	l.ID, _ = m.Header.MessageID()
	l.Subject, _ = m.Header.Subject()
	date, _ := m.Header.Date()
	l.Date = date.String()
	l.From, l.To = m.Header.Get("From"), m.Header.Get("To")
	if strings.HasPrefix(l.ID, "operator-") {
		l.ID, l.Date = "operator", ""
	}
	for {
		part, err := m.NextPart()
		if errors.Is(err, io.EOF) {
			return l
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(part.Body)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			l.HTML += string(body)
		} else {
			l.Text += string(body)
		}
	}
}

func inOrder(list []letter) []letter {
	slices.SortFunc(list, func(a, b letter) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Text, b.Text))
	})
	return list
}

// lettersSent are those that SES took, in an order of their own.
func (l *pipeline) lettersSent() (out []letter) {
	l.Helper()
	for _, m := range l.cloud.sent(l) {
		one := readLetter(l, m.Raw)
		if len(m.To) != 1 || !strings.Contains(one.To, m.To[0]) {
			l.Errorf("mail %s: its recipient is not the one of its header", one.ID)
		}
		if tag := m.Tags["mail"]; m.Tags != nil && !strings.HasPrefix(one.ID, cmp.Or(tag, "?")) && one.ID != "operator" {
			l.Errorf("mail %s bears the tag %q", one.ID, tag)
		}
		out = append(out, one)
	}
	return inOrder(out)
}

// lettersKept are the files of a folder.
func lettersKept(t testing.TB, folder string) (out []letter) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, readLetter(t, raw))
	}
	return inOrder(out)
}

// mailNamed is the message of a mail's id.
func (l *pipeline) mailNamed(id string) standin.Message {
	l.Helper()
	for _, m := range l.cloud.sent(l) {
		if strings.HasPrefix(readLetter(l, m.Raw).ID, id+".") {
			return m
		}
	}
	l.Fatalf("no mail %s was sent", id)
	return standin.Message{}
}

func decimal(n int64) string     { return fmt.Sprint(n) }
func hexadecimal(n int64) string { return fmt.Sprintf("%016x", uint64(n)^(1<<63)) }
