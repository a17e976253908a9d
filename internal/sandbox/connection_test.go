package sandbox

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const light = `query($n: Int!, $since: ISO8601DateTime, $created: ISO8601DateTime, $after: String, $before: String, $first: Int, $last: Int, $order: Order, $state: DossierState, $archived: Boolean, $revision: ID) {
  demarche(number: $n) { dossiers(updatedSince: $since, createdSince: $created, after: $after, before: $before, first: $first, last: $last, order: $order, state: $state, archived: $archived, revision: $revision) {
    pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
    edges { cursor node { number state archived dateDepot dateDerniereModification } } } } }`

type lightPage struct {
	numbers     []int
	cursors     []string
	end         string
	endNull     bool
	next, prior bool
}

func list(t testing.TB, p *Platform, v object) lightPage {
	t.Helper()
	if v["n"] == nil {
		v["n"] = numberO2R
	}
	c := dig(t, get(t, p, light, v), "demarche", "dossiers")
	page := lightPage{next: dig(t, c, "pageInfo", "hasNextPage") == true, prior: dig(t, c, "pageInfo", "hasPreviousPage") == true}
	end := dig(t, c, "pageInfo", "endCursor")
	page.end, _ = end.(string)
	page.endNull = end == nil
	for _, e := range dig(t, c, "edges").([]any) {
		page.numbers = append(page.numbers, int(dig(t, e, "node", "number").(float64)))
		page.cursors = append(page.cursors, dig(t, e, "cursor").(string))
	}
	return page
}

// walk follows cursors to the end.
func walk(t testing.TB, p *Platform, v object) []int {
	t.Helper()
	var out []int
	for {
		page := list(t, p, v)
		out = append(out, page.numbers...)
		if !page.next {
			return out
		}
		v["after"] = page.end
	}
}

func listed(p *Platform, less func(a, b TruthDossier) bool) []int {
	var all []TruthDossier
	for _, d := range p.Truth(numberO2R) {
		if d.Listed {
			all = append(all, d)
		}
	}
	for i := range all { // insertion: small, stable, and not the code under test
		for j := i; j > 0 && less(all[j], all[j-1]); j-- {
			all[j], all[j-1] = all[j-1], all[j]
		}
	}
	var out []int
	for _, d := range all {
		out = append(out, d.Number)
	}
	return out
}

func byUpdate(a, b TruthDossier) bool  { return a.ModifiedAt.Before(b.ModifiedAt) }
func byDeposit(a, b TruthDossier) bool { return a.DepositedAt.Before(b.DepositedAt) }

const always = "2000-01-01T00:00:00Z"

func TestACursorNamesAValueNotARank(t *testing.T) {
	p := newPlatform(t, Options{Dossiers: 60, Solo: true})
	all := listed(p, byUpdate)
	page := list(t, p, object{"since": always, "first": 10})
	for _, n := range []int{all[3], all[9]} { // the very row of the cursor among them
		p.world.purge(p.world.numbers[n], monday, reasonUser)
	}
	got := walk(t, p, object{"since": always, "after": page.end, "first": 10})
	if diff := cmp.Diff(all[10:], got); diff != "" {
		t.Errorf("pages moved (-want +got):\n%s", diff)
	}
}

func TestCursorForm(t *testing.T) {
	p := newPlatform(t, Options{})
	page := list(t, p, object{"since": always, "first": 1})
	raw, err := base64.RawURLEncoding.DecodeString(page.end)
	if err != nil {
		t.Fatal(err)
	}
	when, number, _ := strings.Cut(string(raw), ";")
	if number != fmt.Sprint(page.numbers[0]) || !strings.HasSuffix(when, "000Z") || len(when) != len("2026-01-01T00:00:00.000000000Z") {
		t.Errorf("cursor holds %q", raw)
	}
	if got := list(t, p, object{"since": always, "after": "", "first": 1}); got.numbers[0] != page.numbers[0] {
		t.Error("an empty cursor must count as none")
	}
}

func TestPageInfo(t *testing.T) {
	p := newPlatform(t, Options{Dossiers: 60, Solo: true})
	all := listed(p, byUpdate)
	ten := list(t, p, object{"since": always, "first": 10})
	for _, c := range []struct {
		name        string
		v           object
		numbers     []int
		next, prior bool
	}{
		{"first", object{"first": 10}, all[:10], true, false},
		{"after", object{"first": 10, "after": ten.end}, all[10:20], true, true},
		{"exactly all", object{"first": 60}, all, false, false},
		{"more than a hundred is cut silently", object{"first": 5_000}, all, false, false},
		{"neither", object{}, all, false, false},
		{"last", object{"last": 5}, all[55:], false, true},
		{"last after skips the middle", object{"last": 5, "after": ten.end}, all[55:], false, true},
		{"before walks backward", object{"last": 4, "before": ten.end}, all[5:9], true, true},
		{"before with first", object{"first": 4, "before": ten.end}, all[5:9], true, true},
		{"before the start", object{"last": 20, "before": ten.end}, all[:9], true, false},
		{"first zero is an endless loop", object{"first": 0}, nil, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.v["since"] = always
			got := list(t, p, c.v)
			if diff := cmp.Diff(c.numbers, got.numbers); diff != "" {
				t.Errorf("numbers (-want +got):\n%s", diff)
			}
			if got.next != c.next || got.prior != c.prior {
				t.Errorf("next %v prior %v, want %v %v", got.next, got.prior, c.next, c.prior)
			}
			if got.endNull != (len(c.numbers) == 0) {
				t.Errorf("endCursor null: %v", got.endNull)
			}
		})
	}
}

func TestAnEmptyPageHasANullCursor(t *testing.T) {
	p := newPlatform(t, Options{})
	got := list(t, p, object{"since": "2099-01-01T00:00:00Z"})
	if len(got.numbers) != 0 || !got.endNull || got.next {
		t.Errorf("%+v", got)
	}
}

func TestAHundredAtMost(t *testing.T) {
	p := newPlatform(t, Options{Dossiers: 101, Solo: true})
	got := list(t, p, object{"since": always, "first": 1_000})
	if len(got.numbers) != 100 || !got.next {
		t.Errorf("%d nodes, next %v", len(got.numbers), got.next)
	}
}

func TestExclusiveArgumentsAndBadCursors(t *testing.T) {
	p := newPlatform(t, Options{})
	end := list(t, p, object{"since": always, "first": 1}).end
	for name, v := range map[string]object{
		"first and last":   {"first": 1, "last": 1},
		"before and after": {"before": end, "after": end},
		"negative":         {"first": -1},
		"corrupt cursor":   {"after": "*"},
		"cursor of words":  {"after": base64.RawURLEncoding.EncodeToString([]byte("demain;x"))},
		"not a time":       {"since": "hier"},
	} {
		v["n"] = numberO2R
		if a := ask(t, p, light, v); a.code() != "bad_request" || a.Data != nil {
			t.Errorf("%s: %q, data %v", name, a.code(), a.Data)
		}
	}
}

func TestUpdatedSinceIsInclusiveAndWinsOverCreatedSince(t *testing.T) {
	p := newPlatform(t, Options{Solo: true})
	at := monday.Add(-time.Hour).Truncate(time.Second)
	some := listed(p, byUpdate)[:3]
	if err := p.TouchAt(at, some...); err != nil {
		t.Fatal(err)
	}
	v := object{"since": at.Format(time.RFC3339)}
	got := list(t, p, v)
	if !cmp.Equal(got.numbers[:3], sorted(some)) {
		t.Errorf("equal instants must come, by number: got %v, want %v first", got.numbers, sorted(some))
	}
	v["created"] = "2099-01-01T00:00:00Z"
	if with := list(t, p, v); !cmp.Equal(with.numbers, got.numbers) {
		t.Error("createdSince must be ignored beside updatedSince")
	}
	if alone := list(t, p, object{"created": "2099-01-01T00:00:00Z"}); len(alone.numbers) != 0 {
		t.Error("createdSince alone filters on the deposit")
	}
	if got := list(t, p, object{"since": at.Add(time.Second).Format(time.RFC3339)}); len(got.numbers) > 0 && got.numbers[0] == sorted(some)[0] {
		t.Error("adding a second loses dossiers: they must not come")
	}
}

func sorted(list []int) []int {
	out := append([]int(nil), list...)
	for i := range out {
		for j := i; j > 0 && out[j] < out[j-1]; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

func TestFilters(t *testing.T) {
	p := newPlatform(t, Options{})
	want := map[string]int{}
	for _, d := range p.Truth(numberO2R) {
		if d.Listed {
			want[d.State]++
		}
	}
	for _, state := range []string{enConstruction, enInstruction, accepte, refuse, sansSuite} {
		if want[state] == 0 {
			t.Errorf("no dossier %s in the world", state)
		}
		if got := walk(t, p, object{"state": state, "first": 4}); len(got) != want[state] {
			t.Errorf("%s: %d listed, want %d", state, len(got), want[state])
		}
	}
	both := len(walk(t, p, object{}))
	yes, no := len(walk(t, p, object{"archived": true})), len(walk(t, p, object{"archived": false}))
	if yes == 0 || yes+no != both {
		t.Errorf("archived %d, not %d, both %d", yes, no, both)
	}
	o2r := p.world.byFamily("o2r")
	old := walk(t, p, object{"revision": o2r.revisionID(1)})
	recent := walk(t, p, object{"revision": o2r.revisionID(2)})
	if len(old) == 0 || len(old)+len(recent) != both {
		t.Errorf("revision 1: %d, revision 2: %d, both %d", len(old), len(recent), both)
	}
}

func TestDescendingOrderIsTheMirror(t *testing.T) {
	p := newPlatform(t, Options{Solo: true})
	up := walk(t, p, object{"since": always})
	down := walk(t, p, object{"since": always, "order": "DESC", "first": 7})
	for i := range up {
		if up[i] != down[len(down)-1-i] {
			t.Fatalf("up %v\ndown %v", up, down)
		}
	}
}

func FuzzDecodeCursor(f *testing.F) {
	f.Add(encodeCursor(monday, 21_407_001))
	f.Add("")
	f.Add("MjAyNg")
	f.Fuzz(func(t *testing.T, s string) {
		at, n, err := decodeCursor(s)
		if err != nil {
			return
		}
		again, m, err := decodeCursor(encodeCursor(at, n))
		if err != nil || m != n || !again.Equal(at) && at.Year() >= 0 && at.Year() <= 9999 {
			t.Errorf("%q: %v;%d became %v;%d, %v", s, at, n, again, m, err)
		}
	})
}
