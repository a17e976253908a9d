package mime

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	gomail "github.com/wneessen/go-mail"

	"relais/internal/mime/mimetest"
	"relais/internal/notify"
)

var (
	calendar = notify.File{
		Name: "échéances du comité.ics", Type: "text/calendar; charset=utf-8; method=PUBLISH",
		Data: []byte("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
	}
	table   = notify.File{Name: "chiffres.csv", Type: "text/csv; charset=utf-8", Data: []byte("a;b\r\n1;2\r\n")}
	picture = notify.File{
		Name: "dates.png", Type: "image/png", ContentID: "dates.1@relais",
		Data: append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{0, 255, '-', '\n'}, 100)...),
	}
	bars = notify.File{Name: "barres.png", Type: "image/png", ContentID: "barres", Data: []byte{0}}
)

func with(files ...notify.File) notify.Message {
	m := message()
	m.Files = files
	m.Unsubscribe = "https://relais.dreets.example/preferences/9f3a?person=x&kind=all"
	return m
}

// Every shape of mail, read back by another library, is the Message it was made
// of; to the byte for the files.
func TestAMailIsReadBackAsItWasWritten(t *testing.T) {
	const words = "alternative(text/plain text/html)"
	for shape, m := range map[string]notify.Message{
		words:                                         message(),
		"mixed(" + words + " text/calendar)":          with(calendar),
		"related(" + words + " image/png)":            with(picture),
		"mixed(" + words + " text/calendar text/csv)": with(calendar, table),
		"mixed(related(" + words + " image/png image/png) text/calendar text/csv)": with(picture, bars, calendar, table),
		"mixed(" + words + " application/octet-stream)":                            with(notify.File{Name: "vide", Type: "application/octet-stream", Data: []byte{}}),
		"mixed(related(" + words + " image/gif) application/json)":                 with(notify.File{Type: "image/gif", ContentID: "a", Data: []byte("x")}, notify.File{Name: "a.json", Type: "application/json", Data: []byte("{}")}),
	} {
		t.Run(shape, func(t *testing.T) {
			raw, err := Build(m)
			if err != nil {
				t.Fatal(err)
			}
			got, err := mimetest.Read(raw)
			if err != nil {
				t.Fatal(err)
			}
			if got.Shape != shape {
				t.Errorf("shape %s", got.Shape)
			}
			if diff := cmp.Diff(m, got.Message); diff != "" {
				t.Error(diff)
			}
			polite(t, raw)
			again, err := Build(m)
			if err != nil || !bytes.Equal(raw, again) {
				t.Errorf("the same message gave other bytes (%v)", err)
			}
		})
	}
}

// polite fails the test when a mail could be changed on its way.
func polite(t *testing.T, raw []byte) {
	t.Helper()
	for line := range bytes.Lines(raw) {
		if len(line) > 998 || !bytes.HasSuffix(line, []byte("\r\n")) && !bytes.HasSuffix(line, []byte("--")) {
			t.Errorf("a line of %d bytes, or without CRLF: %.80q", len(line), line)
		}
		if bytes.ContainsFunc(line, func(r rune) bool { return r > 126 }) {
			t.Errorf("a byte above ASCII goes out unencoded: %.80q", line)
		}
	}
}

// A message without files is what the library alone makes of it.
func TestWithoutFilesTheLibraryWritesTheSame(t *testing.T) {
	m := message()
	msg := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP),
		gomail.WithBoundary(alternative.boundary(m.ID)), gomail.WithNoDefaultUserAgent())
	if err := errors.Join(msg.From(m.From), msg.To(m.To)); err != nil {
		t.Fatal(err)
	}
	msg.Subject(m.Subject)
	msg.SetDateWithValue(m.Date)
	msg.SetMessageIDWithValue(m.MessageID)
	msg.SetGenHeader("X-Relais-Mail", m.ID)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetGenHeader("Content-Language", "fr")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	var want bytes.Buffer
	if _, err := msg.WriteTo(&want); err != nil {
		t.Fatal(err)
	}
	got, err := Build(m)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestEachLevelHasABoundaryOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, id := range []string{"m-1", "m-2"} {
		for _, l := range []level{alternative, related, mixed} {
			seen[l.boundary(id)] = true
		}
	}
	if len(seen) != 6 {
		t.Errorf("%d boundaries for 6 levels", len(seen))
	}
}

func TestFileNames(t *testing.T) {
	for given, want := range map[string]string{
		"rapport.csv":                          "rapport.csv",
		"échéances.ics":                        "échéances.ics",
		"../../etc/passwd":                     "_.._etc_passwd",
		`C:\a"b".csv`:                          "C__a_b_.csv",
		"a\r\nBcc: pirate@example.org\r\n.ics": "aBcc_ pirate@example.org.ics",
		"rapport\u202efdp.exe":                 "rapportfdp.exe",
		"\xff\xfe.ics":                         "ics",
		strings.Repeat("é", 300) + ".ics":      strings.Repeat("é", 60) + ".ics",
		strings.Repeat("😀", 100) + ".csv":      strings.Repeat("😀", 60) + ".csv",
	} {
		t.Run(want, func(t *testing.T) {
			raw, err := Build(with(notify.File{Name: given, Type: "text/csv", Data: []byte("x")}))
			if err != nil {
				t.Fatal(err)
			}
			got, err := mimetest.Read(raw)
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Files) != 1 || got.Files[0].Name != want {
				t.Errorf("got %+v, want the name %q", got.Files, want)
			}
			if got.Header.Get("Bcc") != "" {
				t.Error("a header was injected")
			}
			polite(t, raw)
		})
	}
}

func TestFilesThatAreMistakes(t *testing.T) {
	ok := func(edit func(*notify.File)) notify.File {
		f := picture
		edit(&f)
		return f
	}
	for says, f := range map[string]notify.File{
		"no name":                 {Name: "\u202e.", Type: "text/csv"},
		"not the media type":      {Name: "a", Type: ""},
		"media type of a file":    {Name: "a", Type: "multipart/mixed; boundary=x"},
		"type is not the media":   {Name: "a", Type: "message/rfc822"},
		"is not the media type":   {Name: "a", Type: "text"},
		"the media type of":       {Name: "a", Type: "text/csv\r\nBcc: secret@b.example"},
		"must be letters":         ok(func(f *notify.File) { f.ContentID = "a b" }),
		"Content-ID must be":      ok(func(f *notify.File) { f.ContentID = "a>\r\nBcc: secret@b.example" }),
		"at most one @":           ok(func(f *notify.File) { f.ContentID = "a@b@c" }),
		"that of an earlier one":  picture,
		"must be letters, digits": ok(func(f *notify.File) { f.ContentID = strings.Repeat("x", 201) }),
		"and at most one @":       ok(func(f *notify.File) { f.ContentID = "@b" }),
		"letters, digits":         ok(func(f *notify.File) { f.ContentID = "é" }),
	} {
		t.Run(says, func(t *testing.T) {
			_, err := Build(with(picture, f))
			if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "file 2 of 2") {
				t.Fatalf("got %v", err)
			}
			if errors.Is(err, notify.ErrRefused) || strings.Contains(err.Error(), "secret") {
				t.Errorf("our mistake is blamed on somebody, or shown: %v", err)
			}
		})
	}
}

// A message beyond the limit is refused for what it is, just below it is not.
func TestTheSizeLimitCountsBase64(t *testing.T) {
	size := func(data int) (int, error) {
		raw, err := Build(with(notify.File{Name: "a.bin", Type: "application/octet-stream", Data: make([]byte, data)}))
		return len(raw), err
	}
	empty, err := size(0)
	if err != nil {
		t.Fatal(err)
	}
	most := (MaxSize - empty) / 78 * 57 // 57 bytes make a line of 76 characters
	if n, err := size(most); err != nil || MaxSize-n > 78 {
		t.Errorf("%d bytes: %v", n, err)
	}
	_, err = size(most + 2*57)
	if !errors.Is(err, notify.ErrMessageRefused) || !strings.Contains(err.Error(), fmt.Sprint(MaxSize)) {
		t.Errorf("got %v", err)
	}
	m := message()
	m.Text = strings.Repeat("é", 2<<20) // six bytes each, encoded
	if _, err := Build(m); !errors.Is(err, notify.ErrMessageRefused) {
		t.Errorf("4 MB of text: %v", err)
	}
}

func TestUnsubscribe(t *testing.T) {
	links := map[string]bool{
		"":                                            false,
		"https://relais.example/p/x?a=b&c=d":          true,
		"HTTPS://relais.example/p":                    true,
		"http://relais.example/p":                     false,
		"http://localhost:8080/p":                     true,
		"http://127.0.0.1:8080/p":                     true,
		"http://[::1]/p":                              true,
		"http://localhost.example/p":                  false,
		"mailto:a@b.example":                          false,
		"javascript:alert(1)":                         false,
		"https://":                                    false,
		"https://:443/p":                              false,
		"/p":                                          false,
		"https://a:b@relais.example/p":                false,
		"https://relais.example/a b":                  false,
		"https://relais.example/<x>":                  false,
		"https://relais.example/a>, <https:b":         false,
		"https://relais.example/\r\nBcc: a@b.example": false,
		"https://relais.example/\u202e":               false,
		"https://relais.example/é":                    false,
		"https://relais.example/" + strings.Repeat("x", 1000): false,
		"https://relais.example/" + strings.Repeat("x", 800):  true,
	}
	for _, link := range slices.Sorted(maps.Keys(links)) {
		m := message()
		m.Unsubscribe = link
		raw, err := Build(m)
		if err != nil {
			t.Fatal(err)
		}
		got, err := mimetest.Read(raw)
		if err != nil {
			t.Fatalf("%.60q: %v", link, err)
		}
		want := ""
		if links[link] {
			want = link
		}
		if got.Unsubscribe != want || got.Header.Get("Bcc") != "" {
			t.Errorf("%.60q gives %.60q", link, got.Unsubscribe)
		}
		polite(t, raw)
	}
}

// Whatever a file is called, it adds no header and no part.
func FuzzFileName(f *testing.F) {
	for _, seed := range []string{"a.ics", "é.csv", "a\r\nX: y", "=?utf-8?q?a?=", `"; x="`, "%0d%0a", "\u2066a\u2069", "a'b''c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		raw, err := Build(with(notify.File{Name: name, Type: "text/csv", Data: []byte("x")}))
		if err != nil {
			return
		}
		got, err := mimetest.Read(raw)
		if err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		if got.Shape != "mixed(alternative(text/plain text/html) text/csv)" || strings.ContainsAny(got.Files[0].Name, "\r\n/\\") {
			t.Errorf("%q gives %s and the name %q", name, got.Shape, got.Files[0].Name)
		}
	})
}
