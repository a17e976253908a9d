package graphql_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"relais/internal/sandbox/graphql"
)

// What the engine remembers of a text must never answer for other variables,
// another operation or other limits.
func TestARememberedDocumentIsWeighedForItsVariables(t *testing.T) {
	e := platform(t)
	const text = `
query small($first: Int, $rich: Boolean!) { demarche(number: 1) { dossiers(first: $first) { nodes { id ...more @include(if: $rich) } } } }
query large($first: Int) { demarche(number: 1) { dossiers(first: $first) { nodes { id } } deletedDossiers(first: 100) { nodes { id } } } }
fragment more on Dossier { number state archived }`
	run := func(e *graphql.Engine, operation string, vars map[string]any) bool {
		return e.Execute(t.Context(), nil, graphql.Request{Query: text, OperationName: operation, Variables: vars}).HasData
	}
	e.MaxComplexity = 60
	own := *e
	own.MaxComplexity = 10
	for range 2 { // the second time from memory
		for _, c := range []struct {
			engine    *graphql.Engine
			operation string
			vars      map[string]any
			want      bool
		}{
			{e, "small", map[string]any{"first": 10.0, "rich": false}, true},
			{e, "small", map[string]any{"first": 10.0, "rich": true}, true},
			{e, "small", map[string]any{"first": 20.0, "rich": true}, false},
			{e, "small", map[string]any{"first": 20.0, "rich": false}, true},
			{e, "small", map[string]any{"first": nil, "rich": false}, false}, // 100 by default
			{e, "small", map[string]any{"rich": false}, false},
			{e, "large", map[string]any{"first": 1.0}, false},
			{&own, "small", map[string]any{"first": 10.0, "rich": false}, false},
		} {
			if got := run(c.engine, c.operation, c.vars); got != c.want {
				t.Errorf("%s %v under %d: accepted %v", c.operation, c.vars, c.engine.MaxComplexity, got)
			}
		}
	}
}

func TestARememberedDocumentGetsItsOwnArguments(t *testing.T) {
	e := engine(t)
	root := graphql.Object{"echo": graphql.Field(func(_ context.Context, args map[string]any) (any, error) {
		return fmt.Sprint(args["id"], args["list"]), nil
	})}
	ask := func(vars map[string]any) string {
		r := e.Execute(t.Context(), query(root), graphql.Request{Query: `query($id: ID, $list: [Int!]) { echo(id: $id, list: $list) }`, Variables: vars})
		return string(r.Data)
	}
	for i := range 3 {
		want := fmt.Sprintf(`{"echo":"n%d[%d]"}`, i, i)
		if diff := cmp.Diff(want, ask(map[string]any{"id": fmt.Sprintf("n%d", i), "list": []any{float64(i)}})); diff != "" {
			t.Error(diff)
		}
	}
}

func TestTheEngineForgetsWhenItKnowsTooMuch(t *testing.T) {
	e := engine(t)
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for i := range 200 {
				text := fmt.Sprintf(`{ shelf { id } a%d: shelf { id } }`, i*worker%150)
				r := e.Execute(t.Context(), query(graphql.Object{}), graphql.Request{Query: text})
				if len(r.Errors) > 0 || !r.HasData {
					t.Errorf("%s: %+v", text, r.Errors)
				}
			}
		})
	}
	all.Wait()
}
