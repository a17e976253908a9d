package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestRunOnce is the newcomer's first command.
func TestRunOnce(t *testing.T) {
	t.Parallel()
	calls, err := filepath.Abs("../../infra/calls")
	if err != nil {
		t.Fatal(err)
	}
	d := &desktop{t, t.TempDir(), map[string]string{
		"RELAIS_CALLS": calls, "RELAIS_LISTEN": "127.0.0.1:0",
		// A demonstration has no use for these, and must not reach them.
		"DS_API_TOKEN": otherToken, "DS_API_URL": "https://plateforme.invalid/", "RELAIS_STORE": "dynamodb:x",
	}}
	o := d.do(0, "run", "--once")
	if o.took > 20*time.Second {
		t.Errorf("took %s, want at most 20 s", o.took)
	}
	for _, want := range []string{"données fictives", "read ", "validated ", "stored ", "mailed ", "page ", "http://127.0.0.1:"} {
		if !strings.Contains(o.out, want) {
			t.Errorf("run --once does not say %q:\n%s", want, o.out)
		}
	}
	if mails, _ := filepath.Glob(d.path("var", "demo", "mail", "*.eml")); len(mails) == 0 {
		t.Error("no mail was written")
	}
	t.Logf("%s\n%s", o.took.Round(time.Millisecond), o.out)
}

// TestVerboseIsDiscreet: with -v every command logs what it does, and still names
// nobody; the runner looks at all that is printed.
func TestVerboseIsDiscreet(t *testing.T) {
	t.Parallel()
	p := newOther(t, 12)
	d := ready(t, p)
	at := workday(time.Now().AddDate(0, 1, 15)).Format(time.RFC3339)
	for _, args := range []string{"check -v", "poll -v", "remind -v --at " + at, "deliver -v --at " + at, "export -v", "outbox -v", "poll -v"} {
		d.do(0, strings.Fields(args)...)
	}
	if len(d.mails(t)) == 0 {
		t.Error("nothing was mailed: the test looked at nothing")
	}
}

// TestShowAndHelp: the commands that only tell.
func TestShowAndHelp(t *testing.T) {
	t.Parallel()
	p := newOther(t, 3)
	d := ready(t, p)
	d.do(0, "poll")
	if o := d.do(0, "show", "7000001"); !strings.Contains(o.out, p.papers[0].who.siret) || !strings.Contains(o.out, "D14") {
		t.Errorf("show: %s", o.out)
	}
	d.do(1, "show", "7000002").sentence(t, "7000002", "not stored")
	for _, command := range strings.Fields("run serve poll remind deliver export outbox show check init sandbox") {
		if o := d.do(0, command, "--help"); !strings.Contains(o.out, "Usage:") || len(o.out) < 200 {
			t.Errorf("%s --help: %q", command, o.out)
		}
	}
}
