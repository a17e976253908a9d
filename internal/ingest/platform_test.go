package ingest_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"relais/internal/dossier"
)

// platform is a small stand-in of the three streams, with the true semantics
// that ingest depends on: inclusive lower bound, order by modification to the
// microsecond, dates cut to the second, no cursor on an empty page.
type platform struct {
	now      time.Time
	size     int
	dossiers map[int]*row
	pending  []dossier.Departure
	deleted  []dossier.Departure

	requests []string
	fail     map[int]error // by request, counted from 1
	onPage   func(n int)   // before the n-th request answers
}

type row struct {
	updated time.Time
	visible time.Time // a late commit shows only from then on
	hidden  bool
	dossier dossier.Dossier
}

func newPlatform(now time.Time) *platform {
	return &platform{now: now, size: 3, dossiers: map[int]*row{}, fail: map[int]error{}}
}

func (p *platform) put(number int, updated time.Time, text string) {
	p.dossiers[number] = &row{updated: updated, dossier: dossier.Dossier{
		ID: fmt.Sprint("D", number), Number: number, Demarche: 7, State: dossier.EnInstruction,
		DateDepot: updated.Add(-time.Hour).Truncate(time.Second), DateDerniereModification: updated.Truncate(time.Second),
		GroupeInstructeur: dossier.GroupeInstructeur{ID: "G", Number: 1, Label: "DREETS Bretagne"},
		Champs:            []dossier.Champ{{ID: "c", DescriptorID: "c", Type: dossier.TextChamp, Text: text}},
	}}
}

func (p *platform) request(what string) (time.Time, error) {
	sent := p.now
	p.requests = append(p.requests, what)
	n := len(p.requests)
	if p.onPage != nil {
		p.onPage(n)
	}
	return sent, p.fail[n]
}

func (p *platform) Dossiers(ctx context.Context, demarche int, at dossier.Position, withDemarche bool) (dossier.Page, error) {
	sent, err := p.request(fmt.Sprintf("dossiers since=%s after=%q", at.Since.UTC().Format(time.TimeOnly), at.Cursor))
	if err != nil {
		return dossier.Page{}, err
	}
	if ctx.Err() != nil {
		return dossier.Page{}, ctx.Err()
	}
	if at.Since.IsZero() {
		return dossier.Page{}, errors.New("without a lower bound the order is another one")
	}
	page := dossier.Page{ReadAt: sent, PlatformAt: sent}
	if withDemarche {
		page.Demarche = &dossier.Demarche{ID: "P", Number: demarche}
	}
	for _, r := range p.listed(at) {
		if len(page.Dossiers) == p.size {
			page.HasNextPage = true
			break
		}
		page.Dossiers = append(page.Dossiers, r.dossier)
		page.EndCursor = cursor(r)
	}
	return page, nil
}

func (p *platform) listed(at dossier.Position) []*row {
	var rows []*row
	for _, r := range p.dossiers {
		if !r.hidden && !r.visible.After(p.now) && !r.updated.Before(at.Since) && cursor(r) > at.Cursor {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b *row) int { return cmp.Compare(cursor(a), cursor(b)) })
	return rows
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

// asked counts the requests of one stream since a mark.
func (p *platform) asked(what string) (n int) {
	for _, r := range p.requests {
		if strings.HasPrefix(r, what) {
			n++
		}
	}
	return n
}
