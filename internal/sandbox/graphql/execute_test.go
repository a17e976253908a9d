package graphql_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"relais/internal/sandbox/graphql"
)

// library is a small world with every shape that matters: interfaces, lists of
// nullable and of mandatory items, nullable and mandatory nesting.
const library = `
scalar BigInt
scalar ISO8601Date
scalar ISO8601DateTime
scalar Shape
enum Genre { roman essai }
type Query {
  book(number: Int!, edition: Int = 1): Book
  sureBook: Book!
  shelf: [Book]
  tightShelf: [Book!]
  items: [Item!]!
  echo(in: In, list: [Int!], id: ID, genre: Genre, ratio: Float, day: ISO8601Date): String
}
type Mutation { rename(number: Int!): Book }
input In @oneOf { a: Int, b: Deep }
input Deep { flag: Boolean = true, needed: String! }
interface Item { id: ID! note: String }
type Book implements Item {
  id: ID! note: String title: String! genre: Genre pages: Int weight: Float big: BigInt
  lent: Boolean printed: ISO8601DateTime bought: ISO8601Date shape: Shape tags: [String!]!
  author: Author! sequel: Book chapters: [Chapter]
}
type Disc implements Item { id: ID! note: String title: Int! minutes: Int! }
type Author { name: String! nick: String }
type Chapter { name: String! }
`

func engine(t testing.TB) *graphql.Engine {
	t.Helper()
	e, err := graphql.New("library", library)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func query(root graphql.Object) map[ast.Operation]graphql.Object {
	return map[ast.Operation]graphql.Object{ast.Query: root}
}

func ask(t *testing.T, root graphql.Object, req graphql.Request) graphql.Response {
	t.Helper()
	return engine(t).Execute(t.Context(), query(root), req)
}

// faults lists "code path" of each error.
func faults(r graphql.Response) []string {
	var list []string
	for _, e := range r.Errors {
		list = append(list, fmt.Sprint(e.Code(), " ", e.Path))
	}
	return list
}

func book(id string) graphql.Object {
	return graphql.Object{"id": id, "title": "T" + id, "author": graphql.Object{"name": "N" + id}}
}

func TestExecuteData(t *testing.T) {
	lookup := graphql.Field(func(_ context.Context, args map[string]any) (any, error) {
		b := book(fmt.Sprint(args["number"]))
		b["note"] = fmt.Sprint("edition ", args["edition"])
		return b, nil
	})
	disc := graphql.Object{"__typename": "Disc", "id": 7, "title": 12, "minutes": int32(40)}
	novel := book("1")
	novel["__typename"] = "Book"
	cases := []struct {
		name string
		root graphql.Object
		req  graphql.Request
		want string
	}{
		{"keys come in the order of the query, not of the schema",
			graphql.Object{"sureBook": book("1")},
			graphql.Request{Query: `{ sureBook { title __typename id } }`},
			`{"sureBook":{"title":"T1","__typename":"Book","id":"1"}}`},
		{"an alias reads the field it renames, twice if asked",
			graphql.Object{"book": lookup},
			graphql.Request{Query: `{ a: book(number: 1) { n: id } b: book(number: 2, edition: 3) { id note } }`},
			`{"a":{"n":"1"},"b":{"id":"2","note":"edition 3"}}`},
		{"schema defaults reach the field",
			graphql.Object{"book": lookup},
			graphql.Request{Query: `{ book(number: 1) { note } }`},
			`{"book":{"note":"edition 1"}}`},
		{"an unset variable leaves the schema default",
			graphql.Object{"book": lookup},
			graphql.Request{Query: `query ($e: Int) { book(number: 1, edition: $e) { note } }`},
			`{"book":{"note":"edition 1"}}`},
		{"variables: JSON numbers, defaults of the operation",
			graphql.Object{"book": lookup},
			graphql.Request{
				Query:     `query ($n: Int!, $e: Int = 9) { book(number: $n, edition: $e) { id note } }`,
				Variables: map[string]any{"n": float64(4)}},
			`{"book":{"id":"4","note":"edition 9"}}`},
		{"interfaces: inline and named fragments, by concrete type",
			graphql.Object{"items": []graphql.Object{disc, novel}},
			graphql.Request{Query: `{ items { __typename ...Common ... on Disc { minutes } ...OfBook } }
				fragment Common on Item { id }
				fragment OfBook on Book { author { name } }`},
			`{"items":[{"__typename":"Disc","id":"7","minutes":40},{"__typename":"Book","id":"1","author":{"name":"N1"}}]}`},
		{"one key, two types on types that exclude each other",
			graphql.Object{"items": []graphql.Object{disc, novel}},
			graphql.Request{Query: `{ items { ... on Disc { title } ... on Book { title } } }`},
			`{"items":[{"title":12},{"title":"T1"}]}`},
		{"the same field from two places is merged",
			graphql.Object{"sureBook": book("1")},
			graphql.Request{Query: `{ sureBook { author { __typename } ...F ...F } } fragment F on Book { id author { name } }`},
			`{"sureBook":{"author":{"__typename":"Author","name":"N1"},"id":"1"}}`},
		{"@skip and @include on fields, spreads and inline fragments",
			graphql.Object{"sureBook": book("1")},
			graphql.Request{
				Query: `query ($yes: Boolean!, $no: Boolean = false) { sureBook {
					id @skip(if: $yes) title @include(if: $yes)
					...F @include(if: $no) ... @skip(if: $no) { kept: id } } }
					fragment F on Book { note }`,
				Variables: map[string]any{"yes": true}},
			`{"sureBook":{"title":"T1","kept":"1"}}`},
		{"a missing key is null; a nil slice is an empty list",
			graphql.Object{"sureBook": graphql.Object{"tags": []string(nil)}},
			graphql.Request{Query: `{ shelf { id } sureBook { note tags sequel { id } } }`},
			`{"shelf":null,"sureBook":{"note":null,"tags":[],"sequel":null}}`},
		{"the operation is chosen by name",
			graphql.Object{"sureBook": book("1")},
			graphql.Request{Query: `query A { a: __typename } query B { b: __typename }`, OperationName: "B"},
			`{"b":"Query"}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := ask(t, c.root, c.req)
			if len(r.Errors) > 0 {
				t.Fatalf("errors: %+v", r.Errors)
			}
			if diff := cmp.Diff(c.want, string(r.Data)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

type genre string

func TestExecuteScalars(t *testing.T) {
	paris := time.FixedZone("Paris", 7200)
	at := time.Date(2026, 7, 1, 23, 59, 59, 999_999_000, paris)
	number, none := 12, (*time.Time)(nil)
	cases := []struct {
		field string
		value any
		want  string // "" means a refused value
	}{
		{"note", "é 😀", `"é 😀"`},
		{"note", "a\"b\\c\n</script>", `"a\"b\\c\n\u003c/script\u003e"`},
		{"note", "bad \xff utf8", `"bad \ufffd utf8"`},
		{"note", 12, ""},
		{"pages", number, `12`}, {"pages", &number, `12`}, {"pages", uint16(3), `3`},
		{"pages", 1 << 31, ""}, {"pages", 1.5, ""}, {"pages", "12", ""},
		{"weight", 0.1, `0.1`}, {"weight", 3, `3`}, {"weight", float32(0.5), `0.5`},
		{"big", int64(1) << 60, `"1152921504606846976"`}, {"big", "-1", `"-1"`}, {"big", json.Number("99999999999999999999"), `"99999999999999999999"`},
		{"lent", false, `false`}, {"lent", 0, ""},
		{"genre", genre("essai"), `"essai"`}, {"genre", "Essai", ""},
		{"printed", at, `"2026-07-01T23:59:59+02:00"`}, {"printed", &at, `"2026-07-01T23:59:59+02:00"`}, {"printed", none, `null`},
		{"bought", at, `"2026-07-01"`}, {"bought", "2026-07-02", `"2026-07-02"`},
		{"shape", []float64{1, 2.5}, `[1,2.5]`}, {"shape", map[string]any{"a": 1}, `{"a":1}`}, {"shape", func() {}, ""},
		{"pages", json.RawMessage(`{"odd":true}`), `{"odd":true}`},
		{"tags", []any{"a", "b"}, `["a","b"]`}, {"tags", "a", ""},
		{"sequel", map[string]any{"id": "2"}, `{"__typename":"Book"}`}, {"sequel", "2", ""}, {"sequel", graphql.Object{"__typename": "Disc"}, ""},
	}
	for _, c := range cases {
		t.Run(fmt.Sprintf("%s %T", c.field, c.value), func(t *testing.T) {
			q := "{ sureBook { v: " + c.field + " } }"
			if c.field == "sequel" {
				q = "{ sureBook { v: sequel { __typename } } }"
			}
			r := ask(t, graphql.Object{"sureBook": graphql.Object{c.field: c.value}}, graphql.Request{Query: q})
			if c.want == "" {
				if got := faults(r); !cmp.Equal(got, []string{"internal_server_error [sureBook v]"}) {
					t.Errorf("faults %v, data %s", got, r.Data)
				}
				return
			}
			if want := `{"sureBook":{"v":` + c.want + `}}`; string(r.Data) != want || !json.Valid(r.Data) {
				t.Errorf("got %s, want %s (%v)", r.Data, want, r.Errors)
			}
		})
	}
}

func TestNullClimbsToTheNearestNullable(t *testing.T) {
	broken := errors.New("broken")
	anonymous := graphql.Object{"id": "2", "title": "T2", "author": graphql.Object{}}
	cases := []struct {
		name   string
		root   graphql.Object
		query  string
		data   string
		faults []string
	}{
		{"a nullable field stops it", graphql.Object{"sureBook": graphql.Object{"sequel": anonymous, "note": "n"}},
			`{ sureBook { sequel { author { name } } note } }`,
			`{"sureBook":{"sequel":null,"note":"n"}}`, []string{"invalid_null [sureBook sequel author name]"}},
		{"a list of nullable items loses only that item", graphql.Object{"shelf": []any{book("1"), anonymous, book("3"), nil}},
			`{ shelf { id a: author { n: name } } }`,
			`{"shelf":[{"id":"1","a":{"n":"N1"}},null,{"id":"3","a":{"n":"N3"}},null]}`, []string{"invalid_null [shelf 1 a n]"}},
		{"a list of mandatory items is lost", graphql.Object{"tightShelf": []any{book("1"), anonymous}},
			`{ tightShelf { author { name } } shelf { id } }`,
			`{"tightShelf":null,"shelf":null}`, []string{"invalid_null [tightShelf 1 author name]"}},
		{"a null item where none may be", graphql.Object{"tightShelf": []any{nil}},
			`{ tightShelf { id } }`, `{"tightShelf":null}`, []string{"invalid_null [tightShelf 0]"}},
		{"nothing stops it before data", graphql.Object{"sureBook": anonymous, "shelf": nil},
			`{ shelf { id } sureBook { author { name } } }`, `null`, []string{"invalid_null [sureBook author name]"}},
		{"an error in a nullable place", graphql.Object{"sureBook": graphql.Object{"note": broken, "id": "1"}},
			`{ sureBook { note id } }`, `{"sureBook":{"note":null,"id":"1"}}`, []string{"internal_server_error [sureBook note]"}},
		{"an error explains the null by itself", graphql.Object{"shelf": []any{graphql.Object{"title": broken}}},
			`{ shelf { title } }`, `{"shelf":[null]}`, []string{"internal_server_error [shelf 0 title]"}},
		{"items may fail one by one", graphql.Object{"shelf": []any{&graphql.Error{Message: "gone", Code: "not_found"}, book("2")}},
			`{ shelf { id } }`, `{"shelf":[null,{"id":"2"}]}`, []string{"not_found [shelf 0]"}},
		{"deep lists keep both indices", graphql.Object{"shelf": []any{nil, graphql.Object{"chapters": []any{graphql.Object{"name": "a"}, graphql.Object{}}}}},
			`{ shelf { chapters { name } } }`, `{"shelf":[null,{"chapters":[{"name":"a"},null]}]}`, []string{"invalid_null [shelf 1 chapters 1 name]"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := ask(t, c.root, graphql.Request{Query: c.query})
			if diff := cmp.Diff(c.data, string(r.Data)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.faults, faults(r)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestErrorOnTheWire(t *testing.T) {
	root := graphql.Object{"book": graphql.Field(func(context.Context, map[string]any) (any, error) {
		return nil, fmt.Errorf("look up: %w", &graphql.Error{Message: "Book not found", Code: "not_found", Extensions: map[string]any{"shelf": "B"}})
	})}
	got, err := json.Marshal(ask(t, root, graphql.Request{Query: "{\n  b: book(number: 1) { id }\n}"}))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"data":{"b":null},"errors":[{"message":"Book not found","locations":[{"line":2,"column":3}],"path":["b"],"extensions":{"code":"not_found","shelf":"B"}}]}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestFatalStopsTheRequest(t *testing.T) {
	ran := false
	root := graphql.Object{
		"shelf": graphql.Field(func(context.Context, map[string]any) (any, error) {
			return nil, &graphql.Fatal{Err: errors.New("no such method")}
		}),
		"book": graphql.Field(func(context.Context, map[string]any) (any, error) { ran = true; return nil, nil }),
	}
	r := ask(t, root, graphql.Request{Query: `{ shelf { id } book(number: 1) { id } }`})
	if r.Fatal == nil || r.HasData || len(r.Data) > 0 {
		t.Errorf("got %+v", r)
	}
	if ran {
		t.Error("a field ran after the fatal one")
	}
}

func TestMentions(t *testing.T) {
	cases := []struct {
		query string
		want  bool
	}{
		{`{ shelf { id } }`, false},
		{`{ items { ... on Disc { id } } }`, true},
		{`{ items { ...D } } fragment D on Disc { id }`, true},
		{`{ items { ...Disc } } fragment Disc on Item { id }`, false},
		{`{ shelf { id } items { ...I } } fragment I on Item { ... on Disc { id } }`, true},
		{`{ items { ... @include(if: false) { ... on Disc { id } } } }`, true},
	}
	for _, c := range cases {
		t.Run(c.query, func(t *testing.T) {
			var got bool
			see := graphql.Field(func(ctx context.Context, _ map[string]any) (any, error) {
				got = graphql.Mentions(ctx, "Disc")
				return []any{}, nil
			})
			r := ask(t, graphql.Object{"shelf": see, "items": see}, graphql.Request{Query: c.query})
			if len(r.Errors) > 0 || got != c.want {
				t.Errorf("mentions %v, errors %v", got, r.Errors)
			}
		})
	}
	if graphql.Mentions(t.Context(), "Disc") {
		t.Error("a mention outside any execution")
	}
}
