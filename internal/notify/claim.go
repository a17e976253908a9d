package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
)

// claim makes the mail of a batch ours and sends it; slot is the morning mail that
// it is, "" for one that cannot wait. changed tells that the batch was released
// because part of it is no longer so.
func (t *delivering) claim(ctx context.Context, batch []statement, slot string) (changed bool, err error) {
	keys := keysOf(intentionsOf(batch))
	person := batch[0].intention.Person
	m := Mail{
		ID: cmp.Or(slot, mailID(person, keys)), Person: person, Keys: keys,
		ClaimedAt: t.clock(t.now), Status: Pending, Attempts: 1,
	}
	err = t.Claims.Claim(ctx, m)
	if conflict(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("claim mail %s: %w", m.ID, err)
	}
	again, err := t.check(ctx, intentionsOf(batch))
	if err != nil {
		return false, errors.Join(err, t.settle(ctx, m, Pending))
	}
	if len(sameAddress(again.stand)) < len(batch) {
		return true, t.settle(ctx, m, Pending)
	}
	return false, t.send(ctx, m, again.stand)
}

// send hands a claimed mail over and writes its fate, even when the context ends
// meanwhile: what was sent must be known as sent.
//
// When nobody knows whether a mail was taken, now or at an earlier attempt, it
// stays claimed: its intentions must not go out in another mail. It is an orphan
// then, sent again under the same Message-ID.
func (t *delivering) send(ctx context.Context, m Mail, batch []statement) error {
	message, err := t.compose(ctx, m, batch)
	switch {
	case err != nil && m.Attempts > 1:
		return err
	case err != nil:
		return errors.Join(err, t.settle(ctx, m, Pending))
	}
	err = t.Sender.Send(ctx, message)
	switch {
	case err == nil:
		t.done.Sent++
		t.failures = 0
		return errors.Join(t.settle(ctx, m, Sent), t.forgive(ctx, m.Person))
	case errors.Is(err, ErrRefused):
		t.done.Refused++
		t.failures = 0
		return errors.Join(t.settle(ctx, m, Refused), t.suppress(ctx, m, batch[0].to.address, err))
	}
	err = fmt.Errorf("send mail %s: %w", m.ID, err)
	t.failures++
	if m.Attempts > 1 || !errors.Is(err, ErrNotTaken) {
		t.done.Unsure++
		return err
	}
	t.done.Released++
	return errors.Join(err, t.settle(ctx, m, Pending), t.postpone(ctx, m.Person))
}

// settle is not cut short by the end of the tick. When it fails, the mail is an
// orphan that a later tick takes over.
func (t *delivering) settle(ctx context.Context, m Mail, fate Status) error {
	if err := t.Claims.Settle(context.WithoutCancel(ctx), m.ID, fate, t.now); err != nil {
		return fmt.Errorf("settle mail %s as %s: %w", m.ID, fate, err)
	}
	return nil
}

// orphans takes over the mails whose delivery died. Those that wait stay in
// front, so each reading asks for as many more.
func (t *delivering) orphans(ctx context.Context) error {
	var problems []error
	seen, left := map[string]bool{}, 0
	for ctx.Err() == nil {
		mails, err := t.Claims.Orphans(ctx, t.clock(t.now).Add(-orphanAge), peopleBatch+left)
		if err != nil {
			return errors.Join(append(problems, fmt.Errorf("deliver: read the orphaned mails: %w", err))...)
		}
		before := len(seen)
		for _, m := range mails {
			if seen[m.ID] {
				continue
			}
			seen[m.ID] = true
			waiting, err := t.orphan(ctx, m)
			if waiting || err != nil {
				left++
			}
			if err != nil {
				problems = append(problems, fmt.Errorf("deliver: orphaned mail %s: %w", m.ID, err))
			}
		}
		if len(seen) == before {
			break
		}
	}
	return errors.Join(problems...)
}

// orphan sends a mail again, without what is no longer true. When nothing of it
// stands, when its lines now go to different addresses, or in mode hold, the
// claim is released instead and its intentions take the usual way. What was left
// out of a repeat shares its fate: the first sending may have told it.
func (t *delivering) orphan(ctx context.Context, m Mail) (waiting bool, err error) {
	intentions, err := parseKeys(m.Keys)
	if err != nil {
		return false, err
	}
	now, err := t.check(ctx, intentions)
	if err != nil {
		return false, err
	}
	if now.waits > 0 && !t.Mode.holds() {
		t.done.Waiting += len(m.Keys)
		return true, nil
	}
	claimed := t.clock(t.now)
	if err := t.Claims.Reclaim(ctx, m, claimed); conflict(err) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	if t.Mode.holds() || len(now.stand) == 0 || len(sameAddress(now.stand)) < len(now.stand) {
		return false, t.release(ctx, m, now)
	}
	m.Attempts++
	t.done.Repeated++
	t.Log.WithField("mail", m.ID).Warn("deliver: an orphaned mail is sent again under the same Message-ID")
	return false, t.send(ctx, m, now.stand)
}

// release frees the intentions of an orphan, and drops at once those that are no
// longer true: they may have been told, and must not come back to life before the
// next morning looks at them.
func (t *delivering) release(ctx context.Context, m Mail, now sorted) error {
	if err := t.settle(ctx, m, Pending); err != nil || t.Mode.holds() {
		return err
	}
	return errors.Join(t.handOver(ctx, now.moved), t.drop(ctx, now.gone))
}

func parseKeys(keys []string) ([]Intention, error) {
	var intentions []Intention
	for _, key := range keys {
		i, err := parseKey(key)
		if err != nil {
			return nil, err
		}
		intentions = append(intentions, i)
	}
	return intentions, nil
}
