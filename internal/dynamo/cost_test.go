package dynamo_test

import (
	"testing"
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/dynamo"
	"relais/internal/dynamo/meter"
	"relais/internal/ingest"
	"relais/internal/notify"
)

// TestCosts itemises what the package doc says, on a real dossier.
func TestCosts(t *testing.T) {
	s, m := metered(t)
	records := realDossiers(t, 10)
	put(t, s, records...)
	var r dossier.Record
	for _, one := range records {
		if !one.NextStep().IsZero() {
			r = read(t, s, one.Number)
		}
	}
	list, keys := someIntentions(3)
	put(t, s, aRecord(1, 0, "x"))
	number := r.Number
	for _, c := range []struct {
		name        string
		do          func() error
		read, write float64 // at most
	}{
		{"unchanged", func() error { _, err := s.Heads(t.Context(), r.Demarche, []int{number}); return err }, 1, 0},
		{"changed", func() error { d := *r.Dossier; d.Archived = true; r.Dossier = &d; return putOne(t, s, &r) }, 3, 14},
		{"judged anew", func() error { r.Dossier = nil; r.Judgement.JudgedWith = "autre"; return putOne(t, s, &r) }, 1, 4},
		{"advance with three intentions", func() error {
			r.Judgement.Deadlines[0].HandledUntil = readAt
			_, err := s.Advance(t.Context(), r.Head, list)
			r.Version++
			return err
		}, 1, 26},
		{"people and theirs", func() error {
			_, err := s.People(t.Context(), notify.Pending, "", 9)
			fail(t, err)
			_, err = s.Of(t.Context(), "p", notify.Pending)
			return err
		}, 7, 0},
		{"claim of three", func() error { return s.Claim(t.Context(), aMail(keys)) }, 3, 16},
		{"settle", func() error { return s.Settle(t.Context(), "m", notify.Sent, noon) }, 1, 2},
		{"refuse", func() error { _, err := s.Refuse(t.Context(), "m", noon); return err }, 1, 1},
		{"due", func() error { _, err := s.Due(t.Context(), readAt, notify.Seen{}, 1); return err }, 3.5, 0},
		{"judged otherwise, none", func() error { _, err := s.JudgedOtherwise(t.Context(), 1, "s", 0, 100); return err }, 1, 0},
		{"record", func() error { _, _, err := s.Record(t.Context(), number); return err }, 3, 0},
		{"purged", func() error {
			r.Removed, r.Dossier = dossier.Purged, nil
			return putOne(t, s, &r)
		}, 2, 20},
	} {
		m.Reset()
		fail(t, c.do())
		total := m.Total()
		t.Logf("%s: %v RU, %v WU", c.name, total.Read, total.Write)
		for _, l := range m.Lines() {
			t.Log("   ", l)
		}
		if total.Read > c.read || total.Write > c.write {
			t.Errorf("%s: %v RU and %v WU, at most %v and %v", c.name, total.Read, total.Write, c.read, c.write)
		}
	}
}

func putOne(t testing.TB, s *dynamo.Store, r *dossier.Record) error {
	put(t, s, *r)
	r.Version++
	return nil
}

// TestAnIdlePollCostsTwoWrites: it takes the lease, looks at what must be judged
// again and at the quarantine, and releases the lease.
func TestAnIdlePollCostsTwoWrites(t *testing.T) {
	s, m := metered(t)
	records := realDossiers(t, 20)
	put(t, s, records...)
	stamp := records[0].Judgement.JudgedWith
	at := ingest.Streams{
		Demarche: records[0].Demarche, Position: dossier.Position{Since: noon, Cursor: "MjAyNi0xMS0wMiAwOTowMDowMC4xMjM0NTY7MjE0MDcwNTc"},
		Reached: noon, ReachedAt: noon, Settled: true, Witness: 21407057, DeletedReadAt: noon, CompletedAt: noon, SweptAt: noon,
		Shown: "6cceebf990486e0529e4a1977badce9e", Revision: "UHJvY2VkdXJlUmV2aXNpb24tMTIz",
		Bound: []ingest.Bound{{Call: "o2r-pays-de-la-loire", Digest: "6cceebf990486e0529e4a1977badce9e", Labels: make([]call.Label, 30)}},
	}
	version, err := s.SaveStreams(t.Context(), at)
	fail(t, err)
	m.Reset()
	at, err = s.Streams(t.Context(), at.Demarche)
	fail(t, err)
	_, err = s.JudgedOtherwise(t.Context(), at.Demarche, stamp, 0, 100)
	fail(t, err)
	_, err = s.Cases(t.Context(), at.Demarche)
	fail(t, err)
	for range 2 {
		at.Lease = ingest.Lease{Holder: "poll", Until: noon.Add(time.Minute)}
		at.Version = version
		version, err = s.SaveStreams(t.Context(), at)
		fail(t, err)
	}
	writes, total := 0, m.Total()
	for _, l := range m.Lines() {
		t.Log(l)
		if l.Write > 0 {
			writes += l.Calls
		}
	}
	if writes != 2 || total.Write > 2 || total.Read > 3 {
		t.Errorf("%d writes, %v WU, %v RU", writes, total.Write, total.Read)
	}
}

// TestATickCostsWhatIsDue and a poll what differs, whatever is stored.
func TestATickCostsWhatIsDue(t *testing.T) {
	var seen []meter.Line
	for _, stored := range []int{100, 2000} {
		s, m := metered(t)
		var rs []dossier.Record
		for n := range stored {
			r := aRecord(n+1, 0, "x")
			if n%(stored/20) != 0 {
				r.Judgement.Deadlines[0].Steps[0].At = noon.AddDate(1, 0, 0)
			} else {
				r.Judgement.JudgedWith = "ancien"
			}
			rs = append(rs, r)
		}
		put(t, s, rs...)
		m.Reset()
		due, err := s.Due(t.Context(), noon, notify.Seen{}, 100)
		fail(t, err)
		otherwise, err := s.JudgedOtherwise(t.Context(), 1, "s", 0, 100)
		fail(t, err)
		if len(due) != 20 || len(otherwise) != 20 {
			t.Fatalf("%d due, %d judged otherwise", len(due), len(otherwise))
		}
		seen = append(seen, m.Total())
		t.Logf("%d stored: %v", stored, m.Total())
	}
	if seen[0] != seen[1] {
		t.Error("the cost grows with what is stored")
	}
}
