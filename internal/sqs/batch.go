package sqs

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"relais/internal/ingest"
)

// Batch is what Lambda received from the queue for one invocation, as a source of
// hints. Lambda did the hiding: the queue's visibility timeout stands for it.
// It is for one goroutine.
type Batch struct {
	messages  []events.SQSMessage
	hints     []ingest.Hint
	pulled    int
	done      map[int64]bool
	malformed int
}

var _ ingest.HintSource = (*Batch)(nil)

// NewBatch reads an event. A message that is no hint is left out of Pull, so it
// blocks nothing, and stays among Failures, so it is not lost: after its last
// attempt the queue moves it to the dead-letter queue, where a person can see it.
func NewBatch(event events.SQSEvent) *Batch {
	b := &Batch{messages: event.Records, done: map[int64]bool{}}
	for i, m := range event.Records {
		hint, err := readBody(m.Body)
		if err != nil {
			b.malformed++
			continue
		}
		hint.ID, hint.Attempts = int64(i+1), attempts(m)
		b.hints = append(b.hints, hint)
	}
	return b
}

// attempts is how often the queue handed the message out, this time included.
func attempts(m events.SQSMessage) int {
	n, err := strconv.Atoi(m.Attributes["ApproximateReceiveCount"])
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// Malformed counts the messages that are no hints.
func (b *Batch) Malformed() int { return b.malformed }

// Pull implements ingest.HintSource: each hint once, in the order of the event.
// An ID is the place in the event, from 1. now and hide are Lambda's business.
func (b *Batch) Pull(ctx context.Context, _ time.Time, _ time.Duration, limit int) ([]ingest.Hint, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	n := min(max(limit, 0), len(b.hints)-b.pulled)
	next := b.hints[b.pulled : b.pulled+n : b.pulled+n]
	b.pulled += n
	return next, nil
}

// Done implements ingest.HintSource. It marks, even when the context is dead: the
// answer to Lambda is what forgets.
func (b *Batch) Done(_ context.Context, ids []int64) error {
	for _, id := range ids {
		if id < 1 || id > int64(len(b.messages)) {
			return fmt.Errorf("sqs: hint %d is not of this batch of %d", id, len(b.messages))
		}
		b.done[id] = true
	}
	return nil
}

// Failures is the answer to Lambda: what is not done comes back later. The
// event source mapping must report batch item failures, else Lambda deletes all.
func (b *Batch) Failures() events.SQSEventResponse {
	left := []events.SQSBatchItemFailure{}
	for i, m := range b.messages {
		if !b.done[int64(i+1)] {
			left = append(left, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
		}
	}
	return events.SQSEventResponse{BatchItemFailures: left}
}
