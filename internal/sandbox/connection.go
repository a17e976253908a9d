package sandbox

import (
	"slices"
	"time"

	"relais/internal/sandbox/graphql"
)

const maxPage = 100

// window is what a client asks of a connection.
type window struct {
	limit            int
	after, before    string
	last, descending bool
}

// readWindow checks the pagination arguments. Larger pages are cut silently;
// an empty cursor counts as none.
func readWindow(args map[string]any) (window, error) {
	first, hasFirst := intArg(args, "first")
	last, hasLast := intArg(args, "last")
	w := window{limit: maxPage, after: stringArg(args, "after"), before: stringArg(args, "before"), descending: stringArg(args, "order") == "DESC"}
	switch {
	case hasFirst && hasLast:
		return w, badRequest("Arguments \"first\" and \"last\" are exclusive")
	case w.after != "" && w.before != "":
		return w, badRequest("Arguments \"after\" and \"before\" are exclusive")
	case hasFirst:
		w.limit = first
	case hasLast:
		w.limit, w.last = last, true
	}
	if w.limit < 0 {
		return w, badRequest("A page size cannot be negative")
	}
	w.limit = min(w.limit, maxPage)
	return w, nil
}

// page is a slice of a listing, in the order asked.
type page struct {
	rows              []row
	hasNext, hasPrior bool
}

// listing is a sorted index seen through a filter, from a lower bound.
type listing struct {
	rows  index
	since time.Time // inclusive; zero is none
	keep  func(row) bool
}

// take cuts a page out of a listing. Rows are kept in ascending order unless
// the deprecated order DESC is asked, which mirrors everything.
func (l listing) take(w window) (page, error) {
	lo, hi := 0, len(l.rows)
	if !l.since.IsZero() {
		lo = l.rows.from(l.since, 0)
	}
	after, before := w.after, w.before
	if w.descending {
		after, before = before, after
	}
	if after != "" {
		at, number, err := decodeCursor(after)
		if err != nil {
			return page{}, err
		}
		lo = max(lo, l.rows.from(at, number+1))
	}
	if before != "" {
		at, number, err := decodeCursor(before)
		if err != nil {
			return page{}, err
		}
		hi = l.rows.from(at, number)
	}
	backward := w.last || w.before != ""
	rows, more := l.scan(lo, hi, w.limit, backward != w.descending)
	if w.descending {
		slices.Reverse(rows)
	}
	if !backward {
		return page{rows: rows, hasNext: more, hasPrior: w.after != ""}, nil
	}
	return page{rows: rows, hasNext: w.before != "", hasPrior: more || w.after != ""}, nil
}

// scan keeps at most n rows of [lo, hi), from its start or from its end, in
// ascending order, and looks one row further.
func (l listing) scan(lo, hi, n int, fromEnd bool) (rows []row, more bool) {
	for lo < hi {
		var r row
		if fromEnd {
			hi--
			r = l.rows[hi]
		} else {
			r = l.rows[lo]
			lo++
		}
		if !l.keep(r) {
			continue
		}
		if len(rows) == n {
			more = true
			break
		}
		rows = append(rows, r)
	}
	if fromEnd {
		slices.Reverse(rows)
	}
	return rows, more
}

// connection shows a page. The cursor of an empty page is null.
func connection(p page, node func(i int, r row) any) graphql.Object {
	nodes := make([]any, len(p.rows))
	edges := make([]any, len(p.rows))
	for i, r := range p.rows {
		nodes[i] = node(i, r)
		edges[i] = graphql.Object{"cursor": encodeCursor(r.at, r.number), "node": nodes[i]}
	}
	info := graphql.Object{"hasNextPage": p.hasNext, "hasPreviousPage": p.hasPrior}
	if n := len(p.rows); n > 0 {
		info["startCursor"] = encodeCursor(p.rows[0].at, p.rows[0].number)
		info["endCursor"] = encodeCursor(p.rows[n-1].at, p.rows[n-1].number)
	}
	return graphql.Object{"nodes": nodes, "edges": edges, "pageInfo": info}
}
