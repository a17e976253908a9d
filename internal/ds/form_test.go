package ds

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"relais/internal/dossier"
)

func aDescriptor(typename, id, label string, values object) object {
	return object{"__typename": typename + "ChampDescriptor", "id": id, "label": label, "description": nil, "required": false}.with(values)
}

func aRevision(id, published string, champs ...any) object {
	var at any
	if published != "" {
		at = published
	}
	return object{"id": id, "dateCreation": parisMoment, "datePublication": at, "champDescriptors": champs, "annotationDescriptors": []any{}}
}

// TestTheFormOfAllRevisions: the active one first and in its order, then what
// only older dossiers hold, with its last wording; drafts are nobody's form.
func TestTheFormOfAllRevisions(t *testing.T) {
	rows := func(children ...any) object { return object{"champDescriptors": children} }
	active := aRevision("V3", "2026-03-01T00:00:00+01:00",
		aDescriptor("Siret", "A", "SIRET", object{"required": true, "description": "14 chiffres"}),
		aDescriptor("DropDownList", "B", "Choix", object{"options": []any{"un", "deux"}}),
		aDescriptor("Repetition", "C", "Partenaires", rows(aDescriptor("Text", "C1", "Nom", nil))),
	)
	active["annotationDescriptors"] = []any{aDescriptor("YesNo", "N", "Avis", nil)}
	old := aRevision("V1", "2025-01-01T00:00:00+01:00",
		aDescriptor("Text", "OLD", "premier libellé", nil),
		aDescriptor("Text", "A", "ancien SIRET", nil),
	)
	recent := aRevision("V2", "2026-01-01T00:00:00+01:00",
		aDescriptor("Text", "OLD", "dernier libellé", nil),
		aDescriptor("Repetition", "C", "Partenaires", rows(aDescriptor("Text", "C2", "Rôle", nil))),
	)
	draft := aRevision("V4", "", aDescriptor("Text", "DRAFT", "brouillon", nil))
	client := newClient(t, answeringJSON(t, object{"data": object{"demarche": aDemarche().with(object{
		"activeForm": active, "revisions": []any{old, recent, active, draft},
	})}}))

	got, err := client.Form(inContext(t), 62515)
	if err != nil {
		t.Fatal(err)
	}
	want := []dossier.Descriptor{
		{ID: "A", Type: "Siret", Label: "SIRET", Description: "14 chiffres", Required: true},
		{ID: "B", Type: "DropDownList", Label: "Choix", Options: []string{"un", "deux"}},
		{ID: "C", Type: "Repetition", Label: "Partenaires", Children: []dossier.Descriptor{
			{ID: "C1", Type: "Text", Label: "Nom"}, {ID: "C2", Type: "Text", Label: "Rôle", Retired: true},
		}},
		{ID: "OLD", Type: "Text", Label: "dernier libellé", Retired: true},
	}
	if diff := cmp.Diff(want, got.Champs); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]dossier.Descriptor{{ID: "N", Type: "YesNo", Label: "Avis"}}, got.Annotations); diff != "" {
		t.Error(diff)
	}
	if got.Demarche.Title != "O2R" || got.Demarche.Number != 62515 {
		t.Errorf("%+v", got.Demarche)
	}
}

func TestADemarcheAndItsGroupes(t *testing.T) {
	client := newClient(t, answeringJSON(t, object{"data": object{"demarche": aDemarche().with(object{
		"state": "close", "dateFermeture": parisMoment, "title": " O2R\u00a02026 ",
	})}}))
	got, err := client.Demarche(inContext(t), 62515)
	want := dossier.Demarche{
		ID: "UHJvY2VkdXJlLTYyNTE1", Number: 62515, Title: "O2R\u00a02026", State: "close", DateFermeture: &moment, ActiveRevision: "UmV2aXNpb24tMQ==",
		Groupes: []dossier.GroupeInstructeur{{
			ID: "R3JvdXBlLTE=", Number: 1, Label: "Pays de la Loire", Instructeurs: []dossier.Profile{{ID: "A", Email: "a@exemple.invalid"}},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	for name, change := range map[string]object{"no id": {"id": ""}, "bad date": {"dateFermeture": "hier"}} {
		client := newClient(t, answeringJSON(t, object{"data": object{"demarche": aDemarche().with(change)}}))
		if _, err := client.Demarche(inContext(t), 62515); !errors.Is(err, NotUnderstood) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
