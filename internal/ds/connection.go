package ds

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

// connection is one page of any list of the platform. Nodes may be null each,
// and the list too when time ran out.
type connection[N any] struct {
	PageInfo *wirePageInfo `json:"pageInfo"`
	Nodes    []*N          `json:"nodes"`
}

// wirePage is the answer to each of the three queries that read a list.
type wirePage[N any] struct {
	Demarche *struct {
		Number int `json:"number"`
		wireDemarche
		Dossiers *connection[N] `json:"dossiers"`
		Pending  *connection[N] `json:"pendingDeletedDossiers"`
		Deleted  *connection[N] `json:"deletedDossiers"`
	} `json:"demarche"`
}

// list is the one that was asked for.
func (p *wirePage[N]) list() *connection[N] {
	if p.Demarche == nil {
		return nil
	}
	for _, l := range []*connection[N]{p.Demarche.Dossiers, p.Demarche.Pending, p.Demarche.Deleted} {
		if l != nil {
			return l
		}
	}
	return nil
}

// node is one row of a page. value is nil when the platform sent null or
// something of another shape; broken then says where, and number which dossier
// if that could still be read.
type node[N any] struct {
	value  *N
	number int
	broken string
}

// listing is one page read, its rows not yet decoded.
type listing[N any] struct {
	answer
	demarche *wireDemarche
	info     *wirePageInfo
	nodes    []node[N] // nil when the list is missing
}

// list asks for one page and checks that it leads somewhere.
func list[N any](ctx context.Context, c *Client, d document, subject, cursor string, variables map[string]any) (listing[N], error) {
	if cursor != "" { // an empty one would restart the list
		variables["after"] = cursor
	}
	a, err := c.ask(ctx, d, subject, variables)
	if err != nil {
		return listing[N]{}, err
	}
	return checked[N](a, d, subject, cursor)
}

// checked decodes the answer that a cursor brought.
func checked[N any](a answer, d document, subject, cursor string) (listing[N], error) {
	l, failed := readListing[N](a)
	if failed == nil {
		failed = l.check(cursor)
	}
	if failed != nil {
		return listing[N]{}, failed.named(d.name, subject)
	}
	return l, nil
}

// readListing decodes a page. When one row has an unexpected shape, the rows are
// read again one by one: the others still count.
func readListing[N any](a answer) (listing[N], *Error) {
	var strict wirePage[N]
	err := json.Unmarshal(a.data, &strict)
	var shape *json.UnmarshalTypeError
	switch {
	case err == nil:
		return fill(a, &strict, func(n *N) node[N] { return node[N]{value: n} })
	case !errors.As(err, &shape):
		return listing[N]{}, &Error{Kind: NotUnderstood, Status: http.StatusOK}
	}
	var loose wirePage[looseNode[N]]
	if err := json.Unmarshal(a.data, &loose); err != nil {
		return listing[N]{}, &Error{Kind: NotUnderstood, Status: http.StatusOK, Path: shape.Field}
	}
	return fill(a, &loose, func(n *looseNode[N]) node[N] {
		if n == nil {
			return node[N]{}
		}
		return node[N](*n)
	})
}

// fill gathers a decoded page, whatever form its rows were read in.
func fill[N, W any](a answer, page *wirePage[W], row func(*W) node[N]) (listing[N], *Error) {
	wire := page.list()
	switch {
	case wire == nil && len(a.faults) > 0:
		return listing[N]{}, worst(a.faults)
	case wire == nil:
		return listing[N]{}, &Error{Kind: NoData, Status: http.StatusOK}
	}
	l := listing[N]{answer: a, demarche: &page.Demarche.wireDemarche, info: wire.PageInfo}
	l.data = nil // decoded: let it go
	if wire.Nodes != nil {
		l.nodes = make([]node[N], len(wire.Nodes))
	}
	for i, n := range wire.Nodes {
		l.nodes[i] = row(n)
	}
	return l, nil
}

// check refuses a page that lacks a part without saying why, and one that would
// make its reader turn in circles. A list that is null on a last page without
// cursor is an empty one.
func (l *listing[N]) check(cursor string) *Error {
	switch {
	case len(l.faults) > 0:
	case l.info == nil:
		return notUnderstood("pageInfo")
	case l.nodes == nil && !l.info.HasNextPage && l.info.EndCursor == "":
		l.nodes = []node[N]{}
	case l.nodes == nil:
		return notUnderstood("nodes")
	}
	if l.info == nil || !l.info.HasNextPage || l.info.EndCursor != "" && l.info.EndCursor != cursor {
		return nil
	}
	if len(l.faults) > 0 {
		l.info = nil // the cursor is worth nothing, the account of the page still is
		return nil
	}
	return &Error{Kind: StuckCursor, Status: http.StatusOK}
}

// partial starts the account of a page with holes.
func (l *listing[N]) partial(d document, subject string) *PartialPage {
	p := &PartialPage{Op: d.name, Subject: subject, Nodes: len(l.nodes), Causes: l.faults, CursorKnown: l.info != nil}
	if l.nodes == nil {
		p.Nodes = -1
	}
	return p
}

// looseNode is a node whose shape may be wrong.
type looseNode[N any] node[N]

// UnmarshalJSON implements json.Unmarshaler. It never fails: it notes where the
// shape is wrong, and the number if there is one.
func (n *looseNode[N]) UnmarshalJSON(data []byte) error {
	value := new(N)
	err := json.Unmarshal(data, value)
	if err == nil {
		n.value = value
		return nil
	}
	n.broken = "node"
	var shape *json.UnmarshalTypeError
	if errors.As(err, &shape) && shape.Field != "" {
		n.broken = shape.Field // names of our own types' fields, never content
	}
	var light struct {
		Number int `json:"number"`
	}
	if json.Unmarshal(data, &light) == nil {
		n.number = light.Number
	}
	return nil
}
