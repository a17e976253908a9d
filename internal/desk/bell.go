package desk

import (
	"context"

	"relais/internal/ingest"
)

// bell rings when a hint was kept, so that it is followed at once.
type bell struct {
	sink ingest.HintSink
	rung chan struct{} // of capacity 1: rung twice is rung
}

func newBell(sink ingest.HintSink) *bell {
	return &bell{sink: sink, rung: make(chan struct{}, 1)}
}

// Push implements ingest.HintSink.
func (b *bell) Push(ctx context.Context, h ingest.Hint) error {
	if err := b.sink.Push(ctx, h); err != nil {
		return err
	}
	select {
	case b.rung <- struct{}{}:
	default:
	}
	return nil
}
