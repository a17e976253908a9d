package dynamo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"relais/internal/dossier"
)

// A payload is written once, under a key that no other write uses, and never
// changed: payload#NUMBER, VERSION#TOKEN#PART. VERSION is that of the head it is
// written for. Heads only go up, each by one, so a payload of a version at or
// below the stored head's, to which that head does not point, is nobody's and
// never will be: that is what clean relies on.

const partMark = "#"

// newPointer is where the payload of the next version of a head will be.
func newPointer(h dossier.Head) string {
	return digits(int(h.Version)+1) + partMark + newToken()
}

func partKey(number int, pointer string, n int) item {
	return key(fmt.Sprint(payloadOf, number), fmt.Sprintf("%s%s%04d", pointer, partMark, n))
}

// putPayload writes a payload and returns the number of its parts.
func (s *Store) putPayload(ctx context.Context, d *dossier.Dossier, h dossier.Head, pointer string) (int, error) {
	packed, err := s.codec.pack(d)
	if err != nil {
		return 0, fmt.Errorf("dossier %d: the payload %w", h.Number, err)
	}
	n := 0
	for part := range slices.Chunk(packed, largestPart) {
		it := partKey(h.Number, pointer, n).with(body, bytes(part)).with(written, integer(s.now().Unix()))
		if err := s.put(ctx, it); err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// payloads reads the payloads of the heads that pass keep; those that are not
// whole are absent.
func (s *Store) payloads(ctx context.Context, heads map[int]row, keep func(row) bool) (map[int]*dossier.Dossier, error) {
	var keys []item
	for _, r := range heads {
		if keep(r) {
			keys = append(keys, r.partKeys()...)
		}
	}
	found, err := s.fetch(ctx, keys)
	if err != nil {
		return nil, err
	}
	out := make(map[int]*dossier.Dossier, len(heads))
	for number, r := range heads {
		b, whole := join(r, found)
		if !whole {
			continue
		}
		d := new(dossier.Dossier)
		if err := s.codec.unpack(b, d); err != nil {
			return nil, fmt.Errorf("dossier %d: the payload %w", number, err)
		}
		out[number] = d
	}
	return out, nil
}

func join(r row, found map[string]item) (b []byte, whole bool) {
	for n := range r.parts {
		part, ok := found[r.part(n).place()]
		if !ok {
			return nil, false
		}
		if r.parts == 1 {
			return part.bytes(body), true
		}
		b = append(b, part.bytes(body)...)
	}
	return b, r.parts > 0
}

// clean erases the payloads that a head left behind: superseded, or orphans of
// writers that died. To look costs less than to write, and finds the parts too.
func (s *Store) clean(ctx context.Context, r row) error {
	q := question{
		partition: fmt.Sprint(payloadOf, r.Number), only: pk + ", " + sk,
		to: digits(int(r.Version)) + partMark + "~",
	}
	for page, err := range s.pages(ctx, q) {
		if err != nil {
			return err
		}
		page = slices.DeleteFunc(page, func(it item) bool {
			return r.pointer != "" && strings.HasPrefix(it.text(sk), r.pointer+partMark)
		})
		if err := s.erase(ctx, page); err != nil {
			return err
		}
	}
	return nil
}
