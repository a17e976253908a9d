package dynamo

import (
	"context"

	"relais/internal/dossier"
	"relais/internal/notify"
)

// What the operator's page asks. No index serves it: a table is read by Lambda
// functions, and the page that a person opens now and then must not make each of
// their writes dearer. Each call reads everything, so ask seldom.

// HeadsSince calls fn with every head, whatever the mark, by number.
func (s *Store) HeadsSince(ctx context.Context, mark int64, fn func(dossier.Head) error) (int64, error) {
	return mark, s.EachHead(ctx, 0, fn)
}

// IntentionsOf returns the intentions about one dossier by creation, then key.
func (s *Store) IntentionsOf(ctx context.Context, number int) ([]notify.Intention, error) {
	var theirs []notify.Intention
	err := s.EachIntention(ctx, func(i notify.Intention) error {
		if number != 0 && i.Dossier == number {
			theirs = append(theirs, i)
		}
		return nil
	})
	return theirs, err
}

// Counts returns how many intentions and how many mails there are of each status.
// An intention that a mail has claimed has the status of the mail; a mail that
// carries none is not counted.
func (s *Store) Counts(ctx context.Context) (intentions, mails map[notify.Status]int, err error) {
	intentions, mails = map[notify.Status]int{}, map[notify.Status]int{}
	seen := map[string]bool{}
	err = s.EachIntention(ctx, func(i notify.Intention) error {
		intentions[i.Status]++
		if i.Mail != "" && !seen[i.Mail] {
			seen[i.Mail] = true
			mails[i.Status]++
		}
		return nil
	})
	return intentions, mails, err
}
