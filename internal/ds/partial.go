package ds

import (
	"fmt"
	"strconv"
	"strings"

	"relais/internal/dossier"
)

// PartialPage says that a page came with holes: null nodes, nodes that do not
// have the published shape, or root errors beside its data. Nothing of it may be
// taken for the whole page. What could be read is in Page or Departures, so that
// a caller can isolate the rest: list the same page light, then read its dossiers
// one by one, then go past it by Page.EndCursor.
//
// errors.Is(err, ds.Partial) holds, and errors.Is with the Kind of any cause.
type PartialPage struct {
	Op      string
	Subject string
	// Nodes is how many nodes the page had, -1 when the list itself is missing.
	Nodes  int
	Broken []Broken
	// Causes are the root errors, in the platform's order.
	Causes []*Error
	// CursorKnown tells that EndCursor and HasNextPage below are the platform's.
	CursorKnown bool
	Page        dossier.Page       // of dossiers
	Departures  dossier.Departures // of a deletion list
}

// Broken is one node that could not be read. Index is its position in the page,
// from 0. Number is the dossier's, or 0 when even that is unknown. Path is the
// first place at fault, when the platform or the decoding named one.
type Broken struct {
	Index  int
	Number int
	Kind   Kind
	Path   string
}

// Error implements error.
func (p *PartialPage) Error() string {
	kinds := map[Kind]bool{}
	var why []string
	note := func(k Kind) {
		if !kinds[k] {
			kinds[k], why = true, append(why, string(k))
		}
	}
	for _, b := range p.Broken {
		note(b.Kind)
	}
	for _, c := range p.Causes {
		note(c.Kind)
	}
	return fmt.Sprintf("%s: a page of %s is incomplete (%s): %s; nothing was lost, try again later",
		p.Op, p.Subject, strings.Join(why, ", "), p.extent())
}

const longestList = 10

func (p *PartialPage) extent() string {
	if p.Nodes < 0 {
		return "its list is missing"
	}
	if len(p.Broken) == 0 {
		return fmt.Sprintf("%d error(s) beside its %d rows", len(p.Causes), p.Nodes)
	}
	var at []string
	for _, b := range p.Broken[:min(len(p.Broken), longestList)] {
		at = append(at, strconv.Itoa(b.Index))
	}
	if len(p.Broken) > longestList {
		at = append(at, "…")
	}
	return fmt.Sprintf("%d of %d rows could not be read, at positions %s", len(p.Broken), p.Nodes, strings.Join(at, ", "))
}

// Is matches Partial.
func (p *PartialPage) Is(target error) bool { return target == Partial }

// Unwrap gives the root errors.
func (p *PartialPage) Unwrap() []error {
	out := make([]error, len(p.Causes))
	for i, c := range p.Causes {
		out[i] = c
	}
	return out
}

// nodeFaults is the first fault that leads into each node.
func nodeFaults(faults []*Error) map[int]*Error {
	out := map[int]*Error{}
	for _, f := range faults {
		if n := nodeOf(f.Path); n >= 0 && out[n] == nil {
			out[n] = f
		}
	}
	return out
}
