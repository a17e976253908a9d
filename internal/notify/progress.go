package notify

import (
	"slices"
	"time"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/letter"
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
// fields they share.
func (p progress) intentions(like Intention, people circle, c *call.Call) []Intention {
	var rows []Intention
	for _, r := range people.distinct() {
		for _, s := range p.told {
			rows = append(rows, s.intention(like, r.person, c))
		}
	}
	return rows
}

// escalations are the rows of those who are told of a dossier that nobody follows,
// beside its own people.
func (p progress) escalations(like Intention, d *dossier.Dossier, groupes []dossier.GroupeInstructeur, c *call.Call) []Intention {
	near := slices.DeleteFunc(slices.Clone(p.told), func(s passedStep) bool { return !escalated(s.deadline.Kind, s.step.Name) })
	if len(near) == 0 {
		return nil
	}
	var rows []Intention
	for _, r := range aroundDossier(d, groupes, c.Recipients, true).nearest().distinct() {
		if r.because.Reason != letter.Escalated {
			continue
		}
		for _, s := range near {
			rows = append(rows, s.intention(like, r.person, c))
		}
	}
	return rows
}

func (s passedStep) intention(like Intention, person string, c *call.Call) Intention {
	i := like
	i.Kind, i.Status, i.Person = Reminder, s.status, person
	if s.deadline.Kind == deadline.SilentRejet && c.Immediately(s.step.Name) {
		i.Kind = Immediate
	}
	i.Deadline, i.DueOn, i.Step = s.deadline.Kind, s.deadline.PrudentOn, s.step.Name
	return i.withKey(i.DueOn)
}

// openings are the one summary that each person gets of a subject on a day.
func openings(like Intention, people circle, day dossier.Day) []Intention {
	var rows []Intention
	for _, r := range people.distinct() {
		like.Person = r.person
		rows = append(rows, opening(like, day))
	}
	return rows
}

// changes are the rows of some news of a dossier.
func changes(like Intention, people circle, step string, day dossier.Day) []Intention {
	var rows []Intention
	for _, r := range people.distinct() {
		i := like
		i.Kind, i.Status, i.Step, i.Person = Change, Pending, step, r.person
		rows = append(rows, i.withKey(day))
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
