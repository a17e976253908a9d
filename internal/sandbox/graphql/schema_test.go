package graphql_test

import (
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"relais/internal/sandbox/graphql"
)

// published loads the schema that the platform publishes, named by DS_SCHEMA.
func published(t *testing.T) (*ast.Schema, string) {
	t.Helper()
	path := os.Getenv("DS_SCHEMA")
	if path == "" {
		t.Skip("not proven: DS_SCHEMA names no published schema")
	}
	sdl, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: string(sdl)})
	if err != nil {
		t.Fatal(err)
	}
	return schema, string(sdl)
}

func ours(t *testing.T) *ast.Schema {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: graphql.SDL})
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// shape is a type as a client sees it: no order, no description.
type shape struct {
	Kind       ast.DefinitionKind
	Interfaces []string
	Values     []string
	Directives []string
	Fields     map[string]fieldShape
}

type fieldShape struct {
	Type       string
	Default    string
	Deprecated bool
	Arguments  map[string]fieldShape
}

func shapeOf(def *ast.Definition) shape {
	s := shape{Kind: def.Kind, Fields: map[string]fieldShape{}}
	s.Interfaces = slices.Sorted(slices.Values(def.Interfaces))
	for _, v := range def.EnumValues {
		s.Values = append(s.Values, v.Name)
	}
	slices.Sort(s.Values)
	for _, d := range def.Directives {
		s.Directives = append(s.Directives, d.Name)
	}
	for _, f := range def.Fields {
		fs := fieldShape{Type: f.Type.String(), Default: f.DefaultValue.String(), Deprecated: f.Directives.ForName("deprecated") != nil}
		for _, a := range f.Arguments {
			if fs.Arguments == nil {
				fs.Arguments = map[string]fieldShape{}
			}
			fs.Arguments[a.Name] = fieldShape{Type: a.Type.String(), Default: a.DefaultValue.String(), Deprecated: a.Directives.ForName("deprecated") != nil}
		}
		s.Fields[f.Name] = fs
	}
	return s
}

// Every type of ours is the published one, no more and no less; the roots may
// serve less.
func TestSchemaIsThePublishedOne(t *testing.T) {
	theirs, _ := published(t)
	for name, def := range ours(t).Types {
		if def.BuiltIn {
			continue
		}
		their := theirs.Types[name]
		if their == nil {
			t.Errorf("%s is not published", name)
			continue
		}
		got, want := shapeOf(def), shapeOf(their)
		if name == "Query" || name == "Mutation" {
			for field := range want.Fields {
				if _, served := got.Fields[field]; !served {
					delete(want.Fields, field)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-published +ours):\n%s", name, diff)
		}
	}
}

// Every concrete type that an interface may hold is there: a client that
// writes every fragment out must not be refused.
func TestSchemaHasEveryImplementer(t *testing.T) {
	theirs, _ := published(t)
	own := ours(t)
	for name, def := range own.Types {
		if def.Kind != ast.Interface {
			continue
		}
		if got, want := typeNames(own.PossibleTypes[name]), typeNames(theirs.PossibleTypes[name]); !cmp.Equal(got, want) {
			t.Errorf("%s: %s", name, cmp.Diff(want, got))
		}
	}
}

func typeNames(defs []*ast.Definition) []string {
	names := make([]string, len(defs))
	for i, def := range defs {
		names[i] = def.Name
	}
	slices.Sort(names)
	return names
}

func TestSchemaCounts(t *testing.T) {
	own := ours(t)
	for name, want := range map[string]int{"Champ": 28, "Column": 9, "Demandeur": 3, "GeoArea": 2} {
		if got := len(own.PossibleTypes[name]); got != want {
			t.Errorf("%s has %d types, want %d", name, got, want)
		}
	}
	if got := len(own.Mutation.Fields); got != 1 {
		t.Errorf("%d mutations, want 1", got)
	}
}

// The engine serves the published schema as well as ours.
func TestEngineServesThePublishedSchema(t *testing.T) {
	_, sdl := published(t)
	e, err := graphql.New("published", sdl)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{pageQuery, `{ demarche(number: 1) { dossiers { nodes { ` + fullDossier(t) + ` } } } }`} {
		r := e.Execute(t.Context(), query(graphql.Object{"demarche": graphql.Object{"dossiers": graphql.Object{}}}), graphql.Request{Query: q})
		if !r.HasData {
			t.Errorf("refused: %+v", r.Errors)
		}
	}
	r := e.Execute(t.Context(), query(page()), graphql.Request{Query: pageQuery})
	if len(r.Errors) > 0 || len(r.Data) < 100_000 {
		t.Errorf("%d bytes, %+v", len(r.Data), r.Errors)
	}
}
