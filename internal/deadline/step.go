package deadline

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
)

// reminderHour is when a step falls, on the wall clock of the call's zone.
const reminderHour = 8

// furthest bounds the distance of a step from its date, in days.
const furthest = 3650

// Offset reads the name of a step, in days from its date: J-7 is -7, J is 0, J+1
// is 1. false for what is no step.
func Offset(name string) (days int, ok bool) {
	rest, found := strings.CutPrefix(name, "J")
	switch {
	case !found:
		return 0, false
	case rest == "":
		return 0, true
	case rest[0] != '-' && rest[0] != '+':
		return 0, false
	}
	days, err := strconv.Atoi(rest)
	return days, err == nil && -furthest <= days && days <= furthest
}

// names are the steps that a call wants for a kind; an empty list in the call
// file silences the kind. A suspended date is shown beside the prudent one and
// never reminded by itself.
func names(c *call.Call, kind string) []string {
	if kind == SuspendedRejet {
		return nil
	}
	if own, ok := c.Steps[kind]; ok {
		return own
	}
	k, _ := KindOf(kind)
	return k.DefaultSteps
}

// where is the place whose clock and holidays rule the steps.
type where struct {
	zone    *time.Location
	regions []string
	cal     Calendar
}

// steps places the named steps around a date, ascending. J and what is before it
// move to the previous working day, never later. J+n announces that the date is
// past: it moves to the next working day, since nobody should read on a Friday
// that something was born on Saturday. When several steps meet, the one closest
// to the date is kept. A name that is no step is left out: the loading of call
// files refuses it.
func (w where) steps(on dossier.Day, names []string) []dossier.Step {
	nearest := map[dossier.Day]string{}
	for _, name := range names {
		n, ok := Offset(name)
		if !ok {
			continue
		}
		day := w.working(on.AddDays(n), n > 0)
		if other, taken := nearest[day]; !taken || distance(name) < distance(other) {
			nearest[day] = name
		}
	}
	return w.ascending(nearest)
}

func (w where) working(day dossier.Day, past bool) dossier.Day {
	if past {
		return w.cal.NextWorking(day, w.regions)
	}
	return w.cal.LastWorking(day, w.regions)
}

func (w where) ascending(byDay map[dossier.Day]string) []dossier.Step {
	var steps []dossier.Step
	for day, name := range byDay {
		steps = append(steps, dossier.Step{Name: name, At: day.At(reminderHour, 0, w.zone)})
	}
	slices.SortFunc(steps, func(a, b dossier.Step) int { return a.At.Compare(b.At) })
	return steps
}

func distance(name string) int {
	n, _ := Offset(name)
	return max(n, -n)
}

// zoneOf is the call's zone. The loading of call files demands one; UTC keeps a
// call made by hand from crashing.
func zoneOf(c *call.Call) *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}
