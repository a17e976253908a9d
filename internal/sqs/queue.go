package sqs

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"

	"relais/internal/ingest"
)

// client is what is used of the SDK's.
type client interface {
	SendMessage(context.Context, *sqs.SendMessageInput, ...func(*sqs.Options)) (*sqs.SendMessageOutput, error)
}

// Queue is one SQS queue of hints.
type Queue struct {
	client client
	url    string
}

var _ ingest.HintSink = (*Queue)(nil)

// New names a queue by its URL. Nothing is asked of it yet.
func New(cfg aws.Config, url string) *Queue {
	return &Queue{client: sqs.NewFromConfig(cfg), url: url}
}

// Push implements ingest.HintSink: when it returns nil, SQS has stored the hint
// and the SDK has compared its checksum. The hint's ID and Attempts are not kept:
// the queue gives its own.
func (q *Queue) Push(ctx context.Context, h ingest.Hint) error {
	text, err := writeBody(h)
	if err != nil {
		return fmt.Errorf("sqs: push a hint: %w", err)
	}
	_, err = q.client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &q.url, MessageBody: &text})
	if err != nil {
		return fmt.Errorf("sqs: push a hint: %w", cause(ctx, err))
	}
	return nil
}

// cause keeps of an error of the service its code only: its message may quote
// what was sent.
func cause(ctx context.Context, err error) error {
	if dead := ctx.Err(); dead != nil {
		return dead
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return fmt.Errorf("the service answered %q", api.ErrorCode())
	}
	return errors.New("the service could not be reached, or its answer was not understood")
}
