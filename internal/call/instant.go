package call

import (
	"fmt"
	"strings"
	"time"
)

const (
	minuteLayout = "2006-01-02T15:04"
	secondLayout = "2006-01-02T15:04:05"
)

var (
	dateAlone  = lazily(`^\d{4}-\d{2}-\d{2}$`)
	withOffset = lazily(`\d(Z|[+-]\d{2}:?\d{2})$`)
)

// parseLocal reads a local instant, "2025-10-02T18:00", with seconds if need be,
// on the clocks of a zone. An hour that clocks skip in spring is an error; of an
// hour that comes twice in autumn it takes the second, which favours whoever
// files late.
func parseLocal(s string, zone *time.Location) (time.Time, error) {
	wall, err := time.Parse(minuteLayout, s)
	if err != nil {
		wall, err = time.Parse(secondLayout, s)
	}
	if err != nil || len(s) > len(secondLayout) { // Parse lets fractions of a second in
		return time.Time{}, fmt.Errorf("must be a local date and time written 2025-10-02T18:00%s", mistake(s))
	}
	instants := onClocks(wall, zone)
	if len(instants) == 0 {
		return time.Time{}, fmt.Errorf("is an hour that does not exist in %s: clocks jump over it that day; write the hour after", zone)
	}
	last := instants[0]
	for _, t := range instants[1:] {
		if t.After(last) {
			last = t
		}
	}
	return last, nil
}

func mistake(s string) string {
	switch {
	case dateAlone().MatchString(s):
		return "; this is a date alone: add the hour, for instance " + s + "T23:59:59 for the end of that day"
	case strings.Contains(s, "T24:"):
		return "; write T23:59:59 of the same day, or T00:00 of the next"
	case withOffset().MatchString(s):
		return "; drop the offset: the zone is the one of the key zone"
	}
	return fmt.Sprintf(" (got a text of %d characters)", len([]rune(s)))
}

// onClocks lists the instants at which the clocks of a zone show wall: none, one
// or two. Zones change by at most a day around it.
func onClocks(wall time.Time, zone *time.Location) []time.Time {
	var instants []time.Time
	seen := map[int]bool{}
	for _, around := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, offset := wall.Add(around).In(zone).Zone()
		t := wall.Add(-time.Duration(offset) * time.Second).In(zone)
		if !seen[offset] && t.Format(secondLayout) == wall.Format(secondLayout) {
			instants = append(instants, t)
		}
		seen[offset] = true
	}
	return instants
}

// writeLocal is the inverse of parseLocal; "" for the zero Time.
func writeLocal(t time.Time, zone *time.Location) string {
	switch {
	case t.IsZero():
		return ""
	case t.In(zone).Second() != 0:
		return t.In(zone).Format(secondLayout)
	}
	return t.In(zone).Format(minuteLayout)
}
