package main

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func folder() fstest.MapFS {
	return fstest.MapFS{
		"bootstrap":          {Data: []byte("binary"), Mode: 0o755, ModTime: time.Unix(1e9, 0)},
		"infra/calls/a.yaml": {Data: []byte("a: 1\n"), Mode: 0o644, ModTime: time.Unix(1e9, 0)},
		"infra/calls/b.yaml": {Data: []byte("b: 1\n"), Mode: 0o644, ModTime: time.Unix(1e9, 0)},
	}
}

func packed(t *testing.T, folder fs.FS) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := pack(&out, folder); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestOnlyContentCounts changes what must not matter, then what must.
func TestOnlyContentCounts(t *testing.T) {
	want := packed(t, folder())
	for name, change := range map[string]func(fstest.MapFS){
		"dates":             func(m fstest.MapFS) { m["bootstrap"].ModTime = time.Now() },
		"rights of a group": func(m fstest.MapFS) { m["bootstrap"].Mode = 0o700; m["infra/calls/a.yaml"].Mode = 0o664 },
	} {
		m := folder()
		change(m)
		if !bytes.Equal(packed(t, m), want) {
			t.Errorf("%s change the zip", name)
		}
	}
	for name, change := range map[string]func(fstest.MapFS){
		"a byte": func(m fstest.MapFS) { m["bootstrap"].Data = []byte("Binary") },
		"a name": func(m fstest.MapFS) {
			m["infra/calls/c.yaml"] = m["infra/calls/b.yaml"]
			delete(m, "infra/calls/b.yaml")
		},
		"the right to execute": func(m fstest.MapFS) { m["bootstrap"].Mode = 0o644 },
	} {
		m := folder()
		change(m)
		if bytes.Equal(packed(t, m), want) {
			t.Errorf("%s does not change the zip", name)
		}
	}
}

// TestLambdaCanStartIt reads the zip as Lambda would.
func TestLambdaCanStartIt(t *testing.T) {
	raw := packed(t, folder())
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name+" "+f.Mode().String())
	}
	want := "bootstrap -rwxr-xr-x, infra/calls/a.yaml -rw-r--r--, infra/calls/b.yaml -rw-r--r--"
	if got := strings.Join(names, ", "); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestRefused(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "linked")
	if err := os.Mkdir(link, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(os.DevNull, filepath.Join(link, "bootstrap")); err != nil {
		t.Skip("this system has no links")
	}
	empty := filepath.Join(dir, "empty")
	if err := os.Mkdir(empty, 0o755); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out.zip")
	for name, folders := range map[string][]string{"a link": {link}, "nothing": {empty}, "no folder": {}, "a folder that is not there": {filepath.Join(dir, "none")}} {
		if err := run(&bytes.Buffer{}, out, folders); err == nil {
			t.Errorf("%s is packed", name)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s leaves a zip behind", name)
		}
	}
}
