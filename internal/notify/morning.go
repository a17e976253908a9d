package notify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
)

// morningHour is when morning mails begin, on the clock of the call.
const morningHour = 8

// A person gets one morning mail a working day at most: its id is made of the
// person and the day, and a store holds an id once. It leaves from 8 o'clock on,
// with all that waits for it. What cannot wait leaves in a mail of its own once the
// morning mail is gone, or on a day without one; in the small hours of a working
// day it waits for the morning too, when somebody reads.

// worked tells whether people work today where a call is; nil is one whose file is
// gone.
func (t *delivering) worked(c *call.Call) bool {
	var regions []string
	if c != nil {
		regions = c.Regions
	}
	today := dossier.DayOf(t.now, zoneOf(c))
	return t.Calendar.NextWorking(today, regions) == today
}

// morning tells whether morning mails leave now, where a call is.
func (t *delivering) morning(c *call.Call) bool { return t.worked(c) && !t.early(c) }

// early tells that it is before 8 o'clock where a call is.
func (t *delivering) early(c *call.Call) bool { return t.now.In(zoneOf(c)).Hour() < morningHour }

// weekday tells whether today is the first working day of its week: the day of
// weekly mails.
func (t *delivering) weekday(c *call.Call) bool {
	today := dossier.DayOf(t.now, zoneOf(c))
	return t.Calendar.NextWorking(monday(today), c.Regions) == today
}

// monday is the first day of a day's week.
func monday(day dossier.Day) dossier.Day {
	return day.AddDays(-(int(day.Weekday()) - int(time.Monday) + 7) % 7)
}

// slot is the morning mail of a person that may leave now; "" when it is not
// morning where any of the calls is, or when it left already.
func (t *delivering) slot(ctx context.Context, person string, pending []Intention) (string, error) {
	for _, i := range pending {
		c, _ := t.Calls.Get(i.Call)
		if !t.morning(c) {
			continue
		}
		id := morningID(person, dossier.DayOf(t.now, zoneOf(c)))
		_, used, err := t.Mails.Mail(ctx, id)
		switch {
		case err != nil:
			return "", fmt.Errorf("read whether the morning mail left: %w", err)
		case used:
			return "", nil
		}
		return id, nil
	}
	return "", nil
}

// ripe are the intentions that may leave now: all of them when the morning mail
// may, else those that cannot wait.
func (t *delivering) ripe(pending []Intention, slot string) []Intention {
	if slot != "" {
		return pending
	}
	return slices.DeleteFunc(slices.Clone(pending), func(i Intention) bool {
		c, _ := t.Calls.Get(i.Call)
		return i.waits() || t.worked(c) && t.early(c)
	})
}

// wanted sorts out what a person wants now, by call: some wait for the day of
// weekly mails, and who wants only what cannot wait is not told the rest.
func (t *delivering) wanted(ctx context.Context, all []statement) (now, unwanted []statement, later int, err error) {
	for _, s := range all {
		choice, err := t.choice(ctx, s.to.address, s.call)
		switch {
		case err != nil:
			return nil, nil, 0, err
		case !s.intention.waits(), choice == call.Morning:
			now = append(now, s)
		case choice == call.Immediate:
			unwanted = append(unwanted, s)
		case t.weekday(s.call):
			now = append(now, s)
		default:
			later++
		}
	}
	return now, unwanted, later, nil
}

// imminent tells that silence decides today or tomorrow: who learns of the dossier
// only now cannot wait for the morning.
func imminent(deadlines []dossier.Deadline, today dossier.Day) bool {
	return slices.ContainsFunc(deadlines, func(d dossier.Deadline) bool {
		left := d.PrudentOn.Sub(today)
		return d.Kind == deadline.SilentRejet && d.Open() && (left == 0 || left == 1)
	})
}
