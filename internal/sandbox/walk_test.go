package sandbox

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestAWalkSeesEachListedDossierOnceWhateverThePage(t *testing.T) {
	p := newPlatform(t, Options{Seed: 7, Dossiers: 120, Solo: true})
	updated, deposited := listed(p, byUpdate), listed(p, byDeposit)
	if cmp.Equal(updated, deposited) {
		t.Fatal("the two orders must differ for this test to tell them apart")
	}
	for _, n := range []int{1, 7, 40, 60, 100} {
		if diff := cmp.Diff(updated, walk(t, p, object{"since": always, "first": n})); diff != "" {
			t.Errorf("%d a page, with updatedSince: %s", n, diff)
		}
		if diff := cmp.Diff(deposited, walk(t, p, object{"first": n})); diff != "" {
			t.Errorf("%d a page, without: %s", n, diff)
		}
	}
}

// TestWalksOverAnyListing draws listings full of equal instants, with rows that
// appear hidden, and deletes some between two pages.
func TestWalksOverAnyListing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows index
		for n := range rapid.IntRange(0, 60).Draw(t, "rows") {
			at := monday.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "second")) * time.Second)
			rows.put(row{at: at, number: n})
		}
		hidden := rapid.MapOf(rapid.IntRange(0, 60), rapid.Bool()).Draw(t, "hidden")
		l := listing{rows: rows, keep: func(r row) bool { return !hidden[r.number] }}
		if rapid.Bool().Draw(t, "bounded") {
			l.since = monday.Add(2 * time.Second)
		}
		var want []int
		for _, r := range rows {
			if !hidden[r.number] && (l.since.IsZero() || !r.at.Before(l.since)) {
				want = append(want, r.number)
			}
		}
		var got []int
		w := window{limit: rapid.IntRange(1, 9).Draw(t, "page")}
		for {
			p, err := l.take(w)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range p.rows {
				got = append(got, r.number)
			}
			if !p.hasNext {
				break
			}
			last := p.rows[len(p.rows)-1]
			w.after = encodeCursor(last.at, last.number)
			if rapid.Bool().Draw(t, "delete the row of the cursor") {
				l.rows = append(index(nil), l.rows...)
				l.rows.drop(last.at, last.number)
			}
		}
		if !cmp.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestManyDossiersWithOneInstantAreNeitherLostNorRepeated(t *testing.T) {
	p := newPlatform(t, Options{Dossiers: 130, Solo: true})
	all := listed(p, byUpdate)
	if err := p.TouchAt(monday, all...); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sorted(all), walk(t, p, object{"since": always, "first": 50})); diff != "" {
		t.Error(diff)
	}
}
