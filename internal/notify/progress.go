package notify

import (
	"slices"
	"time"

	"relais/internal/deadline"
	"relais/internal/dossier"
)

// progress is what one look at the deadlines of a subject decides. Nothing in it
// depends on who will be told.
type progress struct {
	deadlines []dossier.Deadline // with HandledUntil moved
	told      []passedStep
	opening   bool // some steps were past at first sight
	moved     bool // something was handled
}

// passedStep is a step that came due. A skipped one is kept as a row too, so that
// `outbox` shows why nobody was told.
type passedStep struct {
	deadline dossier.Deadline
	step     dossier.Step
	status   Status
}

// advance handles every step due at now. A due step is after HandledUntil, so
// that HandledUntil only ever moves on: a tick at an earlier instant does nothing.
func advance(deadlines []dossier.Deadline, adopted, now time.Time) progress {
	p := progress{deadlines: slices.Clone(deadlines)}
	for n := range p.deadlines {
		d := &p.deadlines[n]
		skipped, tell := deadline.DueSteps(*d, adopted, now)
		if len(skipped) == 0 && tell == nil {
			continue
		}
		p.moved = true
		p.opening = p.opening || slices.ContainsFunc(skipped, func(s dossier.Step) bool { return !s.At.After(adopted) })
		for _, step := range skipped {
			p.told = append(p.told, passedStep{*d, step, Skipped})
		}
		if tell != nil {
			p.told = append(p.told, passedStep{*d, *tell, Pending})
		}
		d.HandledUntil = now
	}
	return p
}

// intentions are the rows of a look for the people concerned. like gives the
// fields they share; adopted is the day of an opening, zero for none.
func (p progress) intentions(like Intention, people circle, adopted dossier.Day) []Intention {
	var rows []Intention
	for _, r := range people.distinct() {
		like.Person = r.person
		for _, s := range p.told {
			i := like
			i.Kind, i.Status = Reminder, s.status
			i.Deadline, i.DueOn, i.Step = s.deadline.Kind, s.deadline.PrudentOn, s.step.Name
			rows = append(rows, i.withKey(i.DueOn))
		}
		if p.opening && !adopted.IsZero() {
			rows = append(rows, opening(like, adopted))
		}
	}
	return rows
}

// opening is the one summary that a person gets of a subject on a day.
func opening(like Intention, day dossier.Day) Intention {
	i := like
	i.Kind, i.Status = Opening, Pending
	i.Deadline, i.DueOn, i.Step = "", dossier.Day{}, ""
	return i.withKey(day)
}
