package ds

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/dossier"
)

func readDossiers(t *testing.T, body any, cursor string) (dossier.Page, error) {
	t.Helper()
	client := newClient(t, answeringJSON(t, body))
	return client.Dossiers(inContext(t), 62515, dossier.Position{Since: moment, Cursor: cursor}, 100, false)
}

func mustBePartial(t *testing.T, err error) *PartialPage {
	t.Helper()
	var p *PartialPage
	if !errors.As(err, &p) || !errors.Is(err, Partial) {
		t.Fatalf("%v is not a partial page", err)
	}
	return p
}

func TestAWholePage(t *testing.T) {
	page, err := readDossiers(t, dossiersAnswer(pageInfo(true, "c2"), aDossier(1), aDossier(2)), "c1")
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Dossiers) != 2 || page.Dossiers[1].Number != 2 || page.EndCursor != "c2" || !page.HasNextPage || page.Demarche != nil {
		t.Errorf("%d dossiers, cursor %q, next %v", len(page.Dossiers), page.EndCursor, page.HasNextPage)
	}
}

func TestAnEmptyPageHasNoCursor(t *testing.T) {
	for name, nodes := range map[string]any{"empty": []any{}, "null": nil} {
		body := object{"data": object{"demarche": object{"dossiers": object{"pageInfo": pageInfo(false, nil), "nodes": nodes}}}}
		page, err := readDossiers(t, body, "c1")
		if err != nil || len(page.Dossiers) != 0 || page.EndCursor != "" || page.HasNextPage {
			t.Errorf("%s: %+v, %v", name, page, err)
		}
	}
}

func TestTheDemarcheComesWithItsPage(t *testing.T) {
	body := dossiersAnswer(pageInfo(false, nil))
	demarche := body["data"].(object)["demarche"].(object)
	body["data"] = object{"demarche": aDemarche().with(demarche)}
	client := newClient(t, answeringJSON(t, body))
	page, err := client.Dossiers(inContext(t), 62515, dossier.Position{}, 100, true)
	if err != nil {
		t.Fatal(err)
	}
	if page.Demarche == nil || page.Demarche.Title != "O2R" || len(page.Demarche.Groupes[0].Instructeurs) != 1 {
		t.Errorf("%+v", page.Demarche)
	}
}

// TestAPageThatLeadsNowhere would make its reader ask for ever.
func TestAPageThatLeadsNowhere(t *testing.T) {
	for name, cursor := range map[string]any{"null": nil, "empty": "", "unmoved": "c1"} {
		_, err := readDossiers(t, dossiersAnswer(pageInfo(true, cursor), aDossier(1)), "c1")
		if !errors.Is(err, StuckCursor) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNullNodesAreNamed(t *testing.T) {
	body := dossiersAnswer(pageInfo(true, "c2"), aDossier(1), nil, aDossier(3), nil)
	body["errors"] = []any{
		rootError("invalid_null", "Cannot return null", "demarche", "dossiers", "nodes", 1, "demandeur", "entreprise"),
		rootError("", "Timeout on Dossier.champs", "demarche", "dossiers", "nodes", 3, "champs"),
	}
	page, err := readDossiers(t, body, "c1")
	p := mustBePartial(t, err)
	want := []Broken{
		{Index: 1, Kind: InvalidNull, Path: "demarche.dossiers.nodes.1.demandeur.entreprise"},
		{Index: 3, Kind: Timeout, Path: "demarche.dossiers.nodes.3.champs"},
	}
	if diff := cmp.Diff(want, p.Broken); diff != "" {
		t.Error(diff)
	}
	if len(page.Dossiers) != 0 {
		t.Error("a partial page must not look like a page")
	}
	if len(p.Page.Dossiers) != 2 || p.Page.Dossiers[1].Number != 3 || p.Nodes != 4 {
		t.Errorf("%d of %d dossiers kept", len(p.Page.Dossiers), p.Nodes)
	}
	if !p.CursorKnown || p.Page.EndCursor != "c2" || !p.Page.HasNextPage {
		t.Error("the cursor is lost")
	}
	if !errors.Is(err, InvalidNull) || !errors.Is(err, Timeout) || errors.Is(err, NotFound) {
		t.Error("the causes are lost")
	}
	if !strings.Contains(err.Error(), "2 of 4 rows") || !strings.Contains(err.Error(), "positions 1, 3") {
		t.Errorf("%q", err)
	}
}

func TestANullNodeWithoutError(t *testing.T) {
	_, err := readDossiers(t, dossiersAnswer(pageInfo(false, "c2"), nil, aDossier(2)), "")
	p := mustBePartial(t, err)
	if diff := cmp.Diff([]Broken{{Index: 0, Kind: Partial}}, p.Broken); diff != "" {
		t.Error(diff)
	}
}

// TestARootErrorBesideWholeNodes: something was missing somewhere.
func TestARootErrorBesideWholeNodes(t *testing.T) {
	body := dossiersAnswer(pageInfo(false, "c2"), aDossier(1))
	body["errors"] = []any{rootError("surprise", "x", "demarche", "groupeInstructeurs")}
	_, err := readDossiers(t, body, "")
	p := mustBePartial(t, err)
	if len(p.Broken) != 0 || len(p.Page.Dossiers) != 1 || !strings.Contains(err.Error(), "1 error(s) beside its 1 rows") {
		t.Errorf("%v: %+v", err, p)
	}
}

// TestADossierWithAHoleIsNotTaken: a nullable value was nulled by an error.
func TestADossierWithAHoleIsNotTaken(t *testing.T) {
	body := dossiersAnswer(pageInfo(false, "c2"), aDossier(7), aDossier(8))
	body["errors"] = []any{rootError("invalid_null", "x", "demarche", "dossiers", "nodes", 0, "demandeur", "entreprise", "raisonSociale")}
	_, err := readDossiers(t, body, "")
	p := mustBePartial(t, err)
	if len(p.Broken) != 1 || p.Broken[0].Number != 7 || len(p.Page.Dossiers) != 1 || p.Page.Dossiers[0].Number != 8 {
		t.Errorf("%+v", p)
	}
}

func TestATimeoutAfterPageInfoKeepsTheCursor(t *testing.T) {
	body := object{
		"data":   object{"demarche": object{"dossiers": object{"pageInfo": pageInfo(true, "c2"), "nodes": nil}}},
		"errors": []any{rootError("timeout", "Timeout on x", "demarche", "dossiers", "nodes")},
	}
	_, err := readDossiers(t, body, "c1")
	p := mustBePartial(t, err)
	if !p.CursorKnown || p.Page.EndCursor != "c2" || p.Nodes != -1 || !errors.Is(err, Timeout) {
		t.Errorf("%v: %+v", err, p)
	}
}

func TestATimeoutBeforePageInfo(t *testing.T) {
	body := object{
		"data":   object{"demarche": object{"dossiers": object{"pageInfo": nil, "nodes": []any{aDossier(1)}}}},
		"errors": []any{rootError("timeout", "Timeout on x", "demarche", "dossiers", "pageInfo")},
	}
	_, err := readDossiers(t, body, "c1")
	if p := mustBePartial(t, err); p.CursorKnown || len(p.Page.Dossiers) != 1 {
		t.Errorf("%+v", p)
	}
}

// TestOneDossierOfAnotherShapeFailsAlone: its neighbours are still read, and its
// number, when it can be.
func TestOneDossierOfAnotherShapeFailsAlone(t *testing.T) {
	bad := map[string]object{
		"number":                           aDossier(2).with(object{"number": "two"}),
		"demandeur":                        aDossier(2).with(object{"demandeur": []any{1}}),
		"champs.decimalValue":              aDossier(2).with(object{"champs": []any{aChamp("DecimalNumberChamp", "C", object{"decimalValue": "x"})}}),
		"dateDepot":                        aDossier(2).with(object{"dateDepot": "yesterday"}),
		"dateTraitement":                   aDossier(2).with(object{"dateTraitement": "2026-13-01T00:00:00Z"}),
		"state":                            aDossier(2).with(object{"state": nil}),
		"id":                               aDossier(2).with(object{"id": ""}),
		"groupeInstructeur":                aDossier(2).with(object{"groupeInstructeur": nil}),
		"datePrevisionnelleDecisionSVASVR": aDossier(2).with(object{"datePrevisionnelleDecisionSVASVR": "demain"}),
		"messages.createdAt":               aDossier(2).with(object{"messages": []any{object{"id": "M"}}}),
	}
	for path, node := range bad {
		t.Run(path, func(t *testing.T) {
			_, err := readDossiers(t, dossiersAnswer(pageInfo(false, "c2"), aDossier(1), node, aDossier(3), nil), "")
			p := mustBePartial(t, err)
			if len(p.Page.Dossiers) != 2 || len(p.Broken) != 2 {
				t.Fatalf("%d read, %d broken", len(p.Page.Dossiers), len(p.Broken))
			}
			want := Broken{Index: 1, Number: 2, Kind: NotUnderstood, Path: path}
			if path == "number" {
				want.Number = 0
			}
			if diff := cmp.Diff(want, p.Broken[0]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDepartures(t *testing.T) {
	row := object{"number": 12, "state": "en_construction", "reason": "user_request", "dateSupression": parisMoment}
	answer := func(list string, nodes ...any) object {
		return object{"data": object{"demarche": object{list: object{"pageInfo": pageInfo(true, "c2"), "nodes": nodes}}}}
	}
	want := dossier.Departures{
		Rows:      []dossier.Departure{{Number: 12, State: dossier.EnConstruction, Reason: "user_request", At: moment}},
		EndCursor: "c2", HasNextPage: true, ReadAt: moment,
	}
	pending := newClient(t, answeringJSON(t, answer("pendingDeletedDossiers", row)))
	got, err := pending.Pending(inContext(t), 62515, "c1")
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	deleted := newClient(t, answeringJSON(t, answer("deletedDossiers", row)))
	got, err = deleted.Deleted(inContext(t), 62515, moment.Add(-21*24*time.Hour), "")
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}

	holes := newClient(t, answeringJSON(t, answer("deletedDossiers", row, nil, row.with(object{"dateSupression": "x"}), row.with(object{"number": nil}))))
	_, err = holes.Deleted(inContext(t), 62515, moment, "")
	p := mustBePartial(t, err)
	if len(p.Broken) != 3 || len(p.Departures.Rows) != 1 || !p.CursorKnown || p.Departures.EndCursor != "c2" {
		t.Errorf("%+v", p)
	}

	stuck := newClient(t, answeringJSON(t, answer("pendingDeletedDossiers", row)))
	if _, err = stuck.Pending(inContext(t), 62515, "c2"); !errors.Is(err, StuckCursor) {
		t.Errorf("unmoved cursor: %v", err)
	}
}

func TestOneDossierAlone(t *testing.T) {
	client := newClient(t, answeringJSON(t, object{"data": object{"dossier": aDossier(34)}}))
	d, err := client.Dossier(inContext(t), 34)
	if err != nil || d.Number != 34 || d.Demarche != 62515 {
		t.Errorf("%+v, %v", d, err)
	}
	hidden := newClient(t, answeringJSON(t, object{"data": nil, "errors": []any{rootError("not_found", "Dossier not found", "dossier")}}))
	_, err = hidden.Dossier(inContext(t), 34)
	mustBe(t, err, NotFound)
	if !strings.Contains(err.Error(), "dossier 34") {
		t.Errorf("%q", err)
	}
	broken := newClient(t, answeringJSON(t, object{"data": object{"dossier": aDossier(34).with(object{"dateDepot": ""})}}))
	_, err = broken.Dossier(inContext(t), 34)
	mustBe(t, err, NotUnderstood)
	half := newClient(t, answeringJSON(t, object{"data": object{"dossier": aDossier(34)}, "errors": []any{rootError("invalid_null", "x", "dossier", "champs")}}))
	_, err = half.Dossier(inContext(t), 34)
	mustBe(t, err, InvalidNull)
}
