package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
)

// calls handles the deadlines of each call that is bound to a démarche.
func (t *reminding) calls(ctx context.Context) error {
	var problems []error
	for _, c := range t.Calls.All() {
		if c.Template() {
			continue
		}
		err := t.call(ctx, &c)
		if errors.Is(err, dossier.ErrConflict) {
			err = t.call(ctx, &c)
		}
		if err != nil {
			problems = append(problems, t.leave(err, left{"calls", c.Demarche, c.ID, ""}, 0))
		}
		if err := ctx.Err(); err != nil {
			return errors.Join(append(problems, err)...)
		}
	}
	return errors.Join(problems...)
}

// call plans a call at first sight, plans it anew when its dates changed, and
// handles its due steps. An untouched plan is not written.
func (t *reminding) call(ctx context.Context, c *call.Call) error {
	plan, err := t.Schedule.CallPlan(ctx, c.ID)
	if err != nil {
		return fmt.Errorf("read the plan: %w", err)
	}
	fresh := deadline.Carry(plan.Deadlines, deadline.OfCall(c, t.Calendar))
	changed := plan.Version == 0 || !slices.EqualFunc(plan.Deadlines, fresh, sameDeadline)
	plan.Deadlines = fresh
	if plan.Version == 0 {
		plan.Call, plan.AdoptedAt = c.ID, t.now
		plan.Reported = monday(dossier.DayOf(t.now, zoneOf(c))) // nothing was followed yet
	}
	rows, moved, unable := t.callRows(ctx, c, &plan)
	reports, err := t.reports(ctx, c, &plan)
	if err != nil {
		return err
	}
	if rows = append(rows, reports...); !changed && !moved && len(reports) == 0 {
		return unable
	}
	added, err := t.Schedule.AdvanceCall(ctx, plan, rows)
	if err != nil {
		return err
	}
	t.done.Calls++
	t.done.Intentions += added
	return unable
}

// callRows moves the plan on. It keeps its due steps when nobody can be told.
func (t *reminding) callRows(ctx context.Context, c *call.Call, plan *Plan) (rows []Intention, moved bool, err error) {
	p := advance(plan.Deadlines, plan.AdoptedAt, t.now)
	if !p.moved {
		return nil, false, nil
	}
	demarche, err := t.demarche(ctx, c.Demarche)
	if err != nil {
		return nil, false, err
	}
	if demarche == nil {
		return nil, false, errUnknown
	}
	people := ofCall(c, demarche.Groupes, claimsBeside(c, t.Calls))
	if len(people) == 0 {
		return nil, false, errUnreachable
	}
	plan.Deadlines = p.deadlines
	like := Intention{Call: c.ID, Demarche: c.Demarche, CreatedAt: t.now}
	rows = p.intentions(like, people, c)
	if p.opening && ahead(p.deadlines, dossier.DayOf(t.now, zoneOf(c))) {
		rows = append(rows, openings(like, people, dossier.DayOf(plan.AdoptedAt, zoneOf(c)))...)
	}
	return rows, true, nil
}

// sameDeadline compares what a plan stores of a deadline; an instant may have
// lost its zone on the way.
func sameDeadline(a, b dossier.Deadline) bool {
	sameStep := func(a, b dossier.Step) bool { return a.Name == b.Name && a.At.Equal(b.At) }
	return a.Key() == b.Key() && a.DueOn == b.DueOn &&
		a.Basis == b.Basis && a.Source == b.Source &&
		a.HandledUntil.Equal(b.HandledUntil) && slices.EqualFunc(a.Steps, b.Steps, sameStep)
}
