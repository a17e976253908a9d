package cloud_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"relais/infra/calls"
	"relais/internal/app"
	"relais/internal/call"
	"relais/internal/ds"
	"relais/internal/sandbox"
)

// Who asks the platform, by token. The single machine has one of its own, so that
// the functions' can be rotated alone.
const (
	firstToken  = "Zmlyc3QtdG9rZW4tb2YtdGhlLWZ1bmN0aW9ucw=="
	secondToken = "c2Vjb25kLXRva2VuLW9mLXRoZS1mdW5jdGlvbnM="
	deskToken   = "dG9rZW4tb2YtdGhlLXNpbmdsZS1tYWNoaW5l"
)

// platform is the stand-in behind a door that knows several tokens.
type platform struct {
	*sandbox.Platform
	url      string
	folder   string // of the call files bound to it
	demarche int

	mu       sync.Mutex
	accepted string // of the functions
	asked    int    // by the functions, refusals included
	before   func() (cut bool)
	delay    time.Duration
}

// newPlatform tells a life that began days ago and has come to today only in part.
func newPlatform(t testing.TB, o sandbox.Options, days int) *platform {
	t.Helper()
	start := time.Now().AddDate(0, 0, -days)
	o.Solo, o.Now = true, func() time.Time { return start }
	p := &platform{Platform: sandbox.New(o), accepted: firstToken, folder: t.TempDir()}
	server := httptest.NewServer(p.door(p.Handler()))
	t.Cleanup(server.Close)
	p.url = server.URL + sandbox.Endpoint
	p.writeCalls(t)
	return p
}

// door lets the tokens of the day in under the stand-in's own; any other goes on
// as it is, to be refused.
func (p *platform) door(inside http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		p.mu.Lock()
		known, before, delay := token == p.accepted, p.before, p.delay
		if token != deskToken {
			p.asked++
		}
		p.mu.Unlock()
		if token != deskToken && before != nil && before() {
			panic(http.ErrAbortHandler)
		}
		if delay > 0 {
			select {
			case <-time.After(delay):
			case <-r.Context().Done():
				return
			}
		}
		if known || token == deskToken {
			r.Header.Set("Authorization", "Bearer "+p.Token())
		}
		inside.ServeHTTP(w, r)
	})
}

func (p *platform) rotate(token string) { p.mu.Lock(); p.accepted = token; p.mu.Unlock() }

func (p *platform) slow(d time.Duration) { p.mu.Lock(); p.delay = d; p.mu.Unlock() }

func (p *platform) watch(before func() bool) { p.mu.Lock(); p.before = before; p.mu.Unlock() }

func (p *platform) requests() int { p.mu.Lock(); defer p.mu.Unlock(); return p.asked }

// writeCalls binds the templates that Relais ships to the O2R démarche, one call a
// region, as a demonstration does.
func (p *platform) writeCalls(t testing.TB) {
	t.Helper()
	client, err := ds.New(ds.Config{URL: p.url, Token: func(ctxOf) (string, error) { return deskToken, nil }, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range p.Demarches() {
		if one.Family != "o2r" {
			continue
		}
		p.demarche = one.Number
		form, err := client.Form(t.Context(), one.Number)
		if err != nil {
			t.Fatal(err)
		}
		binding := call.Bind(form)
		for _, calendar := range one.Calendars {
			c := bind(template(t, one.Family, calendar.Region), call.Draft(form, calendar.Region), calendar)
			if err := os.WriteFile(filepath.Join(p.folder, c.ID+".yaml"), call.Write(c, &form, &binding), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// template prefers the one of the very region.
func template(t testing.TB, family, region string) (found call.Call) {
	t.Helper()
	files, err := calls.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		content, err := calls.Files.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		c, err := call.Parse(f.Name(), content)
		switch {
		case err != nil:
			t.Fatal(err)
		case c.Family == family && slices.Contains(c.Regions, region):
			return c
		case c.Family == family && len(c.Regions) == 0:
			found = c
		}
	}
	return found
}

func bind(c, draft call.Call, calendar sandbox.RegionCalendar) call.Call {
	days := 15
	c.Demarche, c.Zone, c.CorrectionDays = draft.Demarche, draft.Zone, &days
	c.Fields, c.Annotations = draft.Fields, draft.Annotations
	c.Calendar = call.Calendar{Opens: calendar.Opens, Closes: calendar.Closes, Committee: calendar.Committee}
	c.Recipients.Fallback = []string{"permanence@o2r.example"}
	if region, ok := call.RegionByCode(calendar.Region); ok && len(c.Regions) == 0 {
		c.ID, c.Title = draft.ID, c.Title+" — "+region.Name
		c.Regions, c.Authority = draft.Regions, draft.Authority
	}
	return c
}

// oneIn is a listed dossier in a state, the nth.
func (p *platform) oneIn(t testing.TB, state string, nth int) int {
	t.Helper()
	for _, d := range p.Truth(p.demarche) {
		if d.Listed && d.State == state && d.Siret != "" {
			if nth--; nth < 0 {
				return d.Number
			}
		}
	}
	t.Fatalf("the platform has no other dossier %s", state)
	return 0
}

func readHint(r *http.Request) (demarche, number int, err error) {
	h, err := ds.ReadHint(r)
	return h.Demarche, h.Number, err
}

var _ app.ReadHint = readHint
