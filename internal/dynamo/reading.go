package dynamo

import (
	"context"
	"fmt"
	"slices"

	"relais/internal/dossier"
	"relais/internal/notify"
)

// Record implements notify.Truth.
func (s *Store) Record(ctx context.Context, number int) (dossier.Record, bool, error) {
	found, err := s.records(ctx, []int{number}, func(row) bool { return true })
	if err != nil {
		return dossier.Record{}, false, s.failed(ctx, "read dossier", err)
	}
	r, ok := found[number]
	return r, ok, nil
}

// EachHead calls fn with every head of number above after, ascending; an error
// of fn ends the reading and is returned as it is. Each head is as stored at
// some instant during the reading. fn may use the store.
func (s *Store) EachHead(ctx context.Context, after int, fn func(dossier.Head) error) error {
	const op = "read all heads"
	for page, err := range s.pages(ctx, question{partition: heads, from: digits(max(after, 0)) + nul}) {
		if err != nil {
			return s.failed(ctx, op, err)
		}
		for _, it := range page {
			r, err := s.decodeHead(it)
			if err != nil {
				return s.failed(ctx, op, err)
			}
			if err := visit(ctx, r.Head, fn); err != nil {
				return err
			}
		}
	}
	return nil
}

// EachIntention calls fn with every intention by creation, then key, as EachHead
// does.
func (s *Store) EachIntention(ctx context.Context, fn func(notify.Intention) error) error {
	const op = "read all intentions"
	for page, err := range s.pages(ctx, question{index: ListIndex, partition: outbox, page: batchGets}) {
		if err != nil {
			return s.failed(ctx, op, err)
		}
		intentions, err := s.throughMails(ctx, keysOf(page))
		if err != nil {
			return s.failed(ctx, op, err)
		}
		slices.SortFunc(intentions, byAge)
		for _, i := range intentions {
			if err := visit(ctx, i, fn); err != nil {
				return err
			}
		}
	}
	return nil
}

func visit[T any](ctx context.Context, v T, fn func(T) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return fn(v)
}

// Meta returns a note about the store itself, "" when absent.
func (s *Store) Meta(ctx context.Context, name string) (string, error) {
	const op = "read meta"
	it, err := s.get(ctx, metaKey(name))
	if err != nil || it == nil {
		return "", s.failed(ctx, op, err)
	}
	var value string
	if err := s.codec.unpack(it.bytes(body), &value); err != nil {
		return "", s.failed(ctx, op, fmt.Errorf("a note %w", err))
	}
	return value, nil
}

// SetMeta writes a note about the store itself.
func (s *Store) SetMeta(ctx context.Context, name, value string) error {
	const op = "write meta"
	b, err := s.codec.pack(value)
	if err != nil {
		return s.failed(ctx, op, err)
	}
	return s.failed(ctx, op, s.put(ctx, metaKey(name).with(body, bytes(b))))
}

func metaKey(name string) item { return key(metas, "#"+short(name, longestSort)) }
