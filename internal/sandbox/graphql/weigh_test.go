package graphql_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"relais/internal/sandbox/graphql"
)

func platform(t testing.TB) *graphql.Engine {
	t.Helper()
	e, err := graphql.New("schema.graphql", graphql.SDL)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// cost finds what a document costs by trying budgets.
func cost(t *testing.T, query string) int {
	t.Helper()
	e := platform(t)
	low, high := 1, 1<<20
	for low < high {
		e.MaxComplexity = (low + high) / 2
		r := e.Execute(t.Context(), nil, graphql.Request{Query: query})
		if r.HasData {
			high = e.MaxComplexity
			continue
		}
		if !strings.Contains(r.Errors[0].Message, "complexity") {
			t.Fatalf("refused for another reason: %+v", r.Errors)
		}
		low = e.MaxComplexity + 1
	}
	return low
}

func TestCost(t *testing.T) {
	cases := []struct {
		query string
		want  int
	}{
		{`{ dossier(number: 1) { id number } }`, 3},
		{`{ dossier(number: 1) { id id again: id } }`, 3},
		{`{ dossier(number: 1) { id number @skip(if: true) } }`, 2},
		{`{ demarche(number: 1) { dossiers { nodes { id } } } }`, 2 + 100*2},
		{`{ demarche(number: 1) { dossiers(first: 10) { pageInfo { endCursor } nodes { id } } } }`, 2 + 2 + 10*2},
		{`{ demarche(number: 1) { dossiers(last: 20, first: 10) { edges { cursor node { id } } } } }`, 2 + 20*4},
		{`{ demarche(number: 1) { dossiers(first: 0) { nodes { id } } } }`, 2},
		// An interface costs its dearest type, here id + siret + naf, not their sum.
		{`{ dossier(number: 1) { demandeur { id ... on PersonnePhysique { nom } ... on PersonneMorale { siret naf } } } }`, 2 + 3},
		{`{ dossier(number: 1) { champs { id ...A } annotations { ...A } } } fragment A on Champ { label columns { id } }`, 1 + 5 + 4},
	}
	for _, c := range cases {
		if got := cost(t, c.query); got != c.want {
			t.Errorf("%s costs %d, want %d", c.query, got, c.want)
		}
	}
}

// The platform counts about 37,600 for a page of 100 dossiers with everything
// in it, so that one page passes and two do not.
func TestCostOfFullPages(t *testing.T) {
	fragment := "fragment Full on Dossier { " + fullDossier(t) + " }"
	const page = `dossiers(first: 100) { pageInfo { hasNextPage } nodes { ...Full } }`
	one := "{ demarche(number: 1) { " + page + " } } " + fragment
	if got := cost(t, one); got < 35_000 || got > 40_000 {
		t.Errorf("a full page costs %d, the platform says about 37600", got)
	}
	two := "{ a: demarche(number: 1) { " + page + " } b: demarche(number: 2) { " + page + " } } " + fragment
	r := platform(t).Execute(t.Context(), nil, graphql.Request{Query: two})
	if r.HasData || !strings.Contains(r.Errors[0].Message, "complexity") {
		t.Errorf("two full pages were accepted: %+v", r.Errors)
	}
}

func TestDepth(t *testing.T) {
	nested := func(n int) graphql.Request {
		return graphql.Request{Query: `{ sureBook {` + strings.Repeat(" sequel {", n-2) + " id " + strings.Repeat("}", n-2) + "} }"}
	}
	e := engine(t)
	if r := e.Execute(t.Context(), query(graphql.Object{"sureBook": book("1")}), nested(15)); !r.HasData {
		t.Errorf("15 levels refused: %+v", r.Errors)
	}
	r := e.Execute(t.Context(), nil, nested(16))
	if r.HasData || !strings.Contains(r.Errors[0].Message, "depth of 16") {
		t.Errorf("16 levels accepted: %+v", r)
	}
	e.MaxDepth = 0
	if r := e.Execute(t.Context(), query(graphql.Object{"sureBook": book("1")}), nested(40)); !r.HasData {
		t.Errorf("refused without a limit: %+v", r.Errors)
	}
}

// The form's descriptors are an interface of 41 types that nests in itself:
// weighing each type of each level again would take 41 to the power of levels.
func TestNestedInterfacesAreWeighedOnce(t *testing.T) {
	const levels = 8
	q := "{ demarche(number: 1) {" + strings.Repeat(" champDescriptors {", levels) + " id label" + strings.Repeat(" }", levels) + " } }"
	if got, want := cost(t, q), 1+levels+2; got != want {
		t.Errorf("costs %d, want %d", got, want)
	}
}

// A short document that expands without end, through fragments that call the
// next one several times for each type: it must be refused, and soon.
func TestExplosiveDocument(t *testing.T) {
	var b strings.Builder
	b.WriteString("{ demarche(number: 1) { champDescriptors { ...F0 } } }\n")
	for i := range 11 {
		fmt.Fprintf(&b, "fragment F%d on ChampDescriptor { ", i)
		for _, typ := range []string{"Text", "Date", "Siret", "Carte", "Pays", "Region"} {
			fmt.Fprintf(&b, "... on %sChampDescriptor { champDescriptors { ...F%d } champDescriptors { ...F%d } } ", typ, i+1, i+1)
		}
		b.WriteString("}\n")
	}
	b.WriteString("fragment F11 on ChampDescriptor { id }\n")
	r := platform(t).Execute(t.Context(), map[ast.Operation]graphql.Object{}, graphql.Request{Query: b.String()})
	if r.HasData || !strings.Contains(r.Errors[0].Message, "too complex") {
		t.Errorf("got %+v", r)
	}
}
