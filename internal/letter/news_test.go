package letter

import (
	"errors"
	"strings"
	"testing"

	"relais/internal/dossier"
)

func changed(number int, now dossier.State, v dossier.Verdict, n News) Item {
	f := filed(bretagne(), number, on(11, 2, 10, 0), "Ti ar Vro", v)
	f.d.State, f.Head.State = now, now
	if now.Termine() {
		f.decided(now, on(12, 4, 10, 0))
	}
	return f.news(n)
}

func was[T any](v T) *T { return &v }

// Several changes of one dossier make one entry, from what was first told to what
// is now; what came back to what it was is not told.
func TestChangesOfOneDossierAreOneEntry(t *testing.T) {
	const c, i = dossier.EnConstruction, dossier.EnInstruction
	for name, test := range map[string]struct {
		items        []Item
		says, denies []string
	}{
		"the first former values are told": {
			[]Item{
				changed(1, i, dossier.Recevable, News{State: was(c), Verdict: was(dossier.ACompleter)}),
				changed(1, i, dossier.Recevable, News{Verdict: was(dossier.AVerifier), Edited: true}),
			},
			[]string{"Depuis le dernier message (1)", "État : en instruction (auparavant : en construction)", "Proposition de Relais : recevable (auparavant : à compléter)", "Formulaire : modifié par le candidat"},
			[]string{"à vérifier"},
		},
		"a state that moved twice": {
			[]Item{
				changed(1, i, dossier.Recevable, News{State: was(c)}),
				changed(1, i, dossier.Recevable, News{State: was(dossier.SansSuite)}),
			},
			[]string{"État : en instruction (auparavant : en construction)"}, []string{"sans suite"},
		},
		"a verdict that came back": {
			[]Item{
				changed(1, i, dossier.Recevable, News{Verdict: was(dossier.Recevable), State: was(c)}),
				changed(1, i, dossier.Recevable, News{Verdict: was(dossier.ACompleter)}),
			},
			[]string{"État : en instruction (auparavant : en construction)", "Proposition de Relais : recevable À faire"},
			[]string{"auparavant : recevable", "auparavant : à compléter"},
		},
		"new says all": {
			[]Item{changed(1, c, dossier.ACompleter, News{New: true}), changed(1, c, dossier.ACompleter, News{Edited: true, Verdict: was(dossier.Recevable)})},
			[]string{"Nouveaux dossiers (1)", "État : en construction, déposé le lundi 2 novembre 2026", "Proposition de Relais : à compléter", "Demander les pièces manquantes"},
			[]string{"Depuis le dernier message", "auparavant"},
		},
		"decided": {
			[]Item{changed(1, dossier.SansSuite, dossier.ACompleter, News{State: was(i), Verdict: was(dossier.AVerifier)})},
			[]string{"État : classé sans suite (auparavant : en instruction)", "À faire : Rien, le dossier est décidé."},
			[]string{"Proposition", "dernier jour", "à compléter"},
		},
		"no verdict any more": {
			[]Item{changed(1, c, "", News{Verdict: was(dossier.Recevable)})},
			[]string{"Proposition de Relais : aucune (auparavant : recevable)"}, nil,
		},
		"a verdict for the first time": {
			[]Item{changed(1, c, dossier.AVerifier, News{Verdict: was(dossier.Verdict(""))})},
			[]string{"Proposition de Relais : à vérifier (auparavant : aucune)"}, nil,
		},
		"a state of tomorrow": {
			[]Item{changed(1, "en_pause", dossier.AVerifier, News{State: was(c)})},
			[]string{"État : en_pause (auparavant : en construction)"}, nil,
		},
		"a correction answered": {
			[]Item{changed(1, c, dossier.AVerifier, News{Corrected: true})},
			[]string{"Demande de correction : réponse reçue", "À faire : Vérifier les pièces et réponses reçues, puis notifier une décision au plus tard ce jour-là."}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := written(t, draft(on(12, 7, 8, 0), test.items...))
			wantForm(t, l)
			body := unfolded(l.Text)
			for _, want := range test.says {
				if !strings.Contains(body, want) {
					t.Errorf("lacks %q:\n%s", want, l.Text)
				}
			}
			for _, bad := range test.denies {
				if strings.Contains(body, bad) {
					t.Errorf("says %q:\n%s", bad, l.Text)
				}
			}
			if n := strings.Count(body, "- Dossier"); n != 1 {
				t.Errorf("%d entries", n)
			}
		})
	}
}

func TestNothingToTell(t *testing.T) {
	undone := changed(1, dossier.EnInstruction, dossier.Recevable, News{State: was(dossier.EnInstruction), Verdict: was(dossier.Recevable)})
	for name, d := range map[string]Draft{"nothing": draft(on(12, 7, 8, 0)), "undone": draft(on(12, 7, 8, 0), undone)} {
		if _, err := Write(d); !errors.Is(err, ErrNothing) || !d.Empty() {
			t.Errorf("%s: %v", name, err)
		}
	}
	if morning().Empty() || weeklyReport().Empty() || opening().Empty() {
		t.Error("a full draft is said to be empty")
	}
}

func TestADraftWithoutACall(t *testing.T) {
	noCall := morning()
	noCall.Items[1].Call = nil
	noCommittee, noReport := morning(), weeklyReport()
	noCommittee.Committees[0].Call, noReport.Reports[0].Call = nil, nil
	for _, d := range []Draft{noCall, noCommittee, noReport} {
		if _, err := Write(d); err == nil || errors.Is(err, ErrNothing) {
			t.Errorf("%v", err)
		}
	}
}

// What expires first is told first; the decided come last.
func TestTheOrderOfNews(t *testing.T) {
	late := filed(bretagne(), 1, on(12, 6, 9, 0), "", dossier.Recevable).news(News{Edited: true})
	soon := filed(bretagne(), 2, on(10, 20, 9, 0), "", dossier.Recevable).news(News{Edited: true})
	done := changed(3, dossier.Accepte, "", News{State: was(dossier.EnInstruction)})
	var order []int
	for _, n := range newsOf([]Item{done, late, soon}) {
		order = append(order, n.Head.Number)
	}
	if len(order) != 3 || order[0] != 2 || order[1] != 1 || order[2] != 3 {
		t.Errorf("%v", order)
	}
}
