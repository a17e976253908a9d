package sqlite

import (
	"bytes"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"relais/internal/dossier"
)

// TestPurgeLeavesNothing writes payloads of many sizes, rewrites and purges some,
// and then looks for pieces of what was purged in every byte of the files.
func TestPurgeLeavesNothing(t *testing.T) {
	s, path := newStore(t)
	e := &eraser{t: t, s: s, versions: map[int]int64{}, pieces: map[int][][]byte{}}
	const dossiers = 150
	for number := 1; number <= dossiers; number++ {
		e.write(number)
	}
	for range 150 {
		e.write(1 + mathrand.IntN(dossiers))
	}
	if e.found(path, 1) == 0 {
		t.Fatal("a living payload is not found: the search does not work")
	}
	for number := 1; number <= dossiers; number += 2 {
		e.purge(number)
	}
	for number := 1; number <= dossiers; number++ {
		got := e.found(path, number)
		if purged := number%2 == 1; purged && got > 0 {
			t.Errorf("%d pieces of the purged dossier %d are left", got, number)
		} else if !purged && got == 0 {
			t.Errorf("dossier %d is not found", number)
		}
	}
}

// TestPurgeBesideAReader: a reader that holds the log delays the erasure to the
// next write after it.
func TestPurgeBesideAReader(t *testing.T) {
	s, path := newStore(t)
	e := &eraser{t: t, s: s, versions: map[int]int64{}, pieces: map[int][][]byte{}}
	e.write(1)
	e.write(2)
	tx, err := s.reads.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := tx.QueryRowContext(t.Context(), "SELECT count(*) FROM dossiers").Scan(&n); err != nil {
		t.Fatal(err)
	}
	e.purge(1)
	if e.found(path, 1) == 0 {
		t.Fatal("the reader held nothing: this test proves nothing")
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	e.write(2)
	if got := e.found(path, 1); got > 0 {
		t.Errorf("%d pieces are left", got)
	}
}

type eraser struct {
	t        *testing.T
	s        *Store
	versions map[int]int64
	pieces   map[int][][]byte // of every payload a dossier ever had
}

// write stores a payload that does not compress, and cuts pieces out of it.
func (e *eraser) write(number int) {
	e.t.Helper()
	noise := make([]byte, 100+mathrand.IntN(6000))
	_, _ = rand.Read(noise) // never fails
	d := &dossier.Dossier{Number: number, ID: hex.EncodeToString(noise)}
	e.put(dossier.Record{Head: dossier.Head{Number: number, Demarche: 1}, Dossier: d})
	var body []byte
	err := e.s.reads.QueryRowContext(e.t.Context(), "SELECT body FROM payloads WHERE number = ?", number).Scan(&body)
	if err != nil {
		e.t.Fatal(err)
	}
	const piece = 24
	for at := 16; at+piece <= len(body); at += 256 {
		e.pieces[number] = append(e.pieces[number], body[at:at+piece])
	}
}

func (e *eraser) purge(number int) {
	e.t.Helper()
	e.put(dossier.Record{Head: dossier.Head{Number: number, Demarche: 1, Removed: dossier.Purged}})
}

func (e *eraser) put(r dossier.Record) {
	e.t.Helper()
	r.Version = e.versions[r.Number]
	e.versions[r.Number]++
	conflicts, err := e.s.Put(e.t.Context(), []dossier.Record{r})
	if err != nil || len(conflicts) > 0 {
		e.t.Fatalf("conflicts %v, error %v", conflicts, err)
	}
}

// found counts the pieces of a dossier in the file, its log and its index.
func (e *eraser) found(path string, number int) (n int) {
	e.t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil {
		e.t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			e.t.Fatal(err)
		}
		for _, piece := range e.pieces[number] {
			if bytes.Contains(content, piece) {
				n++
			}
		}
	}
	return n
}
