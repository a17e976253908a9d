package dynamo

import (
	"context"
	"fmt"
	"time"

	"relais/internal/dossier"
	"relais/internal/ingest"
)

// Streams implements ingest.Positions.
func (s *Store) Streams(ctx context.Context, demarche int) (ingest.Streams, error) {
	const op = "read positions"
	at := ingest.Streams{Demarche: demarche}
	it, err := s.get(ctx, key(streams, digits(demarche)))
	if err != nil || it == nil {
		return at, s.failed(ctx, op, err)
	}
	if err := s.codec.unpack(it.bytes(body), &at); err != nil {
		return at, s.failed(ctx, op, fmt.Errorf("démarche %d: the positions: %w", demarche, err))
	}
	at.Version = it.int(version)
	return at, nil
}

// SaveStreams implements ingest.Positions.
func (s *Store) SaveStreams(ctx context.Context, at ingest.Streams) (int64, error) {
	const op = "save positions"
	b, err := s.codec.pack(cut(at))
	if err != nil {
		return 0, s.failed(ctx, op, err)
	}
	it := key(streams, digits(at.Demarche)).with(version, integer(at.Version+1)).
		with(token, text(newToken())).with(body, bytes(b))
	if err := s.putIf(ctx, it, atVersion(at.Version)); err != nil {
		return 0, s.failed(ctx, op, err)
	}
	return at.Version + 1, nil
}

// CompletedAt implements notify.Truth.
func (s *Store) CompletedAt(ctx context.Context, demarche int) (time.Time, error) {
	at, err := s.Streams(ctx, demarche)
	return at.CompletedAt, err
}

// PutDemarche implements ingest.Positions.
func (s *Store) PutDemarche(ctx context.Context, d dossier.Demarche) error {
	const op = "put démarche"
	b, err := s.codec.pack(cut(d))
	if err != nil {
		return s.failed(ctx, op, err)
	}
	return s.failed(ctx, op, s.put(ctx, key(demarches, digits(d.Number)).with(body, bytes(b))))
}

// Demarche implements notify.Truth.
func (s *Store) Demarche(ctx context.Context, number int) (dossier.Demarche, bool, error) {
	const op = "read démarche"
	it, err := s.get(ctx, key(demarches, digits(number)))
	if err != nil || it == nil {
		return dossier.Demarche{}, false, s.failed(ctx, op, err)
	}
	d, err := s.decodeDemarche(it)
	return d, err == nil, s.failed(ctx, op, err)
}

// Demarches returns every démarche ever read, by number.
func (s *Store) Demarches(ctx context.Context) ([]dossier.Demarche, error) {
	const op = "read démarches"
	rows, err := s.all(ctx, question{partition: demarches})
	if err != nil {
		return nil, s.failed(ctx, op, err)
	}
	var out []dossier.Demarche
	for _, it := range rows {
		d, err := s.decodeDemarche(it)
		if err != nil {
			return nil, s.failed(ctx, op, err)
		}
		out = append(out, d)
	}
	return out, nil
}

func (s *Store) decodeDemarche(it item) (dossier.Demarche, error) {
	var d dossier.Demarche
	if err := s.codec.unpack(it.bytes(body), &d); err != nil {
		return d, fmt.Errorf("a démarche %w", err)
	}
	return d, nil
}
