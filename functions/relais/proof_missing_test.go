package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestVanishedDossierIsMissing: what is in no list of the platform is found by
// the sweep alone; it is hidden, not erased, and shown again when it comes back,
// with or without a change.
func TestVanishedDossierIsMissing(t *testing.T) {
	t.Parallel()
	p := newOther(t, 220)
	d := ready(t, p)
	d.do(0, "poll")
	silent, touched := p.papers[17], p.papers[203]
	p.change(func() { silent.hidden, touched.hidden = "vanished", "vanished" })

	if c := d.do(0, "poll", "--json").counts(t); c.Removed != 0 {
		t.Errorf("a plain poll: %+v, want nothing removed", c)
	}
	if o := d.do(0, "poll", "--sweep"); !strings.Contains(o.out, "compared: 218 dossiers on the platform, 220 here; 0 had changed unseen, 2 were in no list") {
		t.Errorf("sweep: %s", o.out)
	}
	want := p.truth()
	for _, one := range []*paper{silent, touched} {
		l := one.line()
		l.Removed = "missing"
		want[one.number] = l
	}
	if diff := cmp.Diff(want, d.exported()); diff != "" {
		t.Errorf("after the sweep (-want +copy): %s", diff)
	}
	if c := d.do(0, "poll", "--sweep", "--json").counts(t); c.Removed+c.Updated != 0 {
		t.Errorf("a second sweep: %+v, want nothing new", c)
	}

	p.change(func() {
		silent.hidden, touched.hidden = "", ""
		touched.touch()
	})
	if c := d.do(0, "poll", "--json").counts(t); c.Updated != 1 {
		t.Errorf("a poll after their return: %+v, want the changed one", c)
	}
	if c := d.do(0, "poll", "--sweep", "--json").counts(t); c.Updated != 1 || c.Created != 0 {
		t.Errorf("a sweep after their return: %+v, want the other one", c)
	}
	d.isTrue(p)
}
