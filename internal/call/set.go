package call

import (
	"slices"
	"strconv"
	"strings"
)

// Set is the calls of a deployment, by ascending id. It is read-only; the zero
// Set holds none.
type Set struct{ calls []Call }

// NewSet makes a set of calls whose ids differ.
func NewSet(calls ...Call) Set {
	sorted := slices.Clone(calls)
	slices.SortStableFunc(sorted, func(a, b Call) int { return strings.Compare(a.ID, b.ID) })
	return Set{sorted}
}

// All lists every call, templates included.
func (s Set) All() []Call { return slices.Clone(s.calls) }

// Get finds a call by its id.
func (s Set) Get(id string) (*Call, bool) {
	for i := range s.calls {
		if s.calls[i].ID == id {
			return &s.calls[i], true
		}
	}
	return nil, false
}

// FreeID is an id for a new call: its own, or with the number of its démarche
// when a call of the set has it already.
func (s Set) FreeID(c Call) string {
	if _, taken := s.Get(c.ID); !taken {
		return c.ID
	}
	return c.ID + "-" + strconv.Itoa(c.Demarche)
}

// Demarches lists the numbers of the démarches to poll, ascending, each once.
func (s Set) Demarches() []int {
	var numbers []int
	for _, c := range s.calls {
		if !c.Template() {
			numbers = append(numbers, c.Demarche)
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// OfDemarche lists the calls that one démarche serves: one a region, and several
// a region when a call has several waves.
func (s Set) OfDemarche(number int) []Call {
	var calls []Call
	for _, c := range s.of(number) {
		calls = append(calls, *c)
	}
	return calls
}

func (s Set) of(demarche int) []*Call {
	var calls []*Call
	for i := range s.calls {
		if c := &s.calls[i]; !c.Template() && c.Demarche == demarche {
			calls = append(calls, c)
		}
	}
	return calls
}
