package call

import (
	"strings"
	"testing"

	"relais/internal/dossier"
)

func TestUnbind(t *testing.T) {
	a := Call{ID: "a", Demarche: 1, Digest: "d", Fields: map[string]string{FieldRIB: "r", FieldBudget: "b"}, Annotations: map[string]string{AnnotationOpinion: "o"}}
	set := NewSet(a, Call{ID: "b", Demarche: 1, Digest: "d"})
	less := set.Unbind("a", []string{FieldRIB, AnnotationOpinion, FieldCER})
	got, _ := less.Get("a")
	if got.Fields[FieldRIB] != "" || got.Annotations[AnnotationOpinion] != "" || got.Fields[FieldBudget] != "b" {
		t.Errorf("bindings left: %v, %v", got.Fields, got.Annotations)
	}
	if b, _ := less.Get("b"); b.Digest != "d" {
		t.Error("another call changed")
	}
	if was, _ := set.Get("a"); was.Fields[FieldRIB] != "r" || was.Annotations[AnnotationOpinion] != "o" || was.Digest != "d" {
		t.Error("the set itself changed")
	}
	same, _ := set.Unbind("a", []string{AnnotationOpinion, FieldRIB}).Get("a")
	other, _ := set.Unbind("a", []string{FieldRIB}).Get("a")
	if got.Digest == "d" || same.Digest != got.Digest || other.Digest == got.Digest {
		t.Errorf("digests: %s, %s, %s", got.Digest, same.Digest, other.Digest)
	}
	for _, nothing := range []Set{set.Unbind("a", []string{FieldCER}), set.Unbind("a", nil), set.Unbind("z", []string{FieldRIB})} {
		if c, _ := nothing.Get("a"); c.Digest != "d" || len(c.Fields) != 2 {
			t.Errorf("unbinding nothing changed %+v", c)
		}
	}
}

func TestARenamedChampIsADrift(t *testing.T) {
	form := usual()
	c := Draft(form, "52")
	c.Source = "pdl.yaml"
	known := c.Labels(form)
	if drift := c.Drift(form, known); drift != nil {
		t.Fatalf("nothing changed: %v", drift)
	}
	rename := func(id, label string) {
		for i := range form.Champs {
			if form.Champs[i].ID == id {
				form.Champs[i].Label = label
			}
		}
	}
	cost, _ := dossier.Find(form.Champs, "cout_total")
	rename("cout_total", "  "+strings.ToUpper(cost.Label)+" :")
	if drift := c.Drift(form, known); drift != nil {
		t.Errorf("case and punctuation count: %v", drift)
	}
	rename("cout_total", "Nombre de participants")
	drift := c.Drift(form, known)
	if len(drift) != 1 || drift[0].Field != FieldTotalCost || drift[0].ID != "cout_total" {
		t.Fatalf("drift %v", drift)
	}
	for _, want := range []string{"pdl.yaml: fields.cout_total is bound to champ cout_total, whose label has changed from", `to "Nombre de participants"`} {
		if !strings.Contains(drift[0].Sentence, want) {
			t.Errorf("no %q in %q", want, drift[0].Sentence)
		}
	}
	if drift := c.Drift(form, nil); drift != nil {
		t.Errorf("without known labels, none is compared: %v", drift)
	}
}
