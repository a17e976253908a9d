package console

import (
	"time"

	"relais/internal/deadline"
	"relais/internal/dossier"
)

// entry is one deadline at the instant of a view. Days run from today in the zone
// of the call; number is 0 for one of the call itself.
type entry struct {
	number     int
	name       string
	call, kind string
	on, due    dossier.Day
	days       int
	status     string
	held       bool // a suspension runs
	hypothesis bool
}

func (e entry) passed() bool { return e.status == deadline.Passed }

// live is true, too, of a prudent day gone by while the suspended one is not.
func (e entry) live() bool {
	return e.status == deadline.Planned || e.status == deadline.Held || e.status == deadline.Due
}

func (e entry) ahead(days int) bool { return e.live() && e.days <= days }

// clock tells what day it is for each call, the same during a whole view.
type clock struct {
	site  *site
	now   time.Time
	calls map[string]local
}

type local struct {
	zone  *time.Location
	today dossier.Day
}

func (s *site) clock() *clock {
	return &clock{site: s, now: s.Now(), calls: map[string]local{}}
}

func (c *clock) of(callID string) local {
	l, known := c.calls[callID]
	if !known {
		l.zone = c.site.zoneOf(callID)
		l.today = dossier.DayOf(c.now, l.zone)
		c.calls[callID] = l
	}
	return l
}

// entries calls fn with the deadlines of a dossier: one for a silent rejection and
// its suspension, since they share the prudent day.
func (c *clock) entries(r *row, fn func(entry)) {
	at := c.of(r.call)
	held := false
	for _, d := range r.dates {
		held = held || d.kind == deadline.SuspendedRejet && d.status(c.now, at.zone, r.removed) == deadline.Held
	}
	for _, d := range r.dates {
		if d.kind == deadline.SuspendedRejet {
			continue
		}
		fn(entry{
			number: r.number, name: r.structure, call: r.call, kind: d.kind,
			on: d.prudent, due: d.due, days: d.prudent.Sub(at.today),
			status: d.status(c.now, at.zone, r.removed),
			held:   held && d.kind == deadline.SilentRejet, hypothesis: d.hypothesis,
		})
	}
}

// next is the first deadline of a dossier that is still to be met, missed or not;
// false when none is.
func (c *clock) next(r *row) (first entry, found bool) {
	c.entries(r, func(e entry) {
		if (e.live() || e.passed()) && (!found || e.on.Before(first.on)) {
			first, found = e, true
		}
	})
	return first, found
}

// closings are the days on which the calls close.
func (c *clock) closings() []entry {
	var out []entry
	for _, one := range c.site.Calls.All() {
		if one.Template() || one.Calendar.Closes.IsZero() {
			continue
		}
		at := c.of(one.ID)
		on := dossier.DayOf(one.Calendar.Closes, at.zone)
		e := entry{name: callTitle(&one), call: one.ID, kind: deadline.Closing, on: on, due: on, status: deadline.Planned}
		e.days = on.Sub(at.today)
		if c.now.After(one.Calendar.Closes) {
			e.status = deadline.Met
		}
		out = append(out, e)
	}
	return out
}
