package sandbox

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"relais/internal/sandbox/graphql"
)

// shape checks served objects against the schema: their type exists, their keys
// are its fields, and no non-null field is missing.
type shape struct {
	t      *testing.T
	schema *ast.Schema
	seen   map[string]int
}

func (s shape) check(v any, declared string, depth int) {
	switch v := v.(type) {
	case graphql.Field:
		got, err := v(context.Background(), map[string]any{})
		var known *graphql.Error
		if errors.As(err, &known) {
			return
		}
		if err != nil {
			s.t.Errorf("%s: %v", declared, err)
		}
		s.check(got, declared, depth)
	case graphql.Object:
		s.object(v, declared, depth)
	case []any:
		for _, item := range v {
			s.check(item, declared, depth)
		}
	}
}

func (s shape) object(o graphql.Object, declared string, depth int) {
	name, ok := o["__typename"].(string)
	if !ok {
		name = declared
	}
	def := s.schema.Types[name]
	if def == nil {
		s.t.Errorf("no type %q in the schema", name)
		return
	}
	s.seen[name]++
	for key, value := range o {
		f := def.Fields.ForName(key)
		// A downgraded champ keeps what its better type had; no query can ask it.
		downgrade := name == "TextChamp" || name == "DateChamp"
		if key != "__typename" && f == nil && !downgrade {
			s.t.Errorf("%s has no field %q", name, key)
		}
		if f != nil && depth > 0 {
			s.check(value, f.Type.Name(), depth-1)
		}
	}
	for _, f := range def.Fields {
		if f.Type.NonNull && f.Name != "__typename" && isNil(o[f.Name]) && f.Type.Elem == nil {
			s.t.Errorf("%s.%s is non-null and missing", name, f.Name)
		}
	}
}

func isNil(v any) bool {
	if v == nil {
		return true
	}
	r := reflect.ValueOf(v)
	return slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Map, reflect.Slice}, r.Kind()) && r.IsNil()
}

func TestEveryServedObjectHasTheShapeOfTheSchema(t *testing.T) {
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "platform", Input: graphql.SDL})
	if err != nil {
		t.Fatal(err)
	}
	p := newPlatform(t, Options{})
	for _, d := range p.world.numbers {
		d.degraded = false // it has nulls on purpose
	}
	s := shape{t, schema, map[string]int{}}
	v := &view{world: p.world, links: p.links, base: "http://platform.example", now: monday, stamp: p.stampNow}
	for _, m := range p.world.demarches {
		s.check(v.demarche(m), "Demarche", 6)
		for _, g := range m.groups {
			s.check(v.groupWithDossiers(m, g), "GroupeInstructeurWithDossiers", 1)
		}
		for _, d := range m.dossiers {
			if d.listed() {
				s.check(v.dossier(d), "Dossier", 7)
			}
		}
	}
	for _, want := range []string{"DossierEdge", "DeletedDossier", "RepetitionChamp", "Row", "File", "Avis", "Correction", "Entreprise", "SelectionUtilisateur", "TextColumn"} {
		if s.seen[want] == 0 {
			t.Errorf("no %s was met", want)
		}
	}
}
