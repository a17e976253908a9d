package dynamo_test

import (
	"errors"
	"testing"
	"time"

	"relais/internal/dossier"
	"relais/internal/dynamo"
	"relais/internal/notify"
)

const more = 250 // intentions than a transaction holds

// TestDeathWhileAdvancing: whatever call the tick dies at, the next one makes the
// same intentions again, and each is there once.
func TestDeathWhileAdvancing(t *testing.T) {
	list, _ := someIntentions(more)
	everyDeath(t, func(t *testing.T, tb *table, dying *dynamo.Store) error {
		s := tb.living()
		put(t, s, aRecord(1, 0, ""))
		head := read(t, s, 1).Head
		head.Judgement.Deadlines[0].HandledUntil = noon
		_, err := dying.Advance(t.Context(), head, list)
		advanced := read(t, s, 1).Version == 2
		if told := count(t, s); told > len(list) || advanced && told != len(list) {
			t.Fatalf("advanced: %v, %d intentions", advanced, told)
		}
		if !advanced {
			before := count(t, s)
			added, err := s.Advance(t.Context(), head, list)
			if err != nil || added != len(list)-before || count(t, s) != len(list) {
				t.Fatalf("%d added to %d, error %v", added, before, err)
			}
		}
		return err
	})
}

func TestAConflictAddsNothingHoweverMany(t *testing.T) {
	s := newTable(t).living()
	list, _ := someIntentions(more)
	put(t, s, aRecord(1, 0, ""))
	head := read(t, s, 1).Head
	put(t, s, aRecord(1, 1, ""))
	if _, err := s.Advance(t.Context(), head, list); !errors.Is(err, dossier.ErrConflict) {
		t.Fatal(err)
	}
	if _, err := s.AdvanceCall(t.Context(), notify.Plan{Call: "c", Version: 3}, list); !errors.Is(err, dossier.ErrConflict) {
		t.Fatal(err)
	}
	if n := count(t, s); n != 0 {
		t.Errorf("%d intentions", n)
	}
}

func count(t testing.TB, s *dynamo.Store) (n int) {
	t.Helper()
	if err := s.EachIntention(t.Context(), func(notify.Intention) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

func aMail(keys []string) notify.Mail {
	return notify.Mail{ID: "m", Person: "p", Keys: keys, ClaimedAt: noon, Status: notify.Pending, Attempts: 1}
}

// state is what readers see of the intentions: free, claimed, or for a while
// nobody's.
func state(t testing.TB, s *dynamo.Store) (free, carried, total int) {
	t.Helper()
	list, err := s.Of(t.Context(), "p", notify.Pending)
	if err != nil {
		t.Fatal(err)
	}
	err = s.EachIntention(t.Context(), func(i notify.Intention) error {
		total++
		if i.Mail != "" {
			carried++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return len(list), carried, total
}

// repaired is the state once a later delivery has looked for orphans.
func repaired(t testing.TB, s *dynamo.Store) (free, carried int) {
	t.Helper()
	if _, err := s.Orphans(t.Context(), noon.Add(time.Hour), 10); err != nil {
		t.Fatal(err)
	}
	free, carried, _ = state(t, s)
	return free, carried
}

func TestDeathWhileClaimingALargeMail(t *testing.T) {
	list, keys := someIntentions(more)
	everyDeath(t, func(t *testing.T, tb *table, dying *dynamo.Store) error {
		s := tb.living()
		enqueue(t, s, list)
		err := dying.Claim(t.Context(), aMail(keys))
		_, found, readErr := s.Mail(t.Context(), "m")
		_, carried, total := state(t, s)
		if readErr != nil || total != more || found && carried != more || !found && carried != 0 {
			t.Fatalf("found: %v, %d carried of %d", found, carried, total)
		}
		free, carried := repaired(t, s)
		if found && carried != more || !found && free != more {
			t.Fatalf("found: %v, after the repair %d free, %d carried", found, free, carried)
		}
		if !found {
			if err := s.Claim(t.Context(), aMail(keys)); err != nil {
				t.Fatal(err)
			}
		}
		return err
	})
}

func TestDeathWhileReleasingALargeMail(t *testing.T) {
	list, keys := someIntentions(more)
	everyDeath(t, func(t *testing.T, tb *table, dying *dynamo.Store) error {
		s := tb.living()
		enqueue(t, s, list)
		if err := s.Claim(t.Context(), aMail(keys)); err != nil {
			t.Fatal(err)
		}
		err := dying.Settle(t.Context(), "m", notify.Pending, noon)
		_, found, readErr := s.Mail(t.Context(), "m")
		_, carried, _ := state(t, s)
		if readErr != nil || found && carried != more || !found && carried != 0 {
			t.Fatalf("found: %v, %d carried", found, carried)
		}
		if free, carried := repaired(t, s); found && carried != more || !found && free != more {
			t.Fatalf("found: %v, after the repair %d free, %d carried", found, free, carried)
		}
		return err
	})
}

func TestALargeMailIsClaimedWholeOrNot(t *testing.T) {
	s := newTable(t).living()
	list, keys := someIntentions(more)
	enqueue(t, s, list)
	if err := s.Mark(t.Context(), keys[more-1:], notify.Held); err != nil {
		t.Fatal(err)
	}
	if err := s.Claim(t.Context(), aMail(keys)); !errors.Is(err, dossier.ErrConflict) {
		t.Fatal(err)
	}
	if free, carried, _ := state(t, s); free != more-1 || carried != 0 {
		t.Errorf("%d free, %d carried", free, carried)
	}
	if err := s.Claim(t.Context(), aMail(keys[:more-1])); err != nil {
		t.Fatal(err)
	}
	if err := s.Settle(t.Context(), "m", notify.Sent, noon); err != nil {
		t.Fatal(err)
	}
	if free, carried, _ := state(t, s); free != 0 || carried != more-1 {
		t.Errorf("%d free, %d carried", free, carried)
	}
}

func enqueue(t testing.TB, s *dynamo.Store, list []notify.Intention) {
	t.Helper()
	if n, err := s.Enqueue(t.Context(), list); err != nil || n != len(list) {
		t.Fatalf("%d added, error %v", n, err)
	}
}
