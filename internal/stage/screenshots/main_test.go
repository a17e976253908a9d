package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, folder, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// The pictures of a mail are shown in it, as a mail client would.
func TestPicturesAreShown(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, "report.html.golden", `<img src="cid:rapport-1@dreets.example"><img src="cid:rapport-1@dreets.example">`)
	if _, err := read(folder); err == nil {
		t.Error("a picture that is not there was shown")
	}
	write(t, folder, "rapport-1.png.golden", "PNG")
	mails, err := read(folder)
	if err != nil || len(mails) != 1 || mails[0].name != "report" {
		t.Fatalf("%v %v", mails, err)
	}
	if want := strings.Repeat(`<img src="data:image/png;base64,UE5H">`, 2); mails[0].page != want {
		t.Errorf("got %s", mails[0].page)
	}
}

func TestNoMails(t *testing.T) {
	if _, err := read(t.TempDir()); err == nil {
		t.Error("an empty folder is no error")
	}
}

func TestWithoutChromium(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := find(); err == nil || !strings.Contains(err.Error(), "apt install chromium") {
		t.Errorf("%v", err)
	}
}

func TestIndex(t *testing.T) {
	out := t.TempDir()
	if err := index(out, []mail{{"a", ""}}, map[string][]string{"a": {"a-320.png", "a-600-dark.png"}}); err != nil {
		t.Fatal(err)
	}
	page, _ := os.ReadFile(filepath.Join(out, "index.html"))
	for _, want := range []string{"<h2>a</h2>", `src="a-320.png"`, `src="a-600-dark.png"`} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the index lacks %s", want)
		}
	}
}
