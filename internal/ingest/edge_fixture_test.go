package ingest_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/ds"
	"relais/internal/ingest"
	"relais/internal/sandbox"
	"relais/internal/sqlite"
)

// trueToLife is the stand-in of the platform, our client and our store, without
// network and on a clock that moves by hand.
type trueToLife struct {
	*testing.T
	platform *sandbox.Platform
	demarche sandbox.DemarcheInfo
	store    *sqlite.Store
	pass     *ingest.Pass
	client   *ds.Client
	now      time.Time
}

// monday is the start of these stories: no deadline of the stand-in is near.
var monday = time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)

func live(t *testing.T, o sandbox.Options) *trueToLife {
	t.Helper()
	s := &trueToLife{T: t, now: monday}
	clock := func() time.Time { return s.now }
	o.Now, o.RatePerMinute = clock, -1
	s.platform = sandbox.New(o)
	for _, d := range s.platform.Demarches() {
		if d.Family == "o2r" {
			s.demarche = d
		}
	}
	var err error
	s.client, err = ds.New(ds.Config{
		URL: "https://platform.invalid" + sandbox.Endpoint, Token: ds.StaticToken(s.platform.Token()),
		HTTP: s.platform.Transport(), Now: clock, Patience: -1,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.store, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "relais.db"), sqlite.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.store.Close() })
	national := call.Call{
		ID: "o2r", Family: "o2r", Title: "O2R", Demarche: s.demarche.Number, Zone: time.UTC,
		Silence: &call.Silence{Effect: "rejet", Months: 2}, Fields: s.demarche.Fields, Digest: "one",
	}
	s.pass = &ingest.Pass{
		Source: s.client, Copy: s.store, Positions: s.store, Quarantine: s.store, Inventory: s.store, Forms: s.client,
		Calls: call.NewSet(national), Holder: "one", Now: clock,
	}
	return s
}

// few is a platform of some plain dossiers.
func few(t *testing.T, n int) *trueToLife { return live(t, sandbox.Options{Bare: true, Dossiers: n}) }

func (s *trueToLife) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *trueToLife) after(d time.Duration) { s.now = s.now.Add(d) }

func (s *trueToLife) deposit(d sandbox.Draft) int {
	s.Helper()
	n, err := s.platform.Deposit(d)
	s.must(err)
	return n
}

func (s *trueToLife) run() ingest.Report {
	s.Helper()
	r, err := s.pass.Run(s.Context(), s.demarche.Number)
	s.must(err)
	if !r.Complete {
		s.Fatalf("report %+v", r)
	}
	return r
}

func (s *trueToLife) sweep() ingest.SweepReport {
	s.Helper()
	r, err := s.pass.Sweep(s.Context(), s.demarche.Number)
	s.must(err)
	return r
}

// settle runs passes until an idle one reads nothing.
func (s *trueToLife) settle() {
	s.Helper()
	for range 4 {
		r := s.run()
		s.after(ingest.DefaultOverlap + time.Second)
		if r.DossiersRead == 0 {
			return
		}
	}
	s.Fatal("passes read the overlap for ever")
}

func (s *trueToLife) stored(number int) dossier.Record {
	s.Helper()
	r, ok, err := s.store.Record(s.Context(), number)
	if err != nil || !ok {
		s.Fatalf("dossier %d: stored %v, %v", number, ok, err)
	}
	return r
}

// champ is the stored champ of one of our names; false when there is none.
func (s *trueToLife) champ(number int, name string) (dossier.Champ, bool) {
	s.Helper()
	id, err := s.platform.Descriptor(s.demarche.Number, name)
	s.must(err)
	for _, c := range s.stored(number).Dossier.Champs {
		if c.DescriptorID == id {
			return c, true
		}
	}
	return dossier.Champ{}, false
}

func (s *trueToLife) cases() (list []ingest.Case) {
	s.Helper()
	list, err := s.store.Cases(s.Context(), s.demarche.Number)
	s.must(err)
	return list
}

// isTrue wants the copy to hold what the platform lists, with its states.
func (s *trueToLife) isTrue() {
	s.Helper()
	for _, d := range s.platform.Truth(s.demarche.Number) {
		if !d.Listed {
			continue
		}
		if r := s.stored(d.Number); r.Removed != dossier.Present || r.Dossier == nil || string(r.State) != d.State || r.Groupe != d.Groupe {
			s.Errorf("dossier %d: %+v, want %+v", d.Number, r.Head, d)
		}
	}
}

func causeOf(err error) string {
	var e *ds.Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Cause()
}
