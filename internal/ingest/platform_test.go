package ingest_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"relais/internal/dossier"
)

// platform is a small stand-in of what ingest depends on, with the true
// semantics: inclusive lower bound, order by modification to the microsecond,
// dates cut to the second, no cursor on an empty page, one bad dossier that
// spoils its whole page.
type platform struct {
	mu       sync.Mutex // of now and requests: the pass reads ahead
	now      time.Time
	requests []string

	size     int // the greatest page
	dossiers map[int]*row
	pending  []dossier.Departure
	deleted  []dossier.Departure
	revision string
	form     dossier.Form

	fail   map[int]error // by request, counted from 1
	down   error         // of everything that reads dossiers in full
	holes  bool          // a bad page still brings the others
	onPage func(n int)   // before the n-th request answers
}

type row struct {
	updated time.Time
	visible time.Time // a late commit shows only from then on
	hidden  bool
	bad     error
	dossier dossier.Dossier
}

// trouble is an error that says something of itself.
type trouble struct {
	word string
	page dossier.Page
}

func (t *trouble) Error() string          { return "platform: " + t.word }
func (t *trouble) Isolable() bool         { return t.word != "not_found" }
func (t *trouble) Missing() bool          { return t.word == "not_found" }
func (t *trouble) Cause() string          { return t.word }
func (t *trouble) Salvaged() dossier.Page { return t.page }

func newPlatform(now time.Time) *platform {
	return &platform{now: now, size: 3, dossiers: map[int]*row{}, fail: map[int]error{}, revision: "R1"}
}

func (p *platform) clock() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

func (p *platform) set(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = now
}

func (p *platform) put(number int, updated time.Time, text string) *row {
	r := &row{updated: updated, dossier: dossier.Dossier{
		ID: fmt.Sprint("D", number), Number: number, Demarche: 7, State: dossier.EnInstruction,
		DateDepot: updated.Add(-time.Hour).Truncate(time.Second), DateDerniereModification: updated.Truncate(time.Second),
		GroupeInstructeur: dossier.GroupeInstructeur{ID: "G", Number: 1, Label: "DREETS Bretagne"},
		Champs:            []dossier.Champ{{ID: "c", DescriptorID: "c", Type: dossier.TextChamp, Text: text}},
	}}
	p.dossiers[number] = r
	return r
}

// spoil makes dossiers unreadable.
func (p *platform) spoil(word string, numbers ...int) {
	for _, n := range numbers {
		p.dossiers[n].bad = &trouble{word: word}
	}
}

func (p *platform) request(what string) (time.Time, error) {
	p.mu.Lock()
	sent := p.now
	p.requests = append(p.requests, what)
	n := len(p.requests)
	p.mu.Unlock()
	if p.onPage != nil {
		p.onPage(n)
	}
	return sent, p.fail[n]
}

func (p *platform) Dossiers(ctx context.Context, demarche int, at dossier.Position, size int, withDemarche bool) (dossier.Page, error) {
	sent, err := p.request(fmt.Sprintf("dossiers since=%s after=%q size=%d", at.Since.UTC().Format(time.TimeOnly), at.Cursor, size))
	if err = cmp.Or(err, p.down); err != nil {
		return dossier.Page{}, err
	}
	if ctx.Err() != nil {
		return dossier.Page{}, ctx.Err()
	}
	rows, more, err := p.slice(at, size)
	if err != nil {
		return dossier.Page{}, err
	}
	page := dossier.Page{ReadAt: sent, PlatformAt: sent, HasNextPage: more}
	if withDemarche {
		page.Demarche = &dossier.Demarche{ID: "P", Number: demarche, ActiveRevision: p.revision}
	}
	var bad *trouble
	for _, r := range rows {
		if r.bad != nil {
			bad = &trouble{word: "fault"}
			continue
		}
		page.Dossiers = append(page.Dossiers, r.dossier)
		page.EndCursor = cursor(r)
	}
	if bad != nil {
		if p.holes {
			bad.page = page
		}
		return dossier.Page{}, bad
	}
	return page, nil
}

func (p *platform) Listing(_ context.Context, _ int, at dossier.Position, size int) (dossier.Listing, error) {
	sent, err := p.request("listing")
	if err != nil {
		return dossier.Listing{}, err
	}
	rows, more, err := p.slice(at, size)
	if err != nil {
		return dossier.Listing{}, err
	}
	page := dossier.Listing{ReadAt: sent, PlatformAt: sent, HasNextPage: more}
	for _, r := range rows {
		page.EndCursor = cursor(r)
		page.Rows = append(page.Rows, dossier.Listed{Number: r.dossier.Number, Cursor: cursor(r), Modified: r.dossier.DateDerniereModification})
	}
	return page, nil
}

func (p *platform) Dossier(_ context.Context, number int) (dossier.Dossier, error) {
	_, err := p.request(fmt.Sprintf("dossier %d", number))
	if err = cmp.Or(err, p.down); err != nil {
		return dossier.Dossier{}, err
	}
	r := p.dossiers[number]
	switch {
	case r == nil || r.hidden || r.visible.After(p.clock()):
		return dossier.Dossier{}, fmt.Errorf("dossier: %w", &trouble{word: "not_found"})
	case r.bad != nil:
		return dossier.Dossier{}, r.bad
	}
	return r.dossier, nil
}

func (p *platform) Form(context.Context, int) (dossier.Form, error) {
	_, err := p.request("form")
	return p.form, err
}

// slice is one page of rows.
func (p *platform) slice(at dossier.Position, size int) (rows []*row, more bool, err error) {
	if at.Since.IsZero() {
		return nil, false, errors.New("without a lower bound the order is another one")
	}
	if size < 1 || size > 100 {
		return nil, false, fmt.Errorf("a page of %d", size)
	}
	now := p.clock()
	for _, r := range p.dossiers {
		if !r.hidden && !r.visible.After(now) && !r.updated.Before(at.Since) && cursor(r) > at.Cursor {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b *row) int { return cmp.Compare(cursor(a), cursor(b)) })
	n := min(size, p.size, len(rows))
	return rows[:n], len(rows) > n, nil
}

func cursor(r *row) string {
	return fmt.Sprintf("%s;%08d", r.updated.UTC().Format("2006-01-02T15:04:05.000000000"), r.dossier.Number)
}

func (p *platform) Pending(_ context.Context, _ int, after string) (dossier.Departures, error) {
	return p.departures("pending", p.pending, after)
}

func (p *platform) Deleted(_ context.Context, _ int, since time.Time, after string) (dossier.Departures, error) {
	rows := slices.DeleteFunc(slices.Clone(p.deleted), func(d dossier.Departure) bool { return d.At.Before(since) })
	return p.departures("deleted", rows, after)
}

func (p *platform) departures(what string, rows []dossier.Departure, after string) (dossier.Departures, error) {
	sent, err := p.request(what)
	if err != nil {
		return dossier.Departures{}, err
	}
	page := dossier.Departures{ReadAt: sent}
	for _, r := range rows {
		key := fmt.Sprintf("%08d", r.Number)
		if key <= after {
			continue
		}
		if len(page.Rows) == p.size {
			page.HasNextPage = true
			break
		}
		page.Rows, page.EndCursor = append(page.Rows, r), key
	}
	return page, nil
}

// asked counts the requests of one kind.
func (p *platform) asked(what string) (n int) {
	for _, r := range p.requests {
		if strings.HasPrefix(r, what) {
			n++
		}
	}
	return n
}
