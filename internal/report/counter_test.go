package report

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
)

var (
	states   = []dossier.State{dossier.EnConstruction, dossier.EnInstruction, dossier.Accepte, dossier.Refuse, dossier.SansSuite, "inconnu"}
	verdicts = []dossier.Verdict{dossier.Recevable, dossier.NonRecevable, dossier.ACompleter, dossier.AVerifier, ""}
)

func anyHead(t *rapid.T) dossier.Head {
	today := date("2026-11-09")
	near := rapid.Custom(func(t *rapid.T) dossier.Day { return today.AddDays(rapid.IntRange(-80, 30).Draw(t, "day")) })
	euros := rapid.Ptr(rapid.Float64Range(-10, 1e7), true)
	people := rapid.Ptr(rapid.IntRange(-1, 5000), true)
	h := dossier.Head{
		State:     rapid.SampledFrom(states).Draw(t, "state"),
		DateDepot: near.Draw(t, "filed").At(rapid.IntRange(0, 23).Draw(t, "hour"), 0, paris),
		Judgement: dossier.Judgement{
			Verdict: rapid.SampledFrom(verdicts).Draw(t, "verdict"),
			Facts: dossier.Facts{
				Region:    rapid.SampledFrom([]string{"", "04", "53", "28"}).Draw(t, "region"),
				TotalCost: euros.Draw(t, "total"), RequestedAmount: euros.Draw(t, "asked"),
				PeopleFound: people.Draw(t, "found"), PeopleSupported: people.Draw(t, "supported"),
			},
		},
	}
	if rapid.Bool().Draw(t, "dated") {
		d := dossier.Deadline{Kind: deadline.SilentRejet, PrudentOn: near.Draw(t, "prudent")}
		d.DueOn = d.PrudentOn.AddDays(rapid.IntRange(0, 20).Draw(t, "suspended"))
		if rapid.Bool().Draw(t, "answered") {
			d.MetOn = near.Draw(t, "met")
		}
		h.Judgement.Deadlines = []dossier.Deadline{d}
	}
	return h
}

func counted(heads []dossier.Head) *Counter {
	c := New(&call.Call{Regions: []string{"53", "28"}, Zone: paris, Calendar: call.Calendar{Committee: at("2026-11-20")}},
		at("2026-11-09"), WeekBefore(date("2026-11-09")))
	for _, h := range heads {
		c.Add(h)
	}
	return c
}

func TestSumsAreTotals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		heads := rapid.SliceOfN(rapid.Custom(anyHead), 0, 40).Draw(t, "heads")
		f := counted(heads).Figures()
		byState, open, byVerdict := 0, 0, 0
		for s, n := range f.ByState {
			byState += n
			if !s.Termine() {
				open += n
			}
		}
		for _, n := range f.ByVerdict {
			byVerdict += n
		}
		if f.Total != len(heads) || byState != f.Total || byVerdict != open {
			t.Fatalf("%d heads, total %d, by state %d, open %d, by verdict %d", len(heads), f.Total, byState, open, byVerdict)
		}
		if f.Born != f.Missed || f.BornInPeriod > f.Born || f.Met+f.Missed > f.Total || f.Near+f.Late > f.Total || f.BeforeCommittee > f.Total-f.Late {
			t.Fatalf("deadlines: %+v", f)
		}
		if max(f.WithTotalCost, f.WithRequestedAmount, f.WithPeopleFound, f.WithPeopleSupported, f.Filed, f.Decided) > f.Total {
			t.Fatalf("more than there are: %+v", f)
		}
		if f.TotalCost < 0 || f.PeopleFound < 0 || (f.WithTotalCost == 0) && f.TotalCost != 0 {
			t.Fatalf("amounts: %+v", f)
		}
	})
}

func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		heads := rapid.SliceOfN(rapid.Custom(anyHead), 0, 40).Draw(t, "heads")
		before, regions := counted(heads).Figures(), counted(heads).ByRegion()
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		r.Shuffle(len(heads), func(i, j int) { heads[i], heads[j] = heads[j], heads[i] })
		if diff := cmp.Diff(before, counted(heads).Figures()); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(regions, counted(heads).ByRegion()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestRegionsSumToTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := counted(rapid.SliceOfN(rapid.Custom(anyHead), 0, 40).Draw(t, "heads"))
		whole := c.Figures()
		sum := newTally()
		seen := map[string]bool{}
		for _, f := range c.ByRegion() {
			if seen[f.Region] || f.Region == "" || f.At != whole.At || f.Period != whole.Period || f.Committee != whole.Committee {
				t.Fatalf("region %q: %+v", f.Region, f)
			}
			seen[f.Region] = true
			add(sum, f)
		}
		if !seen["53"] || !seen["28"] {
			t.Fatalf("a region of the call is not shown: %v", seen)
		}
		got := sum.figures()
		got.At, got.Period, got.Committee = whole.At, whole.Period, whole.Committee
		whole.MedianToDecision, whole.MedianOpenAge = nil, nil
		if diff := cmp.Diff(whole, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

// add puts the figures of a region into a sum, medians apart.
func add(into *tally, f Figures) {
	g := &into.counts
	g.Total, g.Filed, g.Decided = g.Total+f.Total, g.Filed+f.Filed, g.Decided+f.Decided
	for s, n := range f.ByState {
		g.ByState[s] += n
	}
	for v, n := range f.ByVerdict {
		g.ByVerdict[v] += n
	}
	g.PeopleFound, g.WithPeopleFound = g.PeopleFound+f.PeopleFound, g.WithPeopleFound+f.WithPeopleFound
	g.PeopleSupported, g.WithPeopleSupported = g.PeopleSupported+f.PeopleSupported, g.WithPeopleSupported+f.WithPeopleSupported
	g.Met, g.Missed, g.Born, g.BornInPeriod = g.Met+f.Met, g.Missed+f.Missed, g.Born+f.Born, g.BornInPeriod+f.BornInPeriod
	g.Near, g.Late, g.BeforeCommittee = g.Near+f.Near, g.Late+f.Late, g.BeforeCommittee+f.BeforeCommittee
	for s, v := range map[*sum]float64{&into.total: f.TotalCost, &into.asked: f.RequestedAmount} {
		s.centimes += int64(v*100 + 0.5)
	}
	into.total.of, into.asked.of = into.total.of+f.WithTotalCost, into.asked.of+f.WithRequestedAmount
}

// The median of a spread is the one of the numbers laid in a row.
func TestMedian(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given := rapid.SliceOfN(rapid.IntRange(0, 9), 1, 20).Draw(t, "days")
		s := spread{}
		for _, n := range given {
			s.add(&n)
		}
		below, above := 0, 0
		m := *s.median()
		for _, n := range given {
			if float64(n) < m {
				below++
			}
			if float64(n) > m {
				above++
			}
		}
		if below > len(given)/2 || above > len(given)/2 {
			t.Fatalf("%v has the median %v", given, m)
		}
	})
}

// Twenty thousand dossiers leave no more numbers than a year has days.
func TestMemoryIsBounded(t *testing.T) {
	c := New(bretagne(), at("2026-11-09"), Period{})
	for i := range 20_000 {
		h := filed(i, "2026-01-01")
		h.DateDepot = h.DateDepot.Add(time.Duration(i) * time.Minute)
		c.Add(h)
	}
	if n := len(c.whole.age); n > 20 {
		t.Errorf("%d numbers are kept", n)
	}
}
