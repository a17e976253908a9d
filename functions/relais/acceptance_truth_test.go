package main

import (
	"bufio"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// line is what an export line must say of a dossier, as the platform has it.
type line struct {
	Call            *string  `json:"call"`
	Demarche        int      `json:"demarche"`
	Number          int      `json:"number"`
	State           *string  `json:"state"`
	Groupe          *string  `json:"groupe"`
	Region          *string  `json:"region"`
	Siret           *string  `json:"siret"`
	TotalCost       *float64 `json:"total_cost"`
	RequestedAmount *float64 `json:"requested_amount"`
	DepositedAt     *string  `json:"deposited_at"`
	ModifiedAt      *string  `json:"modified_at"`
	Removed         any      `json:"removed"`
}

// bretagne is the id that init gives the call.
const bretagne = "o2r-bretagne"

// truth is the export that one call file for Bretagne must give. Amounts are
// read by the champs bound in the call file, so only for its region.
func (p *other) truth() map[int]line {
	out := map[int]line{}
	for _, d := range p.papers {
		if d.hidden == "" {
			out[d.number] = d.line()
		}
	}
	return out
}

func (p *paper) line() line {
	l := line{
		Demarche: otherDemarche, Number: p.number, State: &p.state, Groupe: &p.groupe.label, Region: &p.groupe.region,
		Siret: &p.who.siret, DepositedAt: second(p.deposited), ModifiedAt: second(p.modified), Removed: false,
	}
	if p.groupe.region == "53" {
		id, total := bretagne, float64(p.total)
		l.Call, l.TotalCost, l.RequestedAmount = &id, &total, &p.requested
	}
	return l
}

// second is an instant as the platform shows it, cut to the second.
func second(t time.Time) *string {
	s := t.UTC().Truncate(time.Second).Format(time.RFC3339)
	return &s
}

// exported reads the JSON Lines of export.
func (d *desktop) exported(args ...string) map[int]line {
	d.Helper()
	out := map[int]line{}
	for raw := range jsonLines(d, d.do(0, append([]string{"export"}, args...)...).out) {
		var l line
		if err := json.Unmarshal(raw, &l); err != nil {
			d.Fatal(err)
		}
		if _, twice := out[l.Number]; twice {
			d.Errorf("dossier %d is exported twice", l.Number)
		}
		out[l.Number] = l
	}
	return out
}

func jsonLines(t testing.TB, out string) func(func(json.RawMessage) bool) {
	return func(yield func(json.RawMessage) bool) {
		s := bufio.NewScanner(strings.NewReader(out))
		s.Buffer(nil, 1<<20)
		for s.Scan() {
			if !json.Valid(s.Bytes()) {
				t.Fatalf("not a JSON line: %.80s", s.Text())
			}
			if !yield(slices.Clone(s.Bytes())) {
				return
			}
		}
	}
}

// isTrue wants our copy to be what the platform shows.
func (d *desktop) isTrue(p *other) {
	d.Helper()
	if diff := cmp.Diff(p.truth(), d.exported()); diff != "" {
		d.Errorf("our copy is not what the platform shows (-platform +copy):\n%.3000s", diff)
	}
}

// pollCounts is the line of poll --json.
type pollCounts struct {
	Requests     int  `json:"requests"`
	DossiersRead int  `json:"dossiers_read"`
	Created      int  `json:"created"`
	Updated      int  `json:"updated"`
	Unchanged    int  `json:"unchanged"`
	Removed      int  `json:"removed"`
	Rejudged     int  `json:"rejudged"`
	Quarantined  int  `json:"quarantined"`
	DurationMS   int  `json:"duration_ms"`
	Complete     bool `json:"complete"`
}

// counts reads the line of poll --json and wants every documented key, no other.
func (o outcome) counts(t testing.TB) pollCounts {
	t.Helper()
	var keys map[string]any
	var c pollCounts
	if err := json.Unmarshal([]byte(o.out), &keys); err != nil || strings.Count(o.out, "\n") != 1 {
		t.Fatalf("poll --json printed %q (%v)", o.out, err)
	}
	_ = json.Unmarshal([]byte(o.out), &c)
	want := []string{"complete", "created", "dossiers_read", "duration_ms", "quarantined", "rejudged", "removed", "requests", "unchanged", "updated"}
	if diff := cmp.Diff(want, sortedKeys(keys)); diff != "" {
		t.Errorf("keys of poll --json: %s", diff)
	}
	return c
}

func sortedKeys(m map[string]any) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
