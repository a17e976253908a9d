package ics

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	ical "github.com/arran4/golang-ical"
)

// product names who wrote the file (PRODID).
const product = "-//Relais//Relais O2R//FR"

// Forms of a date and of an instant (RFC 5545, 3.3.4 and 3.3.5).
const (
	dayForm     = "20060102"
	localForm   = "20060102T150405"
	instantForm = "20060102T150405Z"
)

// Write writes events as one calendar that is published, not an invitation
// (METHOD:PUBLISH); now is its DTSTAMP. The same events give the same bytes.
//
// An event of a day is free time, so that a deadline never makes its reader look
// busy. An instant is written in its zone, with the rules of that zone. Control
// and bidirectional characters of texts are removed; a URL that is not http(s) is
// left out. An error names the place of the event at fault, the first being 1; no
// event at all is an error, since such a file is none.
func Write(events []Event, now time.Time) ([]byte, error) {
	if err := check(events, now); err != nil {
		return nil, fmt.Errorf("ics: %w", err)
	}
	zones := zonesOf(events)
	cal := ical.NewCalendar()
	cal.SetProductId(product)
	cal.SetCalscale("GREGORIAN")
	cal.SetMethod(ical.MethodPublish)
	for _, z := range zones {
		cal.AddVTimezone(z.component())
	}
	for _, e := range events {
		cal.AddVEvent(e.component(now, zones))
	}
	// The library's own default depends on the system it was built for.
	return []byte(cal.Serialize(ical.WithNewLineWindows)), nil
}

// check says what cannot be written.
func check(events []Event, now time.Time) error {
	if len(events) == 0 {
		return errors.New("there is no event")
	}
	if !writable(now.UTC().Year()) {
		return errors.New("the instant of writing is not set")
	}
	seen := map[string]int{}
	for n, e := range events {
		err := e.check()
		if first, twice := seen[e.UID]; err == nil && twice {
			err = fmt.Errorf("its UID is that of event %d", first)
		}
		if err != nil {
			return fmt.Errorf("event %d of %d: %w", n+1, len(events), err)
		}
		seen[e.UID] = n + 1
	}
	return nil
}

// maxUID is the most that RFC 7986 (5.3) allows.
const maxUID = 254

func (e Event) check() error {
	switch {
	case e.UID == "":
		return errors.New("its UID is empty")
	case len(e.UID) > maxUID || oneLine(e.UID) != e.UID:
		return errors.New("its UID is too long, or has a character that is not to be seen")
	case e.Sequence < 0:
		return errors.New("its sequence is negative")
	case e.Sequence > math.MaxInt32: // RFC 5545, 3.3.8
		return fmt.Errorf("its sequence is above %d, the most that a calendar can count", math.MaxInt32)
	case e.At.IsZero() && e.On.IsZero():
		return errors.New("it has neither a day nor an instant")
	case e.At.IsZero() && (!writable(e.On.Year) || e.On.AddDays(0) != e.On):
		return errors.New("its day is not one of the calendar")
	case !e.At.IsZero() && !writable(e.At.Year()):
		return errors.New("its instant is not after 1970, or is too far")
	case !e.At.IsZero() && !named(e.At.Location()):
		return errors.New("its instant is not in a named zone, such as Europe/Paris")
	}
	for _, before := range e.Alarms {
		if before < 0 {
			return errors.New("an alarm is after it")
		}
	}
	return nil
}

// writable leaves room for the day after, in four digits, and for the rules of
// zones, which begin in 1970.
func writable(year int) bool { return year > 1970 && year < 9999 }

func (e Event) component(now time.Time, zones zones) *ical.VEvent {
	v := ical.NewEvent(e.UID)
	v.SetDtStampTime(now)
	v.SetProperty(ical.ComponentPropertySequence, strconv.FormatInt(e.Sequence, 10))
	e.when(v, zones)
	v.SetSummary(oneLine(e.Summary))
	if text := lines(e.Text); text != "" {
		v.SetDescription(text)
	}
	if link, ok := web(e.URL); ok {
		v.SetURL(link)
	}
	if e.Cancelled {
		v.SetStatus(ical.ObjectStatusCancelled)
		return v
	}
	v.SetStatus(ical.ObjectStatusConfirmed)
	for _, before := range e.Alarms {
		a := v.AddAlarm()
		a.SetAction(ical.ActionDisplay)
		a.SetTrigger(trigger(before))
		a.SetDescription(oneLine(e.Summary))
	}
	return v
}

func (e Event) when(v *ical.VEvent, zones zones) {
	date := ical.WithValue(string(ical.ValueDataTypeDate))
	switch {
	case e.At.IsZero():
		v.SetProperty(ical.ComponentPropertyDtStart, e.On.At(0, 0, time.UTC).Format(dayForm), date)
		v.SetProperty(ical.ComponentPropertyDtEnd, e.On.AddDays(1).At(0, 0, time.UTC).Format(dayForm), date)
		v.SetTimeTransparency(ical.TransparencyTransparent)
	case universal(e.At.Location()), repeated(e.At):
		v.SetProperty(ical.ComponentPropertyDtStart, e.At.UTC().Format(instantForm))
	default:
		z := zones.of(e.At.Location())
		v.SetProperty(ical.ComponentPropertyDtStart, e.At.In(z.location).Format(localForm), ical.WithTZID(z.name))
	}
}

// trigger is a duration before the event. Whole days are nominal: the alarm of a
// day stays at the same hour across a change of clocks (RFC 5545, 3.3.6).
func trigger(before time.Duration) string {
	const day = 24 * time.Hour
	days, rest := before/day, before%day/time.Second*time.Second
	text := "-P"
	if days > 0 {
		text += strconv.FormatInt(int64(days), 10) + "D"
	}
	if days > 0 && rest == 0 {
		return text
	}
	text += "T"
	hours, minutes, seconds := rest/time.Hour, rest%time.Hour/time.Minute, rest%time.Minute/time.Second
	if hours > 0 {
		text += strconv.FormatInt(int64(hours), 10) + "H"
	}
	if minutes > 0 || hours > 0 && seconds > 0 { // the grammar has no hours and seconds alone
		text += strconv.FormatInt(int64(minutes), 10) + "M"
	}
	if seconds > 0 || rest == 0 {
		text += strconv.FormatInt(int64(seconds), 10) + "S"
	}
	return text
}

// web is a link that a reader may follow, written so that nothing in it can end
// the line: the library writes URLs as they come.
func web(link string) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return "", false
	}
	written := u.String()
	if strings.ContainsFunc(written, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", false
	}
	return written, true
}
