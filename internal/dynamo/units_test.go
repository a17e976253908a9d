package dynamo_test

import (
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/truora/minidyn/aws-v2/client"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/ds"
	"relais/internal/dynamo"
	"relais/internal/dynamo/meter"
	"relais/internal/judge"
	"relais/internal/sandbox"
)

const mostUnits = 12

var readAt = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// metered is an empty store whose calls are counted.
func metered(t testing.TB) (*dynamo.Store, *meter.Meter) {
	t.Helper()
	m := meter.New(client.NewClient())
	return created(t, m, "relais"), m
}

// realDossiers are records of the stand-in's O2R form, judged by the call of
// their region, bound to that form.
func realDossiers(t testing.TB, count int) []dossier.Record {
	t.Helper()
	p := sandbox.New(sandbox.Options{
		Seed: 7, Dossiers: count, Solo: true, RatePerMinute: -1, Now: func() time.Time { return readAt },
	})
	server := httptest.NewServer(p.Handler())
	t.Cleanup(server.Close)
	c, err := ds.New(ds.Config{URL: server.URL + sandbox.Endpoint, Token: ds.StaticToken(p.Token()), Patience: -1})
	if err != nil {
		t.Fatal(err)
	}
	demarches := p.Demarches()
	o2r := demarches[slices.IndexFunc(demarches, func(d sandbox.DemarcheInfo) bool { return d.Family == "o2r" })]
	calls := boundCalls(t, o2r)
	var records []dossier.Record
	at := dossier.Position{Since: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}
	for {
		page, err := c.Dossiers(t.Context(), o2r.Number, at, 100, false)
		if err != nil {
			t.Fatal(err)
		}
		for i := range page.Dossiers {
			records = append(records, judged(calls, &page.Dossiers[i]))
		}
		if !page.HasNextPage {
			return records
		}
		at.Cursor = page.EndCursor
	}
}

// boundCalls are the shipped national call, once for each region of the
// stand-in's calendar and once for the rest.
func boundCalls(t testing.TB, d sandbox.DemarcheInfo) call.Set {
	t.Helper()
	shipped, err := call.Load("../../infra/calls")
	if err != nil {
		t.Fatal(err)
	}
	national, ok := shipped.Get("o2r-national")
	if !ok {
		t.Fatal("the national call is not shipped any more")
	}
	var list []call.Call
	for _, c := range append(d.Calendars, sandbox.RegionCalendar{}) {
		one := *national
		one.ID, one.Demarche, one.Fields = "o2r-"+c.Region, d.Number, d.Fields
		one.Calendar = call.Calendar{Opens: c.Opens, Closes: c.Closes, Committee: c.Committee}
		one.Recipients = call.Recipients{Fallback: []string{"permanence@o2r.example"}}
		if c.Region != "" {
			one.Regions = []string{c.Region}
		}
		list = append(list, one)
	}
	return call.NewSet(list...)
}

func judged(calls call.Set, d *dossier.Dossier) dossier.Record {
	return dossier.Record{Dossier: d, Head: dossier.Head{
		Number: d.Number, Demarche: d.Demarche, State: d.State, Groupe: d.GroupeInstructeur.Label,
		DateDepot: d.DateDepot, Modified: d.DateDerniereModification, ReadAt: readAt,
		Fingerprint: dossier.Fingerprint(*d), FirstSeen: readAt, AdoptedAt: readAt,
		Judgement: judge.Judge(calls, d, deadline.Calendar{}),
	}}
}

// TestNewDossierCostsAtMost12WriteUnits, whatever the dossier.
func TestNewDossierCostsAtMost12WriteUnits(t *testing.T) {
	s, m := metered(t)
	records := realDossiers(t, 300)
	var due, findings int
	var worst float64
	spread := map[float64]int{}
	for _, r := range records {
		m.Reset()
		put(t, s, r)
		total := m.Total()
		spread[total.Write]++
		if total.Write > worst {
			worst = total.Write
			t.Logf("dossier %d: %v WU, %v RU", r.Number, total.Write, total.Read)
			for _, l := range m.Lines() {
				t.Log(l)
			}
		}
		if !r.NextStep().IsZero() {
			due++
		}
		findings += len(r.Judgement.Findings)
	}
	t.Logf("%d dossiers, %d with a next step, %d findings; write units: %v", len(records), due, findings, spread)
	if len(records) < 200 || due < len(records)/10 || findings < 10*len(records) {
		t.Fatal("these are not the dossiers of the stand-in's form")
	}
	if worst > mostUnits {
		t.Errorf("a new dossier costs %v write units, at most %d are allowed", worst, mostUnits)
	}
}

func put(t testing.TB, s *dynamo.Store, records ...dossier.Record) {
	t.Helper()
	conflicts, err := s.Put(t.Context(), records)
	if err != nil || len(conflicts) > 0 {
		t.Fatalf("conflicts %v, error %v", conflicts, err)
	}
}
