package sqlite

import (
	"bytes"
	"context"
	"encoding/binary"
	"time"
)

// Erasing for good. Three copies of what is deleted would stay in the file:
//
//   - the bytes themselves: secure_delete overwrites them;
//   - what the log still holds: clearResidue empties it after a purge;
//   - stale copies inside b-tree pages. When SQLite rearranges a page, it moves
//     the cells and does not clear where they were, which secure_delete never
//     sees again. Overflow pages are not moved, and cleared when freed. So heads
//     and payloads are given a length and a filler in front that leave all
//     of their content to overflow pages. TestPurgeLeavesNothing shows the
//     difference.
//
// What the disk or a file system with snapshots keeps of overwritten blocks is
// beyond reach; so are backups.

// The file format (https://www.sqlite.org/fileformat2.html, "B-tree Cell
// Format") keeps shortest bytes of a long row in its page, and what is left over
// after whole overflow pages. A column of shortest bytes and some overflow pages
// therefore leaves the page its other columns and shortest bytes of itself,
// which are filler.
const (
	dbPage   = 4096
	overflow = dbPage - 4
	shortest = (dbPage-12)*32/255 - 23
	filler   = 512 // above shortest
)

// shelteredSize is the length to give to a column that holds n bytes after the
// filler.
func shelteredSize(n int) int {
	pages := max(1, (n+filler-shortest+overflow-1)/overflow)
	return shortest + pages*overflow
}

// shelterJSON shelters JSON between spaces, which mean nothing there.
func shelterJSON(content []byte) []byte {
	out := bytes.Repeat([]byte{' '}, shelteredSize(len(content)))
	copy(out[filler:], content)
	return out
}

// shelterZstd shelters a zstd frame between two frames that readers skip (RFC
// 8878, "Skippable Frames").
func shelterZstd(frame []byte) []byte {
	out := make([]byte, shelteredSize(len(frame)+skippableHeader))
	putSkippable(out[:filler])
	copy(out[filler:], frame)
	putSkippable(out[filler+len(frame):])
	return out
}

const skippableHeader = 8

func putSkippable(b []byte) {
	binary.LittleEndian.PutUint32(b, 0x184D2A50)
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-skippableHeader))
}

// patience is how long a purge waits for the readers of the log.
const patience = 250 * time.Millisecond

// clearResidue moves the log into the file, where secure_delete has erased, and
// empties it. A reader that still needs the log delays this to a later Put, or
// to Close.
func (s *Store) clearResidue(ctx context.Context, erased bool) {
	if erased {
		s.residue.Store(true)
	}
	if !s.residue.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var busy, pages, moved int
	err := s.writes.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved)
	if err == nil && busy == 0 {
		s.residue.Store(false)
	}
}
