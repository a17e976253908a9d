package ics

import (
	"fmt"
	"strings"
	"time"
)

// observance is a time that clocks keep from an onset on. The onset is the
// wall-clock time before the change, under the name of UTC.
type observance struct {
	onset    time.Time
	from, to time.Duration
	name     string
	summer   bool
	rule     string // how it recurs; "" when it does not
}

// ahead is how many years a yearly rule must have held: enough to tell the last
// Sunday of a month from the fourth.
const ahead = 10

// epoch is where a time that never changed begins.
var epoch = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)

// observances covers the events of a zone, from before the first to a year after
// the last. A zone that changes by a yearly rule is written by that rule, which
// programs that know no other form understand.
func (z zone) observances() []observance {
	begin := time.Date(z.first.Year()-1, 1, 1, 0, 0, 0, 0, z.location)
	until := time.Date(z.last.Year()+ahead, 1, 1, 0, 0, 0, 0, z.location)
	if yearly, ok := yearly(changes(begin, until)); ok {
		return yearly
	}
	all := changes(z.first, z.last.AddDate(1, 0, 0))
	return append([]observance{since(z.first)}, all...)
}

// since is the time kept at an instant.
func since(t time.Time) observance {
	for at := t; ; {
		start, _ := at.ZoneBounds()
		if !start.UTC().After(epoch) {
			name, _ := t.Zone()
			return observance{onset: epoch, from: offset(t), to: offset(t), name: name, summer: t.IsDST()}
		}
		if change, real := changeAt(start); real {
			return change
		}
		at = start.Add(-time.Second)
	}
}

// changes lists the changes of clocks after an instant, until another.
func changes(after, until time.Time) []observance {
	var all []observance
	for {
		_, end := after.ZoneBounds()
		switch {
		case end.IsZero() || end.After(until) || after.After(until):
			return all
		case !end.After(after):
			after = after.Add(time.Hour) // the last day of a leap year, beyond the bound
			continue
		}
		if change, real := changeAt(end); real {
			all = append(all, change)
		}
		after = end
	}
}

// changeAt is the change at a bound of Go's. It is none at the bounds between two
// years, which Go adds after the end of its tables (2037), a day early in a leap
// year.
func changeAt(t time.Time) (change observance, real bool) {
	before := t.Add(-time.Second)
	name, _ := t.Zone()
	former, _ := before.Zone()
	o := observance{onset: t.UTC().Add(offset(before)), from: offset(before), to: offset(t), name: name, summer: t.IsDST()}
	return o, o.from != o.to || name != former || o.summer != before.IsDST()
}

// yearly finds the rules of changes that come back each year: two changes a year,
// each from the same time to the same other, at the same hour of the same weekday
// of a month.
func yearly(all []observance) ([]observance, bool) {
	if len(all) < 2*ahead || len(all)%2 != 0 {
		return nil, false
	}
	rules := []observance{all[0], all[1]}
	for n := range rules {
		var same []observance
		for i := n; i < len(all); i += 2 {
			same = append(same, all[i])
		}
		rule, ok := ruleOf(same)
		if !ok {
			return nil, false
		}
		rules[n].rule = rule
	}
	return rules, true
}

// ruleOf is how one change recurs, every year without a gap.
func ruleOf(all []observance) (string, bool) {
	first := all[0]
	last, nth := true, true
	for n, o := range all {
		if o.onset.Year() != first.onset.Year()+n || !o.like(first) {
			return "", false
		}
		last = last && o.onset.AddDate(0, 0, 7).Month() != o.onset.Month()
		nth = nth && ordinal(o.onset) == ordinal(first.onset)
	}
	place := ordinal(first.onset)
	switch {
	case last:
		place = -1
	case !nth:
		return "", false
	}
	weekday := strings.ToUpper(first.onset.Weekday().String()[:2])
	return fmt.Sprintf("FREQ=YEARLY;BYMONTH=%d;BYDAY=%d%s", first.onset.Month(), place, weekday), true
}

// like compares two changes but for their year and day.
func (o observance) like(other observance) bool {
	return o.from == other.from && o.to == other.to && o.name == other.name && o.summer == other.summer &&
		o.onset.Month() == other.onset.Month() && o.onset.Weekday() == other.onset.Weekday() &&
		o.onset.Format(time.TimeOnly) == other.onset.Format(time.TimeOnly)
}

// ordinal is 1 for the first of its weekday in the month.
func ordinal(t time.Time) int { return (t.Day()-1)/7 + 1 }
