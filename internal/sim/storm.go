package sim

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"time"

	"relais/internal/call"
	"relais/internal/ds"
	"relais/internal/ingest"
	"relais/internal/sandbox"
	"relais/internal/sqlite"
)

// Options of one simulation.
type Options struct {
	Seed uint64
	// Dir is where the store lies; it is emptied by nobody.
	Dir string
	// Quiet waits until every other goroutine of the simulation is blocked, as
	// synctest.Wait does.
	Quiet func()
	// Bugs are planted in ingest.
	Bugs ingest.Bugs
	// Open opens an empty store; nil means SQLite, in Dir.
	Open func() (Store, error)
	// Trace hears of each effect, for a person who replays a seed; may be nil.
	Trace func(line string)
}

// Summary tells what a simulation went through.
type Summary struct {
	Effects, Crashes, Faults, Jumps, Late, Silent, Hints, Mails, Told, Repeats, Poisons int
}

// Storm is one simulation.
type Storm struct {
	Summary
	o        Options
	dice     *rand.Rand
	quiet    func()
	clock    clock
	platform *sandbox.Platform
	client   *ds.Client
	candid   *ds.Client
	store    Store
	demarche sandbox.DemarcheInfo
	calls    call.Set
	temper   temper

	asks   chan turn
	morgue map[string]bool // holders that died
	steps  int
	procs  int
	calm   bool // no fault, no life, no crash
	failed error

	watch watch
	post  post

	fragile Fragile // nil when each operation of the store is one write
}

// temper is what a seed is like.
type temper struct {
	page      int     // the platform cuts pages to so many
	faults    float64 // share of the requests
	crashes   float64 // share of the processes
	late      bool    // transactions commit late
	jumps     bool    // our clock jumps
	knowsDead bool    // leases die with their process
	regions   []string
	retention *int
}

// Run goes through one storm and its aftermath. The error is what Relais did
// wrong.
func Run(o Options) (Summary, error) {
	s, err := open(o)
	if err != nil {
		return Summary{}, err
	}
	ctx := context.Background()
	err = s.rage(ctx)
	if err == nil {
		err = s.aftermath(ctx)
	}
	if closed := s.store.Close(); err == nil {
		err = closed
	}
	return s.Summary, err
}

func open(o Options) (*Storm, error) {
	s := &Storm{
		o: o, quiet: o.Quiet, dice: rand.New(rand.NewPCG(o.Seed, 0x52454c414953)),
		asks: make(chan turn), morgue: map[string]bool{}, watch: newWatch(), post: newPost(),
	}
	s.temper = s.drawTemper()
	s.clock.start(s.drawStart())
	s.platform = sandbox.New(sandbox.Options{
		Seed: o.Seed, Bare: true, Dossiers: 2 + s.dice.IntN(14), Now: s.clock.platform,
		RatePerMinute: -1, Sleep: s.clock.sleep,
	})
	s.platform.PlanWebhooks(sandbox.SeededWebhooks(o.Seed, 0.2, 0.3, 10*time.Minute))
	s.platform.Webhooks(s.hear)
	for _, d := range s.platform.Demarches() {
		if d.Family == "o2r" {
			s.demarche = d
		}
	}
	s.calls = s.drawCalls()
	var err error
	if s.client, err = s.newClient(s.platform.Transport().RoundTrip); err != nil {
		return nil, err
	}
	if s.candid, err = s.newClient(s.platform.Candid().RoundTrip); err != nil {
		return nil, err
	}
	if s.store, err = o.open(); err != nil {
		return nil, err
	}
	s.fragile, _ = s.store.(Fragile)
	return s, nil
}

func (o Options) open() (Store, error) {
	if o.Open != nil {
		return o.Open()
	}
	return sqlite.Open(context.Background(), filepath.Join(o.Dir, fmt.Sprintf("seed-%d.db", o.Seed)), sqlite.Options{})
}

// drawStart is near one of the two nights when the hour changes, half of the
// time.
func (s *Storm) drawStart() time.Time {
	start := []time.Time{
		time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC), time.Date(2027, 3, 28, 1, 0, 0, 0, time.UTC),
		time.Date(2026, 9, 14, 9, 0, 0, 0, time.UTC), time.Date(2027, 1, 11, 14, 0, 0, 0, time.UTC),
	}
	return start[s.dice.IntN(len(start))].Add(-s.upTo(60 * time.Hour))
}

func (s *Storm) drawTemper() temper {
	t := temper{
		page: 2 + s.dice.IntN(9), faults: []float64{0, 0.02, 0.08, 0.25}[s.dice.IntN(4)],
		crashes: []float64{0, 0.2, 0.5}[s.dice.IntN(3)],
		late:    s.chance(0.7), jumps: s.chance(0.3), knowsDead: s.chance(0.7),
	}
	if s.chance(0.2) {
		t.regions = []string{"53", "52"}
	}
	if s.chance(0.2) {
		months := 1 + s.dice.IntN(2)
		t.retention = &months
	}
	return t
}

// drawCalls makes one call a region of the calendar, and one for the rest.
func (s *Storm) drawCalls() call.Set {
	var list []call.Call
	days, rate := 15, 0.8
	for _, c := range append(s.demarche.Calendars, sandbox.RegionCalendar{}) {
		zone, err := time.LoadLocation(c.Zone)
		if err != nil || c.Zone == "" {
			zone, _ = time.LoadLocation("Europe/Paris")
		}
		one := call.Call{
			ID: "o2r-" + c.Region, Family: "o2r", Title: "O2R", Authority: "DREETS", Demarche: s.demarche.Number, Zone: zone,
			Calendar: call.Calendar{Opens: c.Opens, Closes: c.Closes, Committee: c.Committee},
			MaxShare: &rate, Incomplete: call.Correction, CorrectionDays: &days, Acknowledgement: call.UnknownAcknowledge,
			Silence:         &call.Silence{Effect: "rejet", Months: 2, Source: "CRPA L.231-4"},
			Recipients:      call.Recipients{Fallback: []string{"permanence@o2r.example"}},
			RetentionMonths: s.temper.retention, Fields: s.demarche.Fields, Digest: "simulated",
		}
		if c.Region != "" {
			one.Regions = []string{c.Region}
		}
		list = append(list, one)
	}
	return call.NewSet(list...)
}

func (s *Storm) chance(p float64) bool { return s.dice.Float64() < p }

func (s *Storm) upTo(d time.Duration) time.Duration {
	return time.Duration(s.dice.Int64N(int64(d))).Truncate(time.Microsecond)
}

// fail notes what went wrong; the first is the one that counts.
func (s *Storm) fail(format string, args ...any) {
	if s.failed == nil {
		s.failed = fmt.Errorf(format, args...)
	}
}

func (s *Storm) note(who string, what ...string) {
	if s.o.Trace != nil {
		s.o.Trace(s.clock.platform().Format("01-02 15:04:05.000000 ") + who + ": " + strings.Join(what, " "))
	}
}
