package maildir

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/notify"
)

var picture = []byte("\x89PNG\r\n\x1a\n\x00picture")

func withFiles(m notify.Message) notify.Message {
	m.HTML = `<p>Bonjour</p><img src="cid:dates@relais" alt="3 dates">`
	m.Files = []notify.File{
		{Name: "dates.png", Type: "image/png", ContentID: "dates@relais", Data: picture},
		{Name: "échéances.ics", Type: "text/calendar; method=PUBLISH", Data: []byte("BEGIN:VCALENDAR\r\n")},
		{Name: "chiffres.csv", Type: "text/csv", Data: []byte("a;b\r\n")},
	}
	return m
}

func TestAMailIsShownWithItsFiles(t *testing.T) {
	d := open(t)
	m := withFiles(letter("m-1", noon))
	send(t, d, m)
	got, err := d.Read("m-1")
	if err != nil {
		t.Fatal(err)
	}
	want := Parsed{
		ID: "m-1", Key: keyOf(m), Subject: m.Subject, From: m.From, To: m.To, Date: noon,
		MessageID: m.MessageID, Text: m.Text, HTML: m.HTML,
		Attached: []Attachment{{"échéances.ics", "text/calendar", 17}, {"chiffres.csv", "text/csv", 5}},
		Images:   []Image{{"dates@relais", "image/png", picture}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func shownOf(t *testing.T, lines ...string) Parsed {
	t.Helper()
	p, err := parse(strings.NewReader(strings.Join(lines, "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Anybody can put a file in the folder: what calls itself an image is one or is
// not shown, and a name is a name.
func TestFilesThatLie(t *testing.T) {
	for name, test := range map[string]struct {
		header []string
		body   string
		want   []Attachment
		images int
	}{
		"an image":               {[]string{"Content-Type: image/png", "Content-ID: <a@b>"}, string(picture), nil, 1},
		"no image at all":        {[]string{"Content-Type: image/png", "Content-ID: <a@b>"}, "<script>", []Attachment{{"", "image/png", 8}}, 0},
		"another kind of image":  {[]string{"Content-Type: image/gif", "Content-ID: <a@b>"}, string(picture), []Attachment{{"", "image/gif", int64(len(picture))}}, 0},
		"an image with a script": {[]string{"Content-Type: image/svg+xml", "Content-ID: <a@b>"}, "<svg/>", []Attachment{{"", "image/svg+xml", 6}}, 0},
		"an identifier that breaks out": {
			[]string{"Content-Type: image/png", `Content-ID: <a" onerror="x>`}, string(picture), []Attachment{{"", "image/png", int64(len(picture))}}, 0,
		},
		"an image that is attached": {
			[]string{"Content-Type: image/png", "Content-ID: <a@b>", "Content-Disposition: attachment; filename=a.png"}, string(picture),
			[]Attachment{{"a.png", "image/png", int64(len(picture))}}, 0,
		},
		"a text that is attached": {
			[]string{"Content-Type: text/html", "Content-Disposition: attachment; filename=a.html"}, "<script>", []Attachment{{"a.html", "text/html", 8}}, 0,
		},
		"a path": {
			[]string{"Content-Type: text/csv", `Content-Disposition: attachment; filename="../../etc/passwd"`}, "x", []Attachment{{"passwd", "text/csv", 1}}, 0,
		},
		"a name read backwards": {
			[]string{"Content-Type: text/csv", "Content-Disposition: attachment; filename*=utf-8''a%E2%80%AEfdp.exe%0D%0AX"}, "x",
			[]Attachment{{"afdp.exeX", "text/csv", 1}}, 0,
		},
		"a name without end": {
			[]string{"Content-Type: text/csv", "Content-Disposition: attachment; filename=" + strings.Repeat("x", 900)}, "x",
			[]Attachment{{strings.Repeat("x", maxName), "text/csv", 1}}, 0,
		},
		"no type that exists": {
			[]string{"Content-Type: ;;;", "Content-Disposition: attachment"}, "x", []Attachment{{"", "application/octet-stream", 1}}, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := shownOf(t, append(append([]string{"Subject: x"}, test.header...), "", test.body)...)
			if diff := cmp.Diff(test.want, p.Attached); diff != "" {
				t.Error(diff)
			}
			if len(p.Images) != test.images || p.HTML != "" || p.Text != "" {
				t.Errorf("%d images, text %q, HTML %q", len(p.Images), p.Text, p.HTML)
			}
		})
	}
}

// nested is a mail whose only text lies under some multiparts.
func nested(depth int, text string) []byte {
	var b bytes.Buffer
	for n := range depth {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", n, n)
	}
	fmt.Fprintf(&b, "Content-Type: text/plain\r\n\r\n%s\r\n", text)
	for n := depth - 1; n >= 0; n-- {
		fmt.Fprintf(&b, "--b%d--\r\n", n)
	}
	return b.Bytes()
}

// A mail made to keep us busy is given up.
func TestMailsThatAreNoMails(t *testing.T) {
	p, err := parse(bytes.NewReader(nested(maxDepth, "hello")))
	if err != nil || p.Text != "hello" {
		t.Errorf("%d levels: %q (%v)", maxDepth, p.Text, err)
	}
	if _, err := parse(bytes.NewReader(nested(maxDepth+1, "hello"))); err == nil {
		t.Errorf("%d levels are read", maxDepth+1)
	}
	many := "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\nx\r\n", maxParts+1) + "--b--\r\n"
	if _, err := parse(strings.NewReader(many)); err == nil {
		t.Errorf("%d parts are read", maxParts+1)
	}
	if _, err := parse(strings.NewReader("")); err == nil {
		t.Error("an empty file is a mail")
	}
}

// Two mails may have one id, when it was released and served for other words. The
// list shows both, the id gives the newer, each key its own.
func TestAnIdThatServedTwice(t *testing.T) {
	for name, test := range map[string]struct {
		later    time.Duration
		messages [2]string
	}{
		"hours apart":                {20 * time.Hour, [2]string{"1", "2"}},
		"within a second":            {0, [2]string{"1", "2"}},
		"within a second, reordered": {0, [2]string{"2", "1"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			first, then := letter("m-1", noon), letter("m-1", noon.Add(test.later))
			first.MessageID, then.MessageID, then.Text = test.messages[0]+"@x", test.messages[1]+"@x", "d'autres mots"
			send(t, d, first)
			older(t, d)
			send(t, d, then)
			for what, reader := range map[string]*Dir{"the writer": d, "another process": reopen(t, d)} {
				entries, err := reader.List()
				if err != nil || len(entries) != 2 {
					t.Fatalf("%s: %d mails (%v)", what, len(entries), err)
				}
				for key, want := range map[string]string{"m-1": then.Text, keyOf(then): then.Text, keyOf(first): first.Text} {
					if got, err := reader.Read(key); err != nil || got.Text != want || got.ID != "m-1" {
						t.Errorf("%s: %s gives %q of %s (%v)", what, key, got.Text, got.ID, err)
					}
				}
			}
		})
	}
}
