package standin

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"sync"
	"time"
)

// QueueOptions are the attributes of a queue that matter here.
type QueueOptions struct {
	// Visibility hides a message once received; zero is 30 s, the service's own.
	Visibility time.Duration
	// Dead receives what was received MaxReceive times and came back.
	Dead       *Queue
	MaxReceive int
}

// Queue is a standard queue. Its clock is that of the SQS it belongs to.
type Queue struct {
	Name    string
	options QueueOptions
	now     func() time.Time

	mu       sync.Mutex
	messages []*message
	made     int
}

type message struct {
	id         string
	body       string
	attributes map[string]any
	receipt    string
	sent       time.Time
	first      time.Time
	visible    time.Time
	received   int
}

// maxMessage is the largest message, and the largest batch.
const maxMessage = 1 << 20

// ARN names the queue.
func (q *Queue) ARN() string { return arn("sqs", q.Name) }

// Send puts a message in the queue and returns its id.
func (q *Queue) Send(body string) string { return q.send(body, nil, 0).id }

func (q *Queue) send(body string, attributes map[string]any, delay time.Duration) *message {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.made++
	now := q.now()
	m := &message{
		id: identifier(q.Name, q.made), body: body, attributes: attributes,
		sent: now, visible: now.Add(delay),
	}
	q.messages = append(q.messages, m)
	return m
}

// Len counts the messages that can be received now, and those that are hidden:
// in flight or delayed.
func (q *Queue) Len() (visible, hidden int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, m := range q.messages {
		if m.visible.After(q.now()) {
			hidden++
		} else {
			visible++
		}
	}
	return visible, hidden
}

// Bodies returns the messages' texts, hidden ones too, the oldest first.
func (q *Queue) Bodies() (out []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, m := range q.messages {
		out = append(out, m.body)
	}
	return out
}

// receive takes up to n messages and hides them; visibility < 0 is the queue's
// own. What was received too often goes to the dead-letter queue instead.
func (q *Queue) receive(n int, visibility time.Duration) (taken []message) {
	if visibility < 0 {
		visibility = q.visibility()
	}
	var dead []*message
	q.mu.Lock()
	now := q.now()
	kept := q.messages[:0]
	for _, m := range q.messages {
		switch {
		case m.visible.After(now) || len(taken) == n:
		case q.options.Dead != nil && m.received >= q.options.MaxReceive:
			dead = append(dead, m)
			continue
		default:
			taken = append(taken, q.hand(m, now, visibility))
		}
		kept = append(kept, m)
	}
	q.messages = kept
	q.mu.Unlock()
	for _, m := range dead {
		q.options.Dead.bury(m)
	}
	return taken
}

func (q *Queue) visibility() time.Duration {
	if q.options.Visibility == 0 {
		return 30 * time.Second
	}
	return q.options.Visibility
}

// hand gives a message out under a new receipt; earlier ones stop working.
func (q *Queue) hand(m *message, now time.Time, visibility time.Duration) message {
	m.received++
	if m.first.IsZero() {
		m.first = now
	}
	m.visible = now.Add(visibility)
	m.receipt = fmt.Sprintf("%s#%d", m.id, m.received)
	return *m
}

// bury keeps the message's id and instant of sending, as SQS does; the count of
// receptions begins anew.
func (q *Queue) bury(m *message) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.messages = append(q.messages, &message{
		id: m.id, body: m.body, attributes: m.attributes, sent: m.sent, visible: q.now(),
	})
}

// delete forgets the message of a receipt. An old or unknown receipt is no
// error, and deletes nothing.
func (q *Queue) delete(receipt string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, m := range q.messages {
		if m.receipt == receipt && receipt != "" {
			q.messages = append(q.messages[:i], q.messages[i+1:]...)
			return true
		}
	}
	return false
}

// hide changes when the message of a receipt comes back.
func (q *Queue) hide(receipt string, d time.Duration) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, m := range q.messages {
		if m.receipt == receipt && m.visible.After(q.now()) {
			m.visible = q.now().Add(d)
			return true
		}
	}
	return false
}

// identifier draws a version 4 shaped identifier from a name and a count.
func identifier(name string, n int) string {
	sum := md5.Sum(fmt.Appendf(nil, "%s/%d", name, n))
	sum[6], sum[8] = sum[6]&0x0f|0x40, sum[8]&0x3f|0x80
	h := hex.EncodeToString(sum[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func digest(body string) string {
	sum := md5.Sum([]byte(body))
	return hex.EncodeToString(sum[:])
}
