package ics

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	goical "github.com/emersion/go-ical"
	gocmp "github.com/google/go-cmp/cmp"

	"relais/internal/dossier"
)

func sorted[K cmp.Ordered, V any, M ~map[K]V](m M) []K { return slices.Sorted(maps.Keys(m)) }

func deadline() Event {
	return Event{
		UID: "dossier-904117-D14@dreets.example", Sequence: 3,
		On:      dossier.Day{Year: 2026, Month: 11, Day: 30},
		Summary: "Rejet implicite\u00a0: dossier nº\u00a0904117, «\u00a0L’Étape\u202f; insertion, Rennes\u00a0»",
		Text:    "Dernier jour pour répondre.\nMotif\u00a0: silence de 2 mois\u202f; art. L. 231-4, CRPA\\",
		URL:     "https://demarches.example/procedures/1/dossiers/904117?a=1,2;b=3",
		Alarms:  []time.Duration{7 * 24 * time.Hour, 16 * time.Hour},
	}
}

func committee(t testing.TB) Event {
	return Event{
		UID: "call-o2r-bretagne-D02@dreets.example", Summary: "Comité", Text: "",
		At: time.Date(2026, 11, 12, 9, 30, 0, 0, zoneNamed(t, "Europe/Paris")), Alarms: []time.Duration{90 * time.Minute},
	}
}

// What the other library reads, property by property.
func TestADeadlineIsReadBack(t *testing.T) {
	cal := written(t, deadline(), committee(t))
	want := `VCALENDAR
  CALSCALE "GREGORIAN"
  METHOD "PUBLISH"
  PRODID "-//Relais//Relais O2R//FR"
  VERSION "2.0"
  VTIMEZONE
    TZID "Europe/Paris"
    DAYLIGHT
      DTSTART 20250330T020000
      RRULE FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
      TZNAME "CEST"
      TZOFFSETFROM +0100
      TZOFFSETTO +0200
    STANDARD
      DTSTART 20251026T030000
      RRULE FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
      TZNAME "CET"
      TZOFFSETFROM +0200
      TZOFFSETTO +0100
  VEVENT
    DESCRIPTION "Dernier jour pour répondre.\nMotif\u00a0: silence de 2 mois\u202f; art. L. 231-4, CRPA\\"
    DTEND;VALUE=DATE 20261201
    DTSTAMP 20261102T071500Z
    DTSTART;VALUE=DATE 20261130
    SEQUENCE 3
    STATUS "CONFIRMED"
    SUMMARY "Rejet implicite\u00a0: dossier nº\u00a0904117, «\u00a0L’Étape\u202f; insertion, Rennes\u00a0»"
    TRANSP "TRANSPARENT"
    UID "dossier-904117-D14@dreets.example"
    URL https://demarches.example/procedures/1/dossiers/904117?a=1,2;b=3
    VALARM
      ACTION "DISPLAY"
      DESCRIPTION "Rejet implicite\u00a0: dossier nº\u00a0904117, «\u00a0L’Étape\u202f; insertion, Rennes\u00a0»"
      TRIGGER -P7D
    VALARM
      ACTION "DISPLAY"
      DESCRIPTION "Rejet implicite\u00a0: dossier nº\u00a0904117, «\u00a0L’Étape\u202f; insertion, Rennes\u00a0»"
      TRIGGER -PT16H
  VEVENT
    DTSTAMP 20261102T071500Z
    DTSTART;TZID=Europe/Paris 20261112T093000
    SEQUENCE 0
    STATUS "CONFIRMED"
    SUMMARY "Comité"
    UID "call-o2r-bretagne-D02@dreets.example"
    VALARM
      ACTION "DISPLAY"
      DESCRIPTION "Comité"
      TRIGGER -PT1H30M
`
	if diff := gocmp.Diff(want, say(cal.Component, 0)); diff != "" {
		t.Error(diff)
	}
}

// A decided dossier cancels what calendars hold: same UID, higher sequence, no
// alarm.
func TestACancellation(t *testing.T) {
	before, after := deadline(), deadline()
	after.Cancelled, after.Sequence = true, before.Sequence+1
	first, then := written(t, before).Events()[0], written(t, after).Events()[0]
	for _, name := range []string{goical.PropUID, goical.PropDateTimeStart, goical.PropDateTimeEnd} {
		if first.Props.Get(name).Value != then.Props.Get(name).Value {
			t.Errorf("%s differs: no program will know that it is the same event", name)
		}
	}
	older, _ := first.Props.Get(goical.PropSequence).Int()
	newer, _ := then.Props.Get(goical.PropSequence).Int()
	status, _ := then.Status()
	if newer <= older || status != goical.EventCancelled || len(then.Children) != 0 {
		t.Errorf("sequence %d after %d, %s, %d alarms", newer, older, status, len(then.Children))
	}
}

func TestTriggers(t *testing.T) {
	const day = 24 * time.Hour
	for before, want := range map[time.Duration]string{
		0: "-PT0S", time.Second: "-PT1S", 90 * time.Second: "-PT1M30S", time.Hour + time.Second: "-PT1H0M1S",
		time.Hour: "-PT1H", 16 * time.Hour: "-PT16H", day: "-P1D", 7 * day: "-P7D", day + 16*time.Hour: "-P1DT16H",
		2*day + 30*time.Minute: "-P2DT30M", day + 500*time.Millisecond: "-P1D", 400 * day: "-P400D",
	} {
		if got := trigger(before); got != want {
			t.Errorf("%v: %s, want %s", before, got, want)
		}
		e := deadline()
		e.Alarms = []time.Duration{before}
		got, err := written(t, e).Events()[0].Children[0].Props.Get(goical.PropTrigger).Duration()
		if err != nil || got != -before.Truncate(time.Second) {
			t.Errorf("%v is read back as %v (%v)", before, got, err)
		}
	}
}

func TestLinks(t *testing.T) {
	for link, want := range map[string]string{
		"":                                   "",
		"https://a.example/x?y=1;z=2,3#f":    "https://a.example/x?y=1;z=2,3#f",
		" http://127.0.0.1:8080/dossiers/1 ": "http://127.0.0.1:8080/dossiers/1",
		"https://a.example/é b":              "https://a.example/%C3%A9%20b",
		"https://a.example/?q=é":             "",
		"https://a.example/\r\nATTENDEE:x":   "",
		"https://a.example/\u202ecod":        "https://a.example/%E2%80%AEcod",
		"https://u:p@a.example/":             "",
		"ftp://a.example/x":                  "",
		"javascript:alert(1)":                "",
		"file:///etc/passwd":                 "",
		"mailto:a@b.example":                 "",
		"//a.example/":                       "",
		"https:///x":                         "",
		"https://a.example/" + strings.Repeat("long/", 100): "https://a.example/" + strings.Repeat("long/", 100),
	} {
		e := deadline()
		e.URL = link
		got := ""
		if p := written(t, e).Events()[0].Props.Get(goical.PropURL); p != nil {
			got = p.Value
		}
		if got != want {
			t.Errorf("%q gives %q, want %q", link, got, want)
		}
	}
}

func TestTexts(t *testing.T) {
	for given, want := range map[string]string{
		"a\r\nb\rc\nd\u2028e\u0085f": "a\nb\nc\nd\ne\nf", "a\tb": "a b", "\x00a\x1b[31m\x7f": "a [31m",
		"\u202egro\u2069\u200f\ufeff.": "gro.", "150\u202f000\u00a0€": "150\u202f000\u00a0€", "\xffé\xc3": "é", " \n x \n ": "x",
	} {
		if got := lines(given); got != want {
			t.Errorf("%q gives %q, want %q", given, got, want)
		}
		if got := oneLine(given); got != strings.ReplaceAll(want, "\n", " ") {
			t.Errorf("%q gives %q on one line", given, got)
		}
	}
}

func TestMistakesNameTheirPlace(t *testing.T) {
	paris := zoneNamed(t, "Europe/Paris")
	for says, edit := range map[string]func(*Event){
		"UID is empty":         func(e *Event) { e.UID = "" },
		"UID is too long":      func(e *Event) { e.UID = strings.Repeat("x", 255) },
		"is not to be seen":    func(e *Event) { e.UID = "a\r\nSUMMARY:x" },
		"UID is that of event": func(e *Event) { e.UID = deadline().UID },
		"sequence is negative": func(e *Event) { e.Sequence = -1 },
		"above 2147483647":     func(e *Event) { e.Sequence = 1 << 31 },
		"neither a day nor":    func(e *Event) { e.On = dossier.Day{} },
		"day is not one":       func(e *Event) { e.On = dossier.Day{Year: 2026, Month: 2, Day: 30} },
		"not one of the":       func(e *Event) { e.On = dossier.Day{Year: 12026, Month: 2, Day: 3} },
		"not after 1970":       func(e *Event) { e.At = time.Date(1789, 7, 14, 0, 0, 0, 0, paris) },
		"a named zone":         func(e *Event) { e.At = now.In(time.FixedZone("CET", 3600)) },
		"such as Europe/Paris": func(e *Event) { e.At = now.In(time.FixedZone("", 3600)) },
		"not in a named zone":  func(e *Event) { e.At = now.In(time.FixedZone("Europe/Paris\r\nX", 3600)) },
		"in a named zone":      func(e *Event) { e.At = now.In(time.Local) },
		"an alarm is after it": func(e *Event) { e.Alarms = []time.Duration{time.Hour, -1} },
	} {
		e := deadline()
		e.UID = "second"
		edit(&e)
		_, err := Write([]Event{deadline(), e, committee(t)}, now)
		if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "event 2 of 3") {
			t.Errorf("want %q of event 2 of 3, got %v", says, err)
		}
	}
	if _, err := Write(nil, now); err == nil || !strings.Contains(err.Error(), "no event") {
		t.Errorf("got %v", err)
	}
	if _, err := Write([]Event{deadline()}, time.Time{}); err == nil || !strings.Contains(err.Error(), "not set") {
		t.Errorf("got %v", err)
	}
}

func TestTheSameEventsGiveTheSameBytes(t *testing.T) {
	events := []Event{deadline(), committee(t), {
		UID: "z", At: time.Date(2026, 7, 1, 9, 0, 0, 0, zoneNamed(t, "Indian/Reunion")),
	}}
	first, err := Write(events, now)
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if again, _ := Write(events, now.In(zoneNamed(t, "America/Cayenne"))); !bytes.Equal(first, again) {
			t.Fatal("other bytes")
		}
	}
}

// FuzzTexts: no text adds a property, a component or a line, and what can be read
// of it is what was meant.
func FuzzTexts(f *testing.F) {
	for _, seed := range []string{
		"plain", "a;b,c\\n", "\r\nATTENDEE:mailto:x@y.example", "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:2", "\r\n \\",
		"\u202egro.elpmaxe\u2066", "a\u2028b\u0085c\rd", "\\n\\N\\;", strings.Repeat("é ", 200), strings.Repeat("😀", 100),
		strings.Repeat("<a>", 100), "\xff\xfe\x00", "=HYPERLINK(1)", "  ", strings.Repeat(" ", 200) + "x", ":;=\"",
	} {
		f.Add(seed, seed, seed)
	}
	f.Fuzz(func(t *testing.T, summary, text, link string) {
		e := deadline()
		e.Summary, e.Text, e.URL = summary, text, link
		cal := written(t, e)
		events := cal.Events()
		if len(cal.Children) != 1 || len(events) != 1 || len(events[0].Children) != 2 {
			t.Fatalf("a component more or less:\n%s", say(cal.Component, 0))
		}
		for name, all := range events[0].Props {
			if !strings.Contains(" UID DTSTAMP SEQUENCE DTSTART DTEND TRANSP SUMMARY DESCRIPTION URL STATUS ", " "+name+" ") || len(all) != 1 {
				t.Errorf("%d of %s", len(all), name)
			}
		}
		got, err := events[0].Props.Text(goical.PropSummary)
		if err != nil || got != oneLine(summary) || strings.ContainsAny(got, "\r\n") {
			t.Errorf("summary %q (%v)", got, err)
		}
		got, err = events[0].Props.Text(goical.PropDescription)
		if err != nil || got != lines(text) || strings.ContainsAny(got, "\r\x00\u202e\u2066\u200f") {
			t.Errorf("text %q (%v)", got, err)
		}
	})
}
