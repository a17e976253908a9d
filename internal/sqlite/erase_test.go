package sqlite

import (
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"relais/internal/dossier"
)

// TestPurgeLeavesNothing writes dossiers of many sizes, rewrites and purges some,
// and then looks for pieces of what was purged in every byte of the files.
func TestPurgeLeavesNothing(t *testing.T) {
	const dossiers, rewritings = 400, 1600
	e := newEraser(t)
	var numbers []int
	for number := 1; number <= dossiers; number++ {
		numbers = append(numbers, number)
	}
	for range rewritings {
		numbers = append(numbers, 1+mathrand.IntN(dossiers))
	}
	mathrand.Shuffle(dossiers, func(i, j int) { numbers[i], numbers[j] = numbers[j], numbers[i] })
	for at := 0; at < len(numbers); at += 20 {
		e.write(numbers[at : at+20]...)
	}
	var purged []int
	for number := 1; number <= dossiers; number += 2 {
		purged = append(purged, number)
	}
	e.purge(purged...)
	left := e.left()
	for number := 1; number <= dossiers; number++ {
		if number%2 == 1 && left[number] > 0 {
			t.Errorf("%d pieces of the purged dossier %d are left", left[number], number)
		} else if number%2 == 0 && left[number] == 0 {
			t.Errorf("the living dossier %d is not found: the search does not work", number)
		}
	}
}

// TestPurgeBesideAReader: a reader that holds the log delays the erasure to the
// next write after it.
func TestPurgeBesideAReader(t *testing.T) {
	e := newEraser(t)
	e.write(1, 2)
	tx, err := e.s.reads.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := tx.QueryRowContext(t.Context(), "SELECT count(*) FROM dossiers").Scan(&n); err != nil {
		t.Fatal(err)
	}
	e.purge(1)
	if e.left()[1] == 0 {
		t.Fatal("the reader held nothing: this test proves nothing")
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	e.write(2)
	if left := e.left()[1]; left > 0 {
		t.Errorf("%d pieces are left", left)
	}
}

func TestShelteredSize(t *testing.T) {
	for n := range 3 * dbPage {
		size := shelteredSize(n)
		if size < n+filler || size > max(n+filler+overflow, 2*dbPage) {
			t.Fatalf("%d bytes take %d", n, size)
		}
		for _, others := range []int{0, 5, 8, 40, 130, 2000, 3500, 3600, 9000} {
			if local := localBytes(size + others); local-others > filler {
				t.Fatalf("%d bytes of content stay in the page of a row of %d bytes", local-others-filler, size+others)
			}
		}
	}
}

// localBytes is the rule of the file format for rows of tables.
func localBytes(row int) int {
	const largest = dbPage - 35
	if row <= largest {
		return row
	}
	if k := shortest + (row-shortest)%overflow; k <= largest {
		return k
	}
	return shortest
}

// piece is short enough to lie in many places of a page and too long to be there
// by chance.
type piece [16]byte

const pieceEvery = 64

// eraser knows pieces of all that each dossier ever held, in head and payload.
type eraser struct {
	t        *testing.T
	s        *Store
	path     string
	versions map[int]int64
	owner    map[piece]int
}

func newEraser(t *testing.T) *eraser {
	s, path := newStore(t)
	return &eraser{t: t, s: s, path: path, versions: map[int]int64{}, owner: map[piece]int{}}
}

// write stores new content, short or long, as Put does, with noise in the place of the zstd
// frame, whose bytes would look alike from one dossier to the next.
func (e *eraser) write(numbers ...int) {
	e.t.Helper()
	for _, number := range numbers {
		h := dossier.Head{Number: number, Demarche: 1, Version: e.versions[number]}
		h.Judgement.Facts.Structure = hex.EncodeToString(noise(length(400)))
		row, err := encodeRow(h)
		if err != nil {
			e.t.Fatal(err)
		}
		frame := noise(length(1500))
		row.payload = shelterZstd(frame)
		e.put([]dossierRow{row})
		e.remember(number, []byte(h.Judgement.Facts.Structure))
		e.remember(number, frame)
	}
}

// length is mostly below usual; short rows move most.
func length(usual int) int {
	if mathrand.IntN(20) == 0 {
		usual *= 8
	}
	return 20 + mathrand.IntN(usual)
}

func noise(size int) []byte {
	b := make([]byte, size)
	_, _ = rand.Read(b) // never fails
	return b
}

func (e *eraser) remember(number int, content []byte) {
	for at := 0; at+len(piece{}) <= len(content); at += pieceEvery {
		e.owner[piece(content[at:])] = number
	}
}

func (e *eraser) purge(numbers ...int) {
	e.t.Helper()
	var rows []dossierRow
	for _, number := range numbers {
		row, err := encodeRow(dossier.Head{Number: number, Demarche: 1, Version: e.versions[number], Removed: dossier.Purged})
		if err != nil {
			e.t.Fatal(err)
		}
		rows = append(rows, row)
	}
	e.put(rows)
}

func (e *eraser) put(rows []dossierRow) {
	e.t.Helper()
	for _, row := range rows {
		e.versions[row.number]++
	}
	conflicts, err := e.s.putRows(e.t.Context(), rows)
	if err != nil || len(conflicts) > 0 {
		e.t.Fatalf("conflicts %v, error %v", conflicts, err)
	}
}

// left counts the pieces of each dossier in the file, its log and its index.
func (e *eraser) left() map[int]int {
	e.t.Helper()
	files, err := filepath.Glob(e.path + "*")
	if err != nil {
		e.t.Fatal(err)
	}
	left := map[int]int{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			e.t.Fatal(err)
		}
		for at := 0; at+len(piece{}) <= len(content); at++ {
			if number, known := e.owner[piece(content[at:])]; known {
				left[number]++
			}
		}
	}
	return left
}
