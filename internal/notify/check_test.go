package notify

import (
	"testing"

	"relais/internal/dossier"
)

// One mail may tell of thousands of dossiers: what stands must not hold them.
func TestWhatStandsHoldsNoContent(t *testing.T) {
	o, noon := due(t)
	o.edit(1, func(r *dossier.Record) {
		r.Judgement.Facts.Structure = ""
		r.Dossier.Demandeur = dossier.Demandeur{Kind: dossier.PersonneMorale, Etablissement: &dossier.Etablissement{
			Entreprise: &dossier.Entreprise{RaisonSociale: "Novaléo Ouest"},
		}}
	})
	pending, err := o.store.Of(t.Context(), anne, Pending)
	if err != nil {
		t.Fatal(err)
	}
	o.store.completed[100] = noon
	now, err := o.delivery.tick(noon).check(t.Context(), pending)
	if err != nil || len(now.stand) != 1 {
		t.Fatalf("%d stand, %v", len(now.stand), err)
	}
	if now.stand[0].record.Dossier != nil {
		t.Error("a statement holds the whole dossier")
	}
	if got := now.stand[0].record.Judgement.Facts.Structure; got != "Novaléo Ouest" {
		t.Errorf("structure = %q", got)
	}
}
