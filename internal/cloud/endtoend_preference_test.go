package cloud_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-message/mail"

	"relais/internal/call"
	"relais/internal/cloud"
	"relais/internal/notify"
	"relais/internal/preference"
	"relais/internal/stage/standin"
)

// ask sends what a browser or a mail server sends to the front.
func (l *pipeline) ask(method, path, kind, body string) (status int, header http.Header, text string) {
	l.Helper()
	r, err := http.NewRequestWithContext(l.Context(), method, l.gateway.URL+path, strings.NewReader(body))
	if err != nil {
		l.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		l.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		l.Fatal(err)
	}
	return res.StatusCode, res.Header, string(raw)
}

const (
	fields   = "application/x-www-form-urlencoded"
	oneClick = "List-Unsubscribe=One-Click"
)

// page is the path of a subscriber's page.
func page(t testing.TB, s preference.Subscriber) string {
	t.Helper()
	key, err := preference.NewKey(preferencesSecret)
	if err != nil {
		t.Fatal(err)
	}
	return "/preferences/" + key.Seal(s)
}

// link is the path of the page that a mail leads to, "" when there is none.
func link(t testing.TB, m standin.Message) string {
	t.Helper()
	r, err := mail.CreateReader(bytes.NewReader(m.Raw))
	if err != nil {
		t.Fatal(err)
	}
	address, here := strings.CutPrefix(strings.Trim(r.Header.Get("List-Unsubscribe"), "<>"), preferencesURL)
	if one := r.Header.Get("List-Unsubscribe-Post"); here && one != oneClick || !here && address != "" {
		t.Errorf("List-Unsubscribe leads to %q, with %q", address, one)
	}
	return address
}

// stranger reads a mail of nobody we know: the road asks for all that the page needs.
func (r *road) stranger() {
	path := page(r, preference.Subscriber{Person: "a-00000000000000ff"})
	if status, _, _ := r.ask("GET", path, "", ""); status != http.StatusOK {
		r.Errorf("a page is answered %d", status)
	}
	if status, _, _ := r.ask("POST", path, fields, oneClick); status != http.StatusOK {
		r.Errorf("one click is answered %d", status)
	}
}

// TestPagesOfReaders: through the front, a reader looks, chooses, unsubscribes; who
// has no link of ours reaches nothing.
func TestPagesOfReaders(t *testing.T) {
	t.Parallel()
	l, s := small(t, "webhook")
	id := l.world(time.Now()).Calls.All()[0].ID
	anne := preference.Subscriber{Person: notify.Subscriber("anne@dreets.example"), Calls: []string{id}}
	path := page(t, anne)
	book := preference.Book{Notes: l.store, Now: time.Now}
	wants := func(story string, want call.Choice) {
		t.Helper()
		if got, _, err := book.Choice(t.Context(), anne.Person, id); err != nil || got != want {
			t.Errorf("%s: %q, want %q (%v)", story, got, want, err)
		}
	}

	rows := watchRows(t, s)
	status, header, body := l.ask("GET", path, "", "")
	if status != 200 || !strings.Contains(body, `name="choix-`+id+`"`) || !strings.Contains(header.Get("Content-Type"), "text/html") ||
		header.Get("Cache-Control") != "no-store" || header.Get("Referrer-Policy") != "no-referrer" || !strings.HasPrefix(header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("the page: %d, %v\n%s", status, header, body)
	}
	wants("after a look", "")
	status, _, body = l.ask("POST", path, fields, url.Values{"choix-" + id: {"weekly"}}.Encode())
	if status != 200 || !strings.Contains(body, "C’est enregistré") {
		t.Errorf("a choice: %d\n%s", status, body)
	}
	wants("after a choice", call.Weekly)
	const parts = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n"
	if status, _, body = l.ask("POST", path, "multipart/form-data; boundary=x", parts); status != 200 {
		t.Errorf("one click in parts: %d\n%s", status, body)
	}
	wants("after one click", call.None)
	if status, _, _ = l.ask("POST", path, fields, "choix-"+id+"=morning"); status != 200 {
		t.Errorf("a change of mind: %d", status)
	}
	wants("after a change of mind", call.Morning)

	before := rows.Load()
	last := path[len(path)-1:]
	for name, forged := range map[string]string{
		"a changed character": strings.TrimSuffix(path, last) + map[bool]string{true: "B", false: "A"}[last == "A"],
		"a cut link":          path[:len(path)-5],
		"the webhook's":       "/preferences/" + webhookSecret,
		"nothing":             "/preferences/x",
		"an escape":           "/preferences/%2e%2e%2f",
	} {
		for _, method := range []string{"GET", "POST"} {
			if status, _, _ := l.ask(method, forged, fields, oneClick); status != 404 {
				t.Errorf("%s, %s: %d", name, method, status)
			}
		}
	}
	if status, _, _ := l.ask("POST", path, fields, strings.Repeat("x", 17<<10)); status != 413 {
		t.Errorf("a large form: %d", status)
	}
	if status, _, _ := l.ask("DELETE", path, "", ""); status != 405 && status != 404 {
		t.Errorf("DELETE: %d", status)
	}
	if n := rows.Load() - before; n != 0 || before < 8 {
		t.Errorf("what was refused asked the table %d times, all before %d times", n, before)
	}
	wants("after all that was refused", call.Morning)
	for _, hidden := range []string{strings.TrimPrefix(path, "/preferences/"), anne.Person} {
		if strings.Contains(l.logs.said("webhook"), hidden) {
			t.Errorf("the log of webhook shows %s", hidden)
		}
	}
}

// watchRows counts what the public's function asks of the table, and wants it to be
// about notes: its role lets it reach no other rows (dynamodb:LeadingKeys).
func watchRows(t *testing.T, s *standins) *atomic.Int32 {
	var asked atomic.Int32
	s.db.After(func(c standin.Call) {
		if c.Caller != "webhook" {
			return
		}
		asked.Add(1)
		var in struct {
			Key, Item map[string]struct{ S string }
		}
		if err := json.Unmarshal(c.Body, &in); err != nil || in.Key["pk"].S+in.Item["pk"].S != "meta" {
			t.Errorf("%s reaches beyond the notes (%v)", c.Action, err)
		}
	})
	return &asked
}

// TestOneClickEndsTheMails: a mail leads to its reader's own page; one click there,
// and the next mails are not for them, while others go on hearing.
func TestOneClickEndsTheMails(t *testing.T) {
	t.Parallel()
	l, s := small(t, "poll", "webhook", "remind", "deliver")
	l.poll("")
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	today := time.Now().In(paris)
	tick := func(days int) []standin.Message { // a morning; not all are worked
		before := len(s.ses.Sent())
		at := time.Date(today.Year(), today.Month(), today.Day()+days, 9, 0, 0, 0, paris)
		event := cloud.TellEvent{At: at.Format(time.RFC3339)}
		l.run("remind", event, nil)
		l.run("deliver", event, nil)
		return s.ses.Sent()[before:]
	}
	var reader, path string
	for days := 1; days < 6 && reader == ""; days++ {
		for _, m := range tick(days) {
			if one := link(t, m); one != "" {
				reader, path = m.To[0], one
			}
		}
	}
	if reader == "" {
		t.Fatal("no mail leads to a page")
	}
	if status, _, _ := l.ask("POST", path, fields, oneClick); status != 200 {
		t.Fatalf("one click: %d", status)
	}
	others := 0
	for _, days := range []int{8, 9, 10, 11, 12, 16, 17, 30, 31, 32} {
		for _, m := range tick(days) {
			if m.To[0] == reader {
				t.Errorf("after %d days, a mail to who wants none", days)
			} else {
				others++
			}
		}
	}
	if others == 0 {
		t.Error("nobody hears any more: the test proves nothing")
	}
}

// TestNoSecretOfPreferences: mails go without their link, and the page says that it
// cannot serve now.
func TestNoSecretOfPreferences(t *testing.T) {
	t.Parallel()
	l, s := small(t, "poll", "webhook", "remind", "deliver")
	l.poll("")
	s.ssm.Fail("", -1, standin.Denied)
	for days := range 5 { // some of them worked
		event := cloud.TellEvent{At: workingMorning(time.Now(), days).Format(time.RFC3339)}
		l.run("remind", event, nil)
		l.run("deliver", event, nil)
	}
	told := 0
	for _, m := range s.ses.Sent() {
		if m.To[0] != operator {
			told++
		}
		if one := link(t, m); one != "" {
			t.Errorf("a link without a secret: %s", one)
		}
	}
	if told == 0 {
		t.Error("no mail")
	}
	if said := l.logs.said("deliver"); !strings.Contains(said, preferencesParameter) || !strings.Contains(said, "without their link") {
		t.Errorf("deliver does not say what it lacks:\n%s", said)
	}
	if status, _, _ := l.ask("GET", page(t, preference.Subscriber{Person: "a-00000000000000ff"}), "", ""); status != 503 {
		t.Errorf("the page: %d", status)
	}
}
