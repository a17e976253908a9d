package graphql

import "github.com/vektah/gqlparser/v2/ast"

// plan is a selection made ready for one concrete type. Plans are compiled on
// first use and kept for the request: a list of a thousand champs of one type
// is collected once.
type plan struct {
	typ   *ast.Definition
	steps []step
}

// step is one response key of a plan.
type step struct {
	key   string
	label []byte // the key as JSON, with its colon
	name  string
	field *ast.FieldDefinition // nil for __typename
	owner *ast.Definition
	// target is the type of the field without its lists and marks.
	target *ast.Definition
	args   map[string]any
	group  group
	plans  map[string]*plan // by concrete type name
}

func (x *execution) compile(sets []ast.SelectionSet, typ *ast.Definition) *plan {
	groups := collect(x.schema, x.vars, typ, sets)
	p := &plan{typ: typ, steps: make([]step, len(groups))}
	for i, g := range groups {
		p.steps[i] = x.step(g, typ)
	}
	return p
}

func (x *execution) step(g group, owner *ast.Definition) step {
	node := g.nodes[0]
	s := step{key: g.key, name: node.Name, owner: owner, group: g}
	s.label = append(appendString(nil, g.key), ':')
	if s.field = owner.Fields.ForName(node.Name); s.field != nil {
		s.target = x.schema.Types[s.field.Type.Name()]
		s.args = x.args[node]
	}
	return s
}

// planFor is the plan of a step's selection on a concrete type, or nil when
// the name is not a type that the field may hold.
func (x *execution) planFor(s *step, name string) *plan {
	if p, ok := s.plans[name]; ok {
		return p
	}
	typ := x.schema.Types[name]
	if typ == nil || typ.Kind != ast.Object || !isA(x.schema, typ, s.target.Name) {
		return nil
	}
	if s.plans == nil {
		s.plans = map[string]*plan{}
	}
	p := x.compile(s.group.sets(), typ)
	s.plans[name] = p
	return p
}
