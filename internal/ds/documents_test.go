package ds

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// parse reads an embedded document with a real parser, without a schema.
func parse(t testing.TB, d document) *ast.QueryDocument {
	t.Helper()
	doc, err := parser.ParseQuery(&ast.Source{Name: d.name, Input: d.text})
	if err != nil {
		t.Fatalf("%s: %v", d.name, err)
	}
	return doc
}

// visit walks every selection of a document with the type condition it is under.
func visit(set ast.SelectionSet, on string, f func(on string, field *ast.Field)) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			f(on, s)
			visit(s.SelectionSet, "", f)
		case *ast.InlineFragment:
			visit(s.SelectionSet, s.TypeCondition, f)
		}
	}
}

func visitAll(doc *ast.QueryDocument, f func(on string, field *ast.Field)) {
	for _, o := range doc.Operations {
		visit(o.SelectionSet, "", f)
	}
	for _, fr := range doc.Fragments {
		visit(fr.SelectionSet, fr.TypeCondition, f)
	}
}

func TestOnlyOneMutationExists(t *testing.T) {
	mutations := 0
	for _, d := range documents() {
		doc := parse(t, d)
		if len(doc.Operations) != 1 || doc.Operations[0].Name != d.name {
			t.Errorf("%s: want exactly one operation of that name", d.name)
		}
		for _, o := range doc.Operations {
			if o.Operation == ast.Query {
				continue
			}
			mutations++
			if len(o.SelectionSet) != 1 {
				t.Fatalf("%s: a mutation with %d roots", d.name, len(o.SelectionSet))
			}
			root, ok := o.SelectionSet[0].(*ast.Field)
			if !ok || root.Name != "dossierModifierAnnotations" || o.Operation != ast.Mutation {
				t.Errorf("%s: only the mutation dossierModifierAnnotations may exist", d.name)
			}
		}
	}
	if mutations != 1 {
		t.Errorf("%d mutations, want 1", mutations)
	}
}

func TestQueriesAvoidThePlatformsTraps(t *testing.T) {
	for _, d := range documents() {
		visitAll(parse(t, d), func(on string, f *ast.Field) {
			switch {
			case on == "DossierLinkChamp" && f.Name == "dossier":
				t.Errorf("%s: the linked dossier may be closed to the token", d.name)
			case f.Name == "groupeInstructeurs" && len(f.Arguments) > 0:
				t.Errorf("%s: groupeInstructeurs fails with an argument", d.name)
			case f.Name == "value" && f.Alias == "value":
				t.Errorf("%s: value of %s has no alias", d.name, on)
			case slices.Contains([]string{"columns", "pdf", "geojson", "attestation", "url", "body", "motivation", "rowsData"}, f.Name):
				t.Errorf("%s: %s is costly, secret or personal", d.name, f.Name)
			}
		})
	}
}

func TestPagesAskTheCursorFirstAndAHundredRows(t *testing.T) {
	lists := 0
	for _, d := range documents() {
		visitAll(parse(t, d), func(_ string, f *ast.Field) {
			if f.Arguments.ForName("first") == nil {
				return
			}
			lists++
			if got := f.Arguments.ForName("first").Value.Raw; got != "100" && got != "size" { // size is bounded by pageQuery
				t.Errorf("%s: first: %s", d.name, got)
			}
			if got := f.SelectionSet[0].(*ast.Field).Name; got != "pageInfo" {
				t.Errorf("%s: %s is selected before pageInfo, whose cursor must survive a timeout", d.name, got)
			}
		})
	}
	if lists != 4 {
		t.Errorf("%d lists, want 4", lists)
	}
}

func TestDepthStaysUnderThePlatformsLimit(t *testing.T) {
	for _, d := range documents() {
		doc := parse(t, d)
		if got := depth(doc, doc.Operations[0].SelectionSet); got > 15 {
			t.Errorf("%s: depth %d, the platform refuses more than 15", d.name, got)
		}
	}
}

func depth(doc *ast.QueryDocument, set ast.SelectionSet) int {
	deepest := 0
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			deepest = max(deepest, 1+depth(doc, s.SelectionSet))
		case *ast.InlineFragment:
			deepest = max(deepest, depth(doc, s.SelectionSet))
		case *ast.FragmentSpread:
			deepest = max(deepest, depth(doc, doc.Fragments.ForName(s.Name).SelectionSet))
		}
	}
	return deepest
}

// TestComplexityStaysUnderThePlatformsBudget counts every field once and the rows
// of a page a hundred times. The platform counts less, since it takes the heaviest
// type of champ and not their sum.
func TestComplexityStaysUnderThePlatformsBudget(t *testing.T) {
	const budget = 60_000
	for _, d := range documents() {
		doc := parse(t, d)
		if got := weight(doc, doc.Operations[0].SelectionSet); got > budget {
			t.Errorf("%s: complexity %d, the platform refuses more than %d", d.name, got, budget)
		}
	}
}

func weight(doc *ast.QueryDocument, set ast.SelectionSet) int {
	total := 0
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			children := weight(doc, s.SelectionSet)
			if s.Arguments.ForName("first") != nil {
				children *= 100
			}
			total += 1 + children
		case *ast.InlineFragment:
			total += weight(doc, s.SelectionSet)
		case *ast.FragmentSpread:
			total += weight(doc, doc.Fragments.ForName(s.Name).SelectionSet)
		}
	}
	return total
}

// TestWireTypesMatchTheQueries keeps an alias and its struct tag from drifting
// apart: the value would be lost in silence.
func TestWireTypesMatchTheQueries(t *testing.T) {
	cases := []struct {
		documents []document
		wire      any
	}{
		// One Go type reads the three lists.
		{[]document{dossiersDocument, pendingDocument, deletedDocument}, struct {
			Demarche *struct {
				Number int `json:"number"`
				wireDemarche
				Dossiers *connection[wireDossier]   `json:"dossiers"`
				Pending  *connection[wireDeparture] `json:"pendingDeletedDossiers"`
				Deleted  *connection[wireDeparture] `json:"deletedDossiers"`
			} `json:"demarche"`
		}{}},
		{[]document{dossierDocument}, struct {
			Dossier *wireDossier `json:"dossier"`
		}{}},
		{[]document{listingDocument}, wireListing{}},
		{[]document{formDocument}, struct {
			Demarche *wireForm `json:"demarche"`
		}{}},
	}
	for _, c := range cases {
		asked := map[string]bool{}
		for _, d := range c.documents {
			doc := parse(t, d)
			responseKeys(doc, doc.Operations[0].SelectionSet, "", asked)
		}
		read := map[string]bool{}
		wireKeys(reflect.TypeOf(c.wire), "", read, 0)
		if diff := cmp.Diff(sortedKeys(asked), sortedKeys(read)); diff != "" {
			t.Errorf("%s: asked for (-) and read (+) differ:\n%s", c.documents[0].name, diff)
		}
	}
}

func responseKeys(doc *ast.QueryDocument, set ast.SelectionSet, at string, out map[string]bool) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if len(s.SelectionSet) == 0 {
				out[at+s.Alias] = true
			}
			responseKeys(doc, s.SelectionSet, at+s.Alias+".", out)
		case *ast.InlineFragment:
			responseKeys(doc, s.SelectionSet, at, out)
		case *ast.FragmentSpread:
			responseKeys(doc, doc.Fragments.ForName(s.Name).SelectionSet, at, out)
		}
	}
}

func wireKeys(t reflect.Type, at string, out map[string]bool, rows int) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t.NumField() == 0 {
		out[strings.TrimSuffix(at, ".")] = true
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		switch {
		case f.Anonymous:
			wireKeys(f.Type, at, out, rows)
		case tag == "rows" && rows == 1, tag == "champDescriptors" && strings.HasSuffix(at, "escriptors.champDescriptors."):
		case tag == "rows":
			wireKeys(f.Type, at+tag+".", out, rows+1)
		default:
			wireKeys(f.Type, at+tag+".", out, rows)
		}
	}
}

// sortedKeys leaves out geoAreas: they are only counted.
func sortedKeys(m map[string]bool) []string {
	keys := slices.Sorted(maps.Keys(m))
	return slices.DeleteFunc(keys, func(k string) bool { return strings.Contains(k, ".geoAreas") })
}

func TestGuardRefusesEveryOtherDocument(t *testing.T) {
	refused := map[string]string{
		"another mutation":      `mutation m { dossierAccepter(input: {}) { errors { message } } }`,
		"two roots":             `mutation m { dossierModifierAnnotations(input: {}) { errors { message } } dossierArchiver(input: {}) { errors { message } } }`,
		"an alias":              `mutation m { dossierModifierAnnotations: dossierAccepter(input: {}) { errors { message } } }`,
		"hidden behind comment": "# query\nmutation m { # dossierModifierAnnotations\n dossierAccepter(input: {}) { errors { message } } }",
		"hidden in a string":    `mutation m { dossierAccepter(input: {a: "} query {"}) { errors { message } } }`,
		"behind two strings":    `query q { x(a: "(") } mutation m { y } fragment F on Query { z(a: ")") }`,
		"after an old Mac line": "query q { a }\n# comment\rmutation m { y }",
		"a fragment at root":    `mutation m { ...F } fragment F on Mutation { dossierAccepter(input: {}) { errors { message } } }`,
		"two operations":        `query a { demarche(number: 1) { id } } mutation b { dossierModifierAnnotations(input: {}) { errors { message } } }`,
		"a subscription":        `subscription s { dossierModifierAnnotations { id } }`,
		"nothing":               ``,
		"not GraphQL":           `}}}{{{`,
	}
	for name, text := range refused {
		t.Run(name, func(t *testing.T) {
			if _, err := newGuard([]document{{"test", text}}); err == nil {
				t.Error("the guard let it through")
			}
		})
	}
}

func TestGuardAdmitsOurDocuments(t *testing.T) {
	g, err := newGuard(documents())
	if err != nil {
		t.Fatal(err)
	}
	if len(g) != len(documents()) {
		t.Errorf("%d texts admitted, want %d", len(g), len(documents()))
	}
}

// FuzzOutlineAgreesWithTheParser: whatever the text, what the parser calls a
// mutation never passes the guard under another name.
func FuzzOutlineAgreesWithTheParser(f *testing.F) {
	for _, d := range documents() {
		f.Add(d.text)
	}
	f.Add(`mutation m { a: dossierAccepter(input: {}) { id } }`)
	f.Add("query q { x(a: \"\"\"\n{\n\"\"\") }\nmutation m { y }")
	f.Fuzz(func(t *testing.T, text string) {
		if (document{"fuzz", text}).check() != nil {
			return
		}
		doc, err := parser.ParseQuery(&ast.Source{Input: text})
		if err != nil {
			return // the platform refuses it too
		}
		for _, o := range doc.Operations {
			if o.Operation == ast.Query {
				continue
			}
			for _, s := range o.SelectionSet {
				if root, ok := s.(*ast.Field); !ok || root.Name != onlyMutation {
					t.Errorf("a %s passed the guard: %q", o.Operation, text)
				}
			}
		}
	})
}
