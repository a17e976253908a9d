package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sirupsen/logrus"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/letter"
)

// dueBatch bounds the memory of a tick.
const dueBatch = 100

// Reminders turns the steps that came due into intentions. It writes to nobody.
//
// A subject that cannot be handled now, for want of a recipient or of a known
// démarche, keeps its steps: it is counted, looked at once a tick, and told as
// soon as somebody can be. Only its latest step is told then. The log has one
// line a call and reason, with their number.
type Reminders struct {
	Schedule Schedule
	Truth    Truth
	Calls    call.Set
	Calendar deadline.Calendar
	Log      logrus.FieldLogger
}

// Reminded counts what a tick did.
type Reminded struct {
	Dossiers    int `json:"dossiers"`    // whose due steps were handled
	Calls       int `json:"calls"`       // whose own deadlines were planned or handled
	Intentions  int `json:"intentions"`  // new rows, skipped ones included
	Unreachable int `json:"unreachable"` // subjects nobody can be told of
	Left        int `json:"left"`        // subjects left for the next tick for another reason

	// Unreached are the Unreachable by call; nil when there are none.
	Unreached map[string]int `json:"-"`
}

// Run handles every step due at now, the earliest first. An error about one
// subject stops it alone; all are joined.
func (r *Reminders) Run(ctx context.Context, now time.Time) (Reminded, error) {
	t := &reminding{Reminders: r, now: now, demarches: map[int]*dossier.Demarche{}, plans: map[string]Plan{}, left: map[left]int{}}
	err := errors.Join(t.calls(ctx), t.dossiers(ctx))
	t.report()
	return t.done, err
}

// reminding is one tick under way.
type reminding struct {
	*Reminders
	now       time.Time
	demarches map[int]*dossier.Demarche
	plans     map[string]Plan
	done      Reminded
	left      map[left]int
}

// dossiers looks at each due dossier once, in the order of the schedule. Those
// left stay in it, behind the place where the tick is.
func (t *reminding) dossiers(ctx context.Context) error {
	var problems []error
	for after := (Seen{}); ; {
		batch, err := t.Schedule.Due(ctx, t.now, after, dueBatch)
		if err != nil {
			return errors.Join(append(problems, fmt.Errorf("remind: read the due dossiers: %w", err))...)
		}
		before := after
		for _, rec := range batch {
			if err := t.handle(ctx, rec); err != nil {
				problems = append(problems, t.leave(err, left{"dossiers", rec.Demarche, rec.Judgement.Call, ""}, rec.Number))
			}
			if place := (Seen{rec.NextStep(), rec.Number}); place.compare(after) > 0 {
				after = place
			}
		}
		switch {
		case len(batch) == 0 || ctx.Err() != nil:
			return errors.Join(append(problems, ctx.Err())...)
		case after == before:
			return errors.Join(append(problems, errors.New("remind: the schedule returns dossiers that are behind the place asked for"))...)
		}
	}
}

// handle tries twice: a poll may have written the dossier since it was read.
func (t *reminding) handle(ctx context.Context, rec dossier.Record) error {
	err := t.advance(ctx, rec)
	if !errors.Is(err, dossier.ErrConflict) {
		return err
	}
	rec, known, err := t.Truth.Record(ctx, rec.Number)
	if err != nil || !known {
		return err
	}
	return t.advance(ctx, rec)
}

func (t *reminding) advance(ctx context.Context, rec dossier.Record) error {
	next := rec.NextStep()
	if next.IsZero() || next.After(t.now) {
		return nil
	}
	c, ok := t.Calls.Get(rec.Judgement.Call)
	demarche, err := t.demarche(ctx, rec.Demarche)
	if err != nil {
		return err
	}
	if !ok || demarche == nil || rec.Dossier == nil {
		return errUnknown
	}
	around := aroundDossier(rec.Dossier, demarche.Groupes, c.Recipients, false)
	people := around.nearest()
	if len(people) == 0 {
		return errUnreachable
	}
	p := advance(rec.Judgement.Deadlines, rec.AdoptedAt, t.now)
	like := Intention{Call: c.ID, Demarche: rec.Demarche, Dossier: rec.Number, CreatedAt: t.now}
	news, err := t.news(ctx, rec.Head, c, p, like, people)
	if err != nil {
		return err
	}
	rows := slices.Concat(p.intentions(like, people, c), p.escalations(like, rec.Dossier, demarche.Groupes, c), news)
	head := rec.Head
	head.Judgement.Deadlines, head.Told = p.deadlines, rec.Portrait()
	added, err := t.Schedule.Advance(ctx, head, rows)
	if err != nil {
		return err
	}
	t.done.Dossiers++
	t.done.Intentions += added
	return nil
}

// news are the rows of what instructeurs do not know of a dossier: all of it when
// it was filed since its call is followed, a summary when it was there before and
// steps of it are past, else what changed since they were told.
func (t *reminding) news(ctx context.Context, h dossier.Head, c *call.Call, p progress, like Intention, people circle) ([]Intention, error) {
	today := dossier.DayOf(t.now, zoneOf(c))
	if h.Told != (dossier.Portrait{}) {
		if n := newsOf(h); isNews(n) {
			return changes(like, people, changeStep(h.Modified, n), today), nil
		}
		return nil, nil
	}
	if reminded(h) {
		return nil, nil
	}
	plan, err := t.plan(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	like.Urgent = imminent(p.deadlines, today)
	if !h.State.Termine() && !h.DateDepot.Before(plan.AdoptedAt) {
		return changes(like, people, changeStep(h.Modified, letter.News{New: true}), today), nil
	}
	if p.opening && worthOpening(h.State, p.deadlines, t.now, zoneOf(c)) {
		return openings(like, people, dossier.DayOf(h.AdoptedAt, zoneOf(c))), nil
	}
	return nil, nil
}

// reminded tells that instructeurs were told of a dossier by a version of Relais
// that kept no portrait.
func reminded(h dossier.Head) bool {
	return slices.ContainsFunc(h.Judgement.Deadlines, func(d dossier.Deadline) bool { return d.HandledUntil.After(h.AdoptedAt) })
}

// plan reads the plan of a call once a tick.
func (t *reminding) plan(ctx context.Context, id string) (Plan, error) {
	if p, ok := t.plans[id]; ok {
		return p, nil
	}
	p, err := t.Schedule.CallPlan(ctx, id)
	if err != nil {
		return Plan{}, fmt.Errorf("read the plan of call %s: %w", id, err)
	}
	t.plans[id] = p
	return p, nil
}

// demarche is nil when it was never read.
func (t *reminding) demarche(ctx context.Context, number int) (*dossier.Demarche, error) {
	if d, ok := t.demarches[number]; ok {
		return d, nil
	}
	d, known, err := t.Truth.Demarche(ctx, number)
	if err != nil {
		return nil, fmt.Errorf("read démarche %d: %w", number, err)
	}
	t.demarches[number] = nil
	if known {
		t.demarches[number] = &d
	}
	return t.demarches[number], nil
}

// zoneOf is the call's zone; loading demands one, UTC keeps a call made by hand
// from crashing.
func zoneOf(c *call.Call) *time.Location {
	if c == nil || c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}
