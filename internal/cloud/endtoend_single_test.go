package cloud_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sirupsen/logrus"

	"relais/internal/app"
	"relais/internal/desk"
	"relais/internal/dossier"
	"relais/internal/notify"
	"relais/internal/sandbox"
	"relais/internal/settings"
)

// single is the single-machine world on the same platform: SQLite, mails in a
// folder.
type single struct {
	testing.TB
	*desk.Desk
	mail    string
	expires dossier.Day
}

func openSingle(t testing.TB, p *platform) *single {
	t.Helper()
	api, err := url.Parse(p.url)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	log := logrus.New()
	log.SetOutput(io.Discard)
	s := settings.Settings{
		APIURL: api, Token: deskToken, Calls: p.folder,
		Store: settings.Place{Kind: settings.SQLite, Path: filepath.Join(dir, "relais.db")},
		Mail:  settings.Mail{Kind: settings.Dir, Path: filepath.Join(dir, "mail")}, MailMode: settings.Mode{Name: settings.Send},
		MailFrom: sender, Operator: operator, Overlap: 5 * time.Minute, Patience: 5 * time.Second,
		PreferencesSecret: preferencesSecret,
	}
	if s.PreferencesURL, err = url.Parse(preferencesURL); err != nil {
		t.Fatal(err)
	}
	d, err := desk.Open(t.Context(), s, desk.Options{Parts: desk.Calls | desk.Store | desk.Mail | desk.Platform, Now: time.Now, Log: log})
	t.Cleanup(func() { _ = d.Close() })
	if err != nil {
		t.Fatal(err)
	}
	day, _ := dossier.ParseDay(expires)
	return &single{t, d, s.Mail.Path, day}
}

func (s *single) poll(sweep bool) app.PollReport {
	s.Helper()
	r, err := s.World.Poll(s.Context(), app.PollOptions{Sweep: sweep})
	if err != nil {
		s.Fatal(err)
	}
	return r
}

// hook takes a webhook and follows it later.
func (s *single) hook(body string) {
	s.Helper()
	mux := http.NewServeMux()
	mux.Handle(app.WebhookPath, s.World.Webhook(func(context.Context) (string, error) { return webhookSecret, nil }, readHint))
	r := httptest.NewRequest(http.MethodPost, "/webhook/"+webhookSecret, strings.NewReader(body))
	r.Header.Set("Content-Type", sandbox.WebhookType)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	if w.Code != http.StatusNoContent {
		s.Fatalf("the single machine answers %d to a webhook", w.Code)
	}
}

func (s *single) follow() {
	s.Helper()
	if _, err := s.World.Ingest(s.Context()); err != nil {
		s.Fatal(err)
	}
}

func (s *single) tell(at time.Time) {
	s.Helper()
	if _, err := s.World.Deliver(s.Context(), at, true); err != nil {
		s.Fatal(err)
	}
	if err := s.World.Watch(s.Context(), nil, s.expires); err != nil {
		s.Fatal(err)
	}
}

func (s *single) bounce(f notify.Feedback) {
	s.Helper()
	if _, err := s.World.Feedback(s.Context(), []notify.Feedback{f}); err != nil {
		s.Fatal(err)
	}
}

// exports are the lines of relais export at an instant.
func exports(t testing.TB, w *app.World, at time.Time) []json.RawMessage {
	t.Helper()
	frozen := *w
	frozen.Now = func() time.Time { return at }
	return lines(t, func(out io.Writer) error { return frozen.Export(t.Context(), "", out) })
}

// outbox are the lines of relais outbox, by key: the order of those written at one
// instant is each store's own.
func outbox(t testing.TB, w *app.World) []json.RawMessage {
	t.Helper()
	list := lines(t, func(out io.Writer) error { return w.Outbox(t.Context(), false, out) })
	slices.SortFunc(list, func(a, b json.RawMessage) int { return bytes.Compare(a, b) })
	return list
}

// sameAs compares the two worlds: what is stored, what is to be told, what was
// told.
func (s *single) sameAs(l *pipeline, at time.Time) {
	s.Helper()
	w := l.world(at)
	if diff := cmp.Diff(texts(exports(s, &s.World, at)), texts(exports(s, w, at))); diff != "" {
		s.Errorf("the copies differ (-single machine +functions):\n%.4000s", diff)
	}
	if diff := cmp.Diff(texts(outbox(s, &s.World)), texts(outbox(s, w))); diff != "" {
		s.Errorf("the outboxes differ (-single machine +functions):\n%.4000s", diff)
	}
	if diff := cmp.Diff(lettersKept(s, s.mail), l.lettersSent()); diff != "" {
		s.Errorf("the mails differ (-single machine +functions):\n%.4000s", diff)
	}
}

func texts(list []json.RawMessage) (out []string) {
	for _, one := range list {
		out = append(out, string(one))
	}
	return out
}

// told is a line of the outbox.
type told struct {
	Key, Kind, Status, Person string
	Dossier                   *int
	Mail                      *string
}

func readOutbox(t testing.TB, w *app.World) (list []told) {
	t.Helper()
	for _, line := range outbox(t, w) {
		var one told
		if err := json.Unmarshal(line, &one); err != nil {
			t.Fatal(err)
		}
		list = append(list, one)
	}
	return list
}

func statuses(list []told) map[string]int {
	n := map[string]int{}
	for _, one := range list {
		n[one.Status]++
	}
	return n
}
