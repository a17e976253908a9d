package report

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
)

// near is how many days before its prudent date a dossier is Near.
const near = 7

// Counter counts the dossiers of one call as their heads come, in any order. It
// keeps numbers only, fewer than there are heads. It is not safe for concurrent
// use.
type Counter struct {
	call      string
	named     []string
	zone      *time.Location
	now       time.Time
	period    Period
	committee dossier.Day
	whole     *tally
	regions   map[string]*tally
}

// New begins the figures of a call at an instant; of the dossiers that match no
// call, when c is nil. Days are those of the call's zone.
func New(c *call.Call, now time.Time, period Period) *Counter {
	if c == nil {
		c = &call.Call{}
	}
	zone := c.Zone
	if zone == nil {
		zone = call.PlatformZone()
	}
	counter := &Counter{
		call: c.ID, named: c.Regions, zone: zone, now: now, period: period,
		whole: newTally(), regions: map[string]*tally{},
	}
	if c.Calendar.Committee.After(now) {
		counter.committee = dossier.DayOf(c.Calendar.Committee, zone)
	}
	for _, region := range c.Regions {
		counter.regions[region] = newTally()
	}
	return counter
}

// Add counts one dossier. One of another call, one that the platform no longer
// shows and one of a foreign region are left out.
func (c *Counter) Add(h dossier.Head) {
	if h.Judgement.Call != c.call || h.Removed != dossier.Present || h.Foreign {
		return
	}
	region := cmp.Or(h.Judgement.Facts.Region, NoRegion)
	if c.regions[region] == nil {
		c.regions[region] = newTally()
	}
	one := c.read(h)
	c.whole.add(one)
	c.regions[region].add(one)
}

// Figures are those of the whole call.
func (c *Counter) Figures() Figures { return c.figures("", c.whole) }

// ByRegion are the figures of each region by its code, NoRegion last: those that
// the call names and those of its dossiers. A call for one region has none.
func (c *Counter) ByRegion() []Figures {
	if len(c.named) == 1 {
		return nil
	}
	var all []Figures
	for _, region := range slices.Sorted(maps.Keys(c.regions)) {
		all = append(all, c.figures(region, c.regions[region]))
	}
	return all
}

func (c *Counter) figures(region string, t *tally) Figures {
	f := t.figures()
	f.Call, f.Region, f.At, f.Period, f.Committee = c.call, region, c.now, c.period, c.committee
	return f
}

// reading is what is counted of one dossier.
type reading struct {
	state           dossier.State
	verdict         dossier.Verdict
	facts           dossier.Facts
	filed           bool // in the period
	decided         bool // in the period
	toDecision, age *int // days; one of them at most
	deadlineReading
}

// deadlineReading is where the date to answer stands; all false without one.
type deadlineReading struct {
	met, missed, bornInPeriod, near, late, beforeCommittee bool
}

func (c *Counter) read(h dossier.Head) reading {
	today := dossier.DayOf(c.now, c.zone)
	filed := dossier.DayOf(h.DateDepot, c.zone)
	one := reading{state: h.State, verdict: h.Judgement.Verdict, facts: h.Judgement.Facts, filed: c.period.holds(filed)}
	d, dated := answerBy(h)
	if dated {
		one.deadlineReading = c.readDeadline(d, h.State, today)
	}
	one.decided = c.period.holds(d.MetOn)
	switch {
	case h.DateDepot.IsZero():
	case !d.MetOn.IsZero():
		one.toDecision = days(filed, d.MetOn)
	case !h.State.Termine():
		one.age = days(filed, today)
	}
	return one
}

func (c *Counter) readDeadline(d dossier.Deadline, state dossier.State, today dossier.Day) deadlineReading {
	if !d.MetOn.IsZero() {
		late := d.MetOn.After(d.DueOn)
		return deadlineReading{met: !late, missed: late, bornInPeriod: late && c.period.holds(d.DueOn.AddDays(1))}
	}
	if state.Termine() { // decided on a day that nothing tells
		return deadlineReading{}
	}
	missed, late := today.After(d.DueOn), today.After(d.PrudentOn)
	return deadlineReading{
		missed: missed, bornInPeriod: missed && c.period.holds(d.DueOn.AddDays(1)),
		late: late, near: !late && d.PrudentOn.Sub(today) <= near,
		beforeCommittee: !late && d.PrudentOn.Before(c.committee),
	}
}

// answerBy is the last day to answer a dossier; false when its call has none.
func answerBy(h dossier.Head) (dossier.Deadline, bool) {
	i := slices.IndexFunc(h.Judgement.Deadlines, func(d dossier.Deadline) bool { return d.Kind == deadline.SilentRejet })
	if i < 0 {
		return dossier.Deadline{}, false
	}
	return h.Judgement.Deadlines[i], true
}

// days counts those between two; nil when the second comes first, which only a
// wrong clock can tell.
func days(from, to dossier.Day) *int {
	n := to.Sub(from)
	if n < 0 {
		return nil
	}
	return &n
}
