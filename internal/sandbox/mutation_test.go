package sandbox

import (
	"testing"
	"time"
)

const annotate = `mutation($in: DossierModifierAnnotationsInput!) { dossierModifierAnnotations(input: $in) {
  clientMutationId annotations { id stringValue ... on YesNoChamp { value } ... on RepetitionChamp { rows { id } } } errors { message } } }`

func annotation(key string, of DemarcheInfo, value object) object {
	return object{"id": of.Annotations[key], "value": value}
}

func TestAnnotationsAreNotTransactional(t *testing.T) {
	p := newPlatform(t, Options{})
	o2r := p.Demarches()[0]
	n := deposited(t, p, enInstruction)
	d := p.world.numbers[n]
	before, annotated := d.updated, d.annotated
	send := func(list ...object) object {
		t.Helper()
		data := get(t, p, annotate, object{"in": object{
			"dossierId": globalID("Dossier", n), "instructeurId": globalID("Instructeur", d.group.members[0].id),
			"clientMutationId": "x", "annotations": list}})
		return data["dossierModifierAnnotations"].(object)
	}
	got := send(
		annotation("ann_complet", o2r, object{"yesNo": true}),
		annotation("ann_complet", o2r, object{"text": "oui"}),
		annotation("ann_avis", o2r, object{"dropDownList": "Peut-être"}),
		annotation("ann_accorde", o2r, object{"decimalNumber": 1_000}),
		annotation("ann_relance", o2r, object{"date": "2026-12-01"}),
		object{"id": globalID("Champ", 1), "value": object{"text": "?"}},
	)
	if len(got["annotations"].([]any)) != 3 || len(got["errors"].([]any)) != 3 {
		t.Fatalf("want three saved and three refused: %v", got)
	}
	if d.annotations["ann_complet"] != true || d.annotations["ann_accorde"] != 1_000.0 || d.annotations["ann_avis"] != nil {
		t.Errorf("%v", d.annotations)
	}
	if !d.updated.After(before) || !d.annotated.Equal(annotated) {
		t.Error("a write through the API moves updated_at, not the date of the annotations")
	}
	send(annotation("ann_visites", o2r, object{"repetition": 2}))
	again := send(annotation("ann_visites", o2r, object{"repetition": 2}))
	if rows := dig(t, again, "annotations", 0, "rows").([]any); len(rows) != 4 {
		t.Errorf("%d rows: each call adds its own", len(rows))
	}
}

func TestWhoMayWriteAnnotations(t *testing.T) {
	for _, c := range []struct {
		name     string
		readOnly bool
		outsider bool
		unknown  bool
		code     string
	}{
		{name: "read-only token", readOnly: true},
		{name: "instructeur of another groupe", outsider: true},
		{name: "unknown dossier", unknown: true, code: "not_found"},
	} {
		p := newPlatform(t, Options{ReadOnly: c.readOnly})
		n := deposited(t, p, enInstruction)
		d := p.world.numbers[n]
		who := d.group.members[0].id
		if c.outsider {
			who = d.demarche.groups[4].members[0].id
		}
		if c.unknown {
			n = 1
		}
		a := ask(t, p, annotate, object{"in": object{"dossierId": globalID("Dossier", n), "instructeurId": globalID("Instructeur", who),
			"annotations": []object{annotation("ann_complet", p.Demarches()[0], object{"yesNo": true})}}})
		if a.code() != c.code {
			t.Errorf("%s: %q", c.name, a.code())
		}
		if c.code == "" && len(dig(t, a.Data, "dossierModifierAnnotations", "errors").([]any)) != 1 {
			t.Errorf("%s: errors must be inside the mutation: %v", c.name, a.Data)
		}
		if len(d.annotations) != 0 {
			t.Errorf("%s: written", c.name)
		}
	}
}

func TestOneLockForMutations(t *testing.T) {
	p := newPlatform(t, Options{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 20 {
			p.Advance(monday.Add(time.Duration(i) * time.Hour))
		}
	}()
	for range 5 {
		get(t, p, everything, object{"demarche": numberO2R, "since": always, "first": 5})
		p.Truth(numberO2R)
		n := deposited(t, p, enConstruction)
		_ = p.AskCorrection(n, "incomplete")
	}
	<-done
}
