package letter

import (
	"strings"
	"testing"

	"relais/internal/dossier"
)

func TestWhy(t *testing.T) {
	now := on(12, 7, 8, 0)
	about := func(number int, r Reason, groupe string) Item {
		return filed(bretagne(), number, on(11, 8, 10, 0), "", dossier.Recevable).because(r, groupe).as(Date)
	}
	for name, test := range map[string]struct {
		items []Item
		want  string
	}{
		"follows":     {[]Item{about(1, Follows, "")}, "vous suivez ce dossier sur la plateforme."},
		"two":         {[]Item{about(1, Follows, ""), about(2, Follows, "")}, "vous suivez ces dossiers sur la plateforme."},
		"one of two":  {[]Item{about(1, Follows, ""), about(2, Belongs, "DREETS Bretagne")}, "vous suivez l’un de ces dossiers sur la plateforme ; et parce que vous êtes membre du groupe instructeur « DREETS Bretagne », qui instruit des dossiers que personne ne suit encore."},
		"two groupes": {[]Item{about(1, Belongs, "B"), about(2, Belongs, "A")}, "vous êtes membre des groupes instructeurs « A » et « B », qui instruisent des dossiers"},
		"serves":      {[]Item{ofCall(normandie(), Date, "D03")}, "vous êtes membre du groupe instructeur « DREETS Normandie », que l’appel concerne."},
		"last resort": {[]Item{about(1, LastResort, "")}, "votre adresse est celle de secours de l’appel O2R Bretagne, et aucun instructeur ne peut être prévenu."},
		"escalated":   {[]Item{about(1, Escalated, "")}, "votre adresse est celle d’alerte de l’appel O2R Bretagne, et que des dossiers ne sont suivis par personne, ou que personne d’autre ne peut être prévenu."},
	} {
		l := written(t, draft(now, test.items...))
		if text := unfolded(l.Text); !strings.Contains(text, "Vous recevez ce message parce que "+test.want) {
			t.Errorf("%s: %s", name, text[strings.Index(text, "Vous recevez"):])
		}
	}
}

// A deletion is told of a dossier that was decided long ago, whatever the rules
// said of it then.
func TestADecidedDossierAwaitsNoPiece(t *testing.T) {
	waiting := filed(bretagne(), 1, on(11, 8, 10, 0), "", dossier.ACompleter)
	decided := filed(bretagne(), 2, on(6, 8, 10, 0), "", dossier.ACompleter).decided(dossier.Accepte, on(7, 1, 9, 0))
	end := on(12, 30, 9, 0)
	decided.d.DateExpiration = &end
	l := written(t, draft(on(12, 7, 8, 0), waiting.as(Date), decided.as(Date)))
	if got := spaced.Replace(l.Subject); got != "O2R Bretagne : 1 suppression de dossier dans 23 jours, 1 rejet implicite dans 31 jours, 1 dossier à compléter" {
		t.Error(got)
	}
	if n := strings.Count(l.Text, "Proposition de Relais"); n != 1 {
		t.Errorf("%d proposals", n)
	}
}

func TestCommittees(t *testing.T) {
	d := morning()
	far := Committee{Call: normandie(), On: date(12, 31), Before: 1}
	d.Committees = []Committee{far, d.Committees[0], {Call: bretagne(), On: date(12, 10)}}
	text := unfolded(written(t, d).Text)
	near := strings.Index(text, "17 dossiers expirent avant le comité du 15 décembre 2026.")
	one := strings.Index(text, "1 dossier expire avant le comité du 31 décembre 2026. À faire : Ne pas attendre le comité pour le décider")
	if near < 0 || one < near || strings.Contains(text, "10 décembre 2026") || near > strings.Index(text, "== En retard") {
		t.Errorf("%d, %d: %s", near, one, text)
	}
}
