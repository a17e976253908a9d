package console

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
	"unique"

	"relais/internal/deadline"
	"relais/internal/dossier"
)

// index is what lists and the overview need of every dossier, in memory: some
// hundreds of bytes each. It reads the heads written since the last look.
type index struct {
	source interface {
		HeadsSince(ctx context.Context, mark int64, fn func(dossier.Head) error) (int64, error)
	}
	every time.Duration // least time between two looks
	now   func() time.Time

	mu       sync.Mutex
	mark     int64
	lookedAt time.Time
	rows     []*row
}

// current is every dossier by number, as stored when it was called or, between two
// looks, at the last one. Nobody changes what it returns. A view that is given up
// meanwhile does not spoil the look for the next one.
func (x *index) current(ctx context.Context) ([]*row, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	now := x.now()
	if !x.lookedAt.IsZero() && now.Sub(x.lookedAt) < x.every {
		return x.rows, ctx.Err()
	}
	written := map[int]*row{}
	mark, err := x.source.HeadsSince(context.WithoutCancel(ctx), x.mark, func(h dossier.Head) error {
		written[h.Number] = rowOf(&h)
		return nil
	})
	if err != nil {
		return nil, err
	}
	x.rows, x.mark, x.lookedAt = merged(x.rows, written), mark, now
	return x.rows, ctx.Err()
}

// merged puts written rows in the place of those of the same number, in a new
// slice: a view may still walk the old one.
func merged(old []*row, written map[int]*row) []*row {
	if len(written) == 0 {
		return old
	}
	out := make([]*row, 0, len(old)+len(written))
	fresh := slices.Sorted(maps.Keys(written))
	for _, r := range old {
		for len(fresh) > 0 && fresh[0] < r.number {
			out, fresh = append(out, written[fresh[0]]), fresh[1:]
		}
		if len(fresh) > 0 && fresh[0] == r.number {
			r, fresh = written[r.number], fresh[1:]
		}
		out = append(out, r)
	}
	for _, number := range fresh {
		out = append(out, written[number])
	}
	return out
}

// row is one dossier in the index. It never changes.
type row struct {
	number, demarche    int
	structure           string // as it may be shown
	folded              string // structure and call, as searched
	siret               string
	call                string
	groupe, region      string
	deposited, modified time.Time
	total, requested    *float64
	found, supported    *int
	state               dossier.State
	verdict             dossier.Verdict
	removed             dossier.Removal
	dates               []date
}

func rowOf(h *dossier.Head) *row {
	j := &h.Judgement
	f := &j.Facts
	r := &row{
		number: h.Number, demarche: h.Demarche, structure: shown(f.Structure), siret: shown(f.Siret),
		call: shared(j.Call), groupe: shared(shown(h.Groupe)), region: shared(f.Region),
		deposited: h.DateDepot, modified: h.Modified,
		total: f.TotalCost, requested: f.RequestedAmount, found: f.PeopleFound, supported: f.PeopleSupported,
		state: shared(h.State), verdict: shared(j.Verdict), removed: shared(h.Removed),
	}
	r.folded = fold(r.structure) + "\x00" + fold(r.call)
	for _, d := range j.Deadlines {
		if !d.PrudentOn.IsZero() {
			r.dates = append(r.dates, date{
				kind: shared(d.Kind), due: d.DueOn, prudent: d.PrudentOn, met: d.MetOn,
				held: d.Held, heldUntil: d.HeldUntil, hypothesis: d.Hypothesis != "",
			})
		}
	}
	return r
}

// shared keeps one copy of a text that thousands of rows have.
func shared[T ~string](s T) T { return T(unique.Make(string(s)).Value()) }

// date is what is kept of a dossier.Deadline.
type date struct {
	kind                         string
	due, prudent, met, heldUntil dossier.Day
	held, hypothesis             bool
}

func (d date) status(now time.Time, zone *time.Location, removed dossier.Removal) string {
	return deadline.Status(dossier.Deadline{
		DueOn: d.due, PrudentOn: d.prudent, MetOn: d.met, Held: d.held, HeldUntil: d.heldUntil,
	}, now, zone, removed)
}
