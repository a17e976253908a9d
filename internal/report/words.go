package report

import (
	"slices"

	"relais/internal/dossier"
)

// The order in which states and verdicts are shown, with their French names. The
// verdict that wants somebody soonest comes first.
var (
	stateWords = []word[dossier.State]{
		{dossier.EnConstruction, "En construction"},
		{dossier.EnInstruction, "En instruction"},
		{dossier.Accepte, "Accepté"},
		{dossier.Refuse, "Refusé"},
		{dossier.SansSuite, "Classé sans suite"},
	}
	verdictWords = []word[dossier.Verdict]{
		{dossier.NonRecevable, "Non recevable"},
		{dossier.ACompleter, "À compléter"},
		{dossier.AVerifier, "À vérifier"},
		{dossier.Recevable, "Recevable"},
	}
)

type word[K ~string] struct {
	key  K
	said string
}

// Line is one count with its French name.
type Line struct {
	Name  string
	Count int
}

// States are the counts by state, in the order of a dossier's life. States that
// this version does not know come last, together.
func (f Figures) States() []Line { return lines(f.ByState, stateWords, "Autre état") }

// Verdicts are the counts of the dossiers not decided by verdict, the most urgent
// first, then those without.
func (f Figures) Verdicts() []Line { return lines(f.ByVerdict, verdictWords, "Sans proposition") }

// Open counts the dossiers not decided.
func (f Figures) Open() int {
	open := 0
	for _, n := range f.ByVerdict {
		open += n
	}
	return open
}

// Answers are the counts of the dates to answer.
func (f Figures) Answers() []Line {
	return []Line{
		{"Décidés à temps", f.Met},
		{"À décider sous 7 jours", f.Near},
		{"Date prudente passée", f.Late},
		{"Rejets implicites nés", f.Born},
	}
}

func lines[K ~string](counts map[K]int, words []word[K], others string) []Line {
	list := make([]Line, 0, len(words)+1)
	for _, w := range words {
		list = append(list, Line{w.said, counts[w.key]})
	}
	rest := 0
	for key, n := range counts {
		if !slices.ContainsFunc(words, func(w word[K]) bool { return w.key == key }) {
			rest += n
		}
	}
	if rest > 0 {
		list = append(list, Line{others, rest})
	}
	return list
}
