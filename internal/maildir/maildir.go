// Package maildir is the mail service of one machine: every message becomes an
// .eml file in a folder, which any mail program opens and the local page shows.
package maildir

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"relais/internal/mime"
	"relais/internal/notify"
)

// Dir is a folder of mails. Several processes may write in one folder; a Dir is safe
// for concurrent use.
type Dir struct {
	path  string
	index index
}

// New opens a folder, creates it when needed, and proves that it can be written
// in, so that a wrong setting is known at the start and not at the first mail.
func New(path string) (*Dir, error) {
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return nil, fmt.Errorf("mail folder %s: it is a file; name a folder", path)
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("mail folder %s cannot be created: %w", path, cause(err))
	}
	probe, err := os.CreateTemp(path, ".probe-*")
	if err != nil {
		return nil, fmt.Errorf("mail folder %s cannot be written in: %w", path, cause(err))
	}
	err = errors.Join(probe.Close(), os.Remove(probe.Name()))
	if err != nil {
		return nil, fmt.Errorf("mail folder %s cannot be written in: %w", path, cause(err))
	}
	return &Dir{path: path, index: index{readDir: os.ReadDir}}, nil
}

// cause drops the path that os errors repeat.
func cause(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}

// Path is the folder.
func (d *Dir) Path() string { return d.path }

// Send implements notify.Sender: it writes one file, whole or not at all,
// readable by its owner only. A message takes the place of an earlier one with the
// same id and the same Message-ID; another Message-ID is another mail, and both are
// kept.
func (d *Dir) Send(ctx context.Context, m notify.Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !isID(m.ID) {
		return fmt.Errorf("maildir: the mail's id must be 1 to 128 letters, digits, - or _ (got %d bytes): %w", len(m.ID), notify.ErrNotTaken)
	}
	raw, err := mime.Build(m)
	switch {
	case errors.Is(err, notify.ErrRefused):
		return err
	case err != nil:
		return fmt.Errorf("%w: %w", err, notify.ErrNotTaken)
	}
	d.index.Lock()
	defer d.index.Unlock()
	if err := d.index.refresh(d.path); err != nil {
		return fmt.Errorf("%w: %w", err, notify.ErrNotTaken)
	}
	e, known := d.index.byKey[keyOf(m)]
	if !known {
		e = entryFor(m)
	}
	if err := d.write(e.File, raw); err != nil {
		return err
	}
	d.index.add(d.path, e)
	return nil
}

func notTaken(name string, err error) error {
	return fmt.Errorf("maildir: write %s: %w: %w", name, cause(err), notify.ErrNotTaken)
}

func (d *Dir) write(name string, raw []byte) error {
	f, err := os.CreateTemp(d.path, ".new-*") // 0600
	if err != nil {
		return notTaken(name, err)
	}
	_, err = f.Write(raw)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(d.path, name))
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return notTaken(name, err)
	}
	return nil
}
