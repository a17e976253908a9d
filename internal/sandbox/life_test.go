package sandbox

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestLifeDoesNotDependOnTheSteps(t *testing.T) {
	end := monday.AddDate(0, 0, 20)
	whole := newPlatform(t, Options{Seed: 5})
	whole.Advance(end)
	want := whole.Truth(numberO2R)
	rapid.Check(t, func(rt *rapid.T) {
		p := newPlatform(t, Options{Seed: 5})
		at := monday
		for at.Before(end) {
			at = at.Add(time.Duration(rapid.Int64Range(int64(time.Minute), int64(15*24*time.Hour)).Draw(rt, "step")))
			if at.After(end) {
				at = end
			}
			p.Advance(at)
			p.Advance(at.Add(-time.Hour)) // an earlier instant does nothing
		}
		if diff := cmp.Diff(want, p.Truth(numberO2R)); diff != "" {
			rt.Fatal(diff)
		}
	})
	halves := newPlatform(t, Options{Seed: 5})
	halves.Advance(monday.AddDate(0, 0, 9).Add(17 * time.Minute))
	halves.Advance(end)
	if pageText(t, whole, numberO2R) != pageText(t, halves, numberO2R) {
		t.Error("the same truth but another page")
	}
}

func TestLifeGoesOn(t *testing.T) {
	p := newPlatform(t, Options{Seed: 2})
	before := map[int]TruthDossier{}
	for _, d := range p.Truth(numberO2R) {
		before[d.Number] = d
	}
	p.Advance(monday.AddDate(0, 0, 6))
	seen := map[string]int{}
	for _, d := range p.Truth(numberO2R) {
		old, known := before[d.Number]
		switch {
		case !known:
			seen["deposited"]++
		case d.Purged && !old.Purged:
			seen["purged"]++
		case d.Hidden && !old.Hidden:
			seen["hidden"]++
		case d.State != old.State:
			seen[old.State+" to "+d.State]++
		case len(d.Labels) > len(old.Labels):
			seen["labelled"]++
		case d.ModifiedAt.After(old.ModifiedAt):
			seen["touched"]++
		}
	}
	for _, what := range []string{"deposited", "purged", "hidden", "en_construction to en_instruction", "en_instruction to accepte", "labelled"} {
		if seen[what] == 0 {
			t.Errorf("in six days nothing was %q: %v", what, seen)
		}
	}
}

func TestListingsStayTrueThroughLife(t *testing.T) {
	p := newPlatform(t, Options{Seed: 9, Dossiers: 80})
	for day := range 40 {
		p.Advance(monday.AddDate(0, 0, day))
		for _, m := range p.world.demarches {
			for name, x := range map[string]index{"updates": m.byUpdate, "deposits": m.byDeposit} {
				for i, r := range x {
					if i > 0 && compareRows(x[i-1], r) >= 0 {
						t.Fatalf("day %d: %s out of order at %d", day, name, i)
					}
					if name == "updates" && !r.at.Equal(r.dossier.updated) {
						t.Fatalf("day %d: dossier %d is indexed at %v, updated at %v", day, r.number, r.at, r.dossier.updated)
					}
				}
				alive := 0
				for _, d := range m.dossiers {
					if d.state != brouillon {
						alive++
					}
				}
				if len(x) != alive {
					t.Fatalf("day %d: %d %s for %d dossiers", day, len(x), name, alive)
				}
			}
		}
	}
}

func TestALivePlatformFollowsItsClock(t *testing.T) {
	now := monday
	p := newPlatform(t, Options{Live: true, Now: func() time.Time { return now }})
	before := len(walk(t, p, object{"since": monday.Format(time.RFC3339)}))
	now = now.AddDate(0, 0, 2)
	if after := len(walk(t, p, object{"since": monday.Format(time.RFC3339)})); after <= before {
		t.Errorf("%d changes before, %d two days later", before, after)
	}
}

func TestTwentyThousandDossiers(t *testing.T) {
	p := newPlatform(t, Options{Dossiers: 20_000, Solo: true})
	all := p.world.byFamily("o2r").byUpdate
	middle := all[len(all)/2]
	page := list(t, p, object{"since": always, "after": encodeCursor(middle.at, middle.number), "first": 100})
	if len(page.numbers) != 100 || !page.next {
		t.Errorf("%d rows, next %v", len(page.numbers), page.next)
	}
	for i, n := range page.numbers {
		if !p.world.numbers[n].updated.After(middle.at) && i == 0 {
			t.Error("a page must start after its cursor")
		}
	}
}
