package storetest

import (
	"fmt"
	"testing"

	"relais/internal/dossier"
)

var rejudgeStories = []story{
	{"nothing to judge when all have the stamp", func(t *testing.T, s Store) {
		put(t, s, record(1), record(2))
		same(t, []int(nil), judgedOtherwise(t, s, stamp, 0, 10))
	}},
	{"an empty store has nothing to judge", func(t *testing.T, s Store) {
		same(t, []int(nil), judgedOtherwise(t, s, stamp, 0, 10))
	}},
	{"pages ascend whatever the stamps, payload included", func(t *testing.T, s Store) {
		stamps := []string{"", "a", stamp, "règles-10", "zz", "règles-"}
		var want []int
		for number := 1; number <= 60; number++ {
			r := judgedWith(61-number, stamps[number%len(stamps)]) // stored in descending order
			put(t, s, r)
		}
		for number := 1; number <= 60; number++ {
			if stamps[(61-number)%len(stamps)] != stamp {
				want = append(want, number)
			}
		}
		var got []int
		for after := 0; ; {
			page, err := s.JudgedOtherwise(t.Context(), national, stamp, after, 7)
			ok(t, err)
			if len(page) == 0 {
				break
			}
			if len(page) > 7 {
				t.Fatalf("a page of %d, limit 7", len(page))
			}
			if page[0].Number <= after {
				t.Fatalf("a page after %d begins at %d", after, page[0].Number)
			}
			for _, r := range page {
				same(t, content(r.Number), r.Dossier.Champs[0].Text)
				got = append(got, r.Number)
			}
			after = page[len(page)-1].Number
		}
		same(t, want, got)
	}},
	{"a limit of nothing gives nothing", func(t *testing.T, s Store) {
		put(t, s, judgedWith(1, "ancien"))
		same(t, []int(nil), judgedOtherwise(t, s, stamp, 0, 0))
	}},
	{"after is exclusive", func(t *testing.T, s Store) {
		put(t, s, judgedWith(1, "ancien"), judgedWith(2, "ancien"))
		same(t, []int{2}, judgedOtherwise(t, s, stamp, 1, 10))
		same(t, []int(nil), judgedOtherwise(t, s, stamp, 2, 10))
	}},
	{"other démarches are left out", func(t *testing.T, s Store) {
		elsewhere := judgedWith(1, "ancien")
		elsewhere.Demarche = other
		put(t, s, elsewhere, judgedWith(2, "ancien"))
		same(t, []int{2}, judgedOtherwise(t, s, stamp, 0, 10))
	}},
	{"records without payload, purged and foreign, are left out", func(t *testing.T, s Store) {
		light := judgedWith(1, "ancien")
		light.Dossier = nil
		elsewhere := foreign(4, 0)
		elsewhere.Judgement.JudgedWith = "ancien"
		put(t, s, light, judgedWith(2, "ancien"), judgedWith(3, "ancien"), elsewhere)
		put(t, s, purged(2, 1, nil))
		light.Version = 1
		put(t, s, light)
		same(t, []int{3}, judgedOtherwise(t, s, stamp, 0, 10))
	}},
	{"a hidden dossier is still judged", func(t *testing.T, s Store) {
		hidden := judgedWith(1, "ancien")
		hidden.Removed = dossier.Missing
		put(t, s, hidden)
		same(t, []int{1}, judgedOtherwise(t, s, stamp, 0, 10))
	}},
	{"a head judged anew is out, with its payload kept", func(t *testing.T, s Store) {
		put(t, s, judgedWith(1, "ancien"), judgedWith(2, "ancien"))
		anew := judgedWith(1, stamp)
		anew.Version, anew.Dossier = 1, nil
		put(t, s, anew)
		same(t, []int{2}, judgedOtherwise(t, s, stamp, 0, 10))
		same(t, []int{1}, judgedOtherwise(t, s, "ancien", 0, 10)) // seen from the other stamp, it is in
	}},
	{"a payload that comes later makes it judged", func(t *testing.T, s Store) {
		light := judgedWith(1, "ancien")
		light.Dossier = nil
		put(t, s, light)
		full := judgedWith(1, "ancien")
		full.Version = 1
		put(t, s, full)
		same(t, []int{1}, judgedOtherwise(t, s, stamp, 0, 10))
	}},
	{"reminders move without touching the stamp", func(t *testing.T, s Store) {
		r := judgedWith(1, "ancien")
		put(t, s, r)
		r.Version = 1
		_, err := s.Advance(t.Context(), r.Head, nil)
		ok(t, err)
		same(t, []int{1}, judgedOtherwise(t, s, stamp, 0, 10))
		same(t, []int(nil), judgedOtherwise(t, s, "ancien", 0, 10))
	}},
	{"many stamps at once", func(t *testing.T, s Store) {
		var rs []dossier.Record
		for number := 1; number <= 40; number++ {
			rs = append(rs, judgedWith(number, fmt.Sprint("tampon ", 100-number)))
		}
		put(t, s, rs...)
		same(t, []int{1, 2, 3}, judgedOtherwise(t, s, stamp, 0, 3))
		same(t, []int{39, 40}, judgedOtherwise(t, s, stamp, 38, 3))
	}},
}

func judgedWith(number int, stamp string) dossier.Record {
	r := record(number)
	r.Judgement.JudgedWith = stamp
	return r
}

func judgedOtherwise(t *testing.T, s Store, stamp string, after, limit int) []int {
	t.Helper()
	rs, err := s.JudgedOtherwise(t.Context(), national, stamp, after, limit)
	ok(t, err)
	return numbers(rs)
}
