package sqlite_test

import (
	"context"
	"database/sql"
	_ "embed"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/dossier"
	"relais/internal/ingest"
	"relais/internal/notify"
	"relais/internal/sqlite"
)

var (
	//go:embed testdata/schema1.sql
	schema1 string
	//go:embed testdata/schema2.sql
	schema2 string
	//go:embed testdata/schema3.sql
	schema3 string
)

func version1(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "relais.db")
	execute("BEGIN;"+schema1+"COMMIT")(t, path)
	return path
}

// TestVersion1: a file of schema 1 comes forward with all that it holds, and has
// what is new.
func TestVersion1(t *testing.T) {
	path := version1(t)
	for range 2 { // the second opening finds the same
		s := open(t, path)
		wantVersion1Dossiers(t, s)
		wantVersion1Rest(t, s)
		if cases, err := s.Cases(t.Context(), 0); err != nil || len(cases) > 0 {
			t.Errorf("cases %v, error %v", cases, err)
		}
	}
	s := open(t, path)
	must(t, s.PutCase(t.Context(), ingest.Case{Demarche: demarche, Number: 3}))
	must(t, s.Push(t.Context(), ingest.Hint{Demarche: demarche, Number: 3}))
	if hints, err := s.Pull(t.Context(), noon, time.Hour, 9); err != nil || len(hints) != 1 {
		t.Errorf("hints %v, error %v", hints, err)
	}
	if first, err := s.RaiseAlarm(t.Context(), "a", noon); err != nil || !first {
		t.Errorf("first %v, error %v", first, err)
	}
	wantNewInVersion3(t, s)
	wantNewInVersion4(t, s)
	wantSchemaOfNewFile(t, path)
}

// TestVersion2: the same of schema 2.
func TestVersion2(t *testing.T) {
	path := version1(t)
	execute("BEGIN;"+schema2+"COMMIT")(t, path)
	for range 2 {
		s := open(t, path)
		wantVersion1Dossiers(t, s)
		wantVersion1Rest(t, s)
		cases, err := s.Cases(t.Context(), 0)
		must(t, err)
		equal(t, []ingest.Case{{Demarche: demarche, Number: 7, Cause: "timeout", FirstSeen: noon, Attempts: 3, NextTry: noon}}, cases)
		alarms, err := s.Alarms(t.Context())
		must(t, err)
		equal(t, []ingest.Alarm{{Cause: "copy/9001", Since: noon}}, alarms)
	}
	s := open(t, path)
	hints, err := s.Pull(t.Context(), noon, time.Hour, 9)
	must(t, err)
	equal(t, []ingest.Hint{{ID: 4, Demarche: demarche, Number: 8, ReceivedAt: noon, Attempts: 3}}, hints)
	wantNewInVersion3(t, s)
	wantNewInVersion4(t, s)
	wantSchemaOfNewFile(t, path)
}

// TestVersion3: the same of schema 3.
func TestVersion3(t *testing.T) {
	path := version1(t)
	execute("BEGIN;"+schema2+schema3+"COMMIT")(t, path)
	s := open(t, path)
	wantVersion1Dossiers(t, s)
	wantVersion1Rest(t, s)
	since, err := s.Suppressed(t.Context(), "e")
	must(t, err)
	equal(t, noon, since)
	wantNewInVersion4(t, s)
	wantSchemaOfNewFile(t, path)
}

// wantNewInVersion4: the heads of an older version are read once, then what is
// written.
func wantNewInVersion4(t *testing.T, s *sqlite.Store) {
	t.Helper()
	mark := int64(0)
	written := func() (numbers []int) {
		t.Helper()
		next, err := s.HeadsSince(t.Context(), mark, func(h dossier.Head) error {
			numbers = append(numbers, h.Number)
			return nil
		})
		must(t, err)
		mark = next
		return numbers
	}
	equal(t, []int{1, 2}, written())
	equal(t, []int(nil), written())
	r, _, err := s.Record(t.Context(), 1)
	must(t, err)
	put(t, s, r)
	equal(t, []int{1}, written())
	equal(t, []int(nil), written())
	of, err := s.IntentionsOf(t.Context(), 1)
	must(t, err)
	if len(of) != 1 || of[0].Key != "k1" {
		t.Errorf("intentions of dossier 1: %v", of)
	}
}

// wantNewInVersion3 also refuses a mail that an older version sent.
func wantNewInVersion3(t *testing.T, s *sqlite.Store) {
	t.Helper()
	since, err := s.Suppressed(t.Context(), "d")
	must(t, err)
	equal(t, time.Time{}, since)
	must(t, s.Suppress(t.Context(), "d", noon))
	since, err = s.Suppressed(t.Context(), "d")
	must(t, err)
	equal(t, noon, since)
	if refused, err := s.Refuse(t.Context(), "m", noon); err != nil || !refused {
		t.Errorf("refused %v, error %v", refused, err)
	}
}

func wantSchemaOfNewFile(t *testing.T, path string) {
	t.Helper()
	want := schemaOf(t, filepath.Join(filepath.Dir(path), "new.db"))
	if diff := cmp.Diff(want, schemaOf(t, path)); diff != "" {
		t.Errorf("schema of a new file (-), of one brought forward (+):\n%s", diff)
	}
}

func wantVersion1Dossiers(t *testing.T, s *sqlite.Store) {
	t.Helper()
	r, found, err := s.Record(t.Context(), 1)
	if err != nil || !found || r.Dossier == nil {
		t.Fatalf("dossier 1: found %v, payload %v, error %v", found, r.Dossier != nil, err)
	}
	equal(t, "contenu", r.Dossier.Champs[0].Text)
	equal(t, int64(2), r.Version)
	equal(t, noon, r.Modified)
	equal(t, noon.AddDate(0, 0, 1), r.Judgement.Deadlines[0].Steps[0].At)
	due, err := s.Due(t.Context(), noon.AddDate(0, 0, 1), notify.Seen{}, 9)
	must(t, err)
	equal(t, []dossier.Record{r}, due)
	old, err := s.JudgedOtherwise(t.Context(), demarche, "s2", 0, 9)
	must(t, err)
	equal(t, []dossier.Record{r}, old)
	heads, err := s.Heads(t.Context(), demarche, []int{1, 2})
	must(t, err)
	equal(t, map[int]dossier.Head{
		1: r.Head, 2: {Number: 2, Demarche: demarche, Version: 1, DateDepot: noon, Removed: dossier.Purged, RemovedAt: noon},
	}, heads)
}

func wantVersion1Rest(t *testing.T, s *sqlite.Store) {
	t.Helper()
	at, err := s.Streams(t.Context(), demarche)
	must(t, err)
	equal(t, ingest.Streams{
		Demarche: demarche, Version: 1, Position: dossier.Position{Cursor: "c", Since: noon},
		Reached: noon, ReachedAt: noon, Settled: true, CompletedAt: noon,
	}, at)
	d, _, err := s.Demarche(t.Context(), demarche)
	must(t, err)
	equal(t, dossier.Demarche{ID: "i", Number: demarche, Title: "AMI O2R"}, d)
	plan, err := s.CallPlan(t.Context(), "o2r-bretagne")
	must(t, err)
	equal(t, notify.Plan{Call: "o2r-bretagne", Version: 1, AdoptedAt: noon}, plan)
	mail, _, err := s.Mail(t.Context(), "m")
	must(t, err)
	equal(t, notify.Mail{
		ID: "m", Person: "p", Keys: []string{"k1"}, ClaimedAt: noon, Status: notify.Sent, SettledAt: noon, Attempts: 1,
	}, mail)
	statuses := map[string]notify.Status{}
	must(t, s.EachIntention(t.Context(), func(i notify.Intention) error { statuses[i.Key] = i.Status; return nil }))
	equal(t, map[string]notify.Status{"k1": notify.Sent, "k2": notify.Held}, statuses)
	host, err := s.Meta(t.Context(), "host")
	must(t, err)
	equal(t, "demarches.example", host)
}

// schemaOf is what stands in the file once this version has opened it.
func schemaOf(t *testing.T, path string) map[string]string {
	t.Helper()
	open(t, path)
	db, err := sql.Open("sqlite", path)
	must(t, err)
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), "SELECT name, coalesce(sql, '') FROM sqlite_schema")
	must(t, err)
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var name, statement string
		must(t, rows.Scan(&name, &statement))
		out[name] = statement
	}
	must(t, rows.Err())
	return out
}

func TestVersion1AtOnce(t *testing.T) {
	for range 2 {
		path := version1(t)
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
				if err != nil {
					t.Error(err)
					return
				}
				defer s.Close()
				if err := s.Push(t.Context(), ingest.Hint{}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		hints, err := open(t, path).Pull(t.Context(), noon, time.Hour, 10)
		must(t, err)
		equal(t, 6, len(hints))
	}
}

// TestVersion1CutShort: what interrupts the migration leaves a file that the next
// opening brings forward.
func TestVersion1CutShort(t *testing.T) {
	for round := range 8 {
		path := version1(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(round)*300*time.Microsecond)
		s, err := sqlite.Open(ctx, path, sqlite.Options{})
		cancel()
		if err == nil {
			must(t, s.Close())
		}
		wantVersion1Dossiers(t, open(t, path))
	}
}

func equal(t testing.TB, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}
