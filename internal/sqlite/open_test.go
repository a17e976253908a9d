package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"relais/internal/sqlite"
)

func TestOpenCreates(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{
		"relais.db", "a/b/relais.db", "avec espace/é.db", "50%25/100%.db", "who?cache=shared.db", "a#b&mode=ro.db",
		"it's \"quoted\".db", "file:relais.db", ":memory:",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, name)
			s := open(t, path)
			put(t, s, sample(1))
			if headVersion(t, open(t, path), 1) != 1 {
				t.Error("a second handle does not see the dossier")
			}
			wantMode(t, path, 0o600)
			wantMode(t, path+"-wal", 0o600)
			if parent := filepath.Dir(path); parent != dir {
				wantMode(t, parent, 0o700)
			}
		})
	}
}

func wantMode(t *testing.T, path string, want fs.FileMode) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return // no such rights there
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Error(err)
	} else if got := info.Mode().Perm(); got != want {
		t.Errorf("%s has mode %o, want %o", filepath.Base(path), got, want)
	}
}

func TestOpenRelative(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, open(t, "var/relais.db"), sample(1))
	t.Chdir("var") // the open store does not depend on the current folder
	if headVersion(t, open(t, "relais.db"), 1) != 1 {
		t.Error("the relative path led elsewhere")
	}
}

func TestOpenSaysWhenItWasCreated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "relais.db")
	for _, day := range []int{1, 2} { // the second opening changes nothing
		s, err := sqlite.Open(t.Context(), path, sqlite.Options{
			Now: func() time.Time { return time.Date(2026, 3, day, 1, 0, 0, 0, time.FixedZone("Paris", 3600)) },
		})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if got, err := s.Meta(t.Context(), "created_at"); err != nil || got != "2026-03-01T00:00:00Z" {
			t.Errorf("created at %q, error %v", got, err)
		}
	}
}

// TestOpenRefuses: a clear error, and no byte of what was there is touched.
func TestOpenRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		arrange func(t *testing.T, path string)
		suffix  string
		want    string
	}{
		"no path":          {func(*testing.T, string) {}, "", "the path is empty"},
		"a folder":         {func(t *testing.T, path string) { must(t, os.Mkdir(path, 0o755)) }, "x", "is a folder"},
		"a text":           {write("Cher journal,\n"), "x", "is not a SQLite file"},
		"a long text":      {write(strings.Repeat("Cher journal,\n", 5000)), "x", "is not a SQLite file"},
		"one byte":         {write("\x00"), "x", "is not a SQLite file"},
		"zeros":            {write(strings.Repeat("\x00", 8192)), "x", "is not a SQLite file"},
		"a header only":    {write("SQLite format 3\x00"), "x", "is not a SQLite file"},
		"a lying header":   {write("SQLite format 3\x00" + strings.Repeat("\x7f", 8000)), "x", "is not a SQLite file"},
		"another program":  {execute("CREATE TABLE clients (name); INSERT INTO clients VALUES ('x')"), "x", "another program"},
		"its log too":      {execute("PRAGMA journal_mode=WAL; CREATE TABLE clients (name)"), "x", "another program"},
		"another id":       {execute("PRAGMA application_id=1; CREATE TABLE t (x)"), "x", "another program"},
		"a newer Relais":   {newer, "x", "newer Relais (schema 999"},
		"below a file":     {write(""), "x/y", "cannot be opened"},
		"a dangling link":  {func(t *testing.T, path string) { must(t, os.Symlink(path+"-absent/y", path)) }, "x", "cannot be written"},
		"a folder's child": {func(t *testing.T, path string) { must(t, os.MkdirAll(path+"/relais.db", 0o755)) }, "x/relais.db", "is a folder"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			c.arrange(t, filepath.Join(dir, "x"))
			before := snapshot(t, dir)
			path := ""
			if c.suffix != "" {
				path = filepath.Join(dir, filepath.FromSlash(c.suffix))
			}
			s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
			if err == nil {
				s.Close()
				t.Fatal("opened")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %q does not say %q", err, c.want)
			}
			if strings.Count(err.Error(), dir) > 1 {
				t.Errorf("error %q names the path more than once", err)
			}
			if after := snapshot(t, dir); !maps.Equal(before, after) {
				t.Errorf("files before: %v, after: %v", slices.Sorted(maps.Keys(before)), slices.Sorted(maps.Keys(after)))
			}
		})
	}
}

func TestOpenRefusesWithoutRights(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("not proven: the superuser has every right")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "relais.db")
	s := open(t, path)
	must(t, s.Close())
	for _, c := range []struct {
		path string
		mode fs.FileMode
		open string
		want string
	}{
		{path, 0o000, path, "cannot be read"},
		{path, 0o400, path, "cannot be written"},
		{dir, 0o500, filepath.Join(dir, "new.db"), "cannot be created"},
		{dir, 0o500, filepath.Join(dir, "a", "new.db"), "folder cannot be created"},
		{dir, 0o000, path, "cannot be opened"},
	} {
		info, err := os.Stat(c.path)
		must(t, err)
		must(t, os.Chmod(c.path, c.mode))
		s, err := sqlite.Open(t.Context(), c.open, sqlite.Options{})
		must(t, os.Chmod(c.path, info.Mode()))
		if err == nil {
			// A read-only file may open; it must say so at the first write.
			err = s.SetMeta(t.Context(), "k", "v")
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("mode %o of %s: error %v, want %q", c.mode, filepath.Base(c.path), err, c.want)
		}
	}
}

func TestOpenEmptyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "relais.db")
	write("")(t, path)
	put(t, open(t, path), sample(1))
}

func TestOpenAtOnce(t *testing.T) {
	for range 5 {
		path := filepath.Join(t.TempDir(), "a", "relais.db")
		var wg sync.WaitGroup
		for i := range 6 {
			wg.Go(func() {
				s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
				if err != nil {
					t.Error(err)
					return
				}
				defer s.Close()
				put(t, s, sample(i+1))
			})
		}
		wg.Wait()
	}
}

func TestOpenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := filepath.Join(t.TempDir(), "relais.db")
	if _, err := sqlite.Open(ctx, path, sqlite.Options{}); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	put(t, open(t, path), sample(1))
}

func TestOpenDoesNotWaitForAWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "relais.db")
	put(t, open(t, path), sample(1))
	db, err := sql.Open("sqlite", path+"?_txlock=immediate")
	must(t, err)
	defer db.Close()
	tx, err := db.BeginTx(t.Context(), nil)
	must(t, err)
	defer tx.Rollback()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // below the wait for the lock
	defer cancel()
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	must(t, err)
	defer s.Close()
	if headVersion(t, s, 1) != 1 {
		t.Error("the dossier is not seen")
	}
}

func write(content string) func(*testing.T, string) {
	return func(t *testing.T, path string) { must(t, os.WriteFile(path, []byte(content), 0o644)) }
}

func execute(statements string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		db, err := sql.Open("sqlite", path)
		must(t, err)
		defer db.Close()
		_, err = db.ExecContext(t.Context(), statements)
		must(t, err)
	}
}

func newer(t *testing.T, path string) {
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	must(t, err)
	must(t, s.Close())
	execute("PRAGMA user_version = 999")(t, path)
}

// snapshot is every file and folder below dir, with its content.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	must(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			out[path] = entry.Type().String()
			return err
		}
		content, err := os.ReadFile(path)
		out[path] = string(content)
		return err
	}))
	return out
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
