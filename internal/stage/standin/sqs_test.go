package standin_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"relais/internal/stage/standin"
)

// desk is a queue with its dead-letter queue, and the SDK's client.
type desk struct {
	*clock
	sqs     *standin.SQS
	queue   *standin.Queue
	dead    *standin.Queue
	client  *sqs.Client
	address *string
}

func open(t *testing.T) desk {
	t.Helper()
	d := desk{clock: morning()}
	d.sqs = standin.NewSQS(d.Now)
	t.Cleanup(d.sqs.Close)
	d.dead = d.sqs.Queue("dead", standin.QueueOptions{})
	d.queue = d.sqs.Queue("hints", standin.QueueOptions{Visibility: time.Minute, Dead: d.dead, MaxReceive: 2})
	d.client = sqs.NewFromConfig(config(d.sqs.URL, 1))
	d.address = aws.String(d.sqs.QueueURL(d.queue))
	return d
}

func (d desk) receive(t *testing.T) []types.Message {
	t.Helper()
	out := must(d.client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: d.address, MaxNumberOfMessages: 10,
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"},
	}))(t)
	return out.Messages
}

// TestLifeOfAMessage: sent, received, back after its visibility, put off,
// deleted; an old receipt deletes nothing.
func TestLifeOfAMessage(t *testing.T) {
	d := open(t)
	must(d.client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: d.address, MessageBody: aws.String("numéro 7")}))(t)
	first := d.receive(t)
	if len(first) != 1 || *first[0].Body != "numéro 7" || first[0].Attributes["ApproximateReceiveCount"] != "1" {
		t.Fatalf("%+v", first)
	}
	if again := d.receive(t); len(again) != 0 {
		t.Fatal("received while hidden")
	}
	d.now = d.now.Add(time.Minute)
	second := d.receive(t)
	if len(second) != 1 || second[0].Attributes["ApproximateReceiveCount"] != "2" {
		t.Fatalf("%+v", second)
	}
	must(d.client.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: d.address, ReceiptHandle: first[0].ReceiptHandle}))(t)
	if len(d.queue.Bodies()) != 1 {
		t.Error("an old receipt deleted the message")
	}
	must(d.client.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{
		QueueUrl: d.address, ReceiptHandle: second[0].ReceiptHandle, VisibilityTimeout: 600,
	}))(t)
	d.now = d.now.Add(9 * time.Minute)
	if visible, hidden := d.queue.Len(); visible != 0 || hidden != 1 {
		t.Errorf("%d visible, %d hidden", visible, hidden)
	}
	must(d.client.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: d.address, ReceiptHandle: second[0].ReceiptHandle}))(t)
	if len(d.queue.Bodies()) != 0 {
		t.Error("not deleted")
	}
}

// TestDeadLetters: the third reception goes to the dead-letter queue instead.
func TestDeadLetters(t *testing.T) {
	d := open(t)
	id := d.queue.Send("poison")
	for range 2 {
		if len(d.receive(t)) != 1 {
			t.Fatal("not received")
		}
		d.now = d.now.Add(time.Minute)
	}
	if len(d.receive(t)) != 0 {
		t.Error("received a third time")
	}
	d.address = aws.String(d.sqs.QueueURL(d.dead))
	if got := d.receive(t); len(got) != 1 || *got[0].MessageId != id {
		t.Errorf("dead letters %+v", got)
	}
	out := must(d.client.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(d.sqs.QueueURL(d.queue)), AttributeNames: []types.QueueAttributeName{"All"},
	}))(t)
	if out.Attributes["ApproximateNumberOfMessages"] != "0" || !strings.Contains(out.Attributes["RedrivePolicy"], `"maxReceiveCount":2`) {
		t.Errorf("%v", out.Attributes)
	}
}

func TestBatches(t *testing.T) {
	d := open(t)
	entry := func(id, body string) types.SendMessageBatchRequestEntry {
		return types.SendMessageBatchRequestEntry{Id: aws.String(id), MessageBody: aws.String(body)}
	}
	send := func(entries ...types.SendMessageBatchRequestEntry) (*sqs.SendMessageBatchOutput, error) {
		return d.client.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{QueueUrl: d.address, Entries: entries})
	}
	out := must(send(entry("1", "one"), entry("2", ""), entry("3", "three")))(t)
	if len(out.Successful) != 2 || len(out.Failed) != 1 || *out.Failed[0].Id != "2" {
		t.Errorf("%+v", out)
	}
	eleven := make([]types.SendMessageBatchRequestEntry, 11)
	for i := range eleven {
		eleven[i] = entry(string(rune('a'+i)), "x")
	}
	half := strings.Repeat("x", 600<<10)
	for want, entries := range map[string][]types.SendMessageBatchRequestEntry{
		"TooManyEntriesInBatchRequest": eleven,
		"BatchEntryIdsNotDistinct":     {entry("1", "one"), entry("1", "two")},
		"BatchRequestTooLong":          {entry("1", half), entry("2", half)},
	} {
		if _, err := send(entries...); code(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	var deleted []types.DeleteMessageBatchRequestEntry
	for _, m := range d.receive(t) {
		deleted = append(deleted, types.DeleteMessageBatchRequestEntry{Id: m.MessageId, ReceiptHandle: m.ReceiptHandle})
	}
	must(d.client.DeleteMessageBatch(t.Context(), &sqs.DeleteMessageBatchInput{QueueUrl: d.address, Entries: deleted}))(t)
	if left := d.queue.Bodies(); len(left) != 0 {
		t.Errorf("left %v", left)
	}
	want := []standin.Need{{"sqs:SendMessage", d.queue.ARN()}}
	if diff := cmp.Diff(want, d.sqs.Calls()[0].Needs); diff != "" {
		t.Error(diff)
	}
}

func TestRefusals(t *testing.T) {
	d := open(t)
	_, err := d.client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: aws.String(d.sqs.URL + "/1/none"), MessageBody: aws.String("x")})
	if code(err) != "QueueDoesNotExist" {
		t.Errorf("%v", err)
	}
	if _, err := d.client.PurgeQueue(t.Context(), &sqs.PurgeQueueInput{QueueUrl: d.address}); code(err) != "UnknownOperationException" {
		t.Errorf("%v", err)
	}
	if calls := d.sqs.Calls(); calls[0].Failed == "" {
		t.Errorf("a refusal is recorded as %+v", calls[0])
	}
}

// TestDelay: a message sent for later.
func TestDelay(t *testing.T) {
	d := open(t)
	must(d.client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: d.address, MessageBody: aws.String("later"), DelaySeconds: 30}))(t)
	if len(d.receive(t)) != 0 {
		t.Error("received at once")
	}
	d.now = d.now.Add(30 * time.Second)
	if len(d.receive(t)) != 1 {
		t.Error("not received later")
	}
}
