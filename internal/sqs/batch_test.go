package sqs

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"relais/internal/ingest"
)

func message(id, body string, received string) events.SQSMessage {
	return events.SQSMessage{MessageId: id, Body: body, Attributes: map[string]string{"ApproximateReceiveCount": received}}
}

func hintBody(t testing.TB, demarche, number int) string {
	t.Helper()
	text, err := writeBody(ingest.Hint{Demarche: demarche, Number: number, ReceivedAt: noon})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func pull(t *testing.T, b *Batch, limit int) []ingest.Hint {
	t.Helper()
	hints, err := b.Pull(t.Context(), noon, time.Minute, limit)
	if err != nil {
		t.Fatal(err)
	}
	return hints
}

func failed(b *Batch) []string {
	ids := []string{}
	for _, f := range b.Failures().BatchItemFailures {
		ids = append(ids, f.ItemIdentifier)
	}
	return ids
}

func TestABatchYieldsEachHintOnceInOrder(t *testing.T) {
	b := NewBatch(events.SQSEvent{Records: []events.SQSMessage{
		message("a", hintBody(t, 7, 71), "1"),
		message("b", "hello, I am no hint", "2"),
		message("c", hintBody(t, 7, 72), "3"),
		message("d", hintBody(t, 8, 81), "many"),
	}})
	if got := b.Malformed(); got != 1 {
		t.Errorf("%d malformed, want 1", got)
	}
	want := []ingest.Hint{
		{ID: 1, Demarche: 7, Number: 71, ReceivedAt: noon, Attempts: 1},
		{ID: 3, Demarche: 7, Number: 72, ReceivedAt: noon, Attempts: 3},
	}
	if diff := cmp.Diff(want, pull(t, b, 2)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]ingest.Hint{{ID: 4, Demarche: 8, Number: 81, ReceivedAt: noon, Attempts: 1}}, pull(t, b, 2)); diff != "" {
		t.Error(diff)
	}
	if more := pull(t, b, 2); len(more) != 0 {
		t.Errorf("given twice: %v", more)
	}
}

func TestWhatIsNotDoneComesBack(t *testing.T) {
	b := NewBatch(events.SQSEvent{Records: []events.SQSMessage{
		message("a", hintBody(t, 7, 71), "1"),
		message("b", `{"demarche":7}`, "1"),
		message("c", hintBody(t, 7, 72), "1"),
		message("d", hintBody(t, 7, 73), "1"),
	}})
	pull(t, b, 10)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Done(ctx, []int64{1, 4}); err != nil {
		t.Fatalf("a mark needs no time: %v", err)
	}
	if diff := cmp.Diff([]string{"b", "c"}, failed(b)); diff != "" {
		t.Error(diff)
	}
}

func TestAllDoneIsAnEmptyListAndNotNull(t *testing.T) {
	b := NewBatch(events.SQSEvent{Records: []events.SQSMessage{message("a", hintBody(t, 7, 71), "1")}})
	if err := b.Done(t.Context(), []int64{1}); err != nil {
		t.Fatal(err)
	}
	raw, _ := json.Marshal(b.Failures())
	if string(raw) != `{"batchItemFailures":[]}` {
		t.Errorf("Lambda is answered %s", raw)
	}
}

func TestDoneOfAnotherBatch(t *testing.T) {
	for _, id := range []int64{-1, 0, 2} {
		b := NewBatch(events.SQSEvent{Records: []events.SQSMessage{message("a", hintBody(t, 7, 71), "1")}})
		if err := b.Done(t.Context(), []int64{id}); err == nil {
			t.Errorf("%d was taken", id)
		}
	}
}

func TestPullStopsWithItsContextAndLosesNothing(t *testing.T) {
	b := NewBatch(events.SQSEvent{Records: []events.SQSMessage{message("a", hintBody(t, 7, 71), "1")}})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Pull(ctx, noon, time.Minute, 10); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got := pull(t, b, 10); len(got) != 1 {
		t.Errorf("the hint is gone: %v", got)
	}
}

// Whatever is pulled and done, every message is either deleted because it was
// done or comes back.
func TestNoMessageIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var records []events.SQSMessage
		good := map[int64]bool{}
		for i := range rapid.IntRange(0, 12).Draw(t, "messages") {
			text := "no hint"
			if rapid.Bool().Draw(t, "good") {
				text, _ = writeBody(ingest.Hint{Demarche: 1, Number: i + 1, ReceivedAt: noon})
				good[int64(i+1)] = true
			}
			records = append(records, message(strconv.Itoa(i+1), text, "1"))
		}
		b, done := NewBatch(events.SQSEvent{Records: records}), map[int64]bool{}
		for range rapid.IntRange(0, 6).Draw(t, "rounds") {
			limit := rapid.IntRange(-1, 5).Draw(t, "limit")
			hints, _ := b.Pull(context.Background(), noon, 0, limit)
			if len(hints) > max(limit, 0) {
				t.Fatalf("%d hints for a limit of %d", len(hints), limit)
			}
			for _, h := range hints {
				if !good[h.ID] {
					t.Fatalf("hint %d is none, or came twice", h.ID)
				}
				delete(good, h.ID)
				if rapid.Bool().Draw(t, "done") {
					done[h.ID] = true
					_ = b.Done(context.Background(), []int64{h.ID})
				}
			}
		}
		left := map[string]bool{}
		for _, id := range failed(b) {
			left[id] = true
		}
		for i := range records {
			if done[int64(i+1)] == left[strconv.Itoa(i+1)] {
				t.Fatalf("message %d: done %v, comes back %v", i+1, done[int64(i+1)], left[strconv.Itoa(i+1)])
			}
		}
	})
}

func FuzzReadBody(f *testing.F) {
	for _, seed := range []string{
		"", "null", "[]", "{}", "1", `"x"`, `{"demarche":1}`, `{"demarche":1,"number":2}`,
		`{"demarche":1,"number":2,"received_at":"2026-12-07T12:00:00Z"}`,
		`{"demarche":1,"number":2,"received_at":"2026-12-07T12:00:00Z"} trailing`,
		`{"demarche":1e3,"number":2.5,"received_at":"yesterday"}`,
		`{"demarche":9999999999999999999,"number":2,"received_at":"2026-12-07T12:00:00Z"}`,
		`{"demarche":1,"number":2,"received_at":"0000-01-01T00:00:00+23:59"}`,
		`{"demarche":1,"number":2,"received_at":"2026-12-07T12:00:00Z","later":{"a":[1]}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		hint, err := readBody(raw)
		if err != nil {
			if hint != (ingest.Hint{}) || err.Error() != errBody.Error() {
				t.Fatalf("an error with a hint or a quotation: %+v, %v", hint, err)
			}
			return
		}
		again, err := writeBody(hint)
		if err != nil {
			t.Fatalf("what was read cannot be written: %+v", hint)
		}
		back, err := readBody(again)
		if err != nil || !back.ReceivedAt.Equal(hint.ReceivedAt) || back.Number != hint.Number || back.Demarche != hint.Demarche {
			t.Fatalf("%+v became %+v (%v)", hint, back, err)
		}
	})
}
