package standin

import (
	"encoding/json"
	"strconv"
	"time"
)

func (q *Queue) attributes() map[string]string {
	visible, hidden := q.Len()
	out := map[string]string{
		"QueueArn":                              q.ARN(),
		"ApproximateNumberOfMessages":           strconv.Itoa(visible),
		"ApproximateNumberOfMessagesNotVisible": strconv.Itoa(hidden),
		"VisibilityTimeout":                     strconv.Itoa(int(q.visibility().Seconds())),
	}
	if q.options.Dead != nil {
		policy, _ := json.Marshal(map[string]any{
			"deadLetterTargetArn": q.options.Dead.ARN(), "maxReceiveCount": q.options.MaxReceive,
		})
		out["RedrivePolicy"] = string(policy)
	}
	return out
}

func (q *Queue) sendOne(e sqsEntry) answer {
	if e.MessageBody == "" {
		return refuse(400, "MissingParameter", "The request must contain the parameter MessageBody.")
	}
	if len(e.MessageBody) > maxMessage {
		return refuse(400, "InvalidParameterValue", "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.")
	}
	m := q.send(e.MessageBody, e.MessageAttributes, seconds(e.DelaySeconds))
	return agree(map[string]string{"MessageId": m.id, "MD5OfMessageBody": digest(m.body)})
}

// checkBatch finds why SQS would refuse a batch as a whole.
func checkBatch(entries []sqsEntry) (answer, bool) {
	seen, size := map[string]bool{}, 0
	for _, e := range entries {
		if seen[e.ID] {
			return refuse(400, "com.amazonaws.sqs#BatchEntryIdsNotDistinct", "Id "+e.ID+" repeated."), false
		}
		seen[e.ID] = true
		size += len(e.MessageBody)
	}
	switch {
	case len(entries) == 0:
		return refuse(400, "com.amazonaws.sqs#EmptyBatchRequest", "There should be at least one entry."), false
	case len(entries) > 10:
		return refuse(400, "com.amazonaws.sqs#TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10."), false
	case size > maxMessage:
		return refuse(400, "com.amazonaws.sqs#BatchRequestTooLong", "Batch requests cannot be longer than 1048576 bytes."), false
	}
	return answer{}, true
}

func (q *Queue) sendBatch(entries []sqsEntry) answer {
	if refused, ok := checkBatch(entries); !ok {
		return refused
	}
	done, failed := []any{}, []any{}
	for _, e := range entries {
		if e.MessageBody == "" {
			failed = append(failed, map[string]any{"Id": e.ID, "SenderFault": true, "Code": "EmptyValue", "Message": "empty"})
			continue
		}
		m := q.send(e.MessageBody, e.MessageAttributes, seconds(e.DelaySeconds))
		done = append(done, map[string]string{"Id": e.ID, "MessageId": m.id, "MD5OfMessageBody": digest(m.body)})
	}
	return agree(map[string]any{"Successful": done, "Failed": failed})
}

func (q *Queue) receiveSome(in sqsRequest) answer {
	n, visibility := in.MaxNumberOfMessages, time.Duration(-1)
	if n == 0 {
		n = 1
	}
	if n < 1 || n > 10 {
		return refuse(400, "InvalidParameterValue", "MaxNumberOfMessages must be between 1 and 10.")
	}
	if in.VisibilityTimeout != nil {
		visibility = seconds(*in.VisibilityTimeout)
	}
	out := []any{}
	for _, m := range q.receive(n, visibility) {
		out = append(out, map[string]any{
			"MessageId": m.id, "ReceiptHandle": m.receipt, "Body": m.body, "MD5OfBody": digest(m.body),
			"Attributes": m.systemAttributes(), "MessageAttributes": m.attributes,
		})
	}
	return agree(map[string]any{"Messages": out})
}

func (m message) systemAttributes() map[string]string {
	return map[string]string{
		"ApproximateReceiveCount":          strconv.Itoa(m.received),
		"ApproximateFirstReceiveTimestamp": strconv.FormatInt(m.first.UnixMilli(), 10),
		"SentTimestamp":                    strconv.FormatInt(m.sent.UnixMilli(), 10),
		"SenderId":                         Account,
	}
}

func (q *Queue) deleteBatch(entries []sqsEntry) answer {
	if refused, ok := checkBatch(entries); !ok {
		return refused
	}
	done := []any{}
	for _, e := range entries {
		q.delete(e.ReceiptHandle)
		done = append(done, map[string]string{"Id": e.ID})
	}
	return agree(map[string]any{"Successful": done, "Failed": []any{}})
}

func (q *Queue) hideOne(in sqsRequest) answer {
	d := 0
	if in.VisibilityTimeout != nil {
		d = *in.VisibilityTimeout
	}
	if !q.hide(in.ReceiptHandle, seconds(d)) {
		return refuse(400, "com.amazonaws.sqs#MessageNotInflight", "The specified message isn't in flight.")
	}
	return agree(struct{}{})
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
