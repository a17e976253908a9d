package notify

import (
	"context"
	"fmt"

	"relais/internal/deadline"
	"relais/internal/dossier"
)

// hold keeps everything pending back.
func (t *delivering) hold(ctx context.Context) error {
	return t.everybody(ctx, Pending, func(ctx context.Context, pending []Intention) error {
		if err := t.Outbox.Mark(ctx, keysOf(pending), Held); err != nil {
			return fmt.Errorf("hold: %w", err)
		}
		t.done.Held += len(pending)
		return nil
	})
}

// leaveHold turns a backlog into one opening a subject, all in the person's next
// mail: nobody wants the reminders of the months before. Openings are written
// before the backlog is skipped, so that a crash between the two loses nothing. A
// subject is summed up once a day at most: leaving hold twice in a day, or on the
// day of an adoption already told, adds none.
func (t *delivering) leaveHold(ctx context.Context) error {
	return t.everybody(ctx, Held, func(ctx context.Context, held []Intention) error {
		openings, backlog := t.openings(held)
		added, err := t.Outbox.Enqueue(ctx, openings)
		if err != nil {
			return fmt.Errorf("leave hold: %w", err)
		}
		t.done.Openings += added
		var kept []Intention
		for _, i := range held {
			if i.Kind == Opening {
				kept = append(kept, i)
			}
		}
		if err := t.mark(ctx, backlog, Skipped); err != nil {
			return err
		}
		return t.mark(ctx, kept, Pending)
	})
}

func (t *delivering) mark(ctx context.Context, intentions []Intention, status Status) error {
	if len(intentions) == 0 {
		return nil
	}
	if err := t.Outbox.Mark(ctx, keysOf(intentions), status); err != nil {
		return fmt.Errorf("mark as %s: %w", status, err)
	}
	return nil
}

// openings are the summaries that stand for a backlog, one a subject, except for
// subjects whose own opening was held too.
func (t *delivering) openings(held []Intention) (openings, backlog []Intention) {
	summed := map[string]bool{}
	for _, i := range held {
		if i.Kind == Opening {
			summed[i.subject()] = true
		}
	}
	for _, i := range held {
		if i.Kind == Opening {
			continue
		}
		backlog = append(backlog, i)
		if summed[i.subject()] || i.Kind == Report {
			continue
		}
		summed[i.subject()] = true
		c, known := t.Calls.Get(i.Call)
		today := dossier.DayOf(t.now, zoneOf(c))
		if known && i.Dossier == 0 && !ahead(deadline.OfCall(c, t.Calendar), today) {
			continue // it closed meanwhile
		}
		i.CreatedAt, i.Mail = t.now, ""
		openings = append(openings, opening(i, today))
	}
	return openings, backlog
}
