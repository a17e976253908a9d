package notify

import (
	"context"
	"fmt"
	"time"

	"relais/internal/call"
	"relais/internal/letter"
)

// Wait says why an intention that is pending is not told now.
type Wait string

// Waits.
const (
	WaitsForNothing  Wait = ""           // the next delivery tells it
	WaitsForMorning  Wait = "morning"    // the next working morning: today's mail left, or it is none now
	WaitsForWeek     Wait = "week"       // the first working morning of the week, as its person chose
	WaitsForCopy     Wait = "copy"       // our copy is too old, or its call is not configured
	WaitsForAnybody  Wait = "anybody"    // nobody can be told
	WaitsForAnother  Wait = "another"    // it goes to others: its person is not concerned any more, or hears nothing
	WaitsForTry      Wait = "try"        // the mail service did not take the last one
	WaitsForAddress  Wait = "address"    // its person has another address for something else, which goes first
	WaitsToBeDropped Wait = "dropped"    // it is no longer true
	WaitsUnwanted    Wait = "not wanted" // its person wants only what cannot wait
	WaitsForSettling Wait = "settlement" // its mail is being sent, or its fate is not known
)

// Story is the life of an intention: what it is, the mail that carried it, and
// what it waits for. It holds no address.
type Story struct {
	Intention
	Carried Mail // zero when no mail has it
	Wait    Wait
	// The rest is known of a pending one that its person is to be told.
	Because  letter.Because
	Choice   call.Choice
	Failures int       // of its person's mail, in a row
	Until    time.Time // when it is tried again
}

// Explain tells the life of the intention of a key; false when there is none.
func (d *Delivery) Explain(ctx context.Context, now time.Time, key string) (Story, bool, error) {
	rows, err := d.Outbox.Rows(ctx, []string{key})
	if err != nil || len(rows) == 0 {
		return Story{}, false, err
	}
	s := Story{Intention: rows[0]}
	if s.Mail != "" {
		if s.Carried, _, err = d.Mails.Mail(ctx, s.Mail); err != nil {
			return s, true, fmt.Errorf("read mail %s: %w", s.Mail, err)
		}
	}
	switch {
	case s.Status != Pending:
		return s, true, nil
	case s.Mail != "":
		s.Wait = WaitsForSettling
		return s, true, nil
	}
	err = d.tick(now).explain(ctx, &s)
	return s, true, err
}

// explain asks what a delivery would do now, and writes nothing.
func (t *delivering) explain(ctx context.Context, s *Story) error {
	pending, err := t.Outbox.Of(ctx, s.Person, Pending)
	if err != nil {
		return err
	}
	checked, err := t.check(ctx, pending)
	if err != nil {
		return err
	}
	place := -1
	for n, one := range checked.stand {
		if one.intention.Key == s.Key {
			place = n
		}
	}
	if place < 0 {
		s.Wait = checked.whyNot(s.Key)
		return nil
	}
	one := checked.stand[place]
	s.Because = one.to.because
	if s.Choice, err = t.choice(ctx, one.to.address, one.call); err != nil {
		return err
	}
	p, err := t.paused(ctx, s.Person)
	if err != nil {
		return err
	}
	s.Failures, s.Until = p.Failures, p.Until
	s.Wait, err = t.waitOf(ctx, one, pending, checked.stand, p)
	return err
}

// whyNot is what an intention that does not stand waits for.
func (s sorted) whyNot(key string) Wait {
	for _, gone := range s.gone {
		if gone == key {
			return WaitsToBeDropped
		}
	}
	for _, m := range s.moved {
		if m.intention.Key == key && len(m.circle) == 0 {
			return WaitsForAnybody
		}
		if m.intention.Key == key {
			return WaitsForAnother
		}
	}
	return WaitsForCopy
}

func (t *delivering) waitOf(ctx context.Context, s statement, pending []Intention, stand []statement, p pause) (Wait, error) {
	slot, err := t.slot(ctx, s.intention.Person, pending)
	if err != nil {
		return "", err
	}
	now, unwanted, _, err := t.wanted(ctx, []statement{s})
	switch {
	case err != nil:
		return "", err
	case len(unwanted) > 0:
		return WaitsUnwanted, nil
	case len(now) == 0:
		return WaitsForWeek, nil
	case t.clock(t.now).Before(p.Until):
		return WaitsForTry, nil
	case slot == "" && len(t.ripe([]Intention{s.intention}, slot)) == 0:
		return WaitsForMorning, nil
	case s.to.address != stand[0].to.address:
		return WaitsForAddress, nil
	}
	return WaitsForNothing, nil
}
