package notify

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"relais/internal/deadline"
	"relais/internal/dossier"
)

// plain writes texts with plain spaces, to be read in a test.
var plain = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

// held is dossier 1, to be answered by Sunday 6 December 2026, or by Wednesday
// 16 with the suspension that is recorded.
func held(t *testing.T) *office {
	c := bretagne()
	days := 15
	c.CorrectionDays = &days
	o := newOffice(t, c)
	o.receive(1, c, on(10, 7, 10, 0), on(10, 7, 11, 0), anne)
	o.edit(1, func(r *dossier.Record) {
		asked, came := on(11, 2, 10, 0), on(11, 12, 10, 0)
		r.Dossier.Messages = []dossier.Message{{CreatedAt: asked, Correction: &dossier.Correction{Reason: "incomplete", DateResolution: &came}}}
		r.Judgement.Deadlines = deadline.Plan(&c, "53", r.Dossier, deadline.Calendar{})
	})
	return o
}

// A lawyer reads these: the day shown is the last one to answer, a rejection is
// born at 0 h 00 of the next, and none is born while a recorded suspension runs.
func TestTheWordsOfTheLaw(t *testing.T) {
	simple := func(t *testing.T) *office { // last day: Saturday 28 November 2026
		o := newOffice(t)
		o.receive(1, bretagne(), on(9, 29, 10, 0), on(9, 29, 11, 0), anne)
		return o
	}
	everywhere := []string{"Décision implicite de rejet", "rejet implicite dépassée", "implicite, samedi", "implicite : dans"}
	for name, test := range map[string]struct {
		story        func(*testing.T) *office
		at           time.Time
		subject      string
		says, denies []string
	}{
		"before": {simple, on(11, 20, 9, 0), "1 dossier, dernier jour pour répondre : 28 novembre 2026",
			[]string{"dernier jour pour répondre : samedi 28 novembre 2026, dans 8 jours (J-8)", "Sans réponse, rejet implicite le dimanche 29 novembre 2026 à 0 h 00"},
			[]string{"implicite né", "prudente passée", "suspension enregistrée"}},
		"on the last day": {simple, on(11, 28, 9, 0), "1 dossier, dernier jour pour répondre : 28 novembre 2026",
			[]string{"dernier jour pour répondre : samedi 28 novembre 2026, aujourd’hui (J)"}, []string{"implicite né", "prudente passée"}},
		"the next day": {simple, on(11, 30, 9, 0), "1 rejet implicite né le 29 novembre 2026 à 0 h 00 (hypothèse à confirmer)",
			[]string{"dernier jour pour répondre : samedi 28 novembre 2026, il y a 2 jours (J+2)", "ejet implicite né le dimanche 29 novembre 2026 à 0 h 00"},
			[]string{"Sans réponse, rejet", "au plus tard ce jour-là"}},
		"with a suspension, before": {held, on(12, 1, 9, 0), "1 dossier, dernier jour pour répondre : 6 décembre 2026",
			[]string{"dernier jour pour répondre : dimanche 6 décembre 2026, dans 5 jours (J-5)", "avec la suspension enregistrée, dernier jour pour répondre : mercredi 16 décembre 2026, et rejet implicite le jeudi 17 décembre 2026 à 0 h 00"},
			[]string{"implicite né", "prudente passée"}},
		"while the suspended date runs": {held, on(12, 7, 9, 0), "1 date prudente passée (date suspendue : 16 décembre 2026)",
			[]string{"Date prudente passée : dimanche 6 décembre 2026, hier (J+1)", "le délai court jusqu’au mercredi 16 décembre 2026 inclus"},
			[]string{"implicite né", "En retard", "dépassée", "en retard", "dernier jour pour répondre : dimanche 6"}},
		"on the last suspended day": {held, on(12, 16, 9, 0), "1 date prudente passée (date suspendue : 16 décembre 2026)",
			[]string{"le délai court jusqu’au mercredi 16 décembre 2026 inclus"}, []string{"implicite né", "En retard", "dépassée", "en retard"}},
		"when both are over": {held, on(12, 17, 9, 0), "1 rejet implicite né le 17 décembre 2026 à 0 h 00 (hypothèse à confirmer)",
			[]string{"ejet implicite né le jeudi 17 décembre 2026 à 0 h 00 avec la suspension enregistrée, le lundi 7 décembre 2026 à 0 h 00 si elle est écartée"},
			[]string{"le délai court"}},
	} {
		t.Run(name, func(t *testing.T) {
			wantWords := func(t *testing.T, o *office, opening bool) {
				if len(o.post.messages) != 1 {
					t.Fatalf("%d mails", len(o.post.messages))
				}
				m := o.post.messages[0]
				subject := plain.Replace(m.Subject)
				if !strings.Contains(subject, test.subject) && !(opening && strings.HasPrefix(test.subject, "1 dossier")) {
					t.Errorf("subject: %s", subject)
				}
				for part, body := range map[string]string{"text": plain.Replace(m.Text), "page": plain.Replace(visible(t, m.HTML))} {
					for _, want := range test.says {
						if opening && strings.HasPrefix(want, "Sans réponse") {
							continue // goes without saying in a summary
						}
						if !strings.Contains(body, want) {
							t.Errorf("the %s lacks %q:\n%s", part, want, body)
						}
					}
					if !strings.Contains(body, "hypothèse à confirmer") {
						t.Errorf("the %s does not say what the date rests on", part)
					}
					for _, bad := range slices.Concat(test.denies, everywhere) {
						if strings.Contains(body+subject, bad) {
							t.Errorf("the %s says %q:\n%s", part, bad, body)
						}
					}
				}
			}
			t.Run("reminder", func(t *testing.T) {
				o := test.story(t)
				o.tick(test.at)
				wantWords(t, o, false)
			})
			t.Run("summary", func(t *testing.T) {
				o := test.story(t)
				o.edit(1, func(r *dossier.Record) { r.AdoptedAt = test.at })
				o.tick(test.at)
				wantWords(t, o, true)
				if n := strings.Count(o.post.messages[0].Text, "sur une hypothèse"); n != 1 || strings.Contains(o.post.messages[0].Text, "("+unconfirmed+")\n") {
					t.Errorf("a summary says its hypothesis once, above (%d)", n)
				}
			})
		})
	}
}

// A subject has the whole of its first date, however long the names of the calls.
func TestASubjectNeverCutsADate(t *testing.T) {
	a, b := bretagne(), bretagne()
	a.Family, a.Regions = "une-famille-au-nom-vraiment-tres-long-pour-un-appel-a-projets", []string{"93"}
	b.ID, b.Family, b.Regions = "b", "une-autre-famille-au-nom-vraiment-long-pour-un-appel", []string{"84"}
	o := newOffice(t, a, b)
	for n, c := range []int{0, 1, 0} {
		call := a
		if c == 1 {
			call = b
		}
		o.receive(n+1, call, on(9, 29, 10, 0), on(9, 29, 11, 0), anne)
	}
	o.delivery.Demo, o.delivery.Mode = true, Mode{ModeRedirect, "essai@dreets.example"}
	o.tick(on(11, 20, 9, 0))
	got := plain.Replace(o.post.messages[0].Subject)
	if !strings.Contains(got, "Relais : 3 dossiers, dernier jour pour répondre : 28 novembre 2026") || utf8.RuneCountInString(got) > longestSubject {
		t.Errorf("%d characters: %s", utf8.RuneCountInString(got), got)
	}
}
