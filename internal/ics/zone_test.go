package ics

import (
	"fmt"
	"strings"
	"testing"
	"time"

	goical "github.com/emersion/go-ical"
	"pgregory.net/rapid"
)

func at(l *time.Location, month time.Month, day, hour, minute int) Event {
	t := time.Date(2026, month, day, hour, minute, 0, 0, l)
	return Event{UID: fmt.Sprint(l, t.Unix()), At: t}
}

// Who knows no zone but by the file finds the right instant, winter and summer,
// in Paris and overseas.
func TestTheFileItselfTellsTheInstant(t *testing.T) {
	for name, want := range map[string][2]string{ // on 12 January and 12 July at 09:30
		"Europe/Paris":       {"08:30", "07:30"},
		"America/Guadeloupe": {"13:30", "13:30"},
		"America/Martinique": {"13:30", "13:30"},
		"America/Cayenne":    {"12:30", "12:30"},
		"Indian/Reunion":     {"05:30", "05:30"},
		"Indian/Mayotte":     {"06:30", "06:30"},
		"UTC":                {"09:30", "09:30"},
	} {
		l := zoneNamed(t, name)
		cal := written(t, at(l, time.January, 12, 9, 30), at(l, time.July, 12, 9, 30))
		for n, e := range cal.Events() {
			if got := instantOf(t, cal, e.Component).Format("15:04"); got != want[n] {
				t.Errorf("%s: %s, want %s", name, got, want[n])
			}
		}
	}
}

func TestAFixedZoneHasOneRule(t *testing.T) {
	text := say(written(t, at(zoneNamed(t, "America/Martinique"), time.July, 12, 9, 30)).Component, 0)
	want := `  VTIMEZONE
    TZID "America/Martinique"
    STANDARD
      DTSTART 19700101T000000
      TZNAME "AST"
      TZOFFSETFROM -0400
      TZOFFSETTO -0400
`
	// Martinique had a summer time in 1980, so its rule begins after it.
	want = strings.ReplaceAll(strings.ReplaceAll(want, "19700101T000000", "19800928T000000"), "FROM -0400", "FROM -0300")
	if !strings.Contains(text, want) {
		t.Errorf("got\n%s", text)
	}
	text = say(written(t, at(zoneNamed(t, "Indian/Reunion"), time.July, 12, 9, 30)).Component, 0)
	for _, part := range []string{"DTSTART 19700101T000000", "TZOFFSETFROM +0400", "TZOFFSETTO +0400"} {
		if !strings.Contains(text, part) || strings.Contains(text, "DAYLIGHT") {
			t.Errorf("no %s in\n%s", part, text)
		}
	}
}

func TestOneVTIMEZONEForEachZone(t *testing.T) {
	paris, other := zoneNamed(t, "Europe/Paris"), zoneNamed(t, "Europe/Paris")
	cal := written(t, at(zoneNamed(t, "Indian/Mayotte"), 5, 1, 8, 0), at(paris, 5, 1, 8, 0), at(other, 12, 1, 8, 0), deadline())
	var ids []string
	for _, c := range cal.Children {
		if id, _ := c.Props.Text(goical.PropTimezoneID); id != "" {
			ids = append(ids, id)
		}
	}
	if got := strings.Join(ids, " "); got != "Europe/Paris Indian/Mayotte" {
		t.Errorf("got %s", got)
	}
	if strings.Contains(say(written(t, deadline()).Component, 0), "VTIMEZONE") {
		t.Error("a day has no zone")
	}
}

// At the change of clocks of autumn an hour comes twice. Its wall-clock time
// means the first; the second is written in universal time.
func TestTheHourThatComesTwice(t *testing.T) {
	paris := zoneNamed(t, "Europe/Paris")
	for text, want := range map[string]string{
		"2026-10-25T00:30:00Z": "20261025T023000", "2026-10-25T01:30:00Z": "20261025T013000Z",
		"2026-10-25T00:00:00Z": "20261025T020000", "2026-10-25T01:00:00Z": "20261025T010000Z",
		"2026-10-25T02:00:00Z": "20261025T030000", "2026-03-29T01:00:00Z": "20260329T030000",
	} {
		instant, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		cal := written(t, Event{UID: "x", At: instant.In(paris)})
		e := cal.Events()[0]
		if got := e.Props.Get(goical.PropDateTimeStart).Value; got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
		if got := instantOf(t, cal, e.Component); !got.Equal(instant) {
			t.Errorf("%s is read as %v", text, got)
		}
	}
}

// Any instant of any zone, those without a yearly rule included.
func TestAnyInstantOfAnyZone(t *testing.T) {
	names := []string{
		"Europe/Paris", "America/Guadeloupe", "America/Miquelon", "Pacific/Tahiti", "Pacific/Noumea", "Europe/Dublin",
		"Africa/Casablanca", "Asia/Jerusalem", "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia",
		"America/New_York", "America/Argentina/Buenos_Aires", "Africa/Cairo", "Etc/GMT+5", "Asia/Gaza", "Africa/Monrovia",
	}
	rapid.Check(t, func(rt *rapid.T) {
		var events []Event
		for n := range rapid.IntRange(1, 4).Draw(rt, "events") {
			l := zoneNamed(t, rapid.SampledFrom(names).Draw(rt, "zone"))
			second := rapid.Int64Range(60*86400*7, 4000000000).Draw(rt, "second")
			e := Event{UID: fmt.Sprint("event-", n), At: time.Unix(second, 0).In(l)}
			if writable(e.At.Year()) {
				events = append(events, e)
			}
		}
		if len(events) == 0 {
			return
		}
		cal := written(t, events...)
		for n, e := range cal.Events() {
			if got := instantOf(t, cal, e.Component); !got.Equal(events[n].At) {
				rt.Fatalf("%v is read as %v", events[n].At, got)
			}
		}
	})
}

// Beyond its tables Go bounds years where no clock changes.
func TestYearsBeyondTheTables(t *testing.T) {
	paris := zoneNamed(t, "Europe/Paris")
	for _, year := range []int{2036, 2040, 2041, 2060, 2099} {
		e := Event{UID: "x", At: time.Date(year, 12, 31, 12, 0, 0, 0, paris)}
		cal := written(t, e)
		if text := say(cal.Component, 0); strings.Count(text, "RRULE FREQ=YEARLY") != 2 || strings.Count(text, "TZNAME") != 2 {
			t.Errorf("%d: not the rules of Paris\n%s", year, text)
		}
		if got := instantOf(t, cal, cal.Events()[0].Component); !got.Equal(e.At) {
			t.Errorf("%d: read as %v", year, got)
		}
	}
}

// The zones of the State's services are written by the rules that every program
// knows; those without one, change by change.
func TestYearlyRules(t *testing.T) {
	for name, want := range map[string]int{
		"Europe/Paris": 2, "America/Miquelon": 2, "America/New_York": 2, "Australia/Sydney": 2,
		"Africa/Casablanca": 0, "Pacific/Noumea": 0, "Indian/Mayotte": 0, "Asia/Jerusalem": 0,
	} {
		text := say(written(t, at(zoneNamed(t, name), time.July, 12, 9, 30)).Component, 0)
		if got := strings.Count(text, "RRULE"); got != want {
			t.Errorf("%s: %d rules, want %d\n%s", name, got, want, text)
		}
	}
}
