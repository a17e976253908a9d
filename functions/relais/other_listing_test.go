package main

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"relais/internal/sandbox/graphql"
)

// place is where a paper stands in a listing.
type place struct {
	at     time.Time
	number int
}

func (a place) compare(b place) int {
	return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.number, b.number))
}

// cursor hides a place and the order it belongs to.
func cursor(order string, at place) string {
	return "pos_" + hex.EncodeToString(fmt.Appendf(nil, "%s|%d|%d", order, at.at.UnixMicro(), at.number))
}

// readCursor refuses what it did not write, and a place of another order.
func readCursor(order, s string) (place, error) {
	refused := &graphql.Error{Message: "Curseur refusé", Code: "bad_request"}
	if len(s) < 4 || s[:4] != "pos_" {
		return place{}, refused
	}
	b, err := hex.DecodeString(s[4:])
	var micros int64
	var number int
	if err == nil {
		_, err = fmt.Sscanf(string(b), order+"|%d|%d", &micros, &number)
	}
	if err != nil {
		return place{}, refused
	}
	return place{time.UnixMicro(micros), number}, nil
}

// listed answers dossiers: by modification when updatedSince is given, else by
// deposit.
func (p *other) listed(_ context.Context, args map[string]any) (any, error) {
	order, of := "deposit", func(d *paper) place { return place{d.deposited, d.number} }
	if args["updatedSince"] != nil {
		order, of = "update", func(d *paper) place { return place{d.modified, d.number} }
	}
	since, err := instantArg(args["updatedSince"])
	if err != nil {
		return nil, err
	}
	shown := func(d *paper) bool { return d.hidden == "" && !d.modified.Before(since) }
	return p.page(args, order, shown, of, func(d *paper) graphql.Object { return d.node(p.form, p.annotations) })
}

func (p *other) pending(_ context.Context, args map[string]any) (any, error) {
	return p.departures(args, "pending", time.Time{})
}

func (p *other) deleted(_ context.Context, args map[string]any) (any, error) {
	since, err := instantArg(args["deletedSince"])
	if err != nil {
		return nil, err
	}
	return p.departures(args, "purged", since)
}

func (p *other) departures(args map[string]any, hidden string, since time.Time) (any, error) {
	shown := func(d *paper) bool { return d.hidden == hidden && !d.hiddenAt.Before(since) }
	of := func(d *paper) place { return place{d.hiddenAt, d.number} }
	return p.page(args, hidden, shown, of, func(d *paper) graphql.Object {
		return graphql.Object{
			"id": fmt.Sprintf("gone-%d", d.number), "number": d.number, "state": d.state,
			"reason": "user_request", "dateSupression": local(d.hiddenAt),
		}
	})
}

func instantArg(v any) (time.Time, error) {
	s, _ := v.(string)
	if s == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return at, &graphql.Error{Message: "Date refusée", Code: "bad_request"}
	}
	return at, nil
}

// page is one page of a listing, ascending, after a cursor.
func (p *other) page(args map[string]any, order string, shown func(*paper) bool, of func(*paper) place, node func(*paper) graphql.Object) (any, error) {
	first, _ := args["first"].(int)
	if first == 0 || first > p.pageSize {
		first = p.pageSize
	}
	var after place
	if s, _ := args["after"].(string); s != "" {
		var err error
		if after, err = readCursor(order, s); err != nil {
			return nil, err
		}
	}
	var list []*paper
	for _, d := range p.papers {
		if shown(d) && (after.number == 0 || of(d).compare(after) > 0) {
			list = append(list, d)
		}
	}
	slices.SortStableFunc(list, func(a, b *paper) int { return of(a).compare(of(b)) })
	more := len(list) > first
	list = list[:min(first, len(list))]
	info := graphql.Object{"hasNextPage": more, "hasPreviousPage": after.number != 0}
	nodes := make([]any, len(list))
	for i, d := range list {
		nodes[i] = graphql.Field(func(context.Context, map[string]any) (any, error) { return node(d), nil })
		info["endCursor"] = cursor(order, of(d))
	}
	return graphql.Object{"pageInfo": info, "nodes": nodes}, nil
}
