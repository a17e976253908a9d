package ics

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	ical "github.com/arran4/golang-ical"
)

// zone is one that some events are in, and when the first and the last are.
type zone struct {
	name        string
	location    *time.Location
	first, last time.Time
}

type zones []zone

// named leaves out what a name alone does not define: a fixed offset, which has any
// name or none, and Local.
func named(l *time.Location) bool {
	area, place, ok := strings.Cut(l.String(), "/")
	odd := strings.ContainsFunc(area+place, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("/_+-", r)
	})
	return universal(l) || ok && area != "" && place != "" && !odd
}

// universal needs no rules: an instant is written with a Z.
func universal(l *time.Location) bool { return l.String() == time.UTC.String() }

// zonesOf lists the zones of the events, by name.
func zonesOf(events []Event) zones {
	var all zones
	for _, e := range events {
		if e.At.IsZero() || universal(e.At.Location()) {
			continue
		}
		n := slices.IndexFunc(all, func(z zone) bool { return z.name == e.At.Location().String() })
		if n < 0 {
			n, all = len(all), append(all, zone{e.At.Location().String(), e.At.Location(), e.At, e.At})
		}
		if e.At.Before(all[n].first) {
			all[n].first = e.At
		}
		if e.At.After(all[n].last) {
			all[n].last = e.At
		}
	}
	slices.SortFunc(all, func(a, b zone) int { return cmp.Compare(a.name, b.name) })
	return all
}

// of gives the zone of a location, which zonesOf has seen.
func (z zones) of(l *time.Location) zone {
	n := slices.IndexFunc(z, func(one zone) bool { return one.name == l.String() })
	return z[n]
}

// repeated tells an instant of the hour that a change of clocks gives twice, the
// second time: its wall-clock time stands for the first (RFC 5545, 3.3.5).
func repeated(t time.Time) bool {
	start, _ := t.ZoneBounds()
	if start.IsZero() {
		return false
	}
	back := offset(start.Add(-time.Second)) - offset(start)
	return t.Before(start.Add(back))
}

func offset(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}

// component writes the rules of a zone: those of the years of its events, derived
// from Go's own tables.
func (z zone) component() *ical.VTimezone {
	v := ical.NewTimezone(z.name)
	for _, o := range z.observances() {
		var base ical.ComponentBase
		base.SetProperty(ical.ComponentPropertyDtStart, o.onset.Format(localForm))
		base.SetProperty(ical.ComponentProperty(ical.PropertyTzoffsetfrom), utcOffset(o.from))
		base.SetProperty(ical.ComponentProperty(ical.PropertyTzoffsetto), utcOffset(o.to))
		base.SetProperty(ical.ComponentProperty(ical.PropertyTzname), o.name)
		if o.rule != "" {
			base.AddRrule(o.rule)
		}
		if o.summer {
			v.Components = append(v.Components, &ical.Daylight{ComponentBase: base})
			continue
		}
		v.Components = append(v.Components, &ical.Standard{ComponentBase: base})
	}
	return v
}

// utcOffset is of the form of RFC 5545, 3.3.14; seconds are those of the
// nineteenth century.
func utcOffset(d time.Duration) string {
	sign := "+"
	if d < 0 {
		sign, d = "-", -d
	}
	text := fmt.Sprintf("%s%02d%02d", sign, int(d.Hours()), int(d.Minutes())%60)
	if seconds := int(d.Seconds()) % 60; seconds != 0 {
		text += fmt.Sprintf("%02d", seconds)
	}
	return text
}
