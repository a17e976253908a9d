package standin

import (
	"encoding/json"
	"strings"
)

// A Delivery is a batch that the event source mapping took from a queue.
type Delivery struct {
	queue    *Queue
	messages []message
}

// Deliver takes a batch as Lambda's event source mapping does, at most ten
// messages, hidden for the queue's own visibility timeout. Empty when nothing
// can be received now.
func (q *Queue) Deliver(n int) Delivery {
	return Delivery{q, q.receive(min(max(n, 1), 10), -1)}
}

// IDs lists the messages of the batch.
func (d Delivery) IDs() (ids []string) {
	for _, m := range d.messages {
		ids = append(ids, m.id)
	}
	return ids
}

// Event is the batch as the function receives it.
func (d Delivery) Event() json.RawMessage {
	records := []any{}
	for _, m := range d.messages {
		records = append(records, map[string]any{
			"messageId":         m.id,
			"receiptHandle":     m.receipt,
			"body":              m.body,
			"attributes":        m.systemAttributes(),
			"messageAttributes": eventAttributes(m.attributes),
			"md5OfBody":         digest(m.body),
			"eventSource":       "aws:sqs",
			"eventSourceARN":    d.queue.ARN(),
			"awsRegion":         Region,
		})
	}
	event, _ := json.Marshal(map[string]any{"Records": records})
	return event
}

// eventAttributes turns the API's spelling of message attributes into the
// event's, which begins in lower case.
func eventAttributes(in map[string]any) map[string]any {
	out := map[string]any{}
	for name, v := range in {
		fields, _ := v.(map[string]any)
		one := map[string]any{"stringListValues": []any{}, "binaryListValues": []any{}}
		for k, x := range fields {
			one[strings.ToLower(k[:1])+k[1:]] = x
		}
		out[name] = one
	}
	return out
}

// Delete removes the messages of these ids from the queue, unless they were
// received again since.
func (d Delivery) Delete(ids ...string) (deleted int) {
	for _, m := range d.messages {
		for _, id := range ids {
			if m.id == id && d.queue.delete(m.receipt) {
				deleted++
			}
		}
	}
	return deleted
}
