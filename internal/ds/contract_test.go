package ds

import (
	"os"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"relais/internal/dossier"
)

// publishedSchema is the platform's, which is not ours to keep in the project.
func publishedSchema(t *testing.T) *ast.Schema {
	t.Helper()
	path := os.Getenv("DS_SCHEMA")
	if path == "" {
		t.Skip("not proven: DS_SCHEMA names no published schema (see make schema)")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("DS_SCHEMA: %v", err)
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "published schema", Input: string(text)})
	if err != nil {
		t.Fatalf("DS_SCHEMA: %v", err)
	}
	return schema
}

func TestContractDocumentsAreValid(t *testing.T) {
	schema := publishedSchema(t)
	for _, d := range documents() {
		t.Run(d.name, func(t *testing.T) {
			doc := parse(t, d)
			if errs := validator.ValidateWithRules(schema, doc, rules.NewDefaultRules()); len(errs) > 0 {
				t.Fatal(errs)
			}
			visitAll(doc, func(_ string, f *ast.Field) {
				if f.Definition != nil && f.Definition.Directives.ForName("deprecated") != nil {
					t.Errorf("%s is deprecated", f.Name)
				}
				for _, a := range f.Arguments {
					if def := f.Definition.Arguments.ForName(a.Name); def != nil && def.Directives.ForName("deprecated") != nil {
						t.Errorf("%s(%s:) is deprecated", f.Name, a.Name)
					}
				}
			})
		})
	}
}

// TestContractValidationIsStrict keeps the test above honest: with a schema it
// must be able to fail.
func TestContractValidationIsStrict(t *testing.T) {
	schema := publishedSchema(t)
	for name, text := range map[string]string{
		"unknown field":   `query q { demarche(number: 1) { nope } }`,
		"unused fragment": `query q { demarche(number: 1) { id } } fragment F on Demarche { id }`,
		"conflict":        `query q { dossier(number: 1) { champs { ... on TextChamp { value } ... on CheckboxChamp { value } } } }`,
		"wrong variable":  `query q($n: String!) { demarche(number: $n) { id } }`,
	} {
		doc, err := parser.ParseQuery(&ast.Source{Input: text})
		if err != nil {
			t.Fatal(err)
		}
		if errs := validator.ValidateWithRules(schema, doc, rules.NewDefaultRules()); len(errs) == 0 {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestContractEveryTypeHasAFragmentAndADecoding(t *testing.T) {
	schema := publishedSchema(t)
	named := map[string]bool{}
	doc := parse(t, dossiersDocument)
	for _, f := range doc.Fragments {
		conditions(f.SelectionSet, named)
	}
	for _, possible := range schema.GetPossibleTypes(schema.Types["Champ"]) {
		if !named[possible.Name] {
			t.Errorf("no fragment on %s: the platform would send it as another type", possible.Name)
		}
		var d decoder
		var c dossier.Champ
		d.champ(&wireChamp{Typename: possible.Name}, &c)
		if len(d.unknown) > 0 {
			t.Errorf("no decoding of %s", possible.Name)
		}
	}
	for _, possible := range schema.GetPossibleTypes(schema.Types["Demandeur"]) {
		if !named[possible.Name] {
			t.Errorf("no fragment on %s", possible.Name)
		}
		var d decoder
		d.demandeur(&wireDemandeur{Typename: possible.Name})
		if len(d.unknown) > 0 {
			t.Errorf("no decoding of %s", possible.Name)
		}
	}
}

func TestContractAnnotationKeysExist(t *testing.T) {
	schema := publishedSchema(t)
	input := schema.Types["AnnotationValueInput"]
	known := map[string]bool{}
	for _, a := range everyAnnotation() {
		known[a.key] = true
		if input.Fields.ForName(a.key) == nil {
			t.Errorf("the schema has no annotation value %s", a.key)
		}
	}
	for _, f := range input.Fields {
		if !known[f.Name] {
			t.Errorf("no constructor for annotation value %s", f.Name)
		}
	}
}

func conditions(set ast.SelectionSet, out map[string]bool) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			conditions(s.SelectionSet, out)
		case *ast.InlineFragment:
			out[s.TypeCondition] = true
			conditions(s.SelectionSet, out)
		}
	}
}

func everyAnnotation() []Annotation {
	return []Annotation{
		TextAnnotation("A", "texte"),
		TextareaAnnotation("A", "une\ndeux"),
		EmailAnnotation("A", "personne@exemple.invalid"),
		CheckboxAnnotation("A", true),
		YesNoAnnotation("A", false),
		DateAnnotation("A", dossier.Day{Year: 2026, Month: 3, Day: 1}),
		DatetimeAnnotation("A", moment),
		IntegerAnnotation("A", 3),
		DecimalAnnotation("A", 1.5),
		DropDownAnnotation("A", "Oui"),
		MultipleDropDownAnnotation("A", "Un", "Deux"),
		RowsAnnotation("A", 1),
	}
}
