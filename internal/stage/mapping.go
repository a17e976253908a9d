package stage

import (
	"context"
	"encoding/json"

	"relais/internal/stage/standin"
)

// Invoker runs a function once; *Function does.
type Invoker interface {
	Invoke(ctx context.Context, payload any) (Result, error)
}

// Mapping feeds a function from a queue as Lambda's event source mapping does.
// It keeps nothing: what fails stays in the queue, hidden until its visibility
// ends on the queue's clock, and may go to the dead-letter queue from there.
type Mapping struct {
	Queue    *standin.Queue
	Function Invoker
	// BatchSize is at most ten; zero is ten.
	BatchSize int
	// ReportBatchItemFailures reads the function's answer: only the messages that
	// it names come back. Without it, an answer keeps no message back.
	ReportBatchItemFailures bool
}

// Batch is what became of one batch.
type Batch struct {
	Received, Deleted int
	// Failed lists the ids of the messages that stay in the queue.
	Failed []string
	Result Result
}

// Once delivers at most one batch. An empty queue invokes nothing. The error is
// the stage's own, never a failure of the function; nothing is deleted then.
func (m Mapping) Once(ctx context.Context) (Batch, error) {
	size := m.BatchSize
	if size == 0 {
		size = 10
	}
	d := m.Queue.Deliver(size)
	ids := d.IDs()
	b := Batch{Received: len(ids)}
	if len(ids) == 0 {
		return b, nil
	}
	var err error
	if b.Result, err = m.Function.Invoke(ctx, d.Event()); err != nil {
		b.Failed = ids
		return b, err
	}
	b.Failed = m.failed(b.Result, ids)
	b.Deleted = d.Delete(without(ids, b.Failed)...)
	return b, nil
}

// Drain delivers batches until the queue shows none, or rounds have passed.
func (m Mapping) Drain(ctx context.Context, rounds int) (batches []Batch, err error) {
	for range rounds {
		b, err := m.Once(ctx)
		if err != nil || b.Received == 0 {
			return batches, err
		}
		batches = append(batches, b)
	}
	return batches, nil
}

// failed applies the rules of partial failures: an answer that is malformed, or
// names a message that is not in the batch, fails the whole batch.
func (m Mapping) failed(res Result, ids []string) []string {
	if res.FunctionError != "" {
		return ids
	}
	if !m.ReportBatchItemFailures || len(res.Payload) == 0 {
		return nil
	}
	var answer struct {
		BatchItemFailures []struct{ ItemIdentifier string }
	}
	if json.Unmarshal(res.Payload, &answer) != nil {
		return ids
	}
	var failed []string
	for _, item := range answer.BatchItemFailures {
		if len(without([]string{item.ItemIdentifier}, ids)) > 0 {
			return ids
		}
		failed = append(failed, item.ItemIdentifier)
	}
	return failed
}

func without(all, some []string) (rest []string) {
	drop := map[string]bool{}
	for _, s := range some {
		drop[s] = true
	}
	for _, s := range all {
		if !drop[s] {
			rest = append(rest, s)
		}
	}
	return rest
}
