package graphql

import (
	"errors"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

const (
	// maxTokens bounds what the parser and the rules have to walk: one rule is
	// quadratic. It is the figure proposed to the platform (tracker #13912); no
	// real query comes near it.
	maxTokens = 20_000
	// maxRefusals bounds the errors of one refused document.
	maxRefusals = 100
)

// codes gives extensions.code after the rule that refuses a document.
var codes = map[string]string{
	"FieldsOnCorrectType":        "undefinedField",
	"KnownTypeNames":             "undefinedType",
	"KnownArgumentNames":         "argumentNotAccepted",
	"ProvidedRequiredArguments":  "missingRequiredArguments",
	"ValuesOfCorrectType":        "argumentLiteralsIncompatible",
	"ScalarLeafs":                "selectionMismatch",
	"KnownDirectives":            "undefinedDirective",
	"KnownFragmentNames":         "useAndDefineFragment",
	"NoUnusedFragments":          "useAndDefineFragment",
	"NoFragmentCycles":           "infiniteLoop",
	"NoUnusedVariables":          "variableNotUsed",
	"NoUndefinedVariables":       "variableNotDefined",
	"VariablesInAllowedPosition": "variableMismatch",
}

// prepared is a request that passed every check made before execution.
type prepared struct {
	*document
	op   *ast.OperationDefinition
	root *ast.Definition
	vars map[string]any
	args map[*ast.Field]map[string]any
}

// prepare checks a request. It returns the refusals, if any.
func (e *Engine) prepare(req Request) (*prepared, []ResponseError) {
	d := e.read(req.Query)
	if d.refused != nil {
		return nil, d.refused
	}
	op, refusals := operation(d.doc, req.OperationName)
	if refusals != nil {
		return nil, refusals
	}
	vars, err := coercer{e.schema}.variables(op, req.Variables)
	if err != nil {
		return nil, []ResponseError{{Message: err.Error(), Locations: locations(op.Position)}}
	}
	p := &prepared{document: d, op: op, root: rootOf(e.schema, op.Operation), vars: vars}
	return p, e.weigh(p)
}

func (e *Engine) parse(query string) (*ast.QueryDocument, []ResponseError) {
	if strings.TrimSpace(query) == "" {
		return nil, []ResponseError{{Message: "No query string was present"}}
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: query}, maxTokens)
	if err != nil {
		return nil, []ResponseError{refusal(err)}
	}
	var refused []ResponseError
	for _, err := range validator.ValidateWithRules(e.schema, doc, rules.NewDefaultRules()) {
		if !tolerated(err) && len(refused) < maxRefusals {
			refused = append(refused, refusal(err))
		}
	}
	return doc, refused
}

// tolerated tells the one conflict that the platform lets through: the same
// response key on two types that exclude each other, with different types of
// value. Its own stored queries rely on it.
func tolerated(err *gqlerror.Error) bool {
	return err.Rule == rules.OverlappingFieldsCanBeMergedRule.Name &&
		strings.Contains(err.Message, "they return conflicting types") &&
		!strings.Contains(err.Message, "are different fields") &&
		!strings.Contains(err.Message, "they have differing arguments")
}

func refusal(err error) ResponseError {
	var known *gqlerror.Error
	if !errors.As(err, &known) {
		return ResponseError{Message: err.Error()}
	}
	e := ResponseError{Message: known.Message}
	for _, l := range known.Locations {
		e.Locations = append(e.Locations, Location{Line: l.Line, Column: l.Column})
	}
	if code, ok := codes[known.Rule]; ok {
		e.Extensions = map[string]any{"code": code}
	}
	return e
}

func operation(doc *ast.QueryDocument, name string) (*ast.OperationDefinition, []ResponseError) {
	if op := doc.Operations.ForName(name); op != nil {
		return op, nil
	}
	message := "An operation name is required"
	if name != "" {
		message = "No operation with this name is in the document"
	}
	return nil, []ResponseError{{Message: message}}
}

func rootOf(schema *ast.Schema, op ast.Operation) *ast.Definition {
	switch op {
	case ast.Mutation:
		return schema.Mutation
	case ast.Subscription:
		return schema.Subscription
	default:
		return schema.Query
	}
}

func locations(at *ast.Position) []Location {
	if at == nil {
		return nil
	}
	return []Location{{Line: at.Line, Column: at.Column}}
}
