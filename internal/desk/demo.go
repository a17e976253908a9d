package desk

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/gofrs/flock"
	"github.com/sirupsen/logrus"

	"relais/infra/calls"
	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/sandbox"
	"relais/internal/settings"
)

// DemoFolder holds all that a demonstration writes; it is emptied at each start.
const DemoFolder = "var/demo"

// DemoOptions of a demonstration.
type DemoOptions struct {
	Seed     uint64
	Dossiers int
	Speed    float64 // of its clock; 1 is real time
	Days     int     // of life behind it when it begins
	Listen   string  // of the local page
	// Page says who may reach the local page; its other settings are not looked at.
	Page settings.Settings
	Log  logrus.FieldLogger
}

// Demo is a Desk on a platform stand-in, both on this machine.
type Demo struct {
	*Desk
	Clock    *Clock
	Platform *Standin
	Settings settings.Settings

	lock *flock.Flock
}

// OpenDemo empties the demonstration's folder, starts the stand-in, writes call
// files bound to its démarches and opens the world on it.
func OpenDemo(ctx context.Context, o DemoOptions) (*Demo, error) {
	templates, err := shippedTemplates()
	if err != nil {
		return nil, err
	}
	lock, err := lockDemo()
	if err != nil {
		return nil, err
	}
	if err := empty(DemoFolder); err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	clock := NewClock(o.start(time.Now()), o.Speed)
	standin, err := StartStandin("127.0.0.1:0", sandbox.Options{
		Seed: o.Seed, Dossiers: o.Dossiers, Token: rand.Text(), Now: clock.Now, Live: true,
		RatePerMinute: -1, // days are lived in seconds
	})
	if err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	d := &Demo{Clock: clock, Platform: standin, Settings: demoSettings(o, standin), lock: lock}
	if err := d.open(ctx, templates, o); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// start is a working morning, some days before the last one.
func (o DemoOptions) start(now time.Time) time.Time {
	last := LastMorning(now)
	if o.Days <= 0 {
		return last
	}
	zone := call.PlatformZone()
	return deadline.Calendar{}.LastWorking(dossier.DayOf(last, zone).AddDays(-o.Days), nil).At(9, 0, zone)
}

// hoursLived are those at which the days behind a demonstration are looked at.
var hoursLived = []int{8, 13, 18}

// CatchUp lives the days behind the demonstration, up to the last morning, and
// counts what was done.
func (d *Demo) CatchUp(ctx context.Context, l *Loop) (mails, changes int, err error) {
	zone, last := call.PlatformZone(), LastMorning(time.Now())
	for day := dossier.DayOf(d.Clock.Now(), zone); ctx.Err() == nil; day = day.AddDays(1) {
		for _, hour := range hoursLived {
			at := day.At(hour, 5, zone)
			if !at.After(d.Clock.Now()) {
				continue
			}
			if at.After(last) {
				d.Clock.Forward(last)
				return mails, changes, nil
			}
			d.Clock.Forward(at)
			c := l.Once(ctx)
			if err := errors.Join(c.PollErr, c.RemindErr, c.DeliverErr); err != nil {
				return mails, changes, err
			}
			mails, changes = mails+c.Deliver.Sent, changes+c.Poll.Created+c.Poll.Updated+c.Poll.Removed
		}
	}
	return mails, changes, ctx.Err()
}

func (d *Demo) open(ctx context.Context, templates call.Set, o DemoOptions) error {
	options := Options{Parts: Store | Mail | Platform, Now: d.Clock.Now, Log: o.Log, Demo: true}
	var err error
	if d.Desk, err = Open(ctx, d.Settings, options); err != nil {
		return err
	}
	for _, demarche := range d.Platform.Demarches() {
		form, err := d.World.Platform.Form(ctx, demarche.Number)
		if err != nil {
			return err
		}
		if err := writeBound(d.Settings.Calls, templates, demarche, form); err != nil {
			return err
		}
	}
	options.Parts = Calls
	return d.openCalls(d.Settings, options)
}

// Close stops the stand-in too.
func (d *Demo) Close() error {
	d.Platform.Stop()
	var err error
	if d.Desk != nil {
		err = d.Desk.Close()
	}
	return errors.Join(err, d.lock.Unlock())
}

// lockDemo keeps a second demonstration from emptying the folder under the
// first. The lock dies with its process.
func lockDemo() (*flock.Flock, error) {
	if err := os.MkdirAll(filepath.Dir(DemoFolder), 0o755); err != nil {
		return nil, fmt.Errorf("%s cannot be made: %w", filepath.Dir(DemoFolder), err)
	}
	lock := flock.New(DemoFolder + ".lock")
	taken, err := lock.TryLock()
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s cannot be locked: %w", DemoFolder, err)
	case !taken:
		return nil, fmt.Errorf("another demonstration runs in %s: stop it first, or start this one from another folder", DemoFolder)
	}
	return lock, nil
}

// shippedTemplates are the call files that Relais ships, whatever the operator's
// own folder holds.
func shippedTemplates() (call.Set, error) {
	entries, err := calls.Files.ReadDir(".")
	if err != nil {
		return call.Set{}, err
	}
	var list []call.Call
	for _, e := range entries {
		content, err := calls.Files.ReadFile(e.Name())
		if err != nil {
			return call.Set{}, err
		}
		c, err := call.Parse(e.Name(), content)
		if err != nil {
			return call.Set{}, err
		}
		list = append(list, c)
	}
	return call.NewSet(list...), nil
}

func demoSettings(o DemoOptions, p *Standin) settings.Settings {
	api, _ := url.Parse(p.URL)
	return settings.Settings{
		APIURL: api, Token: settings.Secret(p.Token()),
		Calls:    filepath.Join(DemoFolder, "calls"),
		Store:    settings.Place{Kind: "sqlite", Path: filepath.Join(DemoFolder, "relais.db")},
		Mail:     settings.Mail{Kind: "dir", Path: filepath.Join(DemoFolder, "mail")},
		MailMode: settings.Mode{Name: settings.Send},
		MailFrom: "relais@demo.example", Overlap: 5 * time.Minute, Patience: 10 * time.Second,
		RequestsPerMinute: 6000,
		Listen:            o.Listen, PreferencesSecret: settings.Secret(rand.Text() + rand.Text()),
		ConsolePasswordHash: o.Page.ConsolePasswordHash,
		TLSCert:             o.Page.TLSCert, TLSKey: o.Page.TLSKey, BehindProxy: o.Page.BehindProxy,
	}
}

// empty makes a folder anew.
func empty(folder string) error {
	if err := os.RemoveAll(folder); err != nil {
		return fmt.Errorf("%s cannot be emptied: %w", folder, err)
	}
	if err := os.MkdirAll(filepath.Join(folder, "calls"), 0o755); err != nil {
		return fmt.Errorf("%s cannot be made: %w", folder, err)
	}
	return nil
}

// writeBound writes one call file per region of a démarche of the stand-in.
func writeBound(folder string, templates call.Set, demarche sandbox.DemarcheInfo, form dossier.Form) error {
	binding := call.Bind(form)
	for _, calendar := range demarche.Calendars {
		template, ok := templateFor(templates, demarche.Family, calendar.Region)
		if !ok {
			return fmt.Errorf("no template of family %s for the demonstration", demarche.Family)
		}
		bound := bind(template, call.Draft(form, calendar.Region), calendar)
		path := filepath.Join(folder, bound.ID+".yaml")
		if err := os.WriteFile(path, call.Write(bound, &form, &binding), 0o644); err != nil {
			return fmt.Errorf("the demonstration cannot write %s: %w", path, err)
		}
	}
	return nil
}

// templateFor prefers the template of the very region to that of the country.
func templateFor(templates call.Set, family, region string) (found call.Call, ok bool) {
	for _, c := range templates.All() {
		switch {
		case c.Family != family || !c.Template():
		case slices.Contains(c.Regions, region):
			return c, true
		case len(c.Regions) == 0 && !ok:
			found, ok = c, true
		}
	}
	return found, ok
}

// correctionDays given to candidates of the demonstration to send a missing
// piece; a real call file says its own.
const correctionDays = 15

// bind gives a template what the stand-in's form and calendar say.
func bind(c, draft call.Call, calendar sandbox.RegionCalendar) call.Call {
	days := correctionDays
	c.Demarche, c.Zone, c.CorrectionDays = draft.Demarche, draft.Zone, &days
	c.Fields, c.Annotations = draft.Fields, draft.Annotations
	c.Calendar = call.Calendar{Opens: calendar.Opens, Closes: calendar.Closes, Committee: calendar.Committee}
	c.Recipients.Fallback = []string{"permanence@" + c.Family + ".example"}
	if region, ok := call.RegionByCode(calendar.Region); ok && len(c.Regions) == 0 {
		c.ID, c.Title = draft.ID, c.Title+" — "+region.Name
		c.Regions, c.Authority = draft.Regions, draft.Authority
	}
	return c
}

// Standin is a platform stand-in, being served on this machine.
type Standin struct {
	*sandbox.Platform
	URL    string // of its GraphQL endpoint
	server *http.Server
}

// StartStandin serves a stand-in until Stop.
func StartStandin(address string, o sandbox.Options) (*Standin, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("the stand-in cannot listen on %s: %w", address, err)
	}
	p := sandbox.New(o)
	s := &Standin{
		Platform: p, URL: "http://" + l.Addr().String() + "/api/v2/graphql",
		server: &http.Server{Handler: p.Handler(), ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute},
	}
	go s.server.Serve(l)
	return s, nil
}

// Stop ends the service at once.
func (s *Standin) Stop() { _ = s.server.Close() }
