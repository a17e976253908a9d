package notify

import (
	"context"
	"errors"
	"fmt"

	"relais/internal/call"
)

// addressee finds the person of an intention among those who may be written to.
// A suppressed address counts as none, and so does that of somebody who chose to
// hear nothing of the call: what they were to be told goes to the others of their
// circle or, if none of them is left, to the next one. Who is told does not depend
// on the mode; but when the address of a redirection is suppressed itself,
// everything waits.
func (q *inquiry) addressee(ctx context.Context, s statement, people circles) (statement, fate, error) {
	if q.Mode.redirects() {
		if barred, err := q.suppressed(ctx, q.Mode.To); err != nil || barred {
			return statement{}, waits, err
		}
	}
	// Most often it is simply this person, and one address is looked up.
	if to, ok := people.nearest().find(s.intention.Person); ok {
		barred, err := q.silent(ctx, to.address, s.call)
		if err != nil {
			return statement{}, waits, err
		}
		if !barred {
			s.to = to
			return s, stands, nil
		}
	}
	within, err := q.within(ctx, people, s.call)
	if err != nil {
		return statement{}, waits, err
	}
	if to, ok := within.find(s.intention.Person); ok {
		s.to = to
		return s, stands, nil
	}
	return statement{circle: within}, moves, nil
}

// within is the nearest circle in which somebody may be written to, without those
// who may not; empty when there is nobody.
func (q *inquiry) within(ctx context.Context, people circles, about *call.Call) (circle, error) {
	for _, c := range people {
		var left circle
		for _, r := range c {
			barred, err := q.silent(ctx, r.address, about)
			if err != nil {
				return nil, err
			}
			if !barred {
				left = append(left, r)
			}
		}
		if len(left) > 0 {
			return left, nil
		}
	}
	return nil, nil
}

// silent tells whether nothing about a call goes to an address: it is suppressed,
// or its owner chose none.
func (q *inquiry) silent(ctx context.Context, address string, about *call.Call) (bool, error) {
	if barred, err := q.suppressed(ctx, address); barred || err != nil {
		return barred, err
	}
	choice, err := q.choice(ctx, address, about)
	return choice == call.None, err
}

// suppressed tells whether an address is not to be written to.
func (q *inquiry) suppressed(ctx context.Context, address string) (bool, error) {
	if q.Refusals == nil {
		return false, nil
	}
	digest := Digest(address)
	if barred, ok := q.barred[digest]; ok {
		return barred, nil
	}
	since, err := q.Refusals.Suppressed(ctx, digest)
	if err != nil {
		return false, fmt.Errorf("read whether an address is suppressed: %w", err)
	}
	q.barred[digest] = !since.IsZero()
	return q.barred[digest], nil
}

// suppress keeps that the address of a mail was refused. That of a redirection is
// left: it is a setting, and to silence it would hide the trouble.
func (t *delivering) suppress(ctx context.Context, m Mail, address string, refusal error) error {
	log := t.Log.WithField("mail", m.ID).WithField("person", m.Person)
	switch {
	case errors.Is(refusal, ErrMessageRefused):
		log.Error("deliver: the mail service refused the message for good, whoever it is for")
		return nil
	case t.Mode.redirects():
		log.Error("deliver: the mail service refused for good the address that mails are redirected to; change it")
		return nil
	}
	log.Warn("deliver: the mail service refused the address for good; it is not written to any more")
	if t.Refusals == nil {
		return nil
	}
	digest := Digest(address)
	if err := t.Refusals.Suppress(context.WithoutCancel(ctx), digest, t.clock(t.now)); err != nil {
		return fmt.Errorf("suppress the address of mail %s: %w", m.ID, err)
	}
	if t.Fresh != nil {
		t.Fresh(Refusal{Cause: RefusalCause + digest[:12], Persons: []string{m.Person}, Mails: []string{m.ID}})
	}
	return nil
}
