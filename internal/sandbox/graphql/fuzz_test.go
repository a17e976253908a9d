package graphql_test

import (
	"encoding/json"
	"testing"

	"relais/internal/sandbox/graphql"
)

// Whatever the query text and the variables, Execute answers: valid JSON, or
// errors and no data; never a panic.
func FuzzExecute(f *testing.F) {
	for _, q := range []string{
		pageQuery,
		`{ dossier(number: 1) { ...F } } fragment F on Dossier { champs { ...F } }`,
		`query ($n: Int! = 3, $s: DossierState) { demarche(number: $n) { dossiers(state: $s, first: -1) { nodes { id @skip(if: true) } } } }`,
		`mutation { dossierModifierAnnotations(input: {dossierId: 1, instructeurId: "x", annotations: [{id: "a", value: {text: "é"}}]}) { errors { message } } }`,
		`mutation ($i: DossierModifierAnnotationsInput!) { dossierModifierAnnotations(input: $i) { annotations { id } } }`,
		`{ a: __typename ... on Query { __schema { types { name } } __type(name: "A") { name } } }`,
		`{ demarcheDescriptor(demarche: {number: 99999999999999999999}) { id } }`,
		`query A { demarche(number: 1) { id } } query B { __typename }`,
		"{ dossier(number: \"\"\"1\"\"\") { id\u0000 } }", `{`, `# `, `{ ... { ... @include(if: $x) { dossier } } }`, `query ($x: X = {a: [}) { a }`,
	} {
		f.Add(q, "", `{"n": 1.5, "i": {"dossierId": [1], "annotations": {}}}`)
	}
	f.Add(`query ($i: DossierModifierAnnotationsInput!) { __typename }`, "A", `{"i": null}`)
	e := platform(f)
	root := query(page())
	f.Fuzz(func(t *testing.T, text, operation, variables string) {
		req := graphql.Request{Query: text, OperationName: operation}
		_ = json.Unmarshal([]byte(variables), &req.Variables) // no variables is a case too
		r := e.Execute(t.Context(), root, req)
		if r.HasData == (len(r.Data) == 0) {
			t.Errorf("HasData %v with %d bytes", r.HasData, len(r.Data))
		}
		if !r.HasData && len(r.Errors) == 0 {
			t.Error("refused without a reason")
		}
		b, err := json.Marshal(r)
		if err != nil || !json.Valid(b) {
			t.Errorf("not JSON: %v", err)
		}
	})
}
