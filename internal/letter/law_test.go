package letter

import (
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
)

// A lawyer reads these: the day shown is the last one to answer, a rejection is
// born at 0 h 00 of the next, and none is born while a recorded suspension runs.
func TestTheWordsOfTheLaw(t *testing.T) {
	simple := func() *file { // last day: Saturday 28 November 2026
		return filed(bretagne(), 1, on(9, 29, 10, 0), "Ti ar Vro", dossier.Recevable)
	}
	held := func() *file { // Sunday 6 December 2026, or Wednesday 16 with its suspension
		return filed(bretagne(), 1, on(10, 7, 10, 0), "Ti ar Vro", dossier.Recevable).held(on(11, 2, 10, 0), on(11, 12, 10, 0))
	}
	everywhere := []string{"Décision implicite de rejet", "rejet implicite dépassée", "implicite, samedi", "implicite : dans"}
	for name, test := range map[string]struct {
		story        func() *file
		at           time.Time
		subject      string
		says, denies []string
	}{
		"before": {simple, on(11, 20, 9, 0), "O2R Bretagne : 1 rejet implicite dans 8 jours",
			[]string{"dernier jour pour répondre : samedi 28 novembre 2026, dans 8 jours (J-8)", "Sans réponse, rejet implicite le dimanche 29 novembre 2026 à 0 h 00"},
			[]string{"implicite né", "prudente passée", "suspension enregistrée"}},
		"the day before": {simple, on(11, 27, 9, 0), "O2R Bretagne : 1 dossier à décider demain",
			[]string{"dernier jour pour répondre : samedi 28 novembre 2026, demain (J-1)"}, []string{"implicite né", "prudente passée"}},
		"on the last day": {simple, on(11, 28, 9, 0), "O2R Bretagne : 1 dossier à décider aujourd’hui",
			[]string{"dernier jour pour répondre : samedi 28 novembre 2026, aujourd’hui (J)"}, []string{"implicite né", "prudente passée"}},
		"the next day": {simple, on(11, 30, 9, 0), "O2R Bretagne : 1 rejet implicite né le 29 novembre 2026 à 0 h 00 (hypothèse à confirmer)",
			[]string{"dernier jour pour répondre : samedi 28 novembre 2026, il y a 2 jours (J+2)", "ejet implicite né le dimanche 29 novembre 2026 à 0 h 00"},
			[]string{"Sans réponse, rejet", "au plus tard ce jour-là"}},
		"with a suspension, before": {held, on(12, 1, 9, 0), "O2R Bretagne : 1 date prudente dans 5 jours",
			[]string{"dernier jour pour répondre : dimanche 6 décembre 2026, dans 5 jours (J-5)", "avec la suspension enregistrée, dernier jour pour répondre : mercredi 16 décembre 2026, et rejet implicite le jeudi 17 décembre 2026 à 0 h 00"},
			[]string{"implicite né", "prudente passée"}},
		"with a suspension, on the prudent day": {held, on(12, 6, 9, 0), "O2R Bretagne : 1 date prudente aujourd’hui",
			[]string{"avec la suspension enregistrée"}, []string{"implicite né", "prudente passée"}},
		"while the suspended date runs": {held, on(12, 7, 9, 0), "O2R Bretagne : 1 date prudente passée (date suspendue : 16 décembre 2026)",
			[]string{"Date prudente passée : dimanche 6 décembre 2026, hier (J+1)", "le délai court jusqu’au mercredi 16 décembre 2026 inclus"},
			[]string{"implicite né", "En retard", "dépassée", "en retard", "dernier jour pour répondre : dimanche 6"}},
		"on the last suspended day": {held, on(12, 16, 9, 0), "O2R Bretagne : 1 date prudente passée (date suspendue : 16 décembre 2026)",
			[]string{"le délai court jusqu’au mercredi 16 décembre 2026 inclus"}, []string{"implicite né", "En retard", "dépassée", "en retard"}},
		"when both are over": {held, on(12, 17, 9, 0), "O2R Bretagne : 1 rejet implicite né le 17 décembre 2026 à 0 h 00 (hypothèse à confirmer)",
			[]string{"ejet implicite né le jeudi 17 décembre 2026 à 0 h 00 avec la suspension enregistrée, le lundi 7 décembre 2026 à 0 h 00 si elle est écartée"},
			[]string{"le délai court"}},
	} {
		for _, kind := range []Kind{Date, Opening} {
			t.Run(name+map[Kind]string{Date: ", reminded", Opening: ", summed up"}[kind], func(t *testing.T) {
				l := written(t, draft(test.at, test.story().as(kind)))
				subject := spaced.Replace(l.Subject)
				if kind == Date && subject != test.subject {
					t.Errorf("subject: %s", subject)
				}
				for part, body := range map[string]string{"text": unfolded(l.Text), "page": spaced.Replace(visible(parsed(t, l.HTML)))} {
					for _, want := range test.says {
						if goesWithoutSaying := kind == Opening && strings.HasPrefix(want, "Sans réponse"); !goesWithoutSaying && !strings.Contains(body, want) {
							t.Errorf("the %s lacks %q:\n%s", part, want, body)
						}
					}
					if n := strings.Count(body, "sur une hypothèse à confirmer"); n != 1 {
						t.Errorf("the %s says %d times what the date rests on", part, n)
					}
					if marked := strings.Contains(body, "(hypothèse à confirmer)"); kind == Date && !marked {
						t.Errorf("the %s does not mark the date", part)
					}
					for _, bad := range slices.Concat(test.denies, everywhere) {
						if strings.Contains(body+subject, bad) {
							t.Errorf("the %s says %q:\n%s", part, bad, body)
						}
					}
				}
			})
		}
	}
}

// unfolded is the text part in lines as they were before they were turned.
func unfolded(text string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(text)), " ")
}

func TestWhereADateStands(t *testing.T) {
	for days, want := range map[int]string{
		0: "aujourd’hui (J)", 1: "demain (J-1)", 7: "dans 7\u00a0jours (J-7)",
		-1: "hier (J+1)", -30: "il y a 30\u00a0jours (J+30)",
	} {
		if got := whenOf(days); got != want {
			t.Errorf("%d: got %q, want %q", days, got, want)
		}
	}
}

// A deadline of a call says what its reader can do about it, before and after.
func TestTheClosingOfACall(t *testing.T) {
	for want, at := range map[string]time.Time{
		"Après cette heure, les dossiers déposés seront hors délai.": on(12, 4, 17, 59),
		"Les dossiers déposés depuis sont hors délai.":               on(12, 4, 18, 1),
	} {
		l := written(t, draft(at, ofCall(normandie(), Date, "D03"), ofCall(normandie(), Date, "D02")))
		if !strings.Contains(unfolded(l.Text), want) || strings.Count(l.Text, "- Appel") != 1 {
			t.Errorf("lacks %q, or says the closing twice:\n%s", want, l.Text)
		}
		if got := spaced.Replace(l.Subject); got != "O2R Normandie : 1 clôture d’appel aujourd’hui" {
			t.Errorf("subject: %s", got)
		}
	}
}

// Two calls that rest on two hypotheses each have theirs, under their own name.
func TestHypothesesOfSeveralCalls(t *testing.T) {
	there := normandie()
	there.Silence = &call.Silence{Effect: "rejet", Months: 4, Source: "Décret"}
	l := written(t, draft(on(12, 1, 9, 0),
		filed(bretagne(), 1, on(10, 8, 10, 0), "", "").as(Date), filed(there, 2, on(8, 8, 10, 0), "", "").as(Date)))
	text := unfolded(l.Text)
	for _, want := range []string{
		"O2R Bretagne : Date fondée sur une hypothèse à confirmer : le silence gardé 2 mois vaut rejet (CRPA, art. L. 231-4, 3°).",
		"O2R Normandie : Date fondée sur une hypothèse à confirmer : le silence gardé 4 mois vaut rejet (Décret).",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q:\n%s", want, l.Text)
		}
	}
}
