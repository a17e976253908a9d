package main

import (
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"relais/internal/desk"
	"relais/internal/ingest"
	"relais/internal/sandbox"
	"relais/internal/sqlite"
)

// The proofs of what synchronisation promises (proof_*_test.go) run the built
// binary against our stand-in, whose faults are those of the platform, or against
// the other platform where only what is shown matters.

// proven is one installation on a stand-in of its own, on loopback.
type proven struct {
	*desktop
	platform *desk.Standin
	demarche int
	clock    *movable

	mu    sync.Mutex
	calls []sandbox.Call // since forget
	plan  sandbox.Plan
}

// movable is a clock that can be put forward.
type movable struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *movable) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

// endOfMinute puts the clock forward to the last second of its minute, at whose
// end the platform's window starts anew.
func (c *movable) endOfMinute() {
	now := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if last := now.Truncate(time.Minute).Add(59 * time.Second); now.Before(last) {
		c.ahead += last.Sub(now)
	}
}

// prove starts a stand-in with n dossiers listed on one démarche, and an
// installation that has a call file for it.
func prove(t testing.TB, n int) *proven {
	t.Helper()
	p := &proven{clock: &movable{}}
	var err error
	p.platform, err = desk.StartStandin("127.0.0.1:0", sandbox.Options{
		Seed: 3, Dossiers: n, Solo: true, RatePerMinute: -1, Now: p.clock.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.platform.Stop)
	for _, one := range p.platform.Demarches() {
		if one.Family == "o2r" {
			p.demarche = one.Number
		}
	}
	p.platform.Inject(p.decide)
	p.desktop = p.install(t)
	return p
}

// install makes one more installation that reads the same platform.
func (p *proven) install(t testing.TB) *desktop {
	t.Helper()
	dir := t.TempDir()
	d := &desktop{t, dir, map[string]string{
		"DS_API_URL": p.platform.URL, "DS_API_TOKEN": p.platform.Token(),
		"RELAIS_CALLS":    filepath.Join(dir, "calls"),
		"RELAIS_STORE":    "sqlite:" + filepath.Join(dir, "relais.db"),
		"RELAIS_MAIL":     "dir:" + filepath.Join(dir, "mail"),
		"RELAIS_PATIENCE": "0s",
	}}
	d.do(0, "init", "--demarche", strconv.Itoa(p.demarche), "--region", "53")
	p.forget()
	return d
}

func (p *proven) decide(c sandbox.Call) sandbox.Hit {
	p.mu.Lock()
	defer p.mu.Unlock()
	c.N = len(p.calls) + 1
	p.calls = append(p.calls, c)
	if p.plan == nil {
		return sandbox.Hit{}
	}
	return p.plan(c)
}

// faults makes a plan decide from now on, with ranks from 1; nil ends all faults.
func (p *proven) faults(plan sandbox.Plan) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.plan, p.calls = plan, nil
}

func (p *proven) forget() { p.faults(nil) }

// asked counts the requests since the last plan, of one operation or of all.
func (p *proven) asked(operation string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, c := range p.calls {
		if operation == "" || c.Operation == operation {
			n++
		}
	}
	return n
}

// streams are the stored positions, read as another process would.
func (p *proven) streams(d *desktop) ingest.Streams {
	d.Helper()
	store, err := sqlite.Open(d.Context(), d.path("relais.db"), sqlite.Options{})
	if err != nil {
		d.Fatal(err)
	}
	defer store.Close()
	s, err := store.Streams(d.Context(), p.demarche)
	if err != nil {
		d.Fatal(err)
	}
	return s
}

// isShown wants the copy to be what the platform lists, by the platform's own
// account.
func (p *proven) isShown(d *desktop) {
	d.Helper()
	got := d.exported()
	listed := 0
	for _, one := range p.platform.Truth(p.demarche) {
		if !one.Listed {
			continue
		}
		listed++
		l, stored := got[one.Number]
		switch {
		case !stored:
			d.Errorf("dossier %d is lost", one.Number)
		case *l.State != one.State || *l.Groupe != one.Groupe || *l.ModifiedAt != *second(one.ModifiedAt) || l.Removed != false:
			d.Errorf("dossier %d: %+v, want %+v", one.Number, l, one)
		}
	}
	shown := 0
	for _, l := range got {
		if l.Removed == false {
			shown++
		}
	}
	if shown != listed || listed == 0 {
		d.Errorf("%d dossiers shown here, %d there", shown, listed)
	}
}
