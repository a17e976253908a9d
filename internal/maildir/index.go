package maildir

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// index remembers what is in the folder, so that neither a sending nor a reading
// lists it again: it is listed when it was changed by somebody else.
//
// Somebody else's change within the same instant as one of ours, as the file
// system counts instants, is not noticed before the next one. All that comes of it
// is a repeat that stands beside the first instead of in its place; readings show
// the newer.
type index struct {
	sync.Mutex
	readDir func(string) ([]fs.DirEntry, error)
	changed time.Time // of the folder, when it was known; zero: it never was
	byKey   map[string]Entry
	byID    map[string][]Entry // newest first
}

// refresh lists the folder when it is not as it was left.
func (x *index) refresh(path string) error {
	if at := changedAt(path); !x.changed.IsZero() && at.Equal(x.changed) {
		return nil
	}
	return x.list(path)
}

func (x *index) list(path string) error {
	at := changedAt(path) // before: what changes meanwhile is seen the next time
	files, err := x.readDir(path)
	if err != nil {
		return fmt.Errorf("maildir: list %s: %w", path, cause(err))
	}
	x.byKey, x.byID, x.changed = map[string]Entry{}, map[string][]Entry{}, at
	for _, f := range files { // sorted by name: the oldest first
		if e, ok := entryOf(f.Name()); ok && f.Type().IsRegular() {
			x.put(e)
		}
	}
	return nil
}

// changedAt is when the folder last got or lost a file; zero when that cannot be
// known, so that it is listed.
func changedAt(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// add puts in what we have just written.
func (x *index) add(path string, e Entry) {
	x.put(e)
	x.changed = changedAt(path)
}

// put keeps one entry a key: the newer.
func (x *index) put(e Entry) {
	same := slices.DeleteFunc(x.byID[e.ID], func(o Entry) bool { return o.Key == e.Key })
	x.byKey[e.Key] = e
	x.byID[e.ID] = slices.Insert(same, 0, e)
	slices.SortStableFunc(x.byID[e.ID], func(a, b Entry) int { return strings.Compare(b.Stamp, a.Stamp) })
}

// find gives the mail of a key, or the newest of an id.
func (x *index) find(path, name string) (Entry, bool) {
	if e, ok := x.byKey[name]; ok {
		return e, true
	}
	same := x.byID[name]
	if len(same) == 0 {
		return Entry{}, false
	}
	newest := same[0]
	for _, e := range same[1:] { // of one second, the file written last
		if e.Stamp == newest.Stamp && changedAt(filepath.Join(path, e.File)).After(changedAt(filepath.Join(path, newest.File))) {
			newest = e
		}
	}
	return newest, true
}

// List returns the mails, newest first; files with other names are left out. It
// always looks into the folder.
func (d *Dir) List() ([]Entry, error) {
	d.index.Lock()
	defer d.index.Unlock()
	if err := d.index.list(d.path); err != nil {
		return nil, err
	}
	var entries []Entry
	for _, e := range d.index.byKey {
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(b.File, a.File) })
	return entries, nil
}

// find returns the file of an id or of a key, or an error that is fs.ErrNotExist.
// What is not known is looked for in the folder.
func (d *Dir) find(name string) (Entry, error) {
	id, digest, digested := strings.Cut(name, ".")
	if !isID(id) || digested && !isDigest(digest) {
		return Entry{}, fmt.Errorf("maildir: no mail has such an id: %w", fs.ErrNotExist)
	}
	d.index.Lock()
	defer d.index.Unlock()
	if err := d.index.refresh(d.path); err != nil {
		return Entry{}, err
	}
	if e, ok := d.index.find(d.path, name); ok {
		return e, nil
	}
	if err := d.index.list(d.path); err != nil {
		return Entry{}, err
	}
	if e, ok := d.index.find(d.path, name); ok {
		return e, nil
	}
	return Entry{}, fmt.Errorf("maildir: no mail %s: %w", name, fs.ErrNotExist)
}
