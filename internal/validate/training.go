package validate

import (
	"slices"
	"strings"

	"relais/internal/dossier"
)

// trainingInLabels looks for a training expense in a form that has no champ
// bound for it: an expense labelled so, or a budget line that says so.
func trainingInLabels(champs []dossier.Champ) Answer {
	if slices.ContainsFunc(champs, mentionsTraining) {
		return fail("Le formulaire semble comporter une dépense de formation (champ non configuré)").warning()
	}
	return unknown("Dépenses de formation : champ non configuré, et aucun libellé n’en mentionne")
}

func mentionsTraining(c dossier.Champ) bool {
	if c.Type == dossier.RepetitionChamp {
		return slices.ContainsFunc(c.Rows, trainingLine)
	}
	return namesTraining(c.Label) && namesMoney(c.Label) && declares(c)
}

// trainingLine is a row with an amount and, in a short text or a label, the
// word formation.
func trainingLine(r dossier.Row) bool {
	money := slices.ContainsFunc(r.Champs, func(c dossier.Champ) bool { return isNumber(c) && declares(c) })
	return money && slices.ContainsFunc(r.Champs, func(c dossier.Champ) bool {
		return isNumber(c) && declares(c) && namesTraining(c.Label) || len(c.Text) <= longestLine && namesTraining(c.Text)
	})
}

// longestLine bounds the text of a budget line, in bytes; a longer text is a
// description, where the word means little.
const longestLine = 120

func isNumber(c dossier.Champ) bool {
	return c.Type == dossier.DecimalNumberChamp || c.Type == dossier.IntegerNumberChamp
}

func declares(c dossier.Champ) bool {
	e, s := spent(c)
	return s == given && e.some
}

func namesTraining(s string) bool { return says(s, "formation") || says(s, "formations") }

// namesMoney tells an expense from a number of people trained.
func namesMoney(label string) bool {
	return slices.ContainsFunc(words(label), func(w string) bool {
		return slices.ContainsFunc(moneyWords, func(start string) bool { return strings.HasPrefix(w, start) })
	})
}

var moneyWords = []string{"depense", "cout", "montant", "budget", "charge", "frais", "€", "euro"}
