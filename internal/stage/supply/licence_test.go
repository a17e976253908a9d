package supply

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write infra/licences.md")

// allowed licences ask for their text to be kept, and for nothing else.
var allowed = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "public-domain"}

// besides are files that are named as licences and are not the licence of
// anything linked.
var besides = map[string]string{
	"github.com/aws/aws-lambda-go LICENSE-SUMMARY": "tells which of its two licences is for what",
	"modernc.org/memory LICENSE-LOGO":              "of a picture",
	"github.com/wneessen/go-mail go.sum.license":   "of a list of digests",
}

// notLinked are licences in a file that are of something else: MPL-2.0, which names
// the others, is of github.com/hashicorp/golang-lru, a tool of its author's. Were
// it linked, it would be in the list itself.
var notLinked = map[string][]string{
	"modernc.org/sqlite LICENSE-3RD-PARTY.md": {"AGPL", "GPL", "LGPL", "MPL-2.0"},
}

// licencesOf names what the files of a module say.
func licencesOf(m module) (licences []string, err error) {
	names, err := m.licenceFiles()
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if besides[m.Path+" "+name] != "" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(m.Dir, filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		found := recognise(string(text))
		if len(found) == 0 {
			return nil, fmt.Errorf("%s %s: nobody knows the licence of %s", m.Path, m.Version, name)
		}
		for _, l := range found {
			if !slices.Contains(notLinked[m.Path+" "+name], l) {
				licences = append(licences, l)
			}
		}
	}
	if len(licences) == 0 {
		return nil, fmt.Errorf("%s %s has no licence", m.Path, m.Version)
	}
	slices.Sort(licences)
	return slices.Compact(licences), nil
}

func refused(licences []string) (no []string) {
	for _, l := range licences {
		if !slices.Contains(allowed, l) {
			no = append(no, l)
		}
	}
	return no
}

const head = `# Licences

What is linked into the seven binaries, as ` + "`make licences`" + ` found it in the modules
themselves: the licence files at a module's root and beside its linked packages. A
test compares this list with the source, and refuses a licence that is not one of
%s.

| module | version | licences |
|---|---|---|
| Go's standard library | of the compiler | BSD-3-Clause |
`

// TestLicences compares what is linked with infra/licences.md.
func TestLicences(t *testing.T) {
	var text strings.Builder
	fmt.Fprintf(&text, head, strings.Join(allowed, ", "))
	modules := linked(t)
	if len(modules) < 20 {
		t.Fatalf("%d modules: the list is broken", len(modules))
	}
	for _, m := range modules {
		licences, err := licencesOf(m)
		if err != nil {
			t.Error(err)
			continue
		}
		if no := refused(licences); len(no) > 0 {
			t.Errorf("%s %s: %q is not allowed", m.Path, m.Version, no)
		}
		fmt.Fprintf(&text, "| %s | %s | %s |\n", m.Path, m.Version, strings.Join(licences, ", "))
	}
	if t.Failed() {
		return
	}
	path := filepath.Join(root, "infra", "licences.md")
	if *update {
		if err := os.WriteFile(path, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	written, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(written), "\n"), strings.Split(text.String(), "\n")); diff != "" {
		t.Errorf("infra/licences.md is not of this source: run make licences, read what changed\n%s", diff)
	}
}

// TestRecognise reads texts of which the licence is known, and some with more in
// them than they show.
func TestRecognise(t *testing.T) {
	const (
		mit = "Permission is hereby granted, free of charge, to any person obtaining a copy of this software\n"
		own = "The above copyright notice and this permission notice shall be included"
		bsd = "Redistribution and use in source and binary\n * forms, with or without modification, are permitted"
		end = "Neither the name of X nor the names of its contributors may be used to endorse or\npromote products derived from this software"
	)
	for _, c := range []struct{ name, text, want string }{
		{"MIT", "The MIT License (MIT)\n\nCopyright (c) A\n\n" + mit + own, "MIT"},
		{"MIT without its notice", mit, "MIT-0"},
		{"BSD of two clauses", bsd, "BSD-2-Clause"},
		{"of three", bsd + "\n" + end, "BSD-3-Clause"},
		{"of four", bsd + "\nAll advertising materials mentioning features or use of this software must\n" + end, "BSD-4-Clause"},
		{"Apache", "                                 Apache License\n                           Version 2.0, January 2004", "Apache-2.0"},
		{"two in one", mit + own + "\n---\n" + bsd, "BSD-2-Clause MIT"},
		{"a clause against selling", "\"Commons Clause\" License Condition v1.0\n" + mit + own, "Commons-Clause MIT"},
		{"copyleft under a permissive head", mit + own + "\nor the GNU Lesser\nGeneral Public License", "LGPL MIT"},
		{"nothing known", "All rights reserved.", ""},
		{"a name is no licence", "Licensed under the MIT License.", ""},
	} {
		got := recognise(c.text)
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestLicencesCanFail plants modules that must not pass.
func TestLicencesCanFail(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"no licence at all":    {"README.md": "free"},
		"an unknown one":       {"LICENSE": "Ask me first."},
		"another for a folder": {"LICENSE": "Apache License Version 2.0, January 2004", "deep/COPYING": "GNU GENERAL PUBLIC LICENSE"},
	} {
		m := module{Path: "example.org/m", Version: "v1.0.0", Dir: t.TempDir()}
		m.folders = []string{filepath.Join(m.Dir, "deep", "er")}
		if err := os.MkdirAll(m.folders[0], 0o755); err != nil {
			t.Fatal(err)
		}
		for file, text := range files {
			if err := os.WriteFile(filepath.Join(m.Dir, filepath.FromSlash(file)), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		licences, err := licencesOf(m)
		if err == nil && len(refused(licences)) == 0 {
			t.Errorf("%s: passes as %q", name, licences)
		}
	}
}
