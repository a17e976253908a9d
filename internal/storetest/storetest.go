// Package storetest is the contract that every store passes: the documented
// sentences of ingest.Copy, ingest.Positions, ingest.Quarantine, ingest.Hints,
// ingest.Alarms, notify.Schedule, notify.Truth, notify.Outbox, notify.Claims,
// notify.Mails, notify.Refusals and Reading, each with a test that can fail.
//
// Besides them, the contract holds for all of a store:
//
//   - instants come back in UTC, cut to the microsecond, and the zero Time comes
//     back zero. Inside a payload they are the same instants;
//   - an empty slice may come back nil;
//   - a cancelled context gives its error and writes nothing;
//   - every method may be called by any number of goroutines, and reads what was
//     written before it was called.
//
// Not promised: that a Put of several records is one write. Each record is. What
// a power cut does is each store's own to test.
package storetest

import (
	"context"
	"testing"

	"relais/internal/dossier"
	"relais/internal/ingest"
	"relais/internal/notify"
)

// Store is all that the app asks of a store.
type Store interface {
	ingest.Copy
	ingest.Positions
	ingest.Quarantine
	ingest.Hints
	ingest.Alarms
	notify.Schedule
	notify.Truth
	notify.Outbox
	notify.Claims
	notify.Mails
	notify.Refusals
	Reading
}

// Reading is what the commands and the page show.
type Reading interface {
	// EachHead calls fn with the heads of number above after, ascending, in flat
	// memory. An error of fn ends the reading and is returned. fn may use the
	// store.
	EachHead(ctx context.Context, after int, fn func(dossier.Head) error) error
	// EachIntention calls fn with every intention by creation, then key, as
	// EachHead does. Status and SentAt are those of the mail that claimed it;
	// SentAt is zero unless it was sent.
	EachIntention(ctx context.Context, fn func(notify.Intention) error) error
	// HeadsSince calls fn with at least every head written since the mark was
	// given, 0 for all of them, and returns the mark to come back with. Of a head
	// that comes twice the later one comes last. An error of fn ends the reading
	// and is returned. fn may use the store.
	HeadsSince(ctx context.Context, mark int64, fn func(dossier.Head) error) (int64, error)
	// IntentionsOf returns the intentions about one dossier, as EachIntention shows
	// them and in its order; none for number 0.
	IntentionsOf(ctx context.Context, number int) ([]notify.Intention, error)
	// Counts returns how many intentions, and how many mails that carry some, there
	// are of each status. Those without any may be absent.
	Counts(ctx context.Context) (intentions, mails map[notify.Status]int, err error)
	// Demarches returns every démarche ever put, by number.
	Demarches(ctx context.Context) ([]dossier.Demarche, error)
	// Meta returns a note about the store itself, "" when absent.
	Meta(ctx context.Context, key string) (string, error)
	// SetMeta writes such a note over the former one.
	SetMeta(ctx context.Context, key, value string) error
}

// story is one sentence of the contract. It gets an empty store.
type story struct {
	name string
	tell func(t *testing.T, s Store)
}

// Run tells every story to a store of its own, several at a time. open returns an
// empty one and closes it at the end of the test.
func Run(t *testing.T, open func(t *testing.T) Store) {
	chapters := []struct {
		name    string
		stories []story
	}{
		{"Copy", copyStories},
		{"Purge", purgeStories},
		{"JudgedOtherwise", rejudgeStories},
		{"Positions", positionStories},
		{"Quarantine", quarantineStories},
		{"Hints", hintStories},
		{"Alarms", alarmStories},
		{"Due", dueStories},
		{"Advance", advanceStories},
		{"AdvanceCall", callStories},
		{"Truth", truthStories},
		{"Outbox", outboxStories},
		{"Claims", claimStories},
		{"Orphans", orphanStories},
		{"Refusals", refusalStories},
		{"Suppressed", suppressionStories},
		{"Reading", readingStories},
		{"Page", pageStories},
		{"Values", valueStories},
		{"Cancel", cancelStories},
		{"Crowd", crowdStories},
		{"Model", modelStories},
	}
	for _, c := range chapters {
		t.Run(c.name, func(t *testing.T) {
			for _, st := range c.stories {
				t.Run(st.name, func(t *testing.T) {
					t.Parallel()
					st.tell(t, open(t))
				})
			}
		})
	}
}
