package graphql

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// SDL is our own schema, with the published names and types.
//
//go:embed schema.graphql
var SDL string

// The platform's limits, in force in July 2026.
const (
	DefaultMaxDepth      = 15
	DefaultMaxComplexity = 60_000
	DefaultPageSize      = 100
)

// Engine executes requests on one schema. It is safe for concurrent use once
// its limits are set.
type Engine struct {
	// MaxDepth is the deepest nesting of fields; 0 means no limit.
	MaxDepth int
	// MaxComplexity is the budget of one document; 0 means no limit.
	MaxComplexity int
	// PageSize is what a connection costs when no page size is given.
	PageSize int

	schema    *ast.Schema
	documents *documents // shared by copies of the engine: they differ by limits only
}

// New loads a schema with the platform's limits. The name is for errors only.
func New(name, sdl string) (*Engine, error) {
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: name, Input: sdl})
	if err != nil {
		return nil, fmt.Errorf("load schema %s: %w", name, err)
	}
	return &Engine{
		MaxDepth:      DefaultMaxDepth,
		MaxComplexity: DefaultMaxComplexity,
		PageSize:      DefaultPageSize,
		schema:        schema,
		documents:     &documents{known: map[string]*document{}},
	}, nil
}

// Execute answers one request on the root objects, one per kind of operation.
// It never panics on the request's content; a panic of a Field is not caught.
func (e *Engine) Execute(ctx context.Context, root map[ast.Operation]Object, req Request) Response {
	p, refused := e.prepare(req)
	if len(refused) > 0 {
		return Response{Errors: refused}
	}
	x := &execution{
		prepared: p,
		ctx:      withMentions(ctx, p.mentions),
		schema:   e.schema,
		budget:   req.Budget,
	}
	return x.run(root[p.op.Operation])
}
