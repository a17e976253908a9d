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
	"regexp"
	"slices"
	"strings"
	"time"

	"relais/internal/mime"
	"relais/internal/notify"
)

const (
	suffix = ".eml"
	// stamp sorts as text and holds no colon, which some file systems refuse.
	stamp = "20060102T150405Z"
)

var idShape = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

// Dir is a folder of mails.
type Dir struct{ path string }

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
	return &Dir{path}, nil
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
// readable by its owner only. A message with the id of an earlier one takes its
// place.
func (d *Dir) Send(ctx context.Context, m notify.Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !idShape.MatchString(m.ID) {
		return fmt.Errorf("maildir: the mail's id must be 1 to 128 letters, digits, - or _ (got %d bytes)", len(m.ID))
	}
	raw, err := mime.Build(m)
	if err != nil {
		return err
	}
	name, err := d.find(m.ID)
	if errors.Is(err, fs.ErrNotExist) {
		name, err = m.Date.UTC().Format(stamp)+"-"+m.ID+suffix, nil
	}
	if err != nil {
		return err
	}
	return d.write(name, raw)
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

// Entry is one mail of the folder. Stamp is its date in UTC, as the file's name
// shows it.
type Entry struct {
	ID    string
	File  string
	Stamp string
}

// Time is the instant of Stamp; zero when the file's name holds none.
func (e Entry) Time() time.Time {
	t, err := time.Parse(stamp, e.Stamp)
	if err != nil {
		return time.Time{}
	}
	return t
}

// List returns the mails, newest first; files with other names are left out.
func (d *Dir) List() ([]Entry, error) {
	files, err := os.ReadDir(d.path)
	if err != nil {
		return nil, fmt.Errorf("maildir: list %s: %w", d.path, cause(err))
	}
	var entries []Entry
	for _, f := range files {
		if e, ok := entryOf(f.Name()); ok && f.Type().IsRegular() {
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(b.File, a.File) })
	return entries, nil
}

func entryOf(file string) (Entry, bool) {
	base, ok := strings.CutSuffix(file, suffix)
	if !ok {
		return Entry{}, false
	}
	when, id, ok := strings.Cut(base, "-")
	return Entry{ID: id, File: file, Stamp: when}, ok && len(when) == len(stamp) && idShape.MatchString(id)
}

// find returns the file of an id, or an error that is fs.ErrNotExist.
func (d *Dir) find(id string) (string, error) {
	if !idShape.MatchString(id) {
		return "", fmt.Errorf("maildir: no mail has such an id: %w", fs.ErrNotExist)
	}
	entries, err := d.List()
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(entries, func(e Entry) bool { return e.ID == id })
	if i < 0 {
		return "", fmt.Errorf("maildir: no mail %s: %w", id, fs.ErrNotExist)
	}
	return entries[i].File, nil
}
