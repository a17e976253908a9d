package dynamo

import (
	"context"
	"errors"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"relais/internal/dossier"
)

// writers at once for one Put: the time goes in waiting for answers.
const writers = 8

// Heads implements ingest.Copy.
func (s *Store) Heads(ctx context.Context, demarche int, numbers []int) (map[int]dossier.Head, error) {
	rows, err := s.rows(ctx, numbers)
	if err != nil {
		return nil, s.failed(ctx, "read heads", err)
	}
	out := make(map[int]dossier.Head, len(rows))
	for number, r := range rows {
		if r.Demarche == demarche {
			out[number] = r.Head
		}
	}
	return out, nil
}

// Put implements ingest.Copy. Records are written several at a time; those of
// one number one after the other.
func (s *Store) Put(ctx context.Context, records []dossier.Record) (conflicts []int, err error) {
	const op = "put dossiers"
	stored, err := s.storedOf(ctx, records)
	if err != nil {
		return nil, s.failed(ctx, op, err)
	}
	refused := make([]bool, len(records))
	groups := byNumber(records)
	err = together(ctx, len(groups), func(g int) error {
		for _, i := range groups[g] {
			err := s.putRecord(ctx, records[i], stored)
			refused[i] = errors.Is(err, dossier.ErrConflict)
			if err != nil && !refused[i] {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, s.failed(ctx, op, err)
	}
	for i, r := range records {
		if refused[i] {
			conflicts = append(conflicts, r.Number)
		}
	}
	return conflicts, nil
}

// storedOf reads the heads whose pointer must be known: those to be written
// without a new payload.
func (s *Store) storedOf(ctx context.Context, records []dossier.Record) (map[int]row, error) {
	var numbers []int
	for _, r := range records {
		if r.Version > 0 && (r.Dossier == nil || erases(r.Head)) {
			numbers = append(numbers, r.Number)
		}
	}
	return s.rows(ctx, numbers)
}

func byNumber(records []dossier.Record) [][]int {
	place := map[int]int{}
	var groups [][]int
	for i, r := range records {
		g, known := place[r.Number]
		if !known {
			g = len(groups)
			place[r.Number] = g
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], i)
	}
	return groups
}

// putRecord is dossier.ErrConflict when the stored version is another.
func (s *Store) putRecord(ctx context.Context, r dossier.Record, stored map[int]row) error {
	if r.Dossier != nil && !erases(r.Head) {
		return s.putWhole(ctx, r)
	}
	old, exists := stored[r.Number]
	if r.Version > 0 && (!exists || old.Version != r.Version) {
		return dossier.ErrConflict
	}
	if erases(r.Head) {
		return s.putErased(ctx, r.Head, old)
	}
	it, err := s.encodeHead(row{Head: r.Head, pointer: old.pointer, parts: old.parts})
	if err != nil {
		return err
	}
	return s.putIf(ctx, it, atVersion(r.Version))
}

// putWhole writes the payload first, so that no head ever points to nothing. What
// a loser wrote it takes back.
func (s *Store) putWhole(ctx context.Context, r dossier.Record) error {
	next := row{Head: r.Head, pointer: newPointer(r.Head)}
	var err error
	if next.parts, err = s.putPayload(ctx, r.Dossier, r.Head, next.pointer); err != nil {
		return err
	}
	it, err := s.encodeHead(next)
	if err != nil {
		return err
	}
	err = s.putIf(ctx, it, atVersion(r.Version))
	switch {
	case errors.Is(err, dossier.ErrConflict):
		return errors.Join(err, s.erase(ctx, next.partKeys()))
	case err != nil || r.Version == 0:
		return err
	}
	next.Version++
	return s.clean(ctx, next)
}

// putErased writes a head without payload, and erases what it had in the same
// write; then what writers that died may have left.
func (s *Store) putErased(ctx context.Context, h dossier.Head, old row) error {
	it, err := s.encodeHead(row{Head: h})
	if err != nil {
		return err
	}
	if old.parts == 0 || old.parts >= transactItems {
		err = s.putIf(ctx, it, atVersion(h.Version))
	} else {
		actions := []types.TransactWriteItem{s.putting(it, atVersion(h.Version))}
		for _, k := range old.partKeys() {
			actions = append(actions, s.deleting(k, condition{}))
		}
		err = unlessCancelled(s.transact(ctx, actions))
	}
	if err != nil {
		return err
	}
	h.Version++
	return s.clean(ctx, row{Head: h})
}

// together does n things, some at a time, and none more after an error.
func together(ctx context.Context, n int, do func(i int) error) error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	next := 0
	take := func() (i int, ok bool) {
		mu.Lock()
		defer mu.Unlock()
		if failed == nil {
			failed = ctx.Err()
		}
		i, next = next, next+1
		return i, failed == nil && i < n
	}
	for range min(n, writers) {
		wg.Go(func() {
			for i, ok := take(); ok; i, ok = take() {
				if err := do(i); err != nil {
					mu.Lock()
					failed = errors.Join(failed, err)
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	if n == 0 {
		return ctx.Err()
	}
	return failed
}
