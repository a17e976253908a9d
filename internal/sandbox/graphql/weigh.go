package graphql

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// maxSteps bounds the weighing of documents made to explode. A full page of
// dossiers takes a few thousand steps.
const maxSteps = 500_000

// weight is what a selection costs and how many fields it nests.
type weight struct {
	cost, depth int
}

// plus puts two selections side by side.
func (w weight) plus(o weight) weight {
	return weight{w.cost + o.cost, max(w.depth, o.depth)}
}

// scale walks a document before it runs, and computes the arguments of every
// field that may run.
//
// The cost is, by the platform's way of counting (tracker #13549):
//
//	field      = 1 + its selections
//	connection = 1 + page × (edges + nodes) + the other selections
//	page       = the larger of first and last, else the default page size
//	interface  = its dearest concrete type
//
// A response key counts once, a skipped field not at all. Depth counts fields
// from the operation to the deepest leaf; fragments add none.
type scale struct {
	engine *Engine
	*prepared
	known map[weighed]weight
	steps int
	err   *ResponseError
}

// weighed is a lone node in front of a return type: it weighs the same each
// time a fragment brings it back.
type weighed struct {
	node *ast.Field
	typ  string
}

// weigh refuses a document that is too deep or too costly, or whose arguments
// make no sense.
func (e *Engine) weigh(p *prepared) []ResponseError {
	key := e.weighKey(p)
	if p.args = p.reweigh(e.schema, p.vars, key); p.args != nil {
		return nil
	}
	refused := e.weighAnew(p)
	if refused == nil {
		p.accept(key, slices.Collect(maps.Keys(p.args)))
	}
	return refused
}

func (e *Engine) weighAnew(p *prepared) []ResponseError {
	p.args = map[*ast.Field]map[string]any{}
	s := scale{engine: e, prepared: p, known: map[weighed]weight{}}
	total := s.object([]ast.SelectionSet{p.op.SelectionSet}, p.root)
	var refused []ResponseError
	if s.err != nil {
		refused = append(refused, *s.err)
	}
	if e.MaxDepth > 0 && total.depth > e.MaxDepth {
		refused = append(refused, ResponseError{Message: fmt.Sprintf(
			"Query has depth of %d, which exceeds max depth of %d", total.depth, e.MaxDepth)})
	}
	if e.MaxComplexity > 0 && total.cost > e.MaxComplexity {
		refused = append(refused, ResponseError{Message: fmt.Sprintf(
			"Query has complexity of %d, which exceeds max complexity of %d", total.cost, e.MaxComplexity)})
	}
	return refused
}

// selections weighs what is asked of a type, abstract or not.
func (s *scale) selections(sets []ast.SelectionSet, def *ast.Definition) weight {
	if !def.IsAbstractType() {
		return s.object(sets, def)
	}
	var dearest weight
	for _, concrete := range s.engine.schema.PossibleTypes[def.Name] {
		w := s.object(sets, concrete)
		dearest = weight{max(dearest.cost, w.cost), max(dearest.depth, w.depth)}
	}
	return dearest
}

func (s *scale) object(sets []ast.SelectionSet, def *ast.Definition) weight {
	var sum weight
	s.steps++
	for _, g := range collect(s.engine.schema, s.vars, def, sets) {
		sum = sum.plus(s.field(g, def))
	}
	return sum
}

func (s *scale) field(g group, owner *ast.Definition) weight {
	leaf := weight{1, 1}
	if s.steps++; s.err != nil || s.over() {
		return leaf
	}
	field := owner.Fields.ForName(g.nodes[0].Name)
	if field == nil { // __typename
		return leaf
	}
	args, ok := s.argsOf(g.nodes[0], field)
	target := s.engine.schema.Types[field.Type.Name()]
	if !ok || !target.IsCompositeType() {
		return leaf
	}
	key := weighed{g.nodes[0], target.Name}
	if w, ok := s.known[key]; ok && len(g.nodes) == 1 {
		return w
	}
	below := s.below(g, target, args)
	w := weight{1 + below.cost, 1 + below.depth}
	if len(g.nodes) == 1 {
		s.known[key] = w
	}
	return w
}

func (s *scale) over() bool {
	if s.steps <= maxSteps {
		return false
	}
	s.err = &ResponseError{Message: "Query is too complex to be weighed"}
	return true
}

func (s *scale) argsOf(node *ast.Field, field *ast.FieldDefinition) (map[string]any, bool) {
	if len(field.Arguments) == 0 {
		return nil, true
	}
	if args, ok := s.args[node]; ok {
		return args, true
	}
	args, err := coercer{s.engine.schema}.arguments(field.Arguments, node.Arguments, s.vars)
	if err != nil {
		s.err = &ResponseError{
			Message:    fmt.Sprintf("Field '%s': %v", field.Name, err),
			Locations:  locations(node.Position),
			Extensions: map[string]any{"code": codes["ValuesOfCorrectType"]},
		}
		return nil, false
	}
	s.args[node] = args
	return args, true
}

func (s *scale) below(g group, target *ast.Definition, args map[string]any) weight {
	sets := g.sets()
	if !isConnection(target) {
		return s.selections(sets, target)
	}
	page := s.engine.pageSize(args)
	var sum weight
	for _, child := range collect(s.engine.schema, s.vars, target, sets) {
		w := s.field(child, target)
		if name := child.nodes[0].Name; name == "edges" || name == "nodes" {
			w.cost = times(w.cost, page)
		}
		sum = sum.plus(w)
	}
	return sum
}

// ceiling keeps nested pages of 32-bit sizes from overflowing; it is above any
// useful budget.
const ceiling = 1 << 20

func times(cost, page int) int { return min(cost, ceiling) * min(page, ceiling) }

func (e *Engine) pageSize(args map[string]any) int {
	first, _ := args["first"].(int)
	last, _ := args["last"].(int)
	if args["first"] == nil && args["last"] == nil {
		return e.PageSize
	}
	return max(first, last, 0)
}

func isConnection(def *ast.Definition) bool {
	return strings.HasSuffix(def.Name, "Connection") && def.Fields.ForName("pageInfo") != nil
}
