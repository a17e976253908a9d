package dynamo

import (
	"context"
	"slices"
	"strconv"

	"relais/internal/dossier"
)

// JudgedOtherwise implements ingest.Copy. Few stamps exist at a time, so it asks
// the index for the numbers of each of the other ones; when there is no other,
// that is two short questions.
func (s *Store) JudgedOtherwise(ctx context.Context, demarche int, stamp string, after, limit int) ([]dossier.Record, error) {
	const op = "read dossiers judged otherwise"
	if limit <= 0 {
		return nil, ctx.Err()
	}
	var out []dossier.Record
	for len(out) == 0 {
		numbers, err := s.otherwise(ctx, judgedOf+digits(demarche), stamp, after, limit)
		if err != nil || len(numbers) == 0 {
			return nil, s.failed(ctx, op, err)
		}
		// The index may be late: the heads decide.
		found, err := s.records(ctx, numbers, func(r row) bool {
			return r.pointer != "" && r.Demarche == demarche && r.Judgement.JudgedWith != stamp
		})
		if err != nil {
			return nil, s.failed(ctx, op, err)
		}
		out = inOrder(found, numbers)
		after = numbers[len(numbers)-1]
	}
	return out, nil
}

// otherwise lists the first numbers above after, of all stamps but one.
func (s *Store) otherwise(ctx context.Context, partition, stamp string, after, limit int) ([]int, error) {
	stamps, err := s.otherStamps(ctx, partition, stampDigest(stamp))
	if err != nil {
		return nil, err
	}
	var numbers []int
	for _, other := range stamps {
		rows, err := s.first(ctx, question{
			index: ListIndex, partition: partition, from: other + digits(after+1), to: other + "~",
		}, limit)
		if err != nil {
			return nil, err
		}
		for _, it := range rows {
			numbers = append(numbers, numberOf(it))
		}
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	return numbers[:min(limit, len(numbers))], nil
}

// otherStamps jumps from one stamp's digest to the next.
func (s *Store) otherStamps(ctx context.Context, partition, stamp string) ([]string, error) {
	var out []string
	// Digests are hexadecimal: "~" is after all that begins with one.
	for _, stretch := range [][2]string{{"0", stamp}, {stamp + "~", "~"}} {
		for from := stretch[0]; ; {
			rows, err := s.first(ctx, question{index: ListIndex, partition: partition, from: from, to: stretch[1]}, 1)
			if err != nil {
				return nil, err
			}
			if len(rows) == 0 {
				break
			}
			other := rows[0].text(listSK)[:len(stamp)]
			out = append(out, other)
			from = other + "~"
		}
	}
	return out, nil
}

// numberOf is the number of the dossier whose head a row or its key in an index
// is.
func numberOf(it item) int {
	n, _ := strconv.Atoi(it.text(sk))
	return n
}

func inOrder(found map[int]dossier.Record, numbers []int) []dossier.Record {
	var out []dossier.Record
	for _, number := range numbers {
		if r, ok := found[number]; ok {
			out = append(out, r)
		}
	}
	return out
}
