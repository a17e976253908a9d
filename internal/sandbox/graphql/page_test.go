package graphql_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"relais/internal/sandbox/graphql"
)

// fullDossier writes a selection of everything a Dossier holds, deprecated
// fields and ways back to another dossier left out.
func fullDossier(t testing.TB) string {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: graphql.SDL})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	selectAll(&b, schema, "Dossier", 0)
	return b.String()
}

// selectAll stops at the second repetition of champs: rows hold no rows.
func selectAll(b *strings.Builder, schema *ast.Schema, name string, rows int) {
	def := schema.Types[name]
	if def.Kind == ast.Interface {
		b.WriteString("__typename ")
		for _, concrete := range schema.PossibleTypes[name] {
			fmt.Fprintf(b, "... on %s { ", concrete.Name)
			selectAll(b, schema, concrete.Name, rows)
			b.WriteString("} ")
		}
		return
	}
	for _, f := range def.Fields {
		target := schema.Types[f.Type.Name()]
		switch {
		case f.Directives.ForName("deprecated") != nil, target.Name == "Dossier", target.Name == "DemarcheDescriptor":
		case target.Name == "Revision", target.Name == "Row" && rows > 0:
		case f.Name == "columns" && rows > 0:
		case target.IsCompositeType():
			fmt.Fprintf(b, "%s_%s: %s { ", name, f.Name, f.Name)
			next := rows
			if target.Name == "Row" {
				next++
			}
			selectAll(b, schema, target.Name, next)
			b.WriteString("} ")
		default:
			fmt.Fprintf(b, "%s_%s: %s ", name, f.Name, f.Name)
		}
	}
}

// page is 100 dossiers of 60 champs.
func page() graphql.Object {
	dossiers := make([]graphql.Object, 100)
	for i := range dossiers {
		dossiers[i] = dossierOf(i)
	}
	return graphql.Object{"demarche": graphql.Object{"dossiers": graphql.Object{
		"pageInfo": graphql.Object{"hasNextPage": true, "hasPreviousPage": false, "endCursor": "c"},
		"nodes":    dossiers,
	}}}
}

func dossierOf(i int) graphql.Object {
	champs := make([]graphql.Object, 60)
	for j := range champs {
		champs[j] = champOf(j)
	}
	const at = "2026-07-01T10:00:00+02:00"
	return graphql.Object{
		"id": fmt.Sprint("Dossier-", i), "number": i, "state": "en_instruction", "archived": false,
		"dateDepot": at, "dateDerniereModification": at, "champs": champs,
		"demandeur": graphql.Object{"__typename": "PersonneMorale", "id": "p", "siret": "12345678900011"},
	}
}

func champOf(j int) graphql.Object {
	c := graphql.Object{
		"__typename": "TextChamp", "id": fmt.Sprint("Champ-", j), "champDescriptorId": fmt.Sprint("Champ-", j),
		"label": "Intitulé de l'action, tel que déposé", "stringValue": "Réponse", "updatedAt": "2026-07-01T10:00:00+02:00",
		"prefilled": false, "columns": []any{}, "value": "Réponse",
	}
	switch j % 4 {
	case 1:
		c["__typename"], c["value"] = "DecimalNumberChamp", 150_000.5
	case 2:
		c["__typename"], c["value"] = "YesNoChamp", true
	case 3:
		c["__typename"], c["files"] = "PieceJustificativeChamp", []any{graphql.Object{
			"filename": "budget.pdf", "contentType": "application/pdf", "byteSizeBigInt": "1024",
			"checksum": "c", "url": "u", "createdAt": "2026-07-01T10:00:00+02:00", "virusScanResult": "safe"}}
	}
	return c
}

const pageQuery = `query {
  demarche(number: 1) { dossiers(first: 100) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id number state archived dateDepot dateDerniereModification
      demandeur { __typename id ... on PersonneMorale { siret } }
      champs { ...C }
    } } }
}
fragment C on Champ {
  __typename id champDescriptorId label stringValue updatedAt prefilled
  ... on TextChamp { text: value }
  ... on DecimalNumberChamp { decimal: value }
  ... on YesNoChamp { bool: value }
  ... on PieceJustificativeChamp { files { filename contentType byteSizeBigInt checksum url createdAt virusScanResult } }
}`

func TestPage(t *testing.T) {
	r := platform(t).Execute(t.Context(), query(page()), graphql.Request{Query: pageQuery})
	if len(r.Errors) > 0 {
		t.Fatalf("%+v", r.Errors[0])
	}
	if got := strings.Count(string(r.Data), `"__typename":"YesNoChamp"`); got != 1500 {
		t.Errorf("%d YesNoChamp, want 1500", got)
	}
}

func BenchmarkPageOf100Dossiers(b *testing.B) {
	e, root := platform(b), query(page())
	b.ReportAllocs()
	for b.Loop() {
		r := e.Execute(b.Context(), root, graphql.Request{Query: pageQuery})
		b.SetBytes(int64(len(r.Data)))
	}
}

func TestEngineServesManyAtOnce(t *testing.T) {
	e, root := platform(t), query(page())
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if r := e.Execute(t.Context(), root, graphql.Request{Query: pageQuery}); len(r.Errors) > 0 {
				t.Errorf("%+v", r.Errors[0])
			}
		})
	}
	group.Wait()
}
