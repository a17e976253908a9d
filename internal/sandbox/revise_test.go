package sandbox

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// champAlone shows one champ of a dossier, nil when the form has dropped it.
func champAlone(t *testing.T, p *Platform, number int, id string) object {
	t.Helper()
	const query = `query($n: Int!, $id: ID) { dossier(number: $n) { champs(id: $id) { __typename champDescriptorId label stringValue
	  ... on TextChamp { t: value } ... on DecimalNumberChamp { d: value } ... on IntegerNumberChamp { i: value } ... on YesNoChamp { y: value }
	  ... on DropDownListChamp { l: value } ... on MultipleDropDownListChamp { values } ... on DateChamp { date } } } }`
	list := dig(t, get(t, p, query, object{"n": number, "id": id}), "dossier", "champs").([]any)
	if len(list) == 0 {
		return nil
	}
	return list[0].(object)
}

func TestFormDrift(t *testing.T) {
	p, _ := bare(t, -1)
	n, err := p.Deposit(Draft{Answers: map[string]any{"intitule": "1 000 pas", "cout_total": 120_000.5, "cer": true}})
	must(t, err)
	done := deposited(t, p, accepte)
	ids := map[string]string{}
	for _, key := range []string{"intitule", "cout_total", "pj_rib", "cer", "activites"} {
		ids[key], _ = p.Descriptor(numberO2R, key)
	}
	must(t, p.PublishRevision(numberO2R,
		FieldChange{Key: "intitule", Label: "Titre"},
		FieldChange{Key: "cout_total", Kind: "text"},
		FieldChange{Key: "pj_rib", Remove: true},
		FieldChange{Key: "activites", Kind: "text"},
		FieldChange{Key: "nouveau", Kind: "yes_no", Label: "Une question de plus"}))
	ids["nouveau"], _ = p.Descriptor(numberO2R, "nouveau")
	if champAlone(t, p, n, ids["pj_rib"]) == nil || champAlone(t, p, n, ids["nouveau"]) != nil {
		t.Error("until the rebase the dossier keeps its form")
	}
	moved, err := p.Rebase(numberO2R)
	must(t, err)
	if moved != 1 || champAlone(t, p, done, ids["pj_rib"]) == nil {
		t.Errorf("%d moved: a finished dossier keeps its revision", moved)
	}
	if champAlone(t, p, n, ids["pj_rib"]) != nil {
		t.Error("the champ removed is still there")
	}
	same(t, any("Titre"), champAlone(t, p, n, ids["intitule"])["label"])
	cost := champAlone(t, p, n, ids["cout_total"])
	same(t, object{"__typename": "TextChamp", "champDescriptorId": ids["cout_total"], "label": cost["label"], "stringValue": "120000.5", "t": "120000.5"}, cost)
	if got := champAlone(t, p, n, ids["nouveau"]); got["y"] != nil || got["__typename"] != "YesNoChamp" {
		t.Errorf("the new champ: %v", got)
	}
	form := get(t, p, `query($n: Int!) { demarche(number: $n) { revisions { id champDescriptors { id } } } }`, object{"n": numberO2R})
	if revisions := dig(t, form, "demarche", "revisions").([]any); len(revisions) != 3 || hasID(t, revisions[2], ids["pj_rib"]) || !hasID(t, revisions[1], ids["pj_rib"]) {
		t.Error("each revision must show its own form")
	}
}

func hasID(t *testing.T, revision any, id string) bool {
	for _, d := range dig(t, revision, "champDescriptors").([]any) {
		if dig(t, d, "id") == id {
			return true
		}
	}
	return false
}

func TestWhatWasTypedIsReadAsTheNewKind(t *testing.T) {
	moment := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		value any
		kind  string
		want  any
		err   error
	}{
		{"12", "integer_number", 12, nil},
		{"douze", "integer_number", nil, nil},
		{"1.5", "decimal_number", 1.5, nil},
		{"1 000", "decimal_number", nil, nil},
		{true, "text", "true", nil},
		{12, "textarea", "12", nil},
		{[]string{"a", "b"}, "text", `["a","b"]`, nil},
		{`["a"]`, "multiple_drop_down_list", []string{"a"}, nil},
		{"a", "multiple_drop_down_list", []string(nil), errUnreadable},
		{"2026-03-01T00:00:00Z", "date", moment, nil},
		{"le premier mars", "date", time.Time{}, errUnreadable},
		{"", "date", nil, nil},
		{nil, "date", nil, nil},
		{[]File{{Name: "a"}}, "text", nil, nil},
		{"12", "regions", nil, nil},
	} {
		got, err := field{kind: c.kind, retyped: true}.reread(c.value)
		if err != c.err || !cmp.Equal(got, c.want) {
			t.Errorf("%v as %s: %v, %v", c.value, c.kind, got, err)
		}
		if kept, err := (field{kind: c.kind}).reread(c.value); err != nil || !cmp.Equal(kept, c.value) {
			t.Errorf("%v not retyped: %v, %v", c.value, kept, err)
		}
	}
}

// One more poison: a text that became a date makes the whole page fail.
func TestAnUnreadableValueFailsTheWholeRequest(t *testing.T) {
	p, _ := bare(t, 3)
	must(t, p.PublishRevision(numberO2R, FieldChange{Key: "intitule", Kind: "date"}))
	decoded(t, readPage(t, p))
	n := deposited(t, p, enConstruction) // born on the new form, with a drawn text
	r := readPage(t, p)
	if r.status != 400 || r.code(t) != "bad_request" {
		t.Errorf("HTTP %d %.100s", r.status, r.body)
	}
	if len(walk(t, p, object{"since": always})) != 4 {
		t.Error("a light list must pass it by")
	}
	must(t, p.Edit(n, "intitule", monday))
	decoded(t, readPage(t, p))
}

func TestRevisionsThatMakeNoSenseAreRefused(t *testing.T) {
	p, _ := bare(t, 1)
	for _, c := range []FieldChange{{Key: "nope"}, {Key: "nope", Remove: true, Label: "x", Kind: "text"}, {Key: "intitule", Kind: "hologram"}} {
		if p.PublishRevision(numberO2R, c) == nil {
			t.Errorf("%+v was published", c)
		}
	}
	if p.PublishRevision(1) == nil {
		t.Error("no such démarche")
	}
	before := p.world.byFamily("o2r").form
	must(t, p.PublishRevision(numberO2R, FieldChange{Key: "partenaire_montant", Remove: true}))
	if f, _ := findField(before.champs, "partenaire_montant"); f.until != 0 {
		t.Error("the former form was changed in place")
	}
}
