package graphql_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"relais/internal/sandbox/graphql"
)

func TestRefusedDocumentsHaveNoData(t *testing.T) {
	cases := []struct {
		name string
		req  graphql.Request
		code string
	}{
		{"empty", graphql.Request{Query: " \n"}, ""},
		{"only a comment", graphql.Request{Query: "# nothing"}, ""},
		{"syntax", graphql.Request{Query: "{ shelf { id }"}, ""},
		{"unknown field", graphql.Request{Query: "{ shelf { isbn } }"}, "undefinedField"},
		{"unknown field of an interface", graphql.Request{Query: "{ items { title } }"}, "undefinedField"},
		{"unknown type", graphql.Request{Query: "{ items { ... on Map { id } } }"}, "undefinedType"},
		{"unknown argument", graphql.Request{Query: "{ book(number: 1, page: 2) { id } }"}, "argumentNotAccepted"},
		{"missing argument", graphql.Request{Query: "{ book { id } }"}, "missingRequiredArguments"},
		{"no selection", graphql.Request{Query: "{ shelf }"}, "selectionMismatch"},
		{"wrong literal", graphql.Request{Query: `{ book(number: "1") { id } }`}, "argumentLiteralsIncompatible"},
		{"literal beyond 32 bits", graphql.Request{Query: `{ book(number: 3000000000) { id } }`}, "argumentLiteralsIncompatible"},
		{"literal beyond 64 bits", graphql.Request{Query: `{ book(number: 30000000000000000000000) { id } }`}, "argumentLiteralsIncompatible"},
		{"unused variable", graphql.Request{Query: `query ($n: Int) { shelf { id } }`}, "variableNotUsed"},
		{"undefined variable", graphql.Request{Query: `{ book(number: $n) { id } }`}, "variableNotDefined"},
		{"variable of another type", graphql.Request{Query: `query ($n: String!) { book(number: $n) { id } }`, Variables: map[string]any{"n": "1"}}, "variableMismatch"},
		{"fragment cycle", graphql.Request{Query: `{ shelf { ...A } } fragment A on Book { sequel { ...A } }`}, "infiniteLoop"},
		{"one key for two fields", graphql.Request{Query: `{ shelf { x: id x: title } }`}, ""},
		{"one key, two arguments", graphql.Request{Query: `{ b: book(number: 1) { id } b: book(number: 2) { id } }`}, ""},
		{"a tolerated conflict hides no other", graphql.Request{Query: `{ items { ... on Disc { title } y: id } items { ... on Book { title } y: note } }`}, ""},
		{"no operation name", graphql.Request{Query: `query A { shelf { id } } query B { shelf { id } }`}, ""},
		{"unknown operation name", graphql.Request{Query: `query A { shelf { id } }`, OperationName: "B"}, ""},
		{"no such operation kind", graphql.Request{Query: `subscription { shelf { id } }`}, ""},
		{"missing variable", graphql.Request{Query: `query ($n: Int!) { book(number: $n) { id } }`}, ""},
		{"null variable", graphql.Request{Query: `query ($n: Int!) { book(number: $n) { id } }`, Variables: map[string]any{"n": nil}}, ""},
		{"too many tokens", graphql.Request{Query: "{" + strings.Repeat(" __typename", 60_000) + "}"}, ""},
		{"nested for ever", graphql.Request{Query: strings.Repeat("{a", 30_000)}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			root := graphql.Object{"book": book("1"), "shelf": []any{book("1")}, "items": []any{}}
			r := ask(t, root, c.req)
			if r.HasData || len(r.Errors) == 0 {
				t.Fatalf("got %+v", r)
			}
			if got := r.Errors[0].Code(); got != c.code {
				t.Errorf("code %q, want %q (%s)", got, c.code, r.Errors[0].Message)
			}
			b, err := json.Marshal(r)
			if err != nil || strings.Contains(string(b), `"data"`) {
				t.Errorf("on the wire: %s, %v", b, err)
			}
		})
	}
}

// echo answers with the Go form of the one argument it receives.
func echo(t *testing.T, declared, argument string, v any) (string, graphql.Response) {
	t.Helper()
	root := graphql.Object{"echo": graphql.Field(func(_ context.Context, args map[string]any) (any, error) {
		return fmt.Sprintf("%#v", args[argument]), nil
	})}
	r := ask(t, root, graphql.Request{
		Query:     fmt.Sprintf("query ($v: %s) { echo(%s: $v) }", declared, argument),
		Variables: map[string]any{"v": v},
	})
	var data struct{ Echo string }
	if r.HasData {
		if err := json.Unmarshal(r.Data, &data); err != nil {
			t.Fatal(err)
		}
	}
	return data.Echo, r
}

func TestVariableCoercion(t *testing.T) {
	cases := []struct {
		declared, argument string
		value              any
		want               string // "" means refused
	}{
		{"[Int!]", "list", []any{float64(1), json.Number("2")}, `[]interface {}{1, 2}`},
		{"[Int!]", "list", float64(1), `[]interface {}{1}`},
		{"[Int!]", "list", []int{4}, `[]interface {}{4}`},
		{"[Int!]", "list", []any{nil}, ""},
		{"[Int!]", "list", []any{"1"}, ""},
		{"[Int!]", "list", []any{1.5}, ""},
		{"[Int!]", "list", []any{float64(1 << 31)}, ""},
		{"ID", "id", float64(12), `"12"`},
		{"ID", "id", true, ""},
		{"Genre", "genre", "essai", `"essai"`},
		{"Genre", "genre", "ESSAI", ""},
		{"Float", "ratio", float64(2), `2`},
		{"Float", "ratio", json.Number("0.5"), `0.5`},
		{"Float", "ratio", "0.5", ""},
		{"ISO8601Date", "day", "2026-07-01", `"2026-07-01"`},
		{"In", "in", map[string]any{"a": float64(1)}, `map[string]interface {}{"a":1}`},
		{"In", "in", map[string]any{"b": map[string]any{"needed": "x"}}, `map[string]interface {}{"b":map[string]interface {}{"flag":true, "needed":"x"}}`},
		{"In", "in", map[string]any{"b": map[string]any{}}, ""},
		{"In", "in", map[string]any{"a": float64(1), "b": map[string]any{"needed": "x"}}, ""},
		{"In", "in", map[string]any{"a": nil}, ""},
		{"In", "in", map[string]any{}, ""},
		{"In", "in", map[string]any{"c": 1}, ""},
		{"In", "in", "a", ""},
		{"In", "in", nil, `<nil>`},
	}
	for _, c := range cases {
		t.Run(fmt.Sprintf("%s %v", c.declared, c.value), func(t *testing.T) {
			got, r := echo(t, c.declared, c.argument, c.value)
			if got != c.want || r.HasData != (c.want != "") {
				t.Errorf("got %s, want %s (%+v)", got, c.want, r.Errors)
			}
		})
	}
}

func TestVariablesAreNotWritten(t *testing.T) {
	given := map[string]any{"v": []any{float64(1)}}
	req := graphql.Request{Query: `query ($v: [Int!]) { echo(list: $v) }`, Variables: given}
	ask(t, graphql.Object{}, req)
	if diff := cmp.Diff(map[string]any{"v": []any{float64(1)}}, given); diff != "" {
		t.Error(diff)
	}
}

func TestIntrospectionIsNotServed(t *testing.T) {
	r := ask(t, graphql.Object{}, graphql.Request{Query: `{ __schema { types { name } } }`})
	if string(r.Data) != "null" || len(r.Errors) != 1 {
		t.Errorf("got %s, %+v", r.Data, r.Errors)
	}
}

func TestMutation(t *testing.T) {
	root := map[ast.Operation]graphql.Object{ast.Mutation: {"rename": graphql.Field(
		func(_ context.Context, args map[string]any) (any, error) {
			return graphql.Object{"id": args["number"]}, nil
		})}}
	r := engine(t).Execute(t.Context(), root, graphql.Request{Query: `mutation { rename(number: 3) { id } }`})
	if string(r.Data) != `{"rename":{"id":"3"}}` {
		t.Errorf("got %s, %+v", r.Data, r.Errors)
	}
}
