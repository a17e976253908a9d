package maildir

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/mime"
	"relais/internal/notify"
)

var _ notify.Sender = (*Dir)(nil)

func letter(id string, at time.Time) notify.Message {
	return notify.Message{
		ID: id, To: "agent@dreets.example", From: "Relais <relais@dreets.example>",
		Subject: "O2R Bretagne\u00a0: échéance", Text: "Bonjour,\n\n150\u202f000\u00a0€\n",
		HTML: "<p>Bonjour à tous</p>\n", Date: at, MessageID: id + "@dreets.example",
	}
}

var noon = time.Date(2026, 12, 7, 12, 0, 0, 0, time.UTC)

func open(t *testing.T) *Dir {
	t.Helper()
	d, err := New(filepath.Join(t.TempDir(), "var", "mail"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func send(t *testing.T, d *Dir, m notify.Message) {
	t.Helper()
	if err := d.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsSentCanBeRead(t *testing.T) {
	d := open(t)
	m := letter("m-1", noon)
	send(t, d, m)
	got, err := d.Read("m-1")
	if err != nil {
		t.Fatal(err)
	}
	want := Parsed{
		ID: "m-1", Key: keyOf(m), Subject: m.Subject, From: m.From, To: m.To, Date: noon,
		MessageID: m.MessageID, Text: m.Text, HTML: m.HTML,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestListIsNewestFirstAndLeavesOtherFilesOut(t *testing.T) {
	d := open(t)
	send(t, d, letter("m-old", noon))
	send(t, d, letter("m-new", noon.Add(time.Hour)))
	for _, name := range []string{
		"notes.txt", ".new-123", "hello.eml", "20261207T120000Z-..eml", "20261207T120000Z-m.0123.eml",
		"20261207T120000Z-m.0123456789AB.eml", "20261207T120000Z-m.0123456789ab.c.eml", "20261107T120000Z-m-older.eml",
	} {
		if err := os.WriteFile(filepath.Join(d.path, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := d.List()
	if err != nil {
		t.Fatal(err)
	}
	want := []Entry{
		{ID: "m-new", Key: "m-new.bd483eecd053", File: "20261207T130000Z-m-new.bd483eecd053.eml", Stamp: "20261207T130000Z"},
		{ID: "m-old", Key: "m-old.d0f1048fa3b0", File: "20261207T120000Z-m-old.d0f1048fa3b0.eml", Stamp: "20261207T120000Z"},
		{ID: "m-older", Key: "m-older", File: "20261107T120000Z-m-older.eml", Stamp: "20261107T120000Z"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestARepeatTakesThePlaceOfTheFirst(t *testing.T) {
	d := open(t)
	send(t, d, letter("m-1", noon))
	again := letter("m-1", noon.Add(20*time.Hour))
	again.Text = "deuxième essai"
	send(t, d, again)
	entries, _ := d.List()
	if len(entries) != 1 {
		t.Fatalf("%d files for one mail", len(entries))
	}
	if got, _ := d.Read("m-1"); got.Text != "deuxième essai" {
		t.Errorf("the file still holds %q", got.Text)
	}
}

func TestFilesArePrivateAndNothingIsLeftBehind(t *testing.T) {
	d := open(t)
	send(t, d, letter("m-1", noon))
	files, _ := os.ReadDir(d.path)
	if len(files) != 1 {
		t.Fatalf("%d files, want 1", len(files))
	}
	info, _ := files[0].Info()
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v: others could read it", info.Mode())
	}
}

func TestAFailedWriteLeavesNothing(t *testing.T) {
	d := open(t)
	m := letter("m-1", noon)
	inTheWay := filepath.Join(d.path, entryFor(m).File, "x")
	if err := os.MkdirAll(inTheWay, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := d.Send(t.Context(), m); err == nil {
		t.Fatal("a folder was overwritten")
	}
	if files, _ := os.ReadDir(d.path); len(files) != 1 {
		t.Errorf("%d files, want only the one in the way", len(files))
	}
}

func TestNewRefuses(t *testing.T) {
	base := t.TempDir()
	file := filepath.Join(base, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ path, says string }{
		"a file":              {file, "it is a file"},
		"a folder in a file":  {filepath.Join(file, "mail"), "cannot be created"},
		"a pseudo filesystem": {"/proc/relais-mail", "cannot be created"},
		"no room for a probe": {"/proc/self", "cannot be written in"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := os.Stat("/proc/self"); err != nil && strings.HasPrefix(test.path, "/proc") {
				t.Skip("no /proc here")
			}
			_, err := New(test.path)
			if err == nil || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), test.path) {
				t.Errorf("got %v, want the path and %q", err, test.says)
			}
		})
	}
}

func TestAWrongIdLeavesTheFolder(t *testing.T) {
	d := open(t)
	for _, id := range []string{"", "../m", "a/b", "a.b", "*", strings.Repeat("x", 129)} {
		if err := d.Send(t.Context(), letter(id, noon)); !errors.Is(err, notify.ErrNotTaken) {
			t.Errorf("id %q accepted", id)
		}
		if _, err := d.Read(id); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("reading id %q: %v", id, err)
		}
	}
}

func TestABadAddressIsRefusedForGood(t *testing.T) {
	d := open(t)
	m := letter("m-1", noon)
	m.To = "nobody"
	if err := d.Send(t.Context(), m); !errors.Is(err, notify.ErrRefused) {
		t.Errorf("got %v", err)
	}
}

func TestSendStopsWithItsContext(t *testing.T) {
	d := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.Send(ctx, letter("m-1", noon)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	ours, err := mime.Build(letter("m-1", noon))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(ours)
	f.Add([]byte("Subject: x\r\n\r\nhello"))
	f.Add([]byte("Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\n"))
	f.Add([]byte("Content-Type: text/plain; charset=klingon\r\n\r\nhello"))
	f.Add([]byte("Content-Transfer-Encoding: base64\r\n\r\n%%%"))
	whole, err := mime.Build(withFiles(letter("m-1", noon)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(nested(maxDepth+2, "x"))
	f.Add([]byte("Content-Type: image/png\r\nContent-Id: <a@b>\r\n\r\n<svg onload=x>"))
	f.Add([]byte("Content-Type: a/b; name=\"../\x1b[0m.exe\"\r\nContent-Disposition: attachment; filename*=utf-8''%E2%80%AE%0d%0a\r\n\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, _ := parse(bytes.NewReader(raw)) // must return
		if len(p.Attached)+len(p.Images) > maxParts {
			t.Errorf("%d files", len(p.Attached)+len(p.Images))
		}
		for _, a := range p.Attached {
			if strings.ContainsAny(a.Name, "/\\\r\n\x00\x1b\u202e\u2066") {
				t.Errorf("the name %q", a.Name)
			}
		}
		for _, i := range p.Images {
			if got := http.DetectContentType(i.Data); got != i.Type || strings.ContainsAny(i.ContentID, "<>\"' ") {
				t.Errorf("image %q of type %s is %s", i.ContentID, i.Type, got)
			}
		}
	})
}
