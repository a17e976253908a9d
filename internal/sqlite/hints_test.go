package sqlite_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"relais/internal/ingest"
	"relais/internal/sqlite"
)

// pushForEver queues hint after hint, and says each once it is queued.
func pushForEver(ctx context.Context, s *sqlite.Store) error {
	for number := 1; ; number++ {
		if err := s.Push(ctx, ingest.Hint{Demarche: demarche, Number: number, ReceivedAt: noon}); err != nil {
			return err
		}
		say(number)
	}
}

func TestKilledWhileQueueing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "relais.db")
	for _, lines := range []int{2, 5, 30} {
		said := runAndKill(t, "push", file, lines)
		s, err := sqlite.Open(t.Context(), file, sqlite.Options{})
		must(t, err)
		hints, err := s.Pull(t.Context(), noon, 0, 1e6)
		must(t, err)
		if len(hints) < said || said == 0 {
			t.Fatalf("%d hints were queued, %d are there", said, len(hints))
		}
		for i, h := range hints {
			equal(t, i+1, h.Number)
		}
		ids := make([]int64, len(hints))
		for i, h := range hints {
			ids[i] = h.ID
		}
		must(t, s.Done(t.Context(), ids))
		must(t, s.Close())
		verifyIntegrity(t, file)
	}
}

// TestTwoHandlesPull: consumers of several processes see each hint once.
func TestTwoHandlesPull(t *testing.T) {
	const count = 40
	file := filepath.Join(t.TempDir(), "relais.db")
	handles := []*sqlite.Store{open(t, file), open(t, file), open(t, file)}
	for number := range count {
		must(t, handles[0].Push(t.Context(), ingest.Hint{Demarche: demarche, Number: number}))
	}
	var mu sync.Mutex
	var got []int
	var wg sync.WaitGroup
	for _, s := range handles {
		wg.Go(func() {
			for range count { // enough for one alone
				hints, err := s.Pull(t.Context(), noon, time.Hour, 3)
				if err != nil {
					t.Error(err)
				}
				if len(hints) == 0 {
					return
				}
				mu.Lock()
				for _, h := range hints {
					got = append(got, h.Number)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.Sort(got)
	var want []int
	for number := range count {
		want = append(want, number)
	}
	equal(t, want, got)
}

// TestIdlePullWaitsForNobody: a consumer that asks every second stands in no
// writer's way, nor does one stand in its.
func TestIdlePullWaitsForNobody(t *testing.T) {
	file := filepath.Join(t.TempDir(), "relais.db")
	s := open(t, file)
	must(t, s.Push(t.Context(), ingest.Hint{Demarche: demarche, Number: 1}))
	if hints, err := s.Pull(t.Context(), noon, time.Hour, 9); err != nil || len(hints) != 1 {
		t.Fatalf("hints %v, error %v", hints, err)
	}
	db, err := sql.Open("sqlite", file+"?_txlock=immediate")
	must(t, err)
	defer db.Close()
	tx, err := db.BeginTx(t.Context(), nil)
	must(t, err)
	defer tx.Rollback()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // below the wait for the lock
	defer cancel()
	hints, err := s.Pull(ctx, noon, time.Hour, 9)
	must(t, err)
	equal(t, 0, len(hints))
}
