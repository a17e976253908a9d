package app

import (
	"context"

	"relais/internal/ingest"
)

// Cases lists the dossiers that could not be read, of every démarche.
func (w *World) Cases(ctx context.Context) ([]ingest.Case, error) {
	return w.Store.Cases(ctx, 0)
}

// Retry reads one quarantined dossier again now, and tells whether it left the
// quarantine.
func (w *World) Retry(ctx context.Context, number int) (left bool, err error) {
	cases, err := w.Store.Cases(ctx, 0)
	if err != nil {
		return false, err
	}
	for _, c := range cases {
		if c.Number != number {
			continue
		}
		if _, err := w.pass(c.Demarche, nil).Retry(ctx, c.Demarche, number); err != nil {
			return false, err
		}
		return w.released(ctx, c)
	}
	return false, usage("dossier %d is not in quarantine: relais quarantine lists those that are", number)
}

func (w *World) released(ctx context.Context, c ingest.Case) (bool, error) {
	cases, err := w.Store.Cases(ctx, c.Demarche)
	for _, other := range cases {
		if other.Number == c.Number {
			return false, err
		}
	}
	return err == nil, err
}
