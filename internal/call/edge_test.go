package call

import (
	"slices"
	"testing"

	"relais/internal/dossier"
)

// Bindings hold by the id: champs that change places, or get a namesake, are the
// same champs.
func TestMovedChampsAreTheSame(t *testing.T) {
	form := usual()
	c := Draft(form, "52")
	known := c.Labels(form)
	slices.Reverse(form.Champs)
	cost, _ := dossier.Find(form.Champs, "cout_total")
	form.Champs = append(form.Champs, dossier.Descriptor{ID: "namesake", Type: cost.Type, Label: cost.Label})
	if stale, drift := c.CheckBindings(form), c.Drift(form, known); stale != nil || drift != nil {
		t.Errorf("stale %v, drift %v", stale, drift)
	}
}
