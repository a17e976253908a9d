package graphql

import (
	"context"
	"encoding/json"

	"github.com/vektah/gqlparser/v2/ast"
)

// Request is what a client asks: the decoded body of a POST.
type Request struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
	// Budget, when set, is asked before each field, beside the context. True
	// means that time is spent; it need not stay true.
	Budget func() (spent bool) `json:"-"`
}

// Object is a value of an object type. Keys are GraphQL field names, whatever
// the aliases; "__typename" names the concrete type.
type Object map[string]any

// Field is a computed value. args holds the coerced arguments, with the
// defaults of the schema; an argument not given and without default is absent.
// args is shared: read it only.
type Field func(ctx context.Context, args map[string]any) (any, error)

// Response is the answer to one request.
type Response struct {
	// Data is "null" or an object; it is empty when HasData is false.
	Data json.RawMessage
	// HasData is false when the document was refused before execution.
	HasData bool
	Errors  []ResponseError
	// Fatal is set when a Field returned a *Fatal: there is then nothing to
	// answer but an HTTP error.
	Fatal error
}

// Location is a place in the query text, counted from 1.
type Location struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// ResponseError is one entry of errors[]. Path holds strings (response keys,
// that is aliases) and ints (list indices).
type ResponseError struct {
	Message    string         `json:"message"`
	Locations  []Location     `json:"locations,omitempty"`
	Path       []any          `json:"path,omitempty"`
	Extensions map[string]any `json:"extensions,omitempty"`
}

// Code is extensions.code, or "" when the error has none.
func (e ResponseError) Code() string {
	code, _ := e.Extensions["code"].(string)
	return code
}

// MarshalJSON writes the response as the platform does: no data key when the
// document was refused, no errors key when all went well.
func (r Response) MarshalJSON() ([]byte, error) {
	if !r.HasData {
		return json.Marshal(struct {
			Errors []ResponseError `json:"errors"`
		}{r.Errors})
	}
	return json.Marshal(struct {
		Data   json.RawMessage `json:"data"`
		Errors []ResponseError `json:"errors,omitempty"`
	}{r.Data, r.Errors})
}

type mentionsKey struct{}

// FragmentTypes lists the type conditions of all fragments of a document,
// inline or named, used or not.
func FragmentTypes(doc *ast.QueryDocument) map[string]bool {
	types := map[string]bool{}
	for _, op := range doc.Operations {
		addConditions(types, op.SelectionSet)
	}
	for _, fragment := range doc.Fragments {
		types[fragment.TypeCondition] = true
		addConditions(types, fragment.SelectionSet)
	}
	return types
}

func addConditions(types map[string]bool, set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			addConditions(types, s.SelectionSet)
		case *ast.InlineFragment:
			types[s.TypeCondition] = true
			addConditions(types, s.SelectionSet)
		}
	}
}

// Mentions reports whether the query being executed holds a fragment on the
// named type. It is false outside an execution.
func Mentions(ctx context.Context, typeName string) bool {
	types, _ := ctx.Value(mentionsKey{}).(map[string]bool)
	return types[typeName]
}

func withMentions(ctx context.Context, types map[string]bool) context.Context {
	return context.WithValue(ctx, mentionsKey{}, types)
}
