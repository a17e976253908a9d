package graphql

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"
)

// appendLeaf writes a scalar or an enum as JSON.
func appendLeaf(buf []byte, def *ast.Definition, v any) ([]byte, error) {
	v = plain(v)
	if def.Kind == ast.Enum {
		return appendEnum(buf, def, v)
	}
	switch def.Name {
	case "String":
		if s, ok := v.(string); ok {
			return appendString(buf, s), nil
		}
	case "ID":
		switch id := v.(type) {
		case string:
			return appendString(buf, id), nil
		case int64:
			return appendQuoted(buf, id), nil
		}
	case "Boolean":
		if b, ok := v.(bool); ok {
			return strconv.AppendBool(buf, b), nil
		}
	case "Int":
		if n, ok := wholeNumber(v); ok && n >= math.MinInt32 && n <= math.MaxInt32 {
			return strconv.AppendInt(buf, n, 10), nil
		}
	case "Float":
		if f, ok := number(v); ok {
			return strconv.AppendFloat(buf, f, 'f', -1, 64), nil
		}
	default:
		return appendCustom(buf, def, v)
	}
	return buf, mismatch(def, v)
}

func appendEnum(buf []byte, def *ast.Definition, v any) ([]byte, error) {
	s, ok := v.(string)
	if !ok {
		return buf, mismatch(def, v)
	}
	if def.EnumValues.ForName(s) == nil {
		return buf, fmt.Errorf("%q is not a %s", s, def.Name)
	}
	return appendString(buf, s), nil
}

// appendCustom writes the scalars that the schema declares itself. An unknown
// one takes whatever encoding/json makes of the value.
func appendCustom(buf []byte, def *ast.Definition, v any) ([]byte, error) {
	switch v := v.(type) {
	case string:
		return appendString(buf, v), nil
	case int64:
		if def.Name == "BigInt" {
			return appendQuoted(buf, v), nil
		}
	case json.Number:
		if def.Name == "BigInt" {
			return appendString(buf, v.String()), nil
		}
	case time.Time:
		if def.Name == "ISO8601Date" {
			return appendString(buf, v.Format(time.DateOnly)), nil
		}
		return appendString(buf, v.Format(time.RFC3339)), nil
	}
	b, err := json.Marshal(v)
	if err != nil {
		return buf, mismatch(def, v)
	}
	return append(buf, b...), nil
}

// plain reduces pointers and named types to string, bool, int64, float64; it
// leaves the values that know how to write themselves.
func plain(v any) any {
	switch v := v.(type) {
	case string, bool, float64, int64, json.Number, time.Time:
		return v
	case int:
		return int64(v)
	}
	rv := reflect.ValueOf(v)
	if rv.Kind() == reflect.Pointer {
		return plain(rv.Elem().Interface())
	}
	if _, ok := v.(encoding.TextMarshaler); ok {
		return v
	}
	switch {
	case rv.Kind() == reflect.String:
		return rv.String()
	case rv.Kind() == reflect.Bool:
		return rv.Bool()
	case rv.CanInt():
		return rv.Int()
	case rv.CanFloat():
		return rv.Float()
	case rv.CanUint() && rv.Uint() <= math.MaxInt64:
		return int64(rv.Uint())
	}
	return v
}

func appendQuoted(buf []byte, n int64) []byte {
	buf = append(buf, '"')
	buf = strconv.AppendInt(buf, n, 10)
	return append(buf, '"')
}

// appendString writes a JSON string; the text that needs no escape, nearly all
// of it, is copied as it is.
func appendString(buf []byte, s string) []byte {
	if !verbatim(s) {
		b, _ := json.Marshal(s) // a string always marshals
		return append(buf, b...)
	}
	buf = append(buf, '"')
	buf = append(buf, s...)
	return append(buf, '"')
}

func verbatim(s string) bool {
	ascii := true
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&':
			return false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return ascii || utf8.ValidString(s)
}
