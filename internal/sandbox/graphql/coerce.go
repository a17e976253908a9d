package graphql

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"

	"github.com/vektah/gqlparser/v2/ast"
)

// coercer turns JSON and literal input into the values Fields receive: Int as
// int, Float as float64, ID, String and enums as string, lists as []any, input
// objects as map[string]any with their defaults, other scalars as they came.
// gqlparser's own VariableValues is laxer than the platform (text for an Int,
// enums whatever the case) and writes into the caller's map.
type coercer struct {
	schema *ast.Schema
}

// variables coerces what the client sent for one operation. A variable that is
// neither given nor defaulted stays absent.
func (c coercer) variables(op *ast.OperationDefinition, given map[string]any) (map[string]any, error) {
	values := make(map[string]any, len(op.VariableDefinitions))
	for _, def := range op.VariableDefinitions {
		v, ok := given[def.Variable]
		if !ok && def.DefaultValue != nil {
			var err error
			if v, err = def.DefaultValue.Value(nil); err != nil {
				return nil, fmt.Errorf("variable $%s has an invalid default value", def.Variable)
			}
			ok = true
		}
		if !ok && !def.Type.NonNull {
			continue
		}
		coerced, err := c.value(def.Type, v)
		if err != nil {
			return nil, fmt.Errorf("variable $%s of type %s was provided invalid value: %w", def.Variable, def.Type, err)
		}
		values[def.Variable] = coerced
	}
	return values, nil
}

// arguments coerces the arguments of a field or directive, with the defaults
// of the schema.
func (c coercer) arguments(defs ast.ArgumentDefinitionList, given ast.ArgumentList, vars map[string]any) (map[string]any, error) {
	var values map[string]any
	for _, def := range defs {
		v, ok, err := argument(def, given.ForName(def.Name), vars)
		if err == nil && ok {
			v, err = c.value(def.Type, v)
		}
		if err != nil {
			return nil, fmt.Errorf("argument '%s' has an invalid value: %w", def.Name, err)
		}
		if !ok {
			continue
		}
		if values == nil {
			values = make(map[string]any, len(defs))
		}
		values[def.Name] = v
	}
	return values, nil
}

func argument(def *ast.ArgumentDefinition, given *ast.Argument, vars map[string]any) (any, bool, error) {
	if given != nil {
		if given.Value.Kind != ast.Variable {
			v, err := given.Value.Value(vars)
			return v, true, err
		}
		if v, ok := vars[given.Value.Raw]; ok {
			return v, true, nil
		}
	}
	if def.DefaultValue == nil {
		return nil, false, nil
	}
	v, err := def.DefaultValue.Value(nil)
	return v, true, err
}

func (c coercer) value(typ *ast.Type, v any) (any, error) {
	if v == nil {
		if typ.NonNull {
			return nil, fmt.Errorf("expected %s not to be null", typ)
		}
		return nil, nil
	}
	if typ.Elem != nil {
		return c.list(typ.Elem, v)
	}
	def := c.schema.Types[typ.NamedType]
	switch def.Kind {
	case ast.Enum:
		if name, ok := v.(string); ok && def.EnumValues.ForName(name) != nil {
			return name, nil
		}
		return nil, mismatch(def, v)
	case ast.InputObject:
		return c.object(def, v)
	default:
		return scalarInput(def, v)
	}
}

// list accepts a lone value as a list of one, as the specification asks.
func (c coercer) list(elem *ast.Type, v any) (any, error) {
	items, ok := v.([]any)
	if !ok {
		items = spread(v)
	}
	values := make([]any, len(items))
	for i, item := range items {
		coerced, err := c.value(elem, item)
		if err != nil {
			return nil, fmt.Errorf("item %d: %w", i, err)
		}
		values[i] = coerced
	}
	return values, nil
}

func spread(v any) []any {
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Slice {
		return []any{v}
	}
	items := make([]any, rv.Len())
	for i := range items {
		items[i] = rv.Index(i).Interface()
	}
	return items
}

func (c coercer) object(def *ast.Definition, v any) (any, error) {
	given, ok := v.(map[string]any)
	if !ok {
		return nil, mismatch(def, v)
	}
	for name := range given {
		if def.Fields.ForName(name) == nil {
			return nil, fmt.Errorf("field is not defined on %s", def.Name)
		}
	}
	values := make(map[string]any, len(given))
	for _, field := range def.Fields {
		item, ok := given[field.Name]
		if !ok && field.DefaultValue != nil {
			var err error
			if item, err = field.DefaultValue.Value(nil); err != nil {
				return nil, fmt.Errorf("%s: %w", field.Name, err)
			}
			ok = true
		}
		if !ok && !field.Type.NonNull {
			continue
		}
		coerced, err := c.value(field.Type, item)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", field.Name, err)
		}
		values[field.Name] = coerced
	}
	return values, checkOneOf(def, values)
}

// checkOneOf holds for variables what the validator already holds for literals.
func checkOneOf(def *ast.Definition, values map[string]any) error {
	if def.Directives.ForName("oneOf") == nil {
		return nil
	}
	if len(values) != 1 {
		return fmt.Errorf("%s requires exactly one argument, but %d were provided", def.Name, len(values))
	}
	for name, v := range values {
		if v == nil {
			return fmt.Errorf("%s requires its argument %s not to be null", def.Name, name)
		}
	}
	return nil
}

func scalarInput(def *ast.Definition, v any) (any, error) {
	switch def.Name {
	case "Int":
		if n, ok := wholeNumber(v); ok && n >= math.MinInt32 && n <= math.MaxInt32 {
			return int(n), nil
		}
	case "Float":
		if f, ok := number(v); ok {
			return f, nil
		}
	case "Boolean":
		if b, ok := v.(bool); ok {
			return b, nil
		}
	case "String":
		if s, ok := v.(string); ok {
			return s, nil
		}
	case "ID":
		if s, ok := v.(string); ok {
			return s, nil
		}
		if n, ok := wholeNumber(v); ok {
			return fmt.Sprint(n), nil
		}
	default:
		return v, nil
	}
	return nil, mismatch(def, v)
}

// wholeNumber reads a JSON number or a Go integer without a fractional part.
func wholeNumber(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int32:
		return int64(n), true
	case int64:
		return n, true
	case float64:
		return int64(n), n == math.Trunc(n) && math.Abs(n) < 1<<53
	case json.Number:
		i, err := n.Int64()
		return i, err == nil
	}
	return 0, false
}

func number(v any) (float64, bool) {
	switch n := v.(type) {
	case float64:
		return n, !math.IsNaN(n) && !math.IsInf(n, 0)
	case json.Number:
		f, err := n.Float64()
		return f, err == nil
	}
	n, ok := wholeNumber(v)
	return float64(n), ok
}

// mismatch names the kind of what was given, never its content.
func mismatch(def *ast.Definition, v any) error {
	return fmt.Errorf("a %s is not a %s", reflect.TypeOf(v).Kind(), def.Name)
}
