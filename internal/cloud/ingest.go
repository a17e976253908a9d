package cloud

import (
	"context"
	"errors"

	"github.com/aws/aws-lambda-go/events"

	"relais/internal/settings"
	"relais/internal/sqs"
)

// Ingest builds the function that follows the hints of the queue.
func Ingest(context.Context) (Handler, error) {
	w, err := open(settings.NeedPlatform)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(w.withCalls(), w.withStore(), w.withPlatform(ingestShare)); err != nil {
		return nil, err
	}
	return timed(w, w.ingest), nil
}

// ingest follows one batch. What could not be followed goes back to the queue,
// alone: it comes again later, and ends in the dead-letter queue if it never can.
func (w *world) ingest(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
	hints := sqs.NewBatch(event)
	if err := w.own(ctx); err != nil {
		return hints.Failures(), err
	}
	world := w.World
	world.Hints = hints
	report, err := world.Ingest(ctx)
	log := w.Log.WithFields(map[string]any{
		"pulled": report.Pulled, "malformed": hints.Malformed(), "unknown": report.Unknown, "covered": report.Covered,
		"repeated": report.Repeated, "created": report.Created, "updated": report.Updated, "unchanged": report.Unchanged,
		"hidden": report.Hidden, "failed": report.Failed, "returned": len(hints.Failures().BatchItemFailures),
	})
	if err != nil {
		log.WithField("cause", err.Error()).Warn("ingest: what is left of the batch comes again later")
	} else {
		log.Info("ingest")
	}
	return hints.Failures(), nil
}
