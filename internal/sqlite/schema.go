package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// migrations bring a file from each version (PRAGMA user_version) to the next.
// One that was released never changes.
var migrations = []string{`
CREATE TABLE dossiers (
	number      INTEGER PRIMARY KEY,
	demarche    INTEGER NOT NULL,
	version     INTEGER NOT NULL,
	next_step   INTEGER,
	judged_with TEXT,
	head        TEXT NOT NULL
) STRICT;
CREATE INDEX dossiers_due ON dossiers (next_step) WHERE next_step IS NOT NULL;
CREATE INDEX dossiers_judged ON dossiers (demarche, judged_with) WHERE judged_with IS NOT NULL;

CREATE TABLE payloads (
	number INTEGER PRIMARY KEY REFERENCES dossiers (number) ON DELETE CASCADE,
	format INTEGER NOT NULL,
	body   BLOB NOT NULL
) STRICT;

CREATE TABLE streams (
	demarche INTEGER PRIMARY KEY,
	version  INTEGER NOT NULL,
	body     TEXT NOT NULL
) STRICT;

CREATE TABLE demarches (
	number INTEGER PRIMARY KEY,
	body   TEXT NOT NULL
) STRICT;

CREATE TABLE call_plans (
	call    TEXT PRIMARY KEY,
	version INTEGER NOT NULL,
	body    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mails (
	id         TEXT PRIMARY KEY CHECK (id <> ''),
	person     TEXT NOT NULL,
	keys       TEXT NOT NULL,
	claimed_at INTEGER NOT NULL,
	status     TEXT NOT NULL,
	settled_at INTEGER,
	attempts   INTEGER NOT NULL
) STRICT;
CREATE INDEX mails_unsettled ON mails (claimed_at, id) WHERE status = 'pending';

CREATE TABLE intentions (
	key        TEXT PRIMARY KEY CHECK (key <> ''),
	person     TEXT NOT NULL,
	status     TEXT NOT NULL CHECK (status <> ''),
	mail       TEXT REFERENCES mails (id) ON DELETE SET NULL,
	created_at INTEGER NOT NULL,
	body       TEXT NOT NULL
) STRICT;
CREATE INDEX intentions_free ON intentions (status, person, created_at, key) WHERE mail IS NULL;
CREATE INDEX intentions_mail ON intentions (mail) WHERE mail IS NOT NULL;
CREATE INDEX intentions_age ON intentions (created_at, key);

CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`, `
CREATE TABLE quarantine (
	demarche INTEGER NOT NULL,
	number   INTEGER NOT NULL,
	body     TEXT NOT NULL,
	PRIMARY KEY (demarche, number)
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: an id given again would let a late consumer forget a hint it
-- never had.
CREATE TABLE hints (
	id           INTEGER PRIMARY KEY AUTOINCREMENT,
	demarche     INTEGER NOT NULL,
	number       INTEGER NOT NULL,
	received_at  INTEGER,
	hidden_until INTEGER,
	attempts     INTEGER NOT NULL
) STRICT;

CREATE TABLE alarms (
	cause TEXT PRIMARY KEY CHECK (cause <> ''),
	since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alarms_age ON alarms (since, cause);
`, `
CREATE TABLE suppressed (
	digest TEXT PRIMARY KEY CHECK (digest <> ''),
	since  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`, `
-- The order in which heads were last written; 0 for those of an older version.
ALTER TABLE dossiers ADD COLUMN written INTEGER NOT NULL DEFAULT 0;
CREATE INDEX dossiers_written ON dossiers (written, number);
CREATE INDEX intentions_dossier ON intentions (body ->> '$.dossier', created_at, key)
	WHERE body ->> '$.dossier' IS NOT NULL;
`}

func knownVersion(v int) error {
	if v > len(migrations) {
		return fmt.Errorf("was written by a newer Relais (schema %d, this one knows %d); it was left as it is. Use the newer Relais, or another path",
			v, len(migrations))
	}
	return nil
}

// migrate applies what is missing in one transaction. A file that is up to date
// is not even locked, so that opening it never waits for a writer.
func (s *Store) migrate(ctx context.Context, now func() time.Time) error {
	var v int
	if err := s.writes.QueryRowContext(ctx, "PRAGMA user_version").Scan(&v); err != nil {
		return err
	}
	if v == len(migrations) {
		return nil
	}
	return transact(ctx, s.writes, func(tx *sql.Tx) error { return migrateTx(ctx, tx, now) })
}

func migrateTx(ctx context.Context, tx *sql.Tx, now func() time.Time) error {
	var from int // read again: another process may have been faster
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&from); err != nil {
		return err
	}
	if err := knownVersion(from); err != nil {
		return err
	}
	for i := from; i < len(migrations); i++ {
		if _, err := tx.ExecContext(ctx, migrations[i]); err != nil {
			return fmt.Errorf("migration to schema %d: %w", i+1, err)
		}
	}
	marks := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, len(migrations))
	if _, err := tx.ExecContext(ctx, marks); err != nil {
		return err
	}
	if from > 0 || now == nil {
		return nil
	}
	return setMeta(ctx, tx, "created_at", now().UTC().Format(time.RFC3339))
}

// useWAL switches a new file to a write-ahead log. The mode stays in the file.
// The marks of migrate are in the main file by then, where inspect looks. Unlike
// other statements, the switch does not wait by itself for a lock: another
// process may be opening the new file too.
func (s *Store) useWAL(ctx context.Context) error {
	const pause = 20 * time.Millisecond
	for waited := time.Duration(0); ; waited += pause {
		var mode string
		err := s.writes.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode)
		switch {
		case err == nil && mode != "wal":
			return fmt.Errorf("its file system does not support the log it needs (journal mode %s); put it on a local disk", mode)
		case resultCode(err) != sqlite3.SQLITE_BUSY || waited >= busyTimeout:
			return err
		}
		if err := pauseFor(ctx, pause); err != nil {
			return err
		}
	}
}

func pauseFor(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
