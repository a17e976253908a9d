package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

// TestPublishedSchema says whether the tests of this folder ran on the published
// schema; without it they run on ours, and prove less.
func TestPublishedSchema(t *testing.T) {
	if os.Getenv("DS_SCHEMA") == "" {
		t.Skip("not proven: DS_SCHEMA names no published schema (see make schema)")
	}
	newOther(t, 1)
}

// TestFirstDayOnAnotherPlatform is a newcomer's path: init, check, poll, poll
// again, export.
func TestFirstDayOnAnotherPlatform(t *testing.T) {
	t.Parallel()
	p := newOther(t, 1000)
	d := ready(t, p)
	d.do(0, "check")
	p.forget()

	first := d.do(0, "poll", "--json").counts(t)
	want := pollCounts{Requests: first.Requests, DossiersRead: 1000, Created: 1000, DurationMS: first.DurationMS, Complete: true}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Errorf("first pass: %s", diff)
	}
	if first.Requests > 14 || first.Requests != p.requests() {
		t.Errorf("first pass: %d requests reported, %d received, want at most 14", first.Requests, p.requests())
	}
	d.isTrue(p)

	p.forget()
	again := d.do(0, "poll", "--json").counts(t)
	if again.Created != 0 || again.Updated != 0 || again.Rejudged != 0 || !again.Complete || again.Unchanged != again.DossiersRead {
		t.Errorf("second pass: %+v, want nothing created nor updated", again)
	}
	if again.DossiersRead > 100 || again.Requests > 4 || again.Requests != p.requests() {
		t.Errorf("second pass: %d dossiers in %d requests (%d received), want at most 4", again.DossiersRead, again.Requests, p.requests())
	}
	exportedShape(t, d.do(0, "export").out)
	t.Logf("first pass %d requests, %d ms; second %d requests, %d ms", first.Requests, first.DurationMS, again.Requests, again.DurationMS)
}

// kinds of JSON values, by key of an export line (design §6).
var exportKinds = map[string]string{
	"call": "string null", "demarche": "number", "number": "number", "state": "string null", "groupe": "string null",
	"region": "string null", "siret": "string null", "total_cost": "number null", "requested_amount": "number null",
	"deposited_at": "string null", "modified_at": "string null", "verdict": "string null",
	"findings": "array", "deadlines": "array", "removed": "boolean string",
}

func exportedShape(t *testing.T, out string) {
	t.Helper()
	words := map[string][]string{
		"verdict":  {"non_recevable", "a_completer", "a_verifier", "recevable"},
		"severity": {"blocking", "warning", "info"},
		"outcome":  {"pass", "fail", "unknown", "not_applicable"},
		"status":   {"planned", "held", "due", "passed", "met", "skipped"},
	}
	n, judged := 0, 0
	for raw := range jsonLines(t, out) {
		n++
		var l map[string]any
		_ = json.Unmarshal(raw, &l)
		shape(t, l, exportKinds)
		for _, f := range l["findings"].([]any) {
			judged++
			f := f.(map[string]any)
			shape(t, f, map[string]string{"rule": "string", "severity": "string", "outcome": "string", "message": "string"})
			oneOf(t, f, "severity", words)
			oneOf(t, f, "outcome", words)
		}
		for _, f := range l["deadlines"].([]any) {
			f := f.(map[string]any)
			shape(t, f, map[string]string{"kind": "string", "due_on": "string", "prudent_on": "string", "status": "string"})
			oneOf(t, f, "status", words)
			if _, err := time.Parse(time.DateOnly, f["due_on"].(string)); err != nil {
				t.Error(err)
			}
		}
		if l["call"] != nil {
			oneOf(t, l, "verdict", words)
		}
	}
	if n != 1000 || judged < 5000 {
		t.Errorf("%d lines and %d findings exported", n, judged)
	}
}

func shape(t *testing.T, o map[string]any, kinds map[string]string) {
	t.Helper()
	for key, kind := range kinds {
		v, there := o[key]
		if got := kindOf(v); !there || !slices.Contains(strings.Fields(kind), got) {
			t.Fatalf("%s is a %s (present: %v), want %s", key, got, there, kind)
		}
	}
	if len(o) != len(kinds) {
		t.Fatalf("keys %v, want those of %v", sortedKeys(o), kinds)
	}
}

func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "boolean"
	case []any:
		return "array"
	}
	return "object"
}

func oneOf(t *testing.T, o map[string]any, key string, words map[string][]string) {
	t.Helper()
	if s, _ := o[key].(string); !slices.Contains(words[key], s) {
		t.Errorf("%s is %q, want one of %v", key, s, words[key])
	}
}

// TestInitBindsUnknownForms: the least that the issue wants, and nothing bound
// to a decoy.
func TestInitBindsUnknownForms(t *testing.T) {
	t.Parallel()
	p := newOther(t, 0)
	for _, tt := range []struct {
		demarche int
		form     []ask
		siret    string
	}{{otherDemarche, p.form, "demandeur"}, {secondDemarche, p.second, ""}} {
		t.Run(strconv.Itoa(tt.demarche), func(t *testing.T) {
			d := install(t, p)
			o := d.do(0, "init", "--demarche", strconv.Itoa(tt.demarche), "--region", "53")
			path := filepath.Join(d.env["RELAIS_CALLS"], bretagne+".yaml")
			if o.out != path+"\n" {
				t.Errorf("init printed %q, want the path %q", o.out, path)
			}
			fields := boundFields(t, path)
			if tt.siret != "" && fields["siret"] != tt.siret {
				t.Errorf("siret: %q, want %q", fields["siret"], tt.siret)
			}
			binds(t, tt.form, fields)
			d.do(0, "check")
			neverOverwrites(t, d, tt.demarche, path)
		})
	}
}

// boundFields reads the fields of a call file.
func boundFields(t *testing.T, path string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Demarche int
		Regions  []string
		Fields   map[string]*string
	}
	if err := yaml.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(file.Regions, []string{"53"}) {
		t.Errorf("regions %v", file.Regions)
	}
	fields := map[string]string{}
	for name, id := range file.Fields {
		if id != nil {
			fields[name] = *id
		}
	}
	return fields
}

// binds wants the needed names on their own champs, and the others there or
// nowhere.
func binds(t *testing.T, form []ask, fields map[string]string) {
	t.Helper()
	needed := strings.Fields("siret region cout_total montant_demande formation cer pj_rib pj_budget pj_comptes")
	id, label := map[string]string{}, map[string]string{}
	var walk func(list []ask)
	walk = func(list []ask) {
		for _, a := range list {
			label[a.id] = a.label
			if a.name != "" {
				id[a.name] = a.id
			}
			walk(a.rows)
		}
	}
	walk(form)
	for _, name := range needed {
		if fields[name] == "" {
			t.Errorf("%s is not bound, want %q", name, label[id[name]])
		}
	}
	for name, got := range fields {
		if got != "demandeur" && got != id[name] {
			t.Errorf("%s is bound to %q, want %q", name, label[got], label[id[name]])
		}
	}
	t.Logf("%d fields bound", len(fields))
}

func neverOverwrites(t *testing.T, d *desktop, demarche int, path string) {
	t.Helper()
	if err := os.WriteFile(path, []byte("# mine\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	d.do(1, "init", "--demarche", strconv.Itoa(demarche), "--region", "53").sentence(t, bretagne+".yaml", "exists already")
	if b, _ := os.ReadFile(path); string(b) != "# mine\n" {
		t.Errorf("init changed a file of mine: %q", b)
	}
	if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
		t.Errorf("init left %v behind", files)
	}
}
