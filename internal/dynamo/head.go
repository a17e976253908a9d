package dynamo

import (
	"context"
	"errors"
	"fmt"

	"relais/internal/dossier"
)

// row is a head as stored, with the way to its payload.
type row struct {
	dossier.Head
	pointer string // "" without payload
	parts   int
}

// key of one part of the payload.
func (r row) part(n int) item { return partKey(r.Number, r.pointer, n) }

func (r row) partKeys() []item {
	var keys []item
	for n := range r.parts {
		keys = append(keys, r.part(n))
	}
	return keys
}

// erases tells that a store keeps no payload of such a dossier.
func erases(h dossier.Head) bool { return h.Removed == dossier.Purged || h.Foreign }

// encodeHead makes the item of a head of the next version.
func (s *Store) encodeHead(r row) (item, error) {
	h := cut(r.Head)
	h.Version = 0
	b, err := s.codec.pack(h)
	if err != nil {
		return nil, fmt.Errorf("dossier %d: the head %w", r.Number, err)
	}
	it := headKey(r.Number).with(version, integer(r.Version+1)).with(token, text(newToken())).with(body, bytes(b))
	if step := h.NextStep(); !step.IsZero() {
		it.with(workPK, text(due)).with(workSK, text(duePlace(seen(h))))
	}
	if r.pointer != "" {
		it.with(pointer, text(r.pointer)).with(parts, integer(r.parts)).
			with(listPK, text(judgedOf+digits(h.Demarche))).
			with(listSK, text(judgedPlace(h.Judgement.JudgedWith, h.Number)))
	}
	return it, nil
}

func (s *Store) decodeHead(it item) (row, error) {
	var r row
	if err := s.codec.unpack(it.bytes(body), &r.Head); err != nil {
		return r, fmt.Errorf("dossier %s: the head %w", it.text(sk), err)
	}
	r.Version, r.pointer, r.parts = it.int(version), it.text(pointer), int(it.int(parts))
	return r, nil
}

// rows reads heads consistently; unknown numbers are absent.
func (s *Store) rows(ctx context.Context, numbers []int) (map[int]row, error) {
	keys := make([]item, len(numbers))
	for i, number := range numbers {
		keys[i] = headKey(number)
	}
	found, err := s.fetch(ctx, keys)
	if err != nil {
		return nil, err
	}
	out := make(map[int]row, len(found))
	for _, it := range found {
		r, err := s.decodeHead(it)
		if err != nil {
			return nil, err
		}
		out[r.Number] = r
	}
	return out, nil
}

// records reads dossiers with their payloads, those whose head passes keep. A
// payload that is replaced between the two readings is looked for again.
func (s *Store) records(ctx context.Context, numbers []int, keep func(row) bool) (map[int]dossier.Record, error) {
	out := make(map[int]dossier.Record, len(numbers))
	lost := map[int]string{} // pointers that led nowhere
	for len(numbers) > 0 {
		heads, err := s.rows(ctx, numbers)
		if err != nil {
			return nil, err
		}
		payloads, err := s.payloads(ctx, heads, keep)
		if err != nil {
			return nil, err
		}
		numbers = nil
		for number, r := range heads {
			d, whole := payloads[number]
			switch {
			case !keep(r):
			case r.pointer == "" || whole:
				out[number] = dossier.Record{Head: r.Head, Dossier: d}
			case lost[number] == r.pointer:
				return nil, fmt.Errorf("dossier %d: %w", number, errNoPayload)
			default:
				lost[number] = r.pointer
				numbers = append(numbers, number)
			}
		}
	}
	return out, nil
}

var errNoPayload = errors.New("the payload is missing; restore the table from a backup")
