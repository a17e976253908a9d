package ics

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	goical "github.com/emersion/go-ical"
)

var now = time.Date(2026, 11, 2, 7, 15, 0, 0, time.UTC)

// zoneNamed is one of the machine's.
func zoneNamed(t testing.TB, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// written is what Write made, read by a library that has nothing to do with the
// one that wrote it. It checks the form of every line too.
func written(t testing.TB, events ...Event) *goical.Calendar {
	t.Helper()
	raw, err := Write(events, now)
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, raw)
}

func parsed(t testing.TB, raw []byte) *goical.Calendar {
	t.Helper()
	for line := range bytes.Lines(raw) {
		if len(line) > 75+2 || !bytes.HasSuffix(line, []byte("\r\n")) || bytes.ContainsAny(line[:len(line)-2], "\r\n") {
			t.Fatalf("a line of %d octets, or with another end than CRLF: %q", len(line), line)
		}
		if strings.ToValidUTF8(string(line), "?") != string(line) {
			t.Fatalf("a character is cut in two: %q", line)
		}
	}
	d := goical.NewDecoder(bytes.NewReader(raw))
	cal, err := d.Decode()
	if err != nil {
		t.Fatalf("%v in\n%s", err, raw)
	}
	if _, err := d.Decode(); err != io.EOF {
		t.Fatalf("more than one calendar: %v", err)
	}
	return cal
}

// say writes a component as the parser understood it, its properties by name.
func say(c *goical.Component, depth int) string {
	in := strings.Repeat("  ", depth)
	text := in + c.Name + "\n"
	for _, name := range sorted(c.Props) {
		for _, p := range c.Props[name] {
			text += in + "  " + name
			for _, k := range sorted(p.Params) {
				text += fmt.Sprintf(";%s=%s", k, strings.Join(p.Params[k], ","))
			}
			value := p.Value
			if p.ValueType() == goical.ValueText {
				decoded, err := p.TextList()
				if err != nil {
					value = err.Error()
				} else {
					value = fmt.Sprintf("%q", strings.Join(decoded, "|"))
				}
			}
			text += " " + value + "\n"
		}
	}
	for _, child := range c.Children {
		text += say(child, depth+1)
	}
	return text
}

// instantOf is when an event begins by the rules that the file itself holds, as
// a program does that knows no zone: the latest onset before it decides.
func instantOf(t testing.TB, cal *goical.Calendar, event *goical.Component) time.Time {
	t.Helper()
	start := event.Props.Get(goical.PropDateTimeStart)
	tzid := start.Params.Get(goical.PropTimezoneID)
	if tzid == "" {
		at, err := start.DateTime(nil)
		if err != nil || !strings.HasSuffix(start.Value, "Z") {
			t.Fatalf("%s: %v", start.Value, err)
		}
		return at
	}
	wall, err := time.Parse(localForm, start.Value)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cal.Children {
		if id, _ := c.Props.Text(goical.PropTimezoneID); c.Name == goical.CompTimezone && id == tzid {
			return wall.Add(-offsetIn(t, c, wall)).UTC()
		}
	}
	t.Fatalf("no VTIMEZONE for %s", tzid)
	return time.Time{}
}

// offsetIn is what clocks are ahead of UTC by at a wall-clock time.
func offsetIn(t testing.TB, zone *goical.Component, wall time.Time) time.Duration {
	t.Helper()
	var latest time.Time
	var found time.Duration
	for _, o := range zone.Children {
		onset, err := o.Props.DateTime(goical.PropDateTimeStart, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		set, err := o.RecurrenceSet(time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		if set != nil {
			onset = set.Before(wall, true)
		}
		if onset.IsZero() || onset.After(wall) || onset.Before(latest) {
			continue
		}
		latest = onset
		text := o.Props.Get(goical.PropTimezoneOffsetTo).Value
		to, err := time.Parse("-070000"[:len(text)], text)
		if err != nil {
			t.Fatal(err)
		}
		found = offset(to)
	}
	if latest.IsZero() {
		t.Fatalf("no rule before %v", wall)
	}
	return found
}
