package cloud

import (
	"context"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/sirupsen/logrus"

	"relais/internal/cloud/journal"
)

const (
	// reserve is kept before Lambda's own limit, to release a lease and to answer.
	reserve = 8 * time.Second
	// margin is what a pass keeps before the deadline: with less, it starts no
	// other request.
	margin = 30 * time.Second
)

// Handler is what Lambda calls: func(ctx, event) (result, error).
type Handler any

// Start builds a handler and serves Lambda; it does not return. What is wrong in
// the settings is written to the log, all at once, and ends the process: Lambda
// reports that it could not be initialised.
func Start(build func(context.Context) (Handler, error)) {
	ctx, stop := context.WithCancel(context.Background())
	handler, err := build(ctx)
	if err != nil {
		log := journal.New(os.Stdout, "")
		for sentence := range strings.Lines(err.Error()) {
			log.Error(strings.TrimSpace(sentence))
		}
		os.Exit(1)
	}
	lambda.StartWithOptions(handler, lambda.WithContext(ctx), lambda.WithEnableSIGTERM(stop))
}

// timed runs a handler with the deadline brought forward, and logs its failure.
func timed[E, R any](w *world, handle func(context.Context, E) (R, error)) Handler {
	return func(ctx context.Context, event E) (R, error) {
		w.now.begin(ctx)
		if limit, ok := ctx.Deadline(); ok {
			var cancel context.CancelFunc
			ctx, cancel = context.WithDeadline(ctx, limit.Add(-min(reserve, time.Until(limit)/4)))
			defer cancel()
		}
		result, err := handle(ctx, event)
		if err != nil {
			w.Log.WithField("cause", err.Error()).Error("failed")
		}
		return result, err
	}
}

// invocation adds to each line of the log which invocation it is of. A process
// serves one at a time.
type invocation struct {
	journal.Invocations
	mu     sync.Mutex
	fields logrus.Fields
}

func (i *invocation) begin(ctx context.Context) {
	fields := i.Log(ctx, logrus.StandardLogger()).Data
	i.mu.Lock()
	defer i.mu.Unlock()
	i.fields = fields
}

// Levels implements logrus.Hook.
func (i *invocation) Levels() []logrus.Level { return logrus.AllLevels }

// Fire implements logrus.Hook.
func (i *invocation) Fire(e *logrus.Entry) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	for name, value := range i.fields {
		e.Data[name] = value
	}
	return nil
}
