package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sirupsen/logrus"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
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
}

// Run handles every step due at now, the earliest first. An error about one
// subject stops it alone; all are joined.
func (r *Reminders) Run(ctx context.Context, now time.Time) (Reminded, error) {
	t := &reminding{Reminders: r, now: now, demarches: map[int]*dossier.Demarche{}, left: map[left]int{}}
	err := errors.Join(t.calls(ctx), t.dossiers(ctx))
	t.report()
	return t.done, err
}

// reminding is one tick under way.
type reminding struct {
	*Reminders
	now       time.Time
	demarches map[int]*dossier.Demarche
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
	people := ofDossier(rec.Dossier, demarche.Groupes, c.Recipients.Fallback)
	if len(people) == 0 {
		return errUnreachable
	}
	p := advance(rec.Judgement.Deadlines, rec.AdoptedAt, t.now)
	like := Intention{Call: c.ID, Demarche: rec.Demarche, Dossier: rec.Number, CreatedAt: t.now}
	var adopted dossier.Day
	if worthOpening(rec.State, p.deadlines, t.now, zoneOf(c)) {
		adopted = dossier.DayOf(rec.AdoptedAt, zoneOf(c))
	}
	head := rec.Head
	head.Judgement.Deadlines = p.deadlines
	added, err := t.Schedule.Advance(ctx, head, p.intentions(like, people, adopted))
	if err != nil {
		return err
	}
	t.done.Dossiers++
	t.done.Intentions += added
	return nil
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
