package ds

import (
	"encoding/json"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/dossier"
)

func TestAnnotationsAreWrittenInOneMutation(t *testing.T) {
	var got struct {
		Query     string `json:"query"`
		Variables struct {
			Input map[string]any `json:"input"`
		} `json:"variables"`
	}
	client := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		_, _ = w.Write([]byte(`{"data":{"dossierModifierAnnotations":{"errors":null}}}`))
	}))
	err := client.ModifierAnnotations(inContext(t), "D", "I", []Annotation{
		TextAnnotation("A", ""), MultipleDropDownAnnotation("B"), IntegerAnnotation("C", -3), DateAnnotation("D", dossier.Day{Year: 2026, Month: 3, Day: 1}),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"dossierId": "D", "instructeurId": "I", "annotations": []any{
		map[string]any{"id": "A", "value": map[string]any{"text": ""}},
		map[string]any{"id": "B", "value": map[string]any{"multipleDropDownList": []any{}}},
		map[string]any{"id": "C", "value": map[string]any{"integerNumber": -3.}},
		map[string]any{"id": "D", "value": map[string]any{"date": "2026-03-01"}},
	}}
	if diff := cmp.Diff(want, got.Variables.Input); diff != "" || got.Query != modifierAnnotationsDocument.text {
		t.Error(diff)
	}
}

// TestRefusalsAreLookedForInThreePlaces, and nothing is ever sent twice, however
// patient the client is: repetition rows would be added twice.
func TestRefusalsAreLookedForInThreePlaces(t *testing.T) {
	cases := map[string]struct {
		status int
		body   string
		kind   Kind
	}{
		"status":        {500, `{"errors":[{"extensions":{"code":"internal_server_error"}}]}`, ServerError},
		"front server":  {502, `<html>`, FrontServer},
		"rate limit":    {429, `Trop`, RateLimited},
		"cut":           {200, `{"data":`, Truncated},
		"root":          {200, `{"data":{"dossierModifierAnnotations":null},"errors":[{"message":"x","path":["dossierModifierAnnotations"],"extensions":{"code":"unauthorized"}}]}`, Unauthorized},
		"inside":        {200, `{"data":{"dossierModifierAnnotations":{"errors":[{"message":"de Jean Dupont"},{"message":"b"}]}}}`, Refused},
		"null alone":    {200, `{"data":{"dossierModifierAnnotations":null}}`, NoData},
		"another shape": {200, `{"data":{"dossierModifierAnnotations":{"errors":"x"}}}`, NotUnderstood},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			client := newClient(t, answering(c.status, nil, []byte(c.body)), func(c *Config) { c.Patience = time.Hour })
			err := client.ModifierAnnotations(inContext(t), "D", "I", []Annotation{RowsAnnotation("A", 1)})
			mustBe(t, err, c.kind)
			if client.Requests() != 1 {
				t.Errorf("sent %d times", client.Requests())
			}
			if name == "inside" && !strings.Contains(err.Error(), "2 annotation(s)") {
				t.Errorf("%q", err)
			}
		})
	}
}

func TestAnnotationsThatCannotBeSent(t *testing.T) {
	client := newClient(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("something was sent") }))
	for name, values := range map[string][]Annotation{
		"none": nil, "no id": {TextAnnotation("", "x")}, "zero": {{}}, "not a number": {DecimalAnnotation("A", math.NaN())},
		"infinite": {DecimalAnnotation("A", math.Inf(1))}, "no day": {DateAnnotation("A", dossier.Day{})},
	} {
		if err := client.ModifierAnnotations(inContext(t), "D", "I", values); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := client.ModifierAnnotations(inContext(t), "", "I", everyAnnotation()); err == nil {
		t.Error("no dossier: accepted")
	}
}
