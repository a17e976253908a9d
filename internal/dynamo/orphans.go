package dynamo

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// orphanAge is longer than any writer lives between its payload and its head.
const orphanAge = time.Hour

// EraseOrphans erases the payloads that writers which died left behind, and tells
// how many rows they were. Each write of a dossier does as much for that dossier;
// this is for those that are not written any more, the purged ones first of all.
// It goes through the whole table: once a night is plenty.
func (s *Store) EraseOrphans(ctx context.Context) (erased int, err error) {
	const op = "erase orphaned payloads"
	in := &dynamodb.ScanInput{
		TableName: aws.String(s.table), ProjectionExpression: aws.String("pk, sk, w"),
	}
	for {
		out, err := ask(ctx, s.client.Scan, in)
		if err != nil {
			return erased, s.failed(ctx, op, err)
		}
		orphans, err := s.orphansOf(ctx, items(out.Items))
		if err == nil {
			err = s.erase(ctx, orphans)
		}
		if err != nil {
			return erased, s.failed(ctx, op, err)
		}
		erased += len(orphans)
		if len(out.LastEvaluatedKey) == 0 {
			return erased, nil
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

// orphansOf keeps the keys of the old payloads to which no head points. Heads are
// read after the payloads were seen.
func (s *Store) orphansOf(ctx context.Context, rows []item) ([]item, error) {
	limit := s.now().Add(-orphanAge).Unix()
	old := map[int][]item{}
	var numbers []int
	for _, it := range rows {
		suffix, is := strings.CutPrefix(it.text(pk), payloadOf)
		number, err := strconv.Atoi(suffix)
		if !is || err != nil || it.int(written) > limit {
			continue
		}
		if old[number] == nil {
			numbers = append(numbers, number)
		}
		old[number] = append(old[number], it.key())
	}
	heads, err := s.rows(ctx, numbers)
	if err != nil {
		return nil, err
	}
	var orphans []item
	for number, keys := range old {
		for _, k := range keys {
			if p := heads[number].pointer; p == "" || !strings.HasPrefix(k.text(sk), p+partMark) {
				orphans = append(orphans, k)
			}
		}
	}
	return orphans, nil
}
