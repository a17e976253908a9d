package template

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// short are the functions of CloudFormation that have a tag; true for those whose
// name in full begins with "Fn::".
var short = map[string]bool{
	"Ref": false, "Condition": false,
	"GetAtt": true, "Sub": true, "If": true, "Equals": true, "Not": true, "And": true, "Or": true, "Join": true,
	"Select": true, "Split": true, "ImportValue": true, "Cidr": true, "GetAZs": true,
}

// read turns YAML into maps, lists and scalars, with the functions in full: !Ref X
// is {"Ref": "X"}.
func read(text string) (map[string]any, error) {
	file, err := parser.ParseBytes([]byte(text), 0)
	if err != nil {
		return nil, err
	}
	if len(file.Docs) != 1 {
		return nil, fmt.Errorf("%d documents", len(file.Docs))
	}
	value, err := plain(file.Docs[0].Body)
	if err != nil {
		return nil, err
	}
	root, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("the template is no mapping")
	}
	return root, nil
}

func plain(node ast.Node) (any, error) {
	switch n := node.(type) {
	case *ast.MappingNode:
		return mapping(n.Values)
	case *ast.MappingValueNode:
		return mapping([]*ast.MappingValueNode{n})
	case *ast.SequenceNode:
		list := make([]any, len(n.Values))
		for i, v := range n.Values {
			var err error
			if list[i], err = plain(v); err != nil {
				return nil, err
			}
		}
		return list, nil
	case *ast.TagNode:
		return tagged(n)
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case *ast.StringNode:
		return n.Value, nil
	case *ast.IntegerNode:
		var i float64
		_, err := fmt.Sscan(fmt.Sprint(n.Value), &i)
		return i, err
	case *ast.FloatNode:
		return n.Value, nil
	case *ast.BoolNode:
		return n.Value, nil
	case *ast.NullNode:
		return nil, nil
	}
	return nil, fmt.Errorf("line %d: %T, which CloudFormation does not read", node.GetToken().Position.Line, node)
}

func mapping(values []*ast.MappingValueNode) (any, error) {
	m := make(map[string]any, len(values))
	for _, v := range values {
		key, ok := v.Key.(*ast.StringNode)
		line := v.Key.GetToken().Position.Line
		if !ok {
			return nil, fmt.Errorf("line %d: a key that is no plain text", line)
		}
		if _, again := m[key.Value]; again {
			return nil, fmt.Errorf("line %d: %q stands twice", line, key.Value)
		}
		value, err := plain(v.Value)
		if err != nil {
			return nil, err
		}
		m[key.Value] = value
	}
	return m, nil
}

func tagged(n *ast.TagNode) (any, error) {
	name := strings.TrimPrefix(n.Start.Value, "!")
	fn, known := short[name]
	if !known {
		return nil, fmt.Errorf("line %d: unknown tag %s", n.Start.Position.Line, n.Start.Value)
	}
	value, err := plain(n.Value)
	if err != nil {
		return nil, err
	}
	if text, ok := value.(string); ok && name == "GetAtt" {
		resource, attribute, _ := strings.Cut(text, ".")
		value = []any{resource, attribute}
	}
	if fn {
		name = "Fn::" + name
	}
	return map[string]any{name: value}, nil
}

// function gives the name and the argument of a function of CloudFormation.
func function(v any) (name string, argument any, is bool) {
	m, ok := v.(map[string]any)
	if !ok || len(m) != 1 {
		return "", nil, false
	}
	for k, a := range m {
		if k == "Ref" || k == "Condition" && isText(a) || strings.HasPrefix(k, "Fn::") {
			return k, a, true
		}
	}
	return "", nil, false
}

func isText(v any) bool { _, ok := v.(string); return ok }

// walk visits every value, with the way to it.
func walk(path string, v any, visit func(path string, v any)) {
	visit(path, v)
	switch v := v.(type) {
	case map[string]any:
		for _, k := range sorted(v) {
			walk(path+"."+k, v[k], visit)
		}
	case []any:
		for i, one := range v {
			walk(fmt.Sprintf("%s[%d]", path, i), one, visit)
		}
	}
}
