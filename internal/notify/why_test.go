package notify

import (
	"strings"
	"testing"

	"relais/internal/call"
	"relais/internal/dossier"
)

func member(number int, groupe string) statement {
	return statement{
		intention: Intention{Dossier: number},
		record:    dossier.Record{Head: dossier.Head{Number: number}},
		call:      &call.Call{Family: "o2r"},
		to:        recipient{why: belongs, groupe: groupe},
	}
}

func TestWhyAgreesInNumber(t *testing.T) {
	one := why([]statement{member(1, "DREETS Bretagne")})
	if !strings.Contains(one, "du groupe instructeur") || !strings.Contains(one, ", qui instruit des dossiers") {
		t.Errorf("one groupe: %s", one)
	}
	two := why([]statement{member(1, "DREETS Bretagne"), member(2, "DREETS Pays de la Loire")})
	if !strings.Contains(two, "des groupes instructeurs") || !strings.Contains(two, ", qui instruisent des dossiers") {
		t.Errorf("two groupes: %s", two)
	}
}

// A deletion is told of a dossier that was decided long ago, whatever the rules
// said of it then.
func TestADecidedDossierAwaitsNoPiece(t *testing.T) {
	waiting, decided := member(1, ""), member(2, "")
	waiting.record.Judgement.Verdict, waiting.record.State = dossier.ACompleter, dossier.EnConstruction
	decided.record.Judgement.Verdict, decided.record.State = dossier.ACompleter, dossier.Accepte
	if got := toComplete([]statement{waiting, decided}); got != 1 {
		t.Errorf("%d dossiers to complete, want 1", got)
	}
}
