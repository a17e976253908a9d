package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	sqlite3 "modernc.org/sqlite/lib"
)

// applicationID marks a file as ours, in the header field that SQLite reserves
// for this: "RLAS" in ASCII.
const applicationID = 0x524c4153

// smallestFile is one page of the smallest size; SQLite takes what is below for
// an empty file, and would write over it.
const smallestFile = 512

var errNotSQLite = errors.New("is not a SQLite file; it was left as it is. Give another path")

// creating serialises the creation of files: closing a descriptor drops every
// lock that the process holds on the file, those of another Store included
// (POSIX record locks).
var creating sync.Mutex

// claimFile makes sure that the path leads to a file of ours or to an empty one,
// and returns it absolute. It changes no existing file.
func claimFile(ctx context.Context, path string) (string, error) {
	if path == "" {
		return "", errors.New("the path is empty; give the path of a file")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return path, createFile(path)
	case err != nil:
		return "", fmt.Errorf("cannot be opened: %w", withoutPath(err))
	case info.IsDir():
		return "", errors.New("is a folder; give the path of a file")
	case !info.Mode().IsRegular():
		return "", errors.New("is not a regular file")
	case info.Size() == 0:
		return path, nil
	case info.Size() < smallestFile:
		return "", errNotSQLite
	}
	return path, inspect(ctx, path)
}

func createFile(path string) error {
	creating.Lock()
	defer creating.Unlock()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("its folder cannot be created: %w", withoutPath(err))
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil // another process was faster
	}
	if err != nil {
		return fmt.Errorf("cannot be created: %w", withoutPath(err))
	}
	return f.Close()
}

// inspect refuses what is not ours or is too new for us, without a trace.
func inspect(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", inspectorDSN(path))
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	var id, version int
	err = db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id)
	switch code := resultCode(err); {
	case code == sqlite3.SQLITE_NOTADB:
		return errNotSQLite
	case code == sqlite3.SQLITE_CANTOPEN || code == sqlite3.SQLITE_PERM:
		return errors.New("cannot be read; check the rights on the file")
	case err != nil:
		return explain(ctx, err)
	case id != applicationID:
		return errors.New("is a SQLite file of another program; it was left as it is. Give another path")
	}
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return explain(ctx, err)
	}
	return knownVersion(version)
}

// withoutPath: the path is named once, by Open.
func withoutPath(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
