package storetest

import (
	"fmt"
	"testing"
	"time"

	"relais/internal/dossier"
	"relais/internal/notify"
)

var truthStories = []story{
	{"an unknown dossier is not found", func(t *testing.T, s Store) {
		put(t, s, record(1))
		got, found, err := s.Record(t.Context(), 2)
		ok(t, err)
		same(t, false, found)
		same(t, dossier.Record{}, got)
	}},
	{"a read sees the write before it", func(t *testing.T, s Store) {
		r := record(1)
		for version := range int64(30) {
			r.Version, r.State = version, []dossier.State{dossier.EnConstruction, dossier.EnInstruction}[version%2]
			put(t, s, r)
			same(t, r.State, stored(t, s, 1).State)
		}
	}},
}

var outboxStories = []story{
	{"an intention comes back whole", func(t *testing.T, s Store) {
		var want notify.Intention
		fill(&want)
		want.Status, want.Mail, want.SentAt = notify.Held, "", time.Time{}
		enqueue(t, s, want)
		got, err := s.Of(t.Context(), want.Person, notify.Held)
		ok(t, err)
		same(t, []notify.Intention{want}, got)
	}},
	{"a mail of its own making is not believed", func(t *testing.T, s Store) {
		i := intention("k", "p")
		i.Mail, i.SentAt = "inventé", noon
		enqueue(t, s, i)
		same(t, map[string]notify.Intention{"k": intention("k", "p")}, told(t, s))
	}},
	{"only new keys are added", func(t *testing.T, s Store) {
		enqueue(t, s, intentions("p", "k1", "k2")...)
		ok(t, s.Mark(t.Context(), []string{"k1"}, notify.Skipped))
		claim(t, s, mail("m", "p", "k2"))
		want := told(t, s)
		added, err := s.Enqueue(t.Context(), intentions("q", "k1", "k2", "k3", "k3"))
		ok(t, err)
		same(t, 1, added)
		want["k3"] = intention("k3", "q")
		same(t, want, told(t, s))
	}},
	{"rows by key, claimed or not, with the status of their mail", func(t *testing.T, s Store) {
		enqueue(t, s, intentions("p", "k1", "k2", "k3", "k4")...)
		ok(t, s.Mark(t.Context(), []string{"k1"}, notify.Dropped))
		claim(t, s, mail("m", "p", "k2"))
		settle(t, s, "m", notify.Sent, after(time.Hour))
		got, err := s.Rows(t.Context(), []string{"k3", "inconnue", "k2", "k1", "k3"})
		ok(t, err)
		want := told(t, s)
		same(t, []notify.Intention{want["k1"], want["k2"], want["k3"]}, got)
		none, err := s.Rows(t.Context(), nil)
		ok(t, err)
		same(t, 0, len(none))
	}},
	{"nothing to add", func(t *testing.T, s Store) {
		enqueue(t, s)
		same(t, 0, len(told(t, s)))
	}},
	{"people in order, once each, page by page", func(t *testing.T, s Store) {
		for i, person := range []string{"élise", "b", "zoé", "a", "Z", "b", "a", "b2"} {
			enqueue(t, s, intention(fmt.Sprint("k", i), person))
		}
		all := []string{"Z", "a", "b", "b2", "zoé", "élise"} // by bytes
		same(t, all, people(t, s, notify.Pending, "", 100))
		var got []string
		for after := ""; ; after = got[len(got)-1] {
			page := people(t, s, notify.Pending, after, 2)
			if len(page) == 0 {
				break
			}
			if len(page) > 2 {
				t.Fatalf("a page of %d, limit 2", len(page))
			}
			if page[0] <= after {
				t.Fatalf("a page after %q begins at %q", after, page[0])
			}
			got = append(got, page...)
		}
		same(t, all, got)
		same(t, []string(nil), people(t, s, notify.Pending, "", 0))
		same(t, []string{"b2"}, people(t, s, notify.Pending, "b1", 1))
	}},
	{"people of a status, unclaimed only", func(t *testing.T, s Store) {
		enqueue(t, s, intention("k1", "a"), intention("k2", "b"), intention("k3", "c"), intention("k4", "c"))
		ok(t, s.Mark(t.Context(), []string{"k1"}, notify.Held))
		claim(t, s, mail("m", "c", "k3"))
		same(t, []string{"b", "c"}, people(t, s, notify.Pending, "", 10))
		same(t, []string{"a"}, people(t, s, notify.Held, "", 10))
		claim(t, s, mail("m2", "c", "k4"))
		same(t, []string{"b"}, people(t, s, notify.Pending, "", 10))
		settle(t, s, "m2", notify.Sent, noon)
		same(t, []string(nil), people(t, s, notify.Sent, "", 10)) // a mail has it
	}},
	{"of a person, oldest first, then by key", func(t *testing.T, s Store) {
		for key, created := range map[string]time.Time{
			"c": noon, "a": noon, "b": after(-time.Microsecond), "0": after(time.Hour),
		} {
			i := intention(key, "p")
			i.CreatedAt = created
			enqueue(t, s, i)
		}
		enqueue(t, s, intention("ailleurs", "q"))
		same(t, []string{"b", "a", "c", "0"}, free(t, s, "p", notify.Pending))
		ok(t, s.Mark(t.Context(), []string{"a"}, notify.Dropped))
		claim(t, s, mail("m", "p", "c"))
		same(t, []string{"b", "0"}, free(t, s, "p", notify.Pending))
		same(t, []string{"a"}, free(t, s, "p", notify.Dropped))
		same(t, []string(nil), free(t, s, "personne", notify.Pending))
	}},
	{"mark leaves claimed and unknown ones", func(t *testing.T, s Store) {
		enqueue(t, s, intentions("p", "k1", "k2", "k3")...)
		claim(t, s, mail("m", "p", "k2"))
		ok(t, s.Mark(t.Context(), []string{"k1", "k2", "inconnue"}, notify.Dropped))
		ok(t, s.Mark(t.Context(), nil, notify.Dropped))
		got := told(t, s)
		same(t, 3, len(got))
		same(t, notify.Dropped, got["k1"].Status)
		same(t, notify.Pending, got["k2"].Status)
		same(t, notify.Pending, got["k3"].Status)
		settle(t, s, "m", notify.Pending, noon) // released: the mark left nothing behind
		same(t, []string{"k2", "k3"}, free(t, s, "p", notify.Pending))
	}},
	{"held ones go back to pending", func(t *testing.T, s Store) {
		enqueue(t, s, intention("k", "p"))
		ok(t, s.Mark(t.Context(), []string{"k"}, notify.Held))
		ok(t, s.Mark(t.Context(), []string{"k"}, notify.Pending))
		claim(t, s, mail("m", "p", "k"))
	}},
}
