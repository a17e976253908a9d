package dynamo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"relais/internal/dossier"
	"relais/internal/notify"
)

// People implements notify.Outbox.
func (s *Store) People(ctx context.Context, status notify.Status, after string, limit int) ([]string, error) {
	const op = "read people to tell"
	if limit <= 0 {
		return nil, ctx.Err()
	}
	var people []string
	q := question{
		index: WorkIndex, partition: freeOf + string(status), page: batchGets,
		from: afterText(short(after, longestPerson)),
	}
	for page, err := range s.pages(ctx, q) {
		if err != nil {
			return nil, s.failed(ctx, op, err)
		}
		free, err := s.stillFree(ctx, page, status)
		if err != nil {
			return nil, s.failed(ctx, op, err)
		}
		for _, i := range free {
			if !slices.Contains(people, i.Person) {
				people = append(people, i.Person)
			}
		}
		if len(people) >= limit {
			return people[:limit], nil
		}
	}
	return people, nil
}

// Of implements notify.Outbox.
func (s *Store) Of(ctx context.Context, person string, status notify.Status) ([]notify.Intention, error) {
	const op = "read intentions"
	theirs := short(person, longestPerson)
	places, err := s.all(ctx, question{
		index: WorkIndex, partition: freeOf + string(status), from: theirs + nul, to: afterText(theirs),
	})
	if err != nil {
		return nil, s.failed(ctx, op, err)
	}
	free, err := s.stillFree(ctx, places, status)
	if err != nil {
		return nil, s.failed(ctx, op, err)
	}
	free = slices.DeleteFunc(free, func(i notify.Intention) bool { return i.Person != person })
	slices.SortFunc(free, byAge)
	return free, nil
}

func byAge(a, b notify.Intention) int {
	return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.Key, b.Key))
}

// stillFree reads the rows of some places of the index consistently, and keeps
// in their order those that are unclaimed and of a status.
func (s *Store) stillFree(ctx context.Context, places []item, status notify.Status) ([]notify.Intention, error) {
	found, err := s.fetch(ctx, keysOf(places))
	if err != nil {
		return nil, err
	}
	var free []notify.Intention
	for _, place := range places {
		it := found[place.place()]
		if it.text(carrier) != "" || it.text(statusName) != string(status) {
			continue
		}
		i, err := s.decodeIntention(it)
		if err != nil {
			return nil, err
		}
		free = append(free, i)
	}
	return free, nil
}

func keysOf(rows []item) []item {
	keys := make([]item, len(rows))
	for i, it := range rows {
		keys[i] = it.key()
	}
	return keys
}

// Rows implements notify.Outbox.
func (s *Store) Rows(ctx context.Context, keys []string) ([]notify.Intention, error) {
	const op = "read intentions by key"
	rows := make([]item, len(keys))
	for i, k := range keys {
		rows[i] = intentionKey(k)
	}
	out, err := s.throughMails(ctx, rows)
	slices.SortFunc(out, func(a, b notify.Intention) int { return cmp.Compare(a.Key, b.Key) })
	return out, s.failed(ctx, op, err)
}

// throughMails reads intentions by their rows' keys; those that a mail has
// claimed show its status, and its settlement as the instant of sending if it
// was sent.
func (s *Store) throughMails(ctx context.Context, keys []item) ([]notify.Intention, error) {
	rows, err := s.fetch(ctx, keys)
	if err != nil {
		return nil, err
	}
	var carriers []item
	for _, it := range rows {
		if id := it.text(carrier); id != "" {
			carriers = append(carriers, mailKey(id))
		}
	}
	mails, err := s.fetch(ctx, carriers)
	if err != nil {
		return nil, err
	}
	var out []notify.Intention
	for _, it := range rows {
		i, err := s.decodeIntention(it)
		if err != nil {
			return nil, err
		}
		if id := it.text(carrier); id != "" {
			show(&i, id, mails[mailKey(id).place()])
		}
		out = append(out, i)
	}
	return out, nil
}

// show gives an intention the fate of its mail, if the mail's row says that it is
// claimed.
func show(i *notify.Intention, id string, mail item) {
	if !claims(mail) {
		return
	}
	i.Mail, i.Status = id, notify.Status(mail.text(statusName))
	if i.Status == notify.Sent {
		i.SentAt = mail.instant(settled)
	}
}

// errLeave ends a rewrite that has nothing to write.
var errLeave = errors.New("nothing to write")

// Mark implements notify.Outbox.
func (s *Store) Mark(ctx context.Context, keys []string, to notify.Status) error {
	keys = slices.Compact(slices.Sorted(slices.Values(keys)))
	err := together(ctx, len(keys), func(n int) error {
		err := s.rewrite(ctx, intentionKey(keys[n]), func(old item) (item, error) {
			if old == nil || old.text(carrier) != "" {
				return nil, errLeave
			}
			return old.anew().with(statusName, text(string(to))).with(workPK, text(freeOf+string(to))), nil
		})
		if errors.Is(err, errLeave) {
			return nil
		}
		return err
	})
	return s.failed(ctx, "mark intentions", err)
}

// Enqueue implements notify.Outbox. Each intention is a write of its own.
func (s *Store) Enqueue(ctx context.Context, intentions []notify.Intention) (added int, err error) {
	const op = "enqueue intentions"
	rows, err := s.encodeIntentions(intentions)
	if err != nil {
		return 0, s.failed(ctx, op, err)
	}
	var fresh atomic.Int64
	err = together(ctx, len(rows), func(n int) error {
		err := s.putIf(ctx, rows[n], absent)
		if errors.Is(err, dossier.ErrConflict) {
			return nil
		}
		if err == nil {
			fresh.Add(1)
		}
		return err
	})
	return int(fresh.Load()), s.failed(ctx, op, err)
}

// encodeIntentions makes a row of each key, the first of each.
func (s *Store) encodeIntentions(intentions []notify.Intention) ([]item, error) {
	seen := make(map[string]bool, len(intentions))
	var rows []item
	for _, i := range intentions {
		if seen[i.Key] {
			continue
		}
		seen[i.Key] = true
		it, err := s.encodeIntention(i)
		if err != nil {
			return nil, err
		}
		rows = append(rows, it)
	}
	return rows, nil
}

func (s *Store) encodeIntention(i notify.Intention) (item, error) {
	if i.Key == "" || i.Person == "" {
		return nil, errors.New("an intention must have a key and a person")
	}
	i = cut(i)
	now := i.Status
	i.Status, i.Mail, i.SentAt = "", "", notify.Intention{}.SentAt
	b, err := s.codec.pack(i)
	if err != nil {
		return nil, fmt.Errorf("an intention %w", err)
	}
	return intentionKey(i.Key).with(statusName, text(string(now))).with(body, bytes(b)).with(token, text(newToken())).
		with(workPK, text(freeOf+string(now))).with(workSK, text(freePlace(i))).
		with(listPK, text(outbox)).with(listSK, text(outboxPlace(i))), nil
}

func (s *Store) decodeIntention(it item) (notify.Intention, error) {
	var i notify.Intention
	if err := s.codec.unpack(it.bytes(body), &i); err != nil {
		return i, fmt.Errorf("an intention %w", err)
	}
	i.Status = notify.Status(it.text(statusName))
	return i, nil
}
