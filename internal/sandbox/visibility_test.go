package sandbox

import (
	"slices"
	"testing"
	"time"
)

const deletionsQuery = `query($n: Int!, $since: ISO8601DateTime) { demarche(number: $n) {
  pendingDeletedDossiers(deletedSince: $since) { pageInfo { endCursor hasNextPage } nodes { id number state reason dateSupression } }
  deletedDossiers(deletedSince: $since) { pageInfo { endCursor hasNextPage } nodes { id number state reason dateSupression } } } }`

// lists asks the two deletion lists and gives their rows by number.
func lists(t testing.TB, p *Platform, since string) (pending, deleted map[int]object) {
	t.Helper()
	v := object{"n": numberO2R}
	if since != "" {
		v["since"] = since
	}
	m := get(t, p, deletionsQuery, v)["demarche"]
	read := func(name string) map[int]object {
		out := map[int]object{}
		for _, n := range dig(t, m, name, "nodes").([]any) {
			out[int(dig(t, n, "number").(float64))] = n.(object)
		}
		return out
	}
	return read("pendingDeletedDossiers"), read("deletedDossiers")
}

func isListed(t testing.TB, p *Platform, number int) bool {
	t.Helper()
	found := slices.Contains(walk(t, p, object{"since": always}), number)
	a := ask(t, p, `query($n: Int!) { dossier(number: $n) { number } }`, object{"n": number})
	if alone := a.code() == ""; alone != found {
		t.Errorf("dossier %d: listed %v but alone %v (%s)", number, found, alone, a.code())
	}
	if a.code() != "" && a.code() != "not_found" {
		t.Errorf("code %q", a.code())
	}
	return found
}

// deposited makes a dossier in a state.
func deposited(t testing.TB, p *Platform, state string) int {
	t.Helper()
	n, err := p.Deposit(Draft{})
	if err == nil && state != enConstruction {
		err = p.Decide(n, state)
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheLifeOfADeletion(t *testing.T) {
	p := newPlatform(t, Options{})
	n := deposited(t, p, enConstruction)
	must(t, p.Hide(n, ByUsager))
	hidden := p.Now()
	if isListed(t, p, n) {
		t.Fatal("deleted by the usager while en construction: must leave the list at once")
	}
	pending, _ := lists(t, p, "")
	if pending[n]["reason"] != "user_request" || pending[n]["state"] != enConstruction || pending[n]["id"] != globalID("DeletedDossier", n) {
		t.Fatalf("pending row %v", pending[n])
	}
	must(t, p.Restore(n))
	if !isListed(t, p, n) {
		t.Fatal("restored: must come back")
	}
	last := walk(t, p, object{"since": always})
	if last[len(last)-1] != n {
		t.Error("restored: must come back with a fresh updated_at")
	}

	must(t, p.Hide(n, ByUsager))
	p.world.advanceNights(13)
	if _, deleted := lists(t, p, ""); deleted[n] != nil {
		t.Fatal("purged before two weeks")
	}
	p.world.advanceNights(2)
	pending, deleted := lists(t, p, "")
	if pending[n] != nil || deleted[n] == nil {
		t.Fatal("two weeks later it must be in the other list")
	}
	at, _ := time.Parse(time.RFC3339, deleted[n]["dateSupression"].(string))
	if !at.Equal(hidden.Truncate(time.Second)) {
		t.Errorf("dateSupression %v must be back-dated to the usager's action %v", at, hidden)
	}
	if deleted[n]["id"] == globalID("DeletedDossier", n) {
		t.Error("the id comes from another table")
	}
	if _, since := lists(t, p, monday.AddDate(0, 0, 1).Format(time.RFC3339)); since[n] != nil {
		t.Error("deletedSince of yesterday must miss the back-dated row")
	}
	if _, since := lists(t, p, monday.Format(time.RFC3339)); since[n] == nil {
		t.Error("deletedSince is inclusive")
	}
}

func TestWhoMayHideWhat(t *testing.T) {
	for _, c := range []struct {
		state                  string
		by                     By
		allowed, stays, listed bool
	}{
		{enConstruction, ByUsager, true, false, false},
		{enConstruction, ByAdministration, false, true, true},
		{enInstruction, ByUsager, false, true, true},
		{enInstruction, ByAdministration, false, true, true},
		{accepte, ByUsager, true, true, true}, // stays listed, with dateSuppressionParUsager
		{refuse, ByAdministration, true, false, false},
		{sansSuite, ByExpiry, true, false, false},
	} {
		p := newPlatform(t, Options{Dossiers: 1})
		n := deposited(t, p, c.state)
		if err := p.Hide(n, c.by); (err == nil) != c.allowed {
			t.Errorf("%s by %s: %v", c.state, c.by, err)
		}
		if got := isListed(t, p, n); got != c.listed {
			t.Errorf("%s by %s: listed %v", c.state, c.by, got)
		}
		pending, _ := lists(t, p, "")
		if want := c.allowed && !c.listed && c.by != ByExpiry; (pending[n] != nil) != want {
			t.Errorf("%s by %s: pending %v", c.state, c.by, pending[n])
		}
	}
}

func TestATermineHiddenByOneSideWaitsForTheOther(t *testing.T) {
	p := newPlatform(t, Options{})
	n := deposited(t, p, accepte)
	must(t, p.Hide(n, ByAdministration))
	p.world.advanceNights(30)
	if pending, _ := lists(t, p, ""); pending[n] == nil {
		t.Fatal("hidden by one side only: must stay pending for months")
	}
	must(t, p.Hide(n, ByUsager))
	p.world.advanceNights(16)
	if _, deleted := lists(t, p, ""); deleted[n]["reason"] != "instructeur_request" {
		t.Errorf("row %v", deleted[n])
	}
}

// advanceNights plays the nightly jobs only.
func (w *world) advanceNights(n int) {
	for range n {
		w.at = w.at.Add(24 * time.Hour)
		w.night(w.at)
	}
}

func TestExpiryHidesWithoutAnyList(t *testing.T) {
	p := newPlatform(t, Options{})
	n := deposited(t, p, refuse)
	d := p.world.numbers[n]
	p.world.at = d.expires.Add(-25 * time.Hour)
	p.world.advanceNights(2)
	pending, deleted := lists(t, p, "")
	if isListed(t, p, n) || pending[n] != nil || deleted[n] != nil {
		t.Fatal("expired: must be in no list for two weeks")
	}
	p.world.advanceNights(15)
	if _, deleted := lists(t, p, ""); deleted[n]["reason"] != "expired" {
		t.Errorf("row %v", deleted[n])
	}
}

func TestDraftsAreNeverShown(t *testing.T) {
	p := newPlatform(t, Options{})
	drafts := 0
	for _, d := range p.world.byFamily("o2r").dossiers {
		if d.state == brouillon {
			drafts++
			if isListed(t, p, d.number) {
				t.Errorf("draft %d is listed", d.number)
			}
		}
	}
	if drafts == 0 {
		t.Error("the world has no draft")
	}
}
