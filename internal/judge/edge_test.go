package judge

import (
	"testing"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
)

// A cloned démarche has the champs of its model, with the same ids: only the
// number of the démarche tells whose call a dossier answers.
func TestAClonedDemarcheHasItsOwnCalls(t *testing.T) {
	model, clone := loire(), loire()
	clone.ID, clone.Demarche, clone.Digest, clone.Floor = "o2r-clone", 200, "c1", nil
	calls := call.NewSet(model, clone)
	for demarche, want := range map[int]string{100: model.ID, 200: clone.ID, 300: ""} {
		d := complete()
		d.Demarche = demarche
		set(d, euros(call.FieldTotalCost, 149_999.99)) // under the floor of the model alone
		j := Judge(calls, d, deadline.Calendar{})
		if j.Call != want || (j.Verdict == dossier.NonRecevable) != (demarche == 100) {
			t.Errorf("démarche %d: call %q, %s", demarche, j.Call, j.Verdict)
		}
	}
}

// What the usager types is data: it changes no verdict by its form.
func TestHostileTextsAreData(t *testing.T) {
	for _, text := range []string{"", "  ", "=cmd|'/C calc'!A0", "<script>alert(1)</script>", "👩‍🏫\u202e", "\x00", "'; DROP TABLE dossiers; --", "{{.}}"} {
		d := complete()
		d.Demandeur.Etablissement.Entreprise.RaisonSociale = text
		if j := judged(loire(), d); j.Verdict != dossier.Recevable {
			t.Errorf("%q: %s", text, j.Verdict)
		}
	}
}
