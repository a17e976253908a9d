package letter

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/french"
	"relais/internal/ics"
)

const (
	agendaName = "echeances.ics" // plain ASCII is safest
	agendaType = "text/calendar; charset=utf-8; method=PUBLISH"
)

// Alarms ring at 9:00, a week and a day before; an event of a day begins at 0:00.
const (
	day        = 24 * time.Hour
	nineOClock = 9 * time.Hour
	weekBefore = 7*day - nineOClock
	dayBefore  = day - nineOClock
)

// agenda is the calendar of a mail that tells dates, or takes some back: a file,
// or none.
func (w writer) agenda() ([]File, error) {
	events := map[string]ics.Event{}
	told := len(w.dates) > 0
	for _, i := range w.dates {
		w.events(events, i)
	}
	for _, n := range w.news {
		w.events(events, n.Item)
		told = told || n.decided()
	}
	if !told || len(events) == 0 {
		return nil, nil
	}
	sorted := slices.SortedFunc(maps.Values(events), func(a, b ics.Event) int {
		return cmp.Or(a.On.Compare(b.On), a.At.Compare(b.At), strings.Compare(a.UID, b.UID))
	})
	data, err := ics.Write(sorted, w.Now)
	if err != nil {
		return nil, fmt.Errorf("write the calendar of a mail: %w", err)
	}
	return []File{{Name: agendaName, Type: agendaType, Data: data}}, nil
}

// decided tells that silence decides the dossier no more.
func (n news) decided() bool { return n.Head.State.Termine() || answered(n.Item) }

// answered tells that a first decision was taken, even one undone since.
func answered(i Item) bool {
	d, known := silenceOf(i)
	return known && !d.Open()
}

func silenceOf(i Item) (dossier.Deadline, bool) {
	at := slices.IndexFunc(i.Head.Judgement.Deadlines, func(d dossier.Deadline) bool { return d.Kind == deadline.SilentRejet })
	if at < 0 {
		return dossier.Deadline{}, false
	}
	return i.Head.Judgement.Deadlines[at], true
}

// events adds those of an item's subject; the latest revision of one stays.
func (w writer) events(events map[string]ics.Event, i Item) {
	add := func(e ics.Event) {
		if known, twice := events[e.UID]; !twice || known.Sequence < e.Sequence {
			events[e.UID] = e
		}
	}
	if i.Head.Number == 0 {
		add(w.ofCallEvent(i))
		return
	}
	if i.Head.State.Termine() || answered(i) {
		add(w.cancelled(i))
	}
	told := slices.Clone(i.Open)
	if i.Kind == Date {
		told = append([]dossier.Deadline{i.Deadline}, told...)
	}
	for _, d := range told {
		switch topic := topicOf(d.Kind); {
		case topic == deadline.SilentRejet && (i.Head.State.Termine() || answered(i)):
		case topic == deadline.SilentRejet, topic == deadline.Expiration:
			add(w.event(i, d))
		}
	}
}

// uid is that of a dossier's date, whatever the day of it.
func (w writer) uid(number int, kind string) string {
	return "dossier-" + strconv.Itoa(number) + "-" + topicOf(kind) + "@" + w.Host
}

func (w writer) event(i Item, d dossier.Deadline) ics.Event {
	number := strconv.Itoa(i.Head.Number)
	e := ics.Event{
		UID: w.uid(i.Head.Number, d.Kind), Sequence: i.Revision, On: d.PrudentOn,
		URL: w.url(i.Head.Demarche, i.Head.Number), Alarms: w.toRing(d.PrudentOn.At(0, 0, zoneOf(i.Call)), weekBefore, dayBefore),
		Summary: "Dernier jour pour répondre" + colon + "dossier n°" + french.NBSP + number,
	}
	said := []string{structure(i.Head) + " (" + nameIn(i.Call, i.Head.Judgement.Facts.Region) + ")"}
	if d.Kind == deadline.Expiration {
		e.Summary = "Suppression par la plateforme" + colon + "dossier n°" + french.NBSP + number
		said = append(said, adviceOf(d.Kind, toCome, ""))
	} else {
		said = append(said, french.Capital(consequence(d, standingOf(d, w.today(i))))+".")
	}
	said = append(said, "Fondement"+colon+groundOf(d)+".")
	if d.Hypothesis != "" {
		said = append(said, shown(d.Hypothesis, 3*longest)+".")
	}
	e.Text = strings.Join(said, "\n")
	return e
}

// toRing keeps the alarms that are still to ring: some agendas ring the others at
// once.
func (w writer) toRing(at time.Time, before ...time.Duration) []time.Duration {
	return slices.DeleteFunc(before, func(b time.Duration) bool { return !at.Add(-b).After(w.Now) })
}

// cancelled takes back the last day to answer of a decided dossier. Its day is of
// no use any more, but an event has one.
func (w writer) cancelled(i Item) ics.Event {
	e := ics.Event{
		UID: w.uid(i.Head.Number, deadline.SilentRejet), Sequence: i.Revision, Cancelled: true,
		On: w.today(i), URL: w.url(i.Head.Demarche, i.Head.Number),
		Summary: "Dossier n°" + french.NBSP + strconv.Itoa(i.Head.Number) + colon + "décidé, plus d’échéance",
	}
	if d, known := silenceOf(i); known {
		e.On = d.PrudentOn
	}
	return e
}

func (w writer) ofCallEvent(i Item) ics.Event {
	e := ics.Event{
		UID: "appel-" + i.Call.ID + "-" + topicOf(i.Deadline.Kind) + "@" + w.Host, Sequence: i.Revision,
		On: i.Deadline.PrudentOn, URL: w.url(i.Call.Demarche, 0),
		Alarms:  w.toRing(i.Deadline.PrudentOn.At(0, 0, zoneOf(i.Call)), weekBefore, dayBefore),
		Summary: titleOf(topicOf(i.Deadline.Kind)) + colon + shortName(i.Call),
		Text:    adviceOf(i.Deadline.Kind, toCome, "") + "\nFondement" + colon + groundOf(i.Deadline) + ".",
	}
	if closes := i.Call.Calendar.Closes; closing(i.Deadline.Kind) && !closes.IsZero() {
		e.At = closes.In(zoneOf(i.Call))
		e.Alarms = w.toRing(closes, 7*day, day)
	}
	return e
}
