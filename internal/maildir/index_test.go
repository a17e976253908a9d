package maildir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// counted tells how often a folder is listed.
func counted(d *Dir) *int {
	n := new(int)
	list := d.index.readDir
	d.index.readDir = func(path string) ([]fs.DirEntry, error) {
		*n++
		return list(path)
	}
	return n
}

// reopen is another process at the same folder.
func reopen(t *testing.T, d *Dir) *Dir {
	t.Helper()
	other, err := New(d.path)
	if err != nil {
		t.Fatal(err)
	}
	return other
}

// older makes what is in the folder, and the folder, older than what comes next,
// whatever the grain of the file system's clock.
func older(t *testing.T, d *Dir) {
	t.Helper()
	files, err := os.ReadDir(d.path)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		age(t, filepath.Join(d.path, f.Name()))
	}
	age(t, d.path)
}

func age(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	at := info.ModTime().Add(-time.Hour)
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}

// A year of mails is written and read without listing the folder for each.
func TestTheFolderIsNotListedForEachMail(t *testing.T) {
	d := open(t)
	listed := counted(d)
	const mails = 100
	for n := range mails {
		send(t, d, letter(fmt.Sprintf("m-%d", n), noon.Add(time.Duration(n)*time.Minute)))
	}
	for n := range mails {
		if _, err := d.Read(fmt.Sprintf("m-%d", n)); err != nil {
			t.Fatal(err)
		}
	}
	for n := range mails {
		send(t, d, letter(fmt.Sprintf("m-%d", n), noon))
	}
	if *listed > 2 {
		t.Errorf("listed %d times for %d mails", *listed, mails)
	}
	entries, err := d.List()
	if err != nil || len(entries) != mails {
		t.Errorf("%d mails (%v)", len(entries), err)
	}
	other := reopen(t, d)
	listed = counted(other)
	for n := range mails {
		if _, err := other.Read(fmt.Sprintf("m-%d", n)); err != nil {
			t.Fatal(err)
		}
	}
	if *listed != 1 {
		t.Errorf("another process listed %d times to read %d mails", *listed, mails)
	}
}

// What another process writes, replaces or removes is seen.
func TestTwoProcessesInOneFolder(t *testing.T) {
	one := open(t)
	two := reopen(t, one)
	send(t, one, letter("m-1", noon))
	if _, err := two.Read("m-1"); err != nil {
		t.Errorf("the other does not see it: %v", err)
	}
	if _, err := one.Read("m-2"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	older(t, one)
	send(t, two, letter("m-2", noon))
	if _, err := one.Read("m-2"); err != nil {
		t.Errorf("the one does not see it: %v", err)
	}
	again := letter("m-2", noon.Add(time.Hour))
	again.Text = "deuxième essai"
	send(t, one, again)
	files, _ := filepath.Glob(filepath.Join(one.path, "*"))
	if len(files) != 2 {
		t.Errorf("%d files for 2 mails", len(files))
	}
	if got, err := two.Read("m-2"); err != nil || got.Text != again.Text {
		t.Errorf("the other reads %q (%v)", got.Text, err)
	}
	older(t, one)
	if _, err := one.List(); err != nil {
		t.Fatal(err)
	}
	send(t, two, letter("m-3", noon))
	again = letter("m-3", noon.Add(time.Hour))
	send(t, one, again)
	if files, _ = filepath.Glob(filepath.Join(one.path, "*")); len(files) != 3 {
		t.Errorf("%d files for 3 mails: the repeat did not take its place", len(files))
	}
	older(t, one)
	for _, f := range files {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := two.Read("m-1"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// A repeat that another process wrote within the same instant stands beside the
// first; the list and the readings show the newer, once.
func TestTwoFilesOfOneMail(t *testing.T) {
	d := open(t)
	first, again := letter("m-1", noon), letter("m-1", noon.Add(time.Hour))
	again.Text = "deuxième essai"
	send(t, d, first)
	elsewhere := open(t)
	send(t, elsewhere, again)
	copied, err := os.ReadFile(filepath.Join(elsewhere.path, entryFor(again).File))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.path, entryFor(again).File), copied, 0o600); err != nil {
		t.Fatal(err)
	}
	entries, err := d.List()
	if err != nil || len(entries) != 1 || len(d.index.byID["m-1"]) != 1 {
		t.Errorf("%d mails, %d remembered (%v)", len(entries), len(d.index.byID["m-1"]), err)
	}
	if got, err := d.Read("m-1"); err != nil || got.Text != again.Text {
		t.Errorf("read %q (%v)", got.Text, err)
	}
}

// A mail that another process wrote within the same instant is found all the same.
func TestAMailWrittenWithinTheSameInstant(t *testing.T) {
	one := open(t)
	send(t, one, letter("m-1", noon))
	before := one.index.changed
	send(t, reopen(t, one), letter("m-2", noon))
	if err := os.Chtimes(one.path, before, before); err != nil {
		t.Fatal(err)
	}
	if _, err := one.Read("m-2"); err != nil {
		t.Error(err)
	}
}

func TestAFolderThatCannotBeListed(t *testing.T) {
	d := open(t)
	d.index.readDir = func(string) ([]fs.DirEntry, error) { return nil, fs.ErrPermission }
	_, listed := d.List()
	_, read := d.Read("m-1")
	for what, err := range map[string]error{"list": listed, "read": read, "send": d.Send(t.Context(), letter("m-1", noon))} {
		if !errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
