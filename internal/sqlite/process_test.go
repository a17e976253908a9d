package sqlite_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"relais/internal/dossier"
	"relais/internal/ingest"
	"relais/internal/sqlite"
)

// A child is this test binary, started again to play one role on one file.
const (
	roleVariable = "RELAIS_TEST_ROLE"
	fileVariable = "RELAIS_TEST_FILE"

	pageSize = 20
	demarche = 9001
)

var roles = map[string]func(ctx context.Context, s *sqlite.Store) error{
	"ingest": ingestForEver,
	"look":   lookAndNote,
	"push":   pushForEver,
	"open":   func(context.Context, *sqlite.Store) error { return nil },
}

func TestMain(m *testing.M) {
	role, isChild := roles[os.Getenv(roleVariable)]
	if !isChild {
		os.Exit(m.Run())
	}
	if err := play(role); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func play(role func(context.Context, *sqlite.Store) error) error {
	ctx := context.Background()
	fmt.Println("started")
	s, err := sqlite.Open(ctx, os.Getenv(fileVariable), sqlite.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	return role(ctx, s)
}

// ingestForEver writes page after page, each before its position, from where the
// file stands, and says each page.
func ingestForEver(ctx context.Context, s *sqlite.Store) error {
	at, err := s.Streams(ctx, demarche)
	if err != nil {
		return err
	}
	for page := pageOf(at) + 1; ; page++ {
		records, err := pageRecords(ctx, s, page)
		if err != nil {
			return err
		}
		if _, err := s.Put(ctx, records); err != nil {
			return err
		}
		at.Position.Cursor = strconv.Itoa(page)
		if at.Version, err = s.SaveStreams(ctx, at); err != nil {
			return err
		}
		say(page)
	}
}

func say(n int) { fmt.Println(n) }

func pageOf(at ingest.Streams) int {
	page, _ := strconv.Atoi(at.Position.Cursor) // "" before the first page
	return page
}

// pageRecords is what ingest would put: a page cut short is written again.
func pageRecords(ctx context.Context, s *sqlite.Store, page int) ([]dossier.Record, error) {
	var records []dossier.Record
	var numbers []int
	for i := range pageSize {
		number := (page-1)*pageSize + i + 1
		numbers = append(numbers, number)
		records = append(records, sample(number))
	}
	heads, err := s.Heads(ctx, demarche, numbers)
	for i, r := range records {
		records[i].Version = heads[r.Number].Version
	}
	return records, err
}

// lookAndNote reads all heads, and leaves their number as a note.
func lookAndNote(ctx context.Context, s *sqlite.Store) error {
	heads := 0
	if err := s.EachHead(ctx, 0, func(dossier.Head) error { heads++; return nil }); err != nil {
		return err
	}
	return s.SetMeta(ctx, "seen", strconv.Itoa(heads))
}

func sample(number int) dossier.Record {
	return dossier.Record{
		Head: dossier.Head{Number: number, Demarche: demarche, State: dossier.EnInstruction, Groupe: "Bretagne",
			DateDepot: noon, Modified: noon, ReadAt: noon, FirstSeen: noon,
			Judgement: dossier.Judgement{Call: "o2r-bretagne", JudgedWith: "s1"}},
		Dossier: &dossier.Dossier{Number: number, Demarche: demarche, Champs: []dossier.Champ{
			{ID: "c", Type: dossier.TextChamp, Text: strings.Repeat(fmt.Sprint("projet ", number, " "), 50)}}},
	}
}

var noon = time.Date(2026, time.March, 2, 11, 0, 0, 0, time.UTC)

func child(t *testing.T, role, file string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), roleVariable+"="+role, fileVariable+"="+file)
	cmd.Stderr = os.Stderr
	return cmd
}

func TestKilledWhileWriting(t *testing.T) {
	file := filepath.Join(t.TempDir(), "relais.db")
	reached := 0
	for _, lines := range []int{1, 2, 4, 7, 12, 3} { // "started" is the first
		reached = max(reached, runAndKill(t, "ingest", file, lines))
		s, err := sqlite.Open(t.Context(), file, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		page := verifyPositions(t, s)
		if page < reached {
			t.Fatalf("page %d was committed, the file stands at %d", reached, page)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		verifyIntegrity(t, file)
	}
	if reached == 0 {
		t.Fatal("no child wrote anything")
	}
}

// runAndKill kills a child after so many lines, and returns the last number it
// said.
func runAndKill(t *testing.T, role, file string, lines int) (last int) {
	t.Helper()
	cmd := child(t, role, file)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewScanner(out)
	for range lines {
		if !said.Scan() {
			break
		}
		last, _ = strconv.Atoi(said.Text())
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for said.Scan() { // what it said before it died
		if n, err := strconv.Atoi(said.Text()); err == nil {
			last = n
		}
	}
	_ = cmd.Wait() // killed: its exit status says nothing
	return last
}

// verifyPositions: every dossier up to the position is there, payload included.
func verifyPositions(t *testing.T, s *sqlite.Store) (page int) {
	t.Helper()
	at, err := s.Streams(t.Context(), demarche)
	if err != nil {
		t.Fatal(err)
	}
	page = pageOf(at)
	for number := 1; number <= page*pageSize; number++ {
		r, found, err := s.Record(t.Context(), number)
		if err != nil {
			t.Fatal(err)
		}
		if !found || r.Dossier == nil {
			t.Fatalf("the position is page %d, dossier %d is missing", page, number)
		}
	}
	return page
}

func verifyIntegrity(t *testing.T, file string) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Fatalf("integrity: %s %v", verdict, err)
	}
}

func TestKilledWhileCreating(t *testing.T) {
	for round := range 6 {
		file := filepath.Join(t.TempDir(), "var", "relais.db")
		cmd := child(t, "open", file)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		bufio.NewScanner(out).Scan() // started
		time.AfterFunc(time.Duration(round)*2*time.Millisecond, func() { _ = cmd.Process.Kill() })
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()
		put(t, open(t, file), sample(1))
	}
}

func TestSecondProcessLooksAndWrites(t *testing.T) {
	file := filepath.Join(t.TempDir(), "relais.db")
	s := open(t, file)
	put(t, s, sample(1))
	for range 3 {
		done := make(chan error, 1)
		cmd := child(t, "look", file)
		go func() { done <- cmd.Run() }()
		number := 1
		for finished := false; !finished; {
			select {
			case err := <-done:
				if err != nil {
					t.Fatalf("the second process: %v", err)
				}
				finished = true
			default:
				r := sample(number)
				r.Version = headVersion(t, s, number)
				put(t, s, r)
				number = number%300 + 1
			}
		}
		seen, err := s.Meta(t.Context(), "seen")
		if err != nil {
			t.Fatal(err)
		}
		if n, _ := strconv.Atoi(seen); n < 1 || n > 300 {
			t.Fatalf("the second process saw %q heads", seen)
		}
	}
}

func TestTwoHandles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "relais.db")
	a := open(t, file)
	put(t, a, sample(1))
	for number := int64(1); number <= 20; number++ {
		b, err := sqlite.Open(t.Context(), file, sqlite.Options{}) // opening and closing must not drop the locks of a
		if err != nil {
			t.Fatal(err)
		}
		if version := headVersion(t, b, 1); version != number {
			t.Fatalf("the second handle sees version %d, want %d", version, number)
		}
		r := sample(1)
		r.Version = number
		put(t, b, r)
		if version := headVersion(t, a, 1); version != number+1 {
			t.Fatalf("the first handle sees version %d, want %d", version, number+1)
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestOpenWhileWriting opens the file while it grows and its log moves into it.
func TestOpenWhileWriting(t *testing.T) {
	file := filepath.Join(t.TempDir(), "relais.db")
	s := open(t, file)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for number := 1; ; number++ {
			r := sample(number)
			r.Dossier.Champs[0].Text = incompressible(400_000)
			if _, err := s.Put(t.Context(), []dossier.Record{r}); err != nil {
				t.Error(err)
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	for range 60 {
		other, err := sqlite.Open(t.Context(), file, sqlite.Options{})
		if err != nil {
			t.Error(err)
			break
		}
		must(t, other.Close())
	}
	close(stop)
	<-stopped
}

func incompressible(size int) string {
	b := make([]byte, size)
	_, _ = rand.Read(b) // never fails
	return base64.StdEncoding.EncodeToString(b)
}

func put(t testing.TB, s *sqlite.Store, records ...dossier.Record) {
	t.Helper()
	conflicts, err := s.Put(t.Context(), records)
	if err != nil || len(conflicts) > 0 {
		t.Fatalf("conflicts %v, error %v", conflicts, err)
	}
}

func headVersion(t testing.TB, s *sqlite.Store, number int) int64 {
	t.Helper()
	heads, err := s.Heads(t.Context(), demarche, []int{number})
	if err != nil {
		t.Fatal(err)
	}
	return heads[number].Version
}
