package main

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// touch moves a dossier to the end of the listing, as a change does.
func (p *paper) touch() { p.modified = time.Now().Add(-time.Second).Truncate(time.Microsecond) }

// TestRemovalByTheTwoLists: a dossier that is hidden is pending, and comes back
// when it is restored; one that is purged loses all that is personal.
func TestRemovalByTheTwoLists(t *testing.T) {
	t.Parallel()
	p := newOther(t, 40)
	d := ready(t, p)
	// The deleted list is read once an hour: the first pass fails there, so that
	// the second one reads it too.
	p.fails(func(w http.ResponseWriter, operation string, _ int) bool {
		if operation == "deleted" {
			http.Error(w, "", http.StatusBadGateway)
		}
		return operation == "deleted"
	})
	d.do(1, "poll").sentence(t, "HTTP 502")
	d.isTrue(p)

	p.fails(nil)
	hidden, restored, purged := p.papers[3], p.papers[11], p.papers[20]
	p.change(func() {
		for _, one := range []*paper{hidden, restored} {
			one.hidden, one.hiddenAt = "pending", time.Now().Add(-time.Hour)
		}
		purged.hidden, purged.hiddenAt = "purged", time.Now().AddDate(0, 0, -14)
	})
	if c := d.do(0, "poll", "--json").counts(t); c.Removed != 3 || c.Created+c.Updated != 0 {
		t.Errorf("second pass: %+v, want 3 removed", c)
	}
	got := d.exported()
	if got[hidden.number].Removed != "pending" || got[hidden.number].Siret == nil {
		t.Errorf("hidden: %+v", got[hidden.number])
	}
	gone := got[purged.number]
	if gone.Removed != "purged" || gone.Siret != nil || gone.TotalCost != nil || gone.RequestedAmount != nil || gone.Groupe != nil {
		t.Errorf("purged: %+v", gone)
	}

	p.change(func() {
		restored.hidden = ""
		restored.touch()
	})
	if c := d.do(0, "poll", "--json").counts(t); c.Updated != 1 || c.Removed != 0 {
		t.Errorf("third pass: %+v, want the restored one updated", c)
	}
	if diff := cmp.Diff(restored.line(), d.exported()[restored.number]); diff != "" {
		t.Errorf("restored: %s", diff)
	}
}

// TestWhatChangesIsUpdated: a change of each kind that the export shows, a new
// dossier, and a dossier of another region.
func TestWhatChangesIsUpdated(t *testing.T) {
	t.Parallel()
	p := newOther(t, 40)
	d := ready(t, p)
	d.do(0, "poll")

	decided, richer, moved := p.papers[0], p.papers[10], p.papers[20]
	p.change(func() {
		decided.state, decided.decided = "refuse", time.Now().Add(-time.Minute)
		richer.total, richer.requested, richer.requestedText = 1_200_000, 999_000.5, "999 000,50 €"
		moved.groupe = p.services[2]
		fresh := invent(41, 8_000_000, p.services, time.Now())
		for _, one := range []*paper{decided, richer, moved, fresh} {
			one.touch()
		}
		p.papers = append(p.papers, fresh)
	})
	c := d.do(0, "poll", "--json").counts(t)
	if c.Created != 1 || c.Updated != 3 {
		t.Errorf("%+v, want 1 created and 3 updated", c)
	}
	d.isTrue(p)
}

// TestOtherRegionsAreNumbersOnly: with RELAIS_REGIONS, a dossier of another
// region leaves nothing but its number and dates.
func TestOtherRegionsAreNumbersOnly(t *testing.T) {
	t.Parallel()
	p := newOther(t, 40)
	d := ready(t, p).with("RELAIS_REGIONS=53")
	d.do(0, "poll")
	all := d.exported()
	for _, one := range p.papers {
		got, want := all[one.number], one.line()
		if one.groupe.region != "53" {
			want = line{Demarche: otherDemarche, Number: one.number, ModifiedAt: second(one.modified), Removed: false, Region: got.Region, DepositedAt: got.DepositedAt}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("dossier %d of region %s: %s", one.number, one.groupe.region, diff)
		}
	}
	if len(d.exported("--call", bretagne)) >= len(all) {
		t.Error("export --call shows every call")
	}
}
