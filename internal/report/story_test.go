package report

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
)

var paris = call.PlatformZone()

func date(s string) dossier.Day {
	d, err := dossier.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// at is nine in the morning, on the wall of Paris.
func at(day string) time.Time { return date(day).At(9, 0, paris) }

func bretagne() *call.Call {
	return &call.Call{ID: "o2r-bretagne", Regions: []string{"53"}, Zone: paris,
		Calendar: call.Calendar{Committee: date("2026-11-12").At(14, 0, paris)}}
}

// filed is a dossier of Bretagne as it was filed: silence rejects it two months
// later, and the last day to answer is the day before.
func filed(number int, day string) dossier.Head {
	last := date(day).AddMonths(2).AddDays(-1)
	return dossier.Head{
		Number: number, State: dossier.EnConstruction, DateDepot: at(day),
		Judgement: dossier.Judgement{Call: "o2r-bretagne", Verdict: dossier.Recevable, Facts: dossier.Facts{Region: "53"},
			Deadlines: []dossier.Deadline{{Kind: deadline.Expiration}, {Kind: deadline.SilentRejet, DueOn: last, PrudentOn: last}}},
	}
}

func decided(h dossier.Head, state dossier.State, day string) dossier.Head {
	h.State = state
	h.Judgement.Deadlines[1].MetOn = date(day)
	return h
}

func asking(h dossier.Head, total, asked float64, people int) dossier.Head {
	h.Judgement.Facts.TotalCost, h.Judgement.Facts.RequestedAmount, h.Judgement.Facts.PeopleFound = &total, &asked, &people
	return h
}

// suspended: pieces were asked for, which gives ten days more.
func suspended(h dossier.Head) dossier.Head {
	d := &h.Judgement.Deadlines[1]
	d.DueOn = d.PrudentOn.AddDays(10)
	h.Judgement.Verdict = dossier.ACompleter
	return h
}

// The call opened on 1 September 2026; its head reads each Monday what the week
// before it was. Ten weeks later, on 9 November, some silent rejections were born.
func TestACallOverTenWeeks(t *testing.T) {
	heads := []dossier.Head{
		asking(decided(filed(1, "2026-09-01"), dossier.Accepte, "2026-10-20"), 300_000, 200_000.10, 420), // in time
		decided(filed(2, "2026-09-02"), dossier.Refuse, "2026-11-01"),                                    // on the last day
		decided(filed(3, "2026-09-02"), dossier.SansSuite, "2026-11-02"),                                 // a day late
		asking(filed(4, "2026-09-03"), 150_000.20, 100_000.20, 0),                                        // rejected by silence on 3 November
		filed(5, "2026-08-25"), // rejected by silence on 25 October
		suspended(filed(6, "2026-09-05")),
		filed(7, "2026-09-10"), // today is its last day
		filed(8, "2026-09-12"), // the day before the committee
		filed(9, "2026-09-13"), // the day of the committee
		filed(10, "2026-09-17"),
		filed(11, "2026-09-18"), // in eight days
		filed(12, "2026-11-08"), // on Sunday
		filed(13, "2026-11-09"), // this very day
	}
	heads[9].Judgement.Verdict = dossier.NonRecevable

	now := at("2026-11-09")
	c := New(bretagne(), now, WeekBefore(date("2026-11-09")))
	for _, h := range heads {
		c.Add(h)
	}
	toDecision, age := 60.0, 57.5 // 49, 60, 61 · 0, 1, 52, 53, 57, 58, 60, 65, 67, 76
	want := Figures{
		Call: "o2r-bretagne", At: now, Period: Period{date("2026-11-02"), date("2026-11-08")},
		Total:     13,
		ByState:   map[dossier.State]int{dossier.EnConstruction: 10, dossier.Accepte: 1, dossier.Refuse: 1, dossier.SansSuite: 1},
		ByVerdict: map[dossier.Verdict]int{dossier.Recevable: 8, dossier.ACompleter: 1, dossier.NonRecevable: 1},
		Filed:     1, Decided: 1,
		TotalCost: 450_000.20, WithTotalCost: 2, RequestedAmount: 300_000.30, WithRequestedAmount: 2,
		PeopleFound: 420, WithPeopleFound: 2,
		Met: 2, Missed: 3, Born: 3, BornInPeriod: 2, Near: 4, Late: 3,
		BeforeCommittee: 2, Committee: date("2026-11-12"),
		MedianToDecision: &toDecision, MedianOpenAge: &age,
	}
	if diff := cmp.Diff(want, c.Figures()); diff != "" {
		t.Error(diff)
	}
	if r := c.ByRegion(); r != nil {
		t.Errorf("a call for one region has figures of %d", len(r))
	}
}

func TestWhoIsLeftOut(t *testing.T) {
	c := New(bretagne(), at("2026-11-09"), Period{})
	pending, foreign, other := filed(1, "2026-09-01"), filed(2, "2026-09-01"), filed(3, "2026-09-01")
	pending.Removed, foreign.Foreign, other.Judgement.Call = dossier.Pending, true, "o2r-normandie"
	for _, h := range []dossier.Head{pending, foreign, other} {
		c.Add(h)
	}
	if f := c.Figures(); f.Total != 0 || f.Met+f.Missed != 0 {
		t.Errorf("%+v", f)
	}
}

func TestNoDossierAtAll(t *testing.T) {
	f := New(nil, time.Time{}, Period{}).Figures()
	if f.Total != 0 || f.MedianOpenAge != nil || f.MedianToDecision != nil || f.ByState == nil || f.ByVerdict == nil {
		t.Errorf("%+v", f)
	}
}

// Dossiers that match no call are counted without a date to answer.
func TestDossiersOfNoCall(t *testing.T) {
	h := filed(1, "2026-09-01")
	h.Judgement.Call, h.Judgement.Deadlines, h.Judgement.Verdict = "", nil, ""
	c := New(nil, at("2026-11-09"), WeekBefore(date("2026-09-07")))
	c.Add(h)
	f := c.Figures()
	if f.Total != 1 || f.Filed != 1 || f.Missed != 0 || f.Late != 0 || *f.MedianOpenAge != 69 {
		t.Errorf("%+v", f)
	}
	if r := c.ByRegion(); len(r) != 1 || r[0].Region != "53" || r[0].Total != 1 {
		t.Errorf("by region: %+v", r)
	}
}

// What a wrong clock, a hasty platform or a careless candidate leaves behind.
func TestOddDossiers(t *testing.T) {
	hasty := decided(filed(1, "2026-09-01"), dossier.Accepte, "2026-08-30")
	undated := filed(2, "2026-09-01")
	undated.State = dossier.Accepte
	future := filed(3, "2026-12-01")
	timeless := filed(4, "2026-12-01")
	timeless.DateDepot = time.Time{}
	again := decided(filed(5, "2026-09-01"), dossier.EnInstruction, "2026-09-09") // a réexamen
	slip := asking(filed(6, "2026-12-01"), -1, 1e300, -4)
	c := New(bretagne(), at("2026-11-09"), WeekBefore(date("2026-09-14")))
	for _, h := range []dossier.Head{hasty, undated, future, timeless, again, slip} {
		c.Add(h)
	}
	f := c.Figures()
	if f.Met != 2 || f.Missed != 0 || f.Late != 0 || f.Near != 0 || f.Decided != 1 {
		t.Errorf("deadlines: %+v", f)
	}
	if f.WithTotalCost+f.WithRequestedAmount+f.WithPeopleFound != 0 || f.TotalCost != 0 || f.PeopleFound != 0 {
		t.Errorf("amounts: %+v", f)
	}
	if f.MedianToDecision == nil || *f.MedianToDecision != 8 || f.MedianOpenAge != nil {
		t.Errorf("times: %v, %v", f.MedianToDecision, f.MedianOpenAge)
	}
}

// Figures given once do not change with what comes later.
func TestFiguresAreACopy(t *testing.T) {
	c := New(bretagne(), at("2026-11-09"), Period{})
	c.Add(filed(1, "2026-09-01"))
	f := c.Figures()
	c.Add(filed(2, "2026-09-01"))
	if f.ByState[dossier.EnConstruction] != 1 || f.ByVerdict[dossier.Recevable] != 1 {
		t.Errorf("%+v", f)
	}
}

func TestACommitteeThatMet(t *testing.T) {
	c := New(bretagne(), at("2026-11-13"), Period{})
	c.Add(filed(1, "2026-09-14"))
	if f := c.Figures(); !f.Committee.IsZero() || f.BeforeCommittee != 0 || f.Near != 1 {
		t.Errorf("%+v", f)
	}
}

func TestWeekBefore(t *testing.T) {
	for _, tt := range []struct{ day, from, to string }{
		{"2026-11-09", "2026-11-02", "2026-11-08"}, // a Monday
		{"2026-11-10", "2026-11-02", "2026-11-08"},
		{"2026-11-15", "2026-11-02", "2026-11-08"}, // this week is not over on Sunday
		{"2026-11-16", "2026-11-09", "2026-11-15"},
		{"2027-01-01", "2026-12-21", "2026-12-27"},
	} {
		if got := WeekBefore(date(tt.day)); got != (Period{date(tt.from), date(tt.to)}) {
			t.Errorf("before %s: %v", tt.day, got)
		}
	}
}

// The day is that of the call: late in the evening of Paris it is tomorrow in La
// Réunion.
func TestDaysAreThoseOfTheCall(t *testing.T) {
	reunion, err := time.LoadLocation("Indian/Reunion")
	if err != nil {
		t.Fatal(err)
	}
	c := bretagne()
	h := filed(1, "2026-09-10") // last day: 9 November
	for zone, late := range map[*time.Location]int{paris: 0, reunion: 1} {
		c.Zone = zone
		counter := New(c, date("2026-11-09").At(23, 0, paris), Period{})
		counter.Add(h)
		if f := counter.Figures(); f.Late != late || f.Born != late {
			t.Errorf("%s: %+v", zone, f)
		}
	}
}
