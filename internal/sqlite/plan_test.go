package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/dossier"
	"relais/internal/ingest"
	"relais/internal/notify"
)

func newStore(t testing.TB) (*Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "relais.db")
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, path
}

// inOrderOfID steps over hidden hints until it has enough visible ones.
const inOrderOfID = "SCAN hints"

// TestPlans holds the promise of the package documentation: the work of a call
// grows with what it returns. No scan of a table, no sort.
func TestPlans(t *testing.T) {
	s, _ := newStore(t)
	for name, c := range map[string]struct {
		query string
		want  []string
	}{
		"Heads":             {headsOf, []string{"SEARCH dossiers USING INTEGER PRIMARY KEY"}},
		"JudgedOtherwise 1": {firstStamp, []string{"COVERING INDEX dossiers_judged (demarche=?"}},
		"JudgedOtherwise 2": {stampAfter, []string{"COVERING INDEX dossiers_judged (demarche=? AND judged_with>?"}},
		"JudgedOtherwise 3": {stampedWith, []string{"COVERING INDEX dossiers_judged (demarche=? AND judged_with=? AND rowid>?"}},
		"JudgedOtherwise 4": {recordsOf, []string{"SEARCH d USING INTEGER PRIMARY KEY", "SEARCH p USING INTEGER PRIMARY KEY"}},
		"Put":               {updateDossier, []string{"SEARCH dossiers USING INTEGER PRIMARY KEY"}},
		"Record":            {recordByNumber, []string{"SEARCH d USING INTEGER PRIMARY KEY", "SEARCH p USING INTEGER PRIMARY KEY"}},
		"EachHead":          {headsAfter, []string{"SEARCH dossiers USING INTEGER PRIMARY KEY (rowid>?)"}},
		"HeadsSince":        {headsSince, []string{"INDEX dossiers_written (written>?"}},
		"IntentionsOf":      {intentionsOf, []string{"INDEX intentions_dossier (<expr>=?)"}},
		"Due 1":             {dueBeside, []string{"INDEX dossiers_due (next_step=? AND rowid>?)", "SEARCH p USING INTEGER PRIMARY KEY"}},
		"Due 2":             {dueAfter, []string{"INDEX dossiers_due (next_step>? AND next_step<?)", "SEARCH p USING INTEGER PRIMARY KEY"}},
		"People":            {freePeople, []string{"INDEX intentions_free (status=? AND person>?)"}},
		"Of":                {freeIntentions, []string{"INDEX intentions_free (status=? AND person=?)"}},
		"Rows":              {intentionByKey, []string{"(key=?)"}},
		"EachIntention":     {intentionsAfter, []string{"INDEX intentions_age ((created_at,key)>(?,?))"}},
		"Mark":              {markIntention, []string{"(key=?)"}},
		"Claim":             {claimIntention, []string{"(key=?)"}},
		"Settle":            {settleMail, []string{"(id=?)"}},
		"Release":           {releaseMail, []string{"(id=?)"}},
		"Reclaim":           {reclaimMail, []string{"(id=?)"}},
		"Orphans":           {unsettledMail, []string{"INDEX mails_unsettled (claimed_at<?)"}},
		"Cases":             {casesBetween, []string{"PRIMARY KEY (demarche>? AND demarche<?)"}},
		"PutCase":           {putCase, nil},
		"DropCase":          {dropCase, []string{"PRIMARY KEY (demarche=? AND number=?)"}},
		"Pull":              {pullHints, []string{"SEARCH hints USING INTEGER PRIMARY KEY (rowid=?)", inOrderOfID}},
		"Done":              {forgetHints, []string{"SEARCH hints USING INTEGER PRIMARY KEY (rowid=?)"}},
		"RaiseAlarm":        {raiseAlarm, nil},
		"ClearAlarm":        {clearAlarm, []string{"PRIMARY KEY (cause=?)"}},
		"Refuse":            {refuseMail, []string{"(id=?)"}},
		"Suppress":          {suppressAddress, nil},
		"Allow":             {allowAddress, []string{"PRIMARY KEY (digest=?)"}},
		"Suppressed":        {suppressedSince, []string{"PRIMARY KEY (digest=?)"}},
	} {
		t.Run(name, func(t *testing.T) {
			steps := explainQuery(t, s, c.query)
			plan := strings.Join(steps, "\n")
			for _, want := range c.want {
				if !strings.Contains(plan, want) {
					t.Errorf("the plan has no %q:\n%s", want, plan)
				}
			}
			for _, step := range steps {
				scans := strings.HasPrefix(step, "SCAN") && !strings.HasPrefix(step, "SCAN json_each") && step != inOrderOfID
				if scans || strings.Contains(step, "TEMP B-TREE") {
					t.Errorf("the plan has the step %q:\n%s", step, plan)
				}
			}
		})
	}
}

func explainQuery(t *testing.T, s *Store, query string) []string {
	t.Helper()
	args := make([]any, strings.Count(query, "?"))
	for _, name := range []string{"number", "demarche", "version", "next_step", "stamp", "fresh", "head", "id", "at", "seen",
		"now", "until", "limit"} {
		if strings.Contains(query, ":"+name) {
			args = append(args, sql.Named(name, nil))
		}
	}
	steps, err := all(t.Context(), s.writes, func(rows *sql.Rows) (string, error) {
		var id, parent, unused int
		var detail string
		err := rows.Scan(&id, &parent, &unused, &detail)
		return detail, err
	}, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	return steps
}

// TestWritesReachTheDisk: what a power cut must not lose waits for the disk. A
// claim lost is a second mail, a hint lost after its answer is not sent again.
func TestWritesReachTheDisk(t *testing.T) {
	s, _ := newStore(t)
	noon := time.Date(2026, time.March, 2, 11, 0, 0, 0, time.UTC)
	levels := spySynchronous(t, s)
	for _, c := range []struct {
		name string
		call func(ctx context.Context) error
		want string
	}{
		{"Enqueue", func(ctx context.Context) error {
			_, err := s.Enqueue(ctx, []notify.Intention{{Key: "k", Person: "p", Status: notify.Pending}})
			return err
		}, normal},
		{"Claim", func(ctx context.Context) error {
			return s.Claim(ctx, notify.Mail{ID: "m", Person: "p", Keys: []string{"k"}, ClaimedAt: noon})
		}, full},
		{"Reclaim", func(ctx context.Context) error {
			return s.Reclaim(ctx, notify.Mail{ID: "m", ClaimedAt: noon}, noon.Add(time.Hour))
		}, full},
		{"Settle", func(ctx context.Context) error { return s.Settle(ctx, "m", notify.Sent, noon) }, full},
		{"Push", func(ctx context.Context) error { return s.Push(ctx, ingest.Hint{Number: 1}) }, full},
		{"Pull", func(ctx context.Context) error { _, err := s.Pull(ctx, noon, 0, 1); return err }, normal},
		{"RaiseAlarm", func(ctx context.Context) error { _, err := s.RaiseAlarm(ctx, "a", noon); return err }, full},
		{"ClearAlarm", func(ctx context.Context) error { return s.ClearAlarm(ctx, "a") }, normal},
		{"Refuse", func(ctx context.Context) error { _, err := s.Refuse(ctx, "m", noon); return err }, full},
		{"Suppress", func(ctx context.Context) error { return s.Suppress(ctx, "d", noon) }, full},
		{"Allow", func(ctx context.Context) error { return s.Allow(ctx, "d") }, full},
	} {
		if err := c.call(t.Context()); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got := levels(); got != c.want {
			t.Errorf("%s writes with synchronous = %s, want %s", c.name, got, c.want)
		}
	}
}

// Levels of PRAGMA synchronous.
const (
	normal = "1"
	full   = "2"
)

// spySynchronous returns the levels at which rows were written since it was last
// asked.
func spySynchronous(t *testing.T, s *Store) func() string {
	t.Helper()
	spy := "CREATE TEMP TABLE spied (level);"
	for _, table := range []string{"intentions", "mails", "hints", "alarms", "suppressed"} {
		for _, event := range []string{"INSERT", "UPDATE", "DELETE"} {
			spy += fmt.Sprintf("CREATE TEMP TRIGGER spy_%s_%s AFTER %[2]s ON main.%[1]s BEGIN "+
				"INSERT INTO spied SELECT synchronous FROM pragma_synchronous('main'); END;", table, event)
		}
	}
	if _, err := s.writes.ExecContext(t.Context(), spy); err != nil { // its only connection
		t.Fatal(err)
	}
	return func() string {
		levels, _, err := one(t.Context(), s.writes, scanText, "SELECT coalesce(group_concat(DISTINCT level), '') FROM spied")
		if err == nil {
			_, err = s.writes.ExecContext(t.Context(), "DELETE FROM spied")
		}
		if err != nil {
			t.Fatal(err)
		}
		return levels
	}
}

func TestConnections(t *testing.T) {
	s, _ := newStore(t)
	for pragma, want := range map[string][2]string{ // of writers, of readers
		"journal_mode":  {"wal", "wal"},
		"busy_timeout":  {"10000", "10000"},
		"foreign_keys":  {"1", "1"},
		"secure_delete": {"1", ""},
		"mmap_size":     {"0", "0"},
		"cache_size":    {"-4096", "-1024"},
		"query_only":    {"0", "1"},
		"temp_store":    {"2", "2"},
		"page_size":     {"4096", "4096"},
	} {
		for i, db := range []*sql.DB{s.writes, s.reads} {
			var got string
			err := db.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got)
			if want[i] != "" && got != want[i] {
				t.Errorf("%s is %q, want %q (error %v)", pragma, got, want[i], err)
			}
		}
	}
}

// TestInspectWhileItGrows: a log that moves into the file writes the header
// before the last pages.
func TestInspectWhileItGrows(t *testing.T) {
	s, path := newStore(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content[:len(content)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := inspect(t.Context(), path); err != nil {
		t.Error(err)
	}
}

// TestCancelledPage: in this store a page is written whole or not at all.
func TestCancelledPage(t *testing.T) {
	s, _ := newStore(t)
	for number := 1; number < 4000; number += 100 {
		var page []dossier.Record
		for i := range 100 {
			page = append(page, dossier.Record{Head: dossier.Head{Number: number + i, Demarche: 1}})
		}
		ctx, cancel := context.WithCancel(t.Context())
		go cancel()
		_, err := s.Put(ctx, page)
		var kept int
		count := fmt.Sprintf("SELECT count(*) FROM dossiers WHERE number >= %d", number)
		if err := s.reads.QueryRowContext(t.Context(), count).Scan(&kept); err != nil {
			t.Fatal(err)
		}
		if kept != 0 && kept != 100 || err == nil && kept == 0 {
			t.Fatalf("%d records of a page are kept, error %v", kept, err)
		}
	}
}

// TestDamagedPayload: the error names the dossier and quotes nothing.
func TestDamagedPayload(t *testing.T) {
	s, _ := newStore(t)
	r := dossier.Record{Head: dossier.Head{Number: 7, Demarche: 1}, Dossier: &dossier.Dossier{Number: 7}}
	if _, err := s.Put(t.Context(), []dossier.Record{r}); err != nil {
		t.Fatal(err)
	}
	secret := s.codec.enc.EncodeAll([]byte(`{"number":"Mme Secret"}`), nil)
	for name, c := range map[string]struct {
		format int
		body   []byte
	}{
		"another format": {2, secret}, "not compressed": {zstdJSON, []byte("Mme Secret")},
		"another shape": {zstdJSON, secret}, "cut short": {zstdJSON, secret[:len(secret)-3]},
	} {
		if _, err := s.writes.ExecContext(t.Context(), putPayload, 7, c.format, c.body); err != nil {
			t.Fatal(err)
		}
		_, _, err := s.Record(t.Context(), 7)
		if err == nil || !strings.Contains(err.Error(), "dossier 7") || strings.Contains(err.Error(), "Secret") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if heads, err := s.Heads(t.Context(), 1, []int{7}); err != nil || !slices.Contains([]int{7}, heads[7].Number) {
		t.Errorf("the head is not read: %v", err)
	}
}
