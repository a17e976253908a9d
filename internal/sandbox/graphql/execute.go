package graphql

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// execution streams one answer into buf. The methods that write a value return
// false when null has to climb: they have then written nothing.
type execution struct {
	*prepared
	ctx    context.Context
	schema *ast.Schema
	budget func() bool

	buf    []byte
	path   []pathElement
	errors []ResponseError
	spent  bool // time is over, for good
	coded  bool // a timeout error was recorded
	fatal  *Fatal
}

// pathElement is a response key, or an index when key is empty: no response
// key is.
type pathElement struct {
	key   string
	index int
}

func (x *execution) run(root Object) Response {
	x.buf = make([]byte, 0, 1<<14)
	p := x.compile([]ast.SelectionSet{x.op.SelectionSet}, x.root)
	if !x.object(p, root) {
		x.buf = append(x.buf, "null"...)
	}
	if x.fatal != nil {
		return Response{Fatal: x.fatal}
	}
	return Response{Data: json.RawMessage(x.buf), HasData: true, Errors: x.errors}
}

func (x *execution) object(p *plan, obj Object) bool {
	start := len(x.buf)
	x.buf = append(x.buf, '{')
	for i := range p.steps {
		if i > 0 {
			x.buf = append(x.buf, ',')
		}
		if !x.field(p, &p.steps[i], obj) {
			x.buf = x.buf[:start]
			return false
		}
	}
	x.buf = append(x.buf, '}')
	return true
}

func (x *execution) field(p *plan, s *step, obj Object) bool {
	x.buf = append(x.buf, s.label...)
	if s.field == nil {
		x.buf = appendString(x.buf, p.typ.Name)
		return true
	}
	x.path = append(x.path, pathElement{key: s.key})
	ok := x.value(s, s.field.Type, x.start(s, obj))
	x.path = x.path[:len(x.path)-1]
	return ok
}

// start takes the value of a field that may begin: time is checked before each
// field, as the platform does.
func (x *execution) start(s *step, obj Object) any {
	if x.timeOver() {
		return errTimeout
	}
	if strings.HasPrefix(s.name, "__") {
		return &Error{Message: "Introspection is not served here"}
	}
	return obj[s.name]
}

// value writes v, or null where the type allows it.
func (x *execution) value(s *step, typ *ast.Type, v any) bool {
	switch {
	case x.present(s, typ, v):
		return true
	case typ.NonNull || x.fatal != nil:
		return false
	}
	x.buf = append(x.buf, "null"...)
	return true
}

// present writes v. It returns false when v is null or failed, after having
// recorded why if that is an error.
func (x *execution) present(s *step, typ *ast.Type, v any) bool {
	v, err := x.compute(s, v)
	if err != nil {
		x.fail(s, err)
		return false
	}
	if isNull(v) {
		if typ.NonNull {
			x.fail(s, invalidNull(s))
		}
		return false
	}
	if raw, ok := v.(json.RawMessage); ok {
		x.buf = append(x.buf, raw...)
		return true
	}
	switch {
	case typ.Elem != nil:
		return x.list(s, typ.Elem, v)
	case s.target.IsCompositeType():
		return x.composite(s, v)
	}
	return x.leaf(s, v)
}

// compute calls Fields until a plain value comes out.
func (x *execution) compute(s *step, v any) (any, error) {
	for {
		var err error
		switch f := v.(type) {
		case error:
			return nil, f
		case Field:
			v, err = x.call(f, s)
		case func(context.Context, map[string]any) (any, error):
			v, err = x.call(f, s)
		default:
			return v, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

func (x *execution) call(f Field, s *step) (any, error) {
	if f == nil {
		return nil, nil
	}
	return f(x.ctx, s.args)
}

func (x *execution) list(s *step, elem *ast.Type, v any) bool {
	length, at := elements(v)
	if at == nil {
		x.fail(s, fmt.Errorf("a %T is not a list for %s.%s", v, s.owner.Name, s.name))
		return false
	}
	start := len(x.buf)
	x.buf = append(x.buf, '[')
	x.path = append(x.path, pathElement{})
	defer func() { x.path = x.path[:len(x.path)-1] }()
	for i := range length {
		if i > 0 {
			x.buf = append(x.buf, ',')
		}
		x.path[len(x.path)-1].index = i
		if !x.value(s, elem, at(i)) {
			x.buf = x.buf[:start]
			return false
		}
	}
	x.buf = append(x.buf, ']')
	return true
}

// elements reads any slice; at is nil when v is none.
func elements(v any) (length int, at func(int) any) {
	switch items := v.(type) {
	case []Object:
		return len(items), func(i int) any { return items[i] }
	case []any:
		return len(items), func(i int) any { return items[i] }
	}
	items := reflect.ValueOf(v)
	if items.Kind() != reflect.Slice {
		return 0, nil
	}
	return items.Len(), func(i int) any { return items.Index(i).Interface() }
}

func (x *execution) composite(s *step, v any) bool {
	obj, ok := v.(Object)
	if !ok {
		plain, isMap := v.(map[string]any)
		if !isMap {
			x.fail(s, fmt.Errorf("a %T is not an object for %s.%s", v, s.owner.Name, s.name))
			return false
		}
		obj = plain
	}
	name, _ := obj["__typename"].(string)
	if name == "" {
		name = s.target.Name
	}
	p := x.planFor(s, name)
	if p == nil {
		x.fail(s, fmt.Errorf("type %q cannot stand in %s.%s", name, s.owner.Name, s.name))
		return false
	}
	return x.object(p, obj)
}

func (x *execution) leaf(s *step, v any) bool {
	buf, err := appendLeaf(x.buf, s.target, v)
	if err != nil {
		x.fail(s, fmt.Errorf("%s.%s: %w", s.owner.Name, s.name, err))
		return false
	}
	x.buf = buf
	return true
}

// isNull sees through typed nils; a nil slice is an empty list.
func isNull(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string, bool, int, int64, float64, []Object, []any:
		return false
	case Object:
		return v == nil
	}
	rv := reflect.ValueOf(v)
	return (rv.Kind() == reflect.Pointer || rv.Kind() == reflect.Map) && rv.IsNil()
}
