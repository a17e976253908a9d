package graphql

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// group is the nodes of the query that share one response key. They always
// name the same field of the same type (validated).
type group struct {
	key   string
	nodes []*ast.Field
}

// sets lists the sub-selections of the nodes.
func (g group) sets() []ast.SelectionSet {
	sets := make([]ast.SelectionSet, len(g.nodes))
	for i, node := range g.nodes {
		sets[i] = node.SelectionSet
	}
	return sets
}

// collector gathers the fields that a selection asks of one concrete type.
type collector struct {
	schema  *ast.Schema
	vars    map[string]any
	on      *ast.Definition
	groups  []group
	index   map[string]int
	visited []string
}

// collect merges selection sets in the order of first mention.
func collect(schema *ast.Schema, vars map[string]any, on *ast.Definition, sets []ast.SelectionSet) []group {
	c := collector{schema: schema, vars: vars, on: on, index: map[string]int{}}
	for _, set := range sets {
		c.add(set)
	}
	return c.groups
}

func (c *collector) add(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if c.included(s.Directives) {
				c.addField(s)
			}
		case *ast.InlineFragment:
			if c.included(s.Directives) && c.matches(s.TypeCondition) {
				c.add(s.SelectionSet)
			}
		case *ast.FragmentSpread:
			c.addSpread(s)
		}
	}
}

func (c *collector) addField(node *ast.Field) {
	i, ok := c.index[node.Alias]
	if !ok {
		c.index[node.Alias] = len(c.groups)
		c.groups = append(c.groups, group{key: node.Alias, nodes: []*ast.Field{node}})
		return
	}
	c.groups[i].nodes = append(c.groups[i].nodes, node)
}

func (c *collector) addSpread(s *ast.FragmentSpread) {
	if s.Definition == nil || !c.included(s.Directives) || slices.Contains(c.visited, s.Name) {
		return
	}
	c.visited = append(c.visited, s.Name)
	if c.matches(s.Definition.TypeCondition) {
		c.add(s.Definition.SelectionSet)
	}
}

func (c *collector) matches(condition string) bool {
	return condition == "" || isA(c.schema, c.on, condition)
}

// isA reports whether a concrete type is, implements or belongs to a type.
func isA(schema *ast.Schema, def *ast.Definition, name string) bool {
	if def.Name == name || slices.Contains(def.Interfaces, name) {
		return true
	}
	other := schema.Types[name]
	return other != nil && other.Kind == ast.Union && slices.Contains(other.Types, def.Name)
}

func (c *collector) included(directives ast.DirectiveList) bool {
	return !c.condition(directives, "skip", false) && c.condition(directives, "include", true)
}

func (c *collector) condition(directives ast.DirectiveList, name string, otherwise bool) bool {
	directive := directives.ForName(name)
	if directive == nil {
		return otherwise
	}
	arg := directive.Arguments.ForName("if")
	if arg == nil {
		return otherwise
	}
	v, err := arg.Value.Value(c.vars)
	if b, ok := v.(bool); ok && err == nil {
		return b
	}
	return otherwise
}
