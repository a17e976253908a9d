package dynamo

import (
	"context"
	"errors"
	"time"

	"relais/internal/dossier"
	"relais/internal/notify"
)

// Refuse implements notify.Refusals.
func (s *Store) Refuse(ctx context.Context, mail string, at time.Time) (bool, error) {
	err := s.settle(ctx, mail, notify.Sent, notify.Refused, at)
	if errors.Is(err, dossier.ErrConflict) {
		return false, nil
	}
	return err == nil, s.failed(ctx, "refuse mail", err)
}

// Suppress implements notify.Refusals.
func (s *Store) Suppress(ctx context.Context, digest string, at time.Time) error {
	const op = "suppress address"
	if digest == "" || at.IsZero() {
		return s.failed(ctx, op, errors.New("a suppression must have the digest of an address and an instant"))
	}
	err := s.putIf(ctx, suppressedKey(digest).with(claimed, micros(at)), absent)
	if errors.Is(err, dossier.ErrConflict) {
		return nil
	}
	return s.failed(ctx, op, err)
}

// Allow implements notify.Refusals.
func (s *Store) Allow(ctx context.Context, digest string) error {
	return s.failed(ctx, "allow address", s.delete(ctx, suppressedKey(digest)))
}

// Suppressed implements notify.Refusals.
func (s *Store) Suppressed(ctx context.Context, digest string) (time.Time, error) {
	it, err := s.get(ctx, suppressedKey(digest))
	return it.instant(claimed), s.failed(ctx, "read suppression", err)
}

func suppressedKey(digest string) item { return key(suppressed, "#"+short(digest, longestSort)) }
