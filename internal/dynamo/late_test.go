package dynamo_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/truora/minidyn/aws-v2/client"

	"relais/internal/dossier"
	"relais/internal/dynamo"
	"relais/internal/ingest"
	"relais/internal/notify"
)

// lateIndexes is a store whose indexes show what they showed when they were
// first asked: on AWS they follow the table with a delay.
func (tb *table) lateIndexes() *dynamo.Store {
	seen := map[string]any{}
	return tb.with(func(_ context.Context, in any, call func() (any, error)) (any, error) {
		q, is := in.(*dynamodb.QueryInput)
		if !is || q.IndexName == nil {
			return call()
		}
		question := *q.KeyConditionExpression
		for _, name := range []string{":partition", ":from", ":to"} {
			question += " " + textIn(q.ExpressionAttributeValues, name)
		}
		if seen[question] == nil {
			out, err := call()
			if err != nil {
				return nil, err
			}
			seen[question] = out
		}
		return seen[question], nil
	})
}

// TestLateIndexes: what an index still shows and is no longer so is not
// returned.
func TestLateIndexes(t *testing.T) {
	tb := newTable(t)
	s, late := tb.living(), tb.lateIndexes()
	for n := range 3 {
		put(t, s, aRecord(n+1, 0, "x"))
	}
	list, keys := someIntentions(3)
	enqueue(t, s, list)
	claimed := aMail(keys[:1])
	if err := s.Claim(t.Context(), claimed); err != nil {
		t.Fatal(err)
	}
	look := func() (counts [5]int) {
		t.Helper()
		due, err := late.Due(t.Context(), noon, notify.Seen{}, 10)
		fail(t, err)
		otherwise, err := late.JudgedOtherwise(t.Context(), 1, "autre", 0, 10)
		fail(t, err)
		free, err := late.Of(t.Context(), "p", notify.Pending)
		fail(t, err)
		people, err := late.People(t.Context(), notify.Pending, "", 10)
		fail(t, err)
		orphans, err := late.Orphans(t.Context(), noon.Add(time.Hour), 10)
		fail(t, err)
		return [5]int{len(due), len(otherwise), len(free), len(people), len(orphans)}
	}
	if got, want := look(), [5]int{3, 3, 2, 1, 1}; got != want {
		t.Fatalf("at first %v, want %v", got, want)
	}
	for n := range 3 {
		r := aRecord(n+1, 1, "x")
		r.Judgement.JudgedWith = "autre"
		r.Judgement.Deadlines[0].HandledUntil = noon
		put(t, s, r)
	}
	fail(t, s.Mark(t.Context(), keys[1:2], notify.Held))
	second := claimed
	second.ID, second.Keys = "m2", keys[2:]
	fail(t, s.Claim(t.Context(), second))
	fail(t, s.Settle(t.Context(), "m", notify.Sent, noon))
	if got, want := look(), [5]int{}; got != want {
		t.Errorf("later %v, want %v", got, want)
	}
}

// TestALateIndexHidesNoLaterPage: a page of which nothing stands is not taken for
// the end.
func TestALateIndexHidesNoLaterPage(t *testing.T) {
	tb := newTable(t)
	s, late := tb.living(), tb.lateIndexes()
	for n := range 5 {
		r := aRecord(n+1, 0, "x")
		r.Judgement.Deadlines[0].Steps[0].At = noon.Add(time.Duration(n) * time.Minute)
		put(t, s, r)
	}
	at := noon.Add(time.Hour)
	for after := (notify.Seen{}); ; { // the index shows all five
		got, err := late.Due(t.Context(), at, after, 2)
		fail(t, err)
		if len(got) == 0 {
			break
		}
		last := got[len(got)-1]
		after = notify.Seen{Step: last.NextStep(), Number: last.Number}
	}
	_, err := late.JudgedOtherwise(t.Context(), 1, "autre", 0, 2)
	fail(t, err)
	for n := range 2 {
		r := aRecord(n+1, 1, "x")
		r.Judgement.JudgedWith, r.Judgement.Deadlines = "autre", nil
		put(t, s, r)
	}
	due, err := late.Due(t.Context(), at, notify.Seen{}, 2)
	fail(t, err)
	otherwise, err := late.JudgedOtherwise(t.Context(), 1, "autre", 0, 2)
	fail(t, err)
	for _, got := range [][]dossier.Record{due, otherwise} {
		if len(got) == 0 || got[0].Number != 3 {
			t.Errorf("%d records", len(got))
		}
	}
}

func fail(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func randomText(size int) string {
	source := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, size)
	for i := range b {
		b[i] = byte('!' + source.IntN(90))
	}
	return string(b)
}

// A hint that is put again, because its answer was lost, does not free the one that
// a consumer is handling.
func TestAHintPutAgainIsNotFreed(t *testing.T) {
	again := false
	var c dynamo.Client
	c = hooked{client.NewClient(), func(ctx context.Context, in any, call func() (any, error)) (any, error) {
		out, err := call()
		put, ok := in.(*dynamodb.PutItemInput)
		if err != nil || !ok || again || !isHint(put.Item) {
			return out, err
		}
		again = true
		s, err := dynamo.NewWith(c, "relais", dynamo.Options{})
		if err != nil {
			return nil, err
		}
		if hints, err := s.Pull(ctx, time.Unix(1000, 0), time.Hour, 10); err != nil || len(hints) != 1 {
			t.Errorf("pulled %d hints, %v", len(hints), err)
		}
		return call()
	}}
	s := created(t, c, "relais")
	if err := s.Push(t.Context(), ingest.Hint{Demarche: 7, Number: 1}); err != nil {
		t.Fatal(err)
	}
	if hints, err := s.Pull(t.Context(), time.Unix(1001, 0), time.Hour, 10); err != nil || len(hints) != 0 {
		t.Errorf("%d hints are free again, %v", len(hints), err)
	}
}
