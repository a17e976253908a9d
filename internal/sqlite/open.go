package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite", in pure Go

	"relais/internal/ingest"
	"relais/internal/notify"
)

// Options of a store. The zero value is good.
type Options struct {
	// Now dates the creation of the file (meta "created_at", RFC 3339). Nil
	// leaves it undated.
	Now func() time.Time
}

// Store is an open file. It is safe for any number of goroutines.
type Store struct {
	writes *sql.DB // one connection: our own writers queue in Go, not on the file
	reads  *sql.DB
	codec  *codec

	// residue: a purge left copies of what it erased in the log.
	residue atomic.Bool
}

var (
	_ ingest.Copy       = (*Store)(nil)
	_ ingest.Positions  = (*Store)(nil)
	_ ingest.Quarantine = (*Store)(nil)
	_ ingest.Hints      = (*Store)(nil)
	_ ingest.Alarms     = (*Store)(nil)
	_ notify.Schedule   = (*Store)(nil)
	_ notify.Truth      = (*Store)(nil)
	_ notify.Outbox     = (*Store)(nil)
	_ notify.Claims     = (*Store)(nil)
)

// Open opens the store at a path. It creates the file (0600) and its parent
// folders (0700) when they are missing, and brings an older schema up to date.
// A file that is not a store of Relais, or that a newer Relais wrote, is refused
// and left as it is.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	s, err := open(ctx, path, o)
	if err != nil {
		return nil, fmt.Errorf("store %q: %w", path, err)
	}
	return s, nil
}

func open(ctx context.Context, path string, o Options) (*Store, error) {
	path, err := claimFile(ctx, path)
	if err != nil {
		return nil, err
	}
	s := &Store{}
	if s.codec, err = newCodec(); err != nil {
		return nil, err
	}
	if s.writes, err = sql.Open("sqlite", writerDSN(path)); err != nil {
		return nil, err
	}
	if s.reads, err = sql.Open("sqlite", readerDSN(path)); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.writes.SetMaxOpenConns(1)
	s.reads.SetMaxOpenConns(maxReaders)
	s.reads.SetMaxIdleConns(maxReaders)
	if err := s.prepare(ctx, o); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) prepare(ctx context.Context, o Options) error {
	if err := s.migrate(ctx, o.Now); err != nil {
		return explain(ctx, err)
	}
	return explain(ctx, s.useWAL(ctx))
}

// Close releases the file. The last process to close it empties the log.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.reads, s.writes} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.codec != nil {
		s.codec.close()
	}
	return errors.Join(errs...)
}
