package sandbox

import (
	"encoding/json"
	"regexp"
	"slices"
)

// Call is what a Plan may know of a request to the API.
type Call struct {
	N         int    // its rank since Inject, from 1
	Operation string // name of the operation; "" when it has none
	Mutation  bool
	Demarche  int    // number that the variables name, or 0
	Dossier   int    // number that the variables name, or 0
	After     string // cursor that the page starts from
}

// Plan decides the fault of a request. It is called once for each, one at a
// time; it must depend on nothing but its argument and its own state, so that a
// run can be replayed.
type Plan func(Call) Hit

// Inject makes the plan decide from now on; nil ends all faults. Ranks start at
// 1 again.
func (p *Platform) Inject(plan Plan) {
	p.planMu.Lock()
	defer p.planMu.Unlock()
	p.plan, p.calls = plan, 0
}

// Nth gives a fault to some requests, by rank.
func Nth(faults map[int]Fault) Plan {
	return func(c Call) Hit { return Hit{Fault: faults[c.N]} }
}

// Always gives every request the same hit.
func Always(h Hit) Plan {
	return func(Call) Hit { return h }
}

// When gives a hit to the requests that a predicate chooses.
func When(chosen func(Call) bool, h Hit) Plan {
	return func(c Call) Hit {
		if chosen(c) {
			return h
		}
		return Hit{}
	}
}

// OnOperation gives a hit to an operation.
func OnOperation(name string, h Hit) Plan {
	return When(func(c Call) bool { return c.Operation == name }, h)
}

// Times lets a plan strike n times, then no more.
func Times(n int, plan Plan) Plan {
	return func(c Call) Hit {
		if n <= 0 {
			return Hit{}
		}
		h := plan(c)
		if h.Fault != "" {
			n--
		}
		return h
	}
}

// Chain asks plans in turn and keeps the first hit.
func Chain(plans ...Plan) Plan {
	return func(c Call) Hit {
		for _, plan := range plans {
			if h := plan(c); h.Fault != "" {
				return h
			}
		}
		return Hit{}
	}
}

// Seeded strikes a share of the requests (0 to 1) with one of the faults, all of
// them when none is given. Each rank has its own dice, so that the fault of a
// request does not depend on the others.
func Seeded(seed uint64, share float64, faults ...Fault) Plan {
	if len(faults) == 0 {
		faults = Faults()
	}
	faults = slices.Clone(faults)
	return func(c Call) Hit {
		r := dice(seed, "fault", int64(c.N))
		if !chance(r, share) {
			return Hit{}
		}
		return Hit{Fault: pick(r, faults), At: r.IntN(12)}.measured()
	}
}

// measured forgets a rank of row where a number of bytes is meant.
func (h Hit) measured() Hit {
	if h.Fault != TimeoutPartial && h.Fault != NullNode {
		h.At = 0
	}
	return h
}

// decide asks the plan about a request, if there is one.
func (p *Platform) decide(body []byte) Hit {
	p.planMu.Lock()
	defer p.planMu.Unlock()
	if p.plan == nil {
		return Hit{}
	}
	p.calls++
	c := p.describe(body)
	c.N = p.calls
	return p.plan(c)
}

var operationText = regexp.MustCompile(`(?m)^\s*(query|mutation)\b\s*(\w*)`)

// describe reads a request as far as a plan may need. What is not JSON has no
// name.
func (p *Platform) describe(body []byte) Call {
	var in struct {
		Query         string
		OperationName string
		Variables     struct {
			Demarche, Number, Dossier int
			After                     string
		}
	}
	_ = json.Unmarshal(body, &in)
	c := Call{Operation: in.OperationName, Demarche: in.Variables.Demarche, Dossier: in.Variables.Dossier, After: in.Variables.After}
	if m := operationText.FindStringSubmatch(in.Query); m != nil {
		c.Mutation = m[1] == "mutation"
		if c.Operation == "" {
			c.Operation = m[2]
		}
	}
	if n := in.Variables.Number; n != 0 {
		if p.world.demarche(n) != nil {
			c.Demarche = n
		} else {
			c.Dossier = n
		}
	}
	return c
}
