package standin

import (
	"encoding/json"
	"net/http"
	"path"
	"sync"
	"time"
)

// SQS stands in for the queues, over the JSON protocol: GetQueueUrl,
// GetQueueAttributes, SendMessage, SendMessageBatch, ReceiveMessage,
// DeleteMessage, DeleteMessageBatch, ChangeMessageVisibility.
//
// It does not do: FIFO queues, waiting in ReceiveMessage (it answers at once),
// the end of retention, checksums of message attributes.
type SQS struct {
	*Front
	now func() time.Time

	mu     sync.Mutex
	queues map[string]*Queue
}

// NewSQS starts a service without queues. The clock decides when a hidden
// message comes back; nil is the real one.
func NewSQS(now func() time.Time) *SQS {
	if now == nil {
		now = time.Now
	}
	s := &SQS{now: now, queues: map[string]*Queue{}}
	s.Front = newFront(s)
	return s
}

// Queue makes a queue.
func (s *SQS) Queue(name string, o QueueOptions) *Queue {
	q := &Queue{Name: name, options: o, now: s.now}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queues[name] = q
	return q
}

// QueueURL is where functions find a queue.
func (s *SQS) QueueURL(q *Queue) string { return s.URL + "/" + Account + "/" + q.Name }

func (s *SQS) service() string { return "sqs" }

// sqsRequest holds the fields of every request served.
type sqsRequest struct {
	QueueURL            string `json:"QueueUrl"`
	QueueName           string
	MaxNumberOfMessages int
	VisibilityTimeout   *int
	sqsEntry
	Entries []sqsEntry
}

// sqsEntry is one message of a batch, or the single one.
type sqsEntry struct {
	ID                string `json:"Id"`
	MessageBody       string
	MessageAttributes map[string]any
	DelaySeconds      int
	ReceiptHandle     string
}

func (q sqsRequest) name() string {
	if q.QueueName != "" {
		return q.QueueName
	}
	return path.Base(q.QueueURL)
}

// sqsPermission: a batch needs the permission of its single form.
var sqsPermission = map[string]string{
	"SendMessageBatch": "SendMessage", "DeleteMessageBatch": "DeleteMessage",
	"ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
}

func (s *SQS) describe(r *http.Request, body []byte) Call {
	call := Call{Action: targetOf(r)}
	var q sqsRequest
	if json.Unmarshal(body, &q) == nil {
		permission, ok := sqsPermission[call.Action]
		if !ok {
			permission = call.Action
		}
		call.need("sqs:"+permission, arn("sqs", q.name()))
	}
	return call
}

func (s *SQS) serve(r *http.Request, body []byte) answer {
	var in sqsRequest
	if err := json.Unmarshal(body, &in); err != nil {
		return refuse(400, "SerializationException", "not JSON")
	}
	s.mu.Lock()
	q := s.queues[in.name()]
	s.mu.Unlock()
	if q == nil {
		return refuse(400, "com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.")
	}
	switch action := targetOf(r); action {
	case "GetQueueUrl":
		return agree(map[string]any{"QueueUrl": s.QueueURL(q)})
	case "GetQueueAttributes":
		return agree(map[string]any{"Attributes": q.attributes()})
	case "SendMessage":
		return q.sendOne(in.sqsEntry)
	case "SendMessageBatch":
		return q.sendBatch(in.Entries)
	case "ReceiveMessage":
		return q.receiveSome(in)
	case "DeleteMessage":
		q.delete(in.ReceiptHandle)
		return agree(struct{}{})
	case "DeleteMessageBatch":
		return q.deleteBatch(in.Entries)
	case "ChangeMessageVisibility":
		return q.hideOne(in)
	default:
		return unknown(action)
	}
}
