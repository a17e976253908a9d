package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"relais/internal/mime/mimetest"
)

// mail is one .eml file, read by a parser that has nothing to do with its writer.
type mail struct {
	raw []byte
	mimetest.Mail
}

func readMails(t *testing.T, folder string) []mail {
	files, err := filepath.Glob(filepath.Join(folder, "*.eml"))
	if err != nil || len(files) == 0 {
		t.Errorf("%d mails (%v)", len(files), err)
	}
	var list []mail
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Error(err)
		}
		m, err := mimetest.Read(raw)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(f), err)
		}
		list = append(list, mail{bytes.Clone(raw), m})
	}
	return list
}
