package call

import (
	"regexp"
	"slices"
	"strconv"
	"sync"
)

// Marks are words that reading a label adds to it, for the wordings to match.
const (
	markSpan     = "@span"     // several years together: "sur 3 ans", "2025-2027"
	markYear     = "@year"     // one year alone; "@year1" to "@year3" tell which
	markYearly   = "@yearly"   // "par an", "annuel"
	markUnit     = "@unit"     // "par bénéficiaire", "coût moyen"
	markAsk      = "@ask"      // what is asked comes first
	markCost     = "@cost"     // what it costs comes first
	markRegions  = "@regions"  // a champ of regions, or a list of them
	markActivity = "@activity" // a list of the O2R activities
	markStatus   = "@status"   // a list of legal forms
	markSiret    = "@siret"    // a champ of that type
	markRNA      = "@rna"      // a champ of that type
	markNot      = "@not"      // a denial: ticking it says the opposite
)

var (
	yearN     = lazily(`\b[nN]\s?([+\-–−])\s?([1-9])\b`)
	calendar  = lazily(`\b20[1-4][0-9]\b`)
	notYear   = lazily(`\b(ami|aap|appel|campagne|edition|decret|loi|arrete|no?) (du |de |d |a projets? |n )*20[1-4][0-9]\b`)
	spanWords = lazily(`\b(2|3|4|5|deux|trois|quatre|cinq) (premieres? )?(ans?|annees|exercices)\b|\b(24|36|48|60) mois\b|\b(triennal|pluriannuel|toute la duree|duree totale|ensemble de la periode)`)
	ordinals  = lazily(`\b(an|annee|exercice) n?([1-3])\b|\b([1-3])(re|ere|er|e|eme|nde?) (annee|exercice)\b|\b(premiere|premier|deuxieme|seconde?|troisieme) (annee|exercice)\b|\b(annee|exercice) (un|deux|trois)\b|\b(nplus[12])\b|\b(?:annee|exercice) (n)\b`)
	listed    = lazily(`\b(ans?|annees?|exercices) 1( 2)? (a|et|ou)? ?(2|3)\b`)
	yearly    = lazily(`\b(par an|par annee|annuel|annuelle|annuels|annuelles|chaque annee|par exercice)\b`)
	unit      = lazily(`\b(par|pour un|pour une) (personne|beneficiaire|participant|public|place|parcours|heure|jour|mois|jeune|etp|stagiaire|tete|accompagne\w*|habitant)\b|\b(unitaire|moyen|moyenne|horaire|mensuel|mensuelle)\b`)
)

// lazily compiles a pattern when it is first needed: a Lambda function loads call
// files at each cold start, and reads no label.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

func spellYearN(s string) string {
	m := yearN().FindStringSubmatch(s)
	if m[1] == "+" {
		return " nplus" + m[2] + " "
	}
	return " nmoins" + m[2] + " "
}

// period tells what stretch of time a label (words joined by spaces) speaks of:
// one year, several, or nothing. year is 1 to 3, a calendar year, or 0.
func period(s string) (year int, span bool) {
	found := ordinalYears(s)
	if len(found) == 1 && !listed().MatchString(s) {
		return found[0], false
	}
	span = len(found) > 1 || spanWords().MatchString(s) || listed().MatchString(s)
	years := calendarYears(s)
	if span || len(years) > 1 {
		return 0, true
	}
	if len(years) == 1 {
		return years[0], false
	}
	return 0, false
}

// calendarYears lists the years that a label names, ascending, but for the
// vintage of a call or of a law.
func calendarYears(s string) []int {
	var years []int
	for _, y := range calendar().FindAllString(notYear().ReplaceAllString(s, ""), -1) {
		n, _ := strconv.Atoi(y)
		years = append(years, n)
	}
	slices.Sort(years)
	return slices.Compact(years)
}

var ordinalValue = map[string]int{
	"1": 1, "premiere": 1, "premier": 1, "un": 1, "n": 1,
	"2": 2, "deuxieme": 2, "second": 2, "seconde": 2, "deux": 2, "nplus1": 2,
	"3": 3, "troisieme": 3, "trois": 3, "nplus2": 3,
}

func ordinalYears(s string) []int {
	var years []int
	for _, m := range ordinals().FindAllStringSubmatch(s, -1) {
		for _, group := range m[1:] {
			if n := ordinalValue[group]; n > 0 {
				years = append(years, n)
			}
		}
	}
	slices.Sort(years)
	return slices.Compact(years)
}

// timeMarks are the marks of a label's period and measure. first is the earliest
// calendar year of the form, which counts as year 1.
func timeMarks(s string, first int) []string {
	var marks []string
	year, span := period(s)
	switch {
	case span:
		marks = append(marks, markSpan)
	case year > 0:
		if year > 3 {
			year -= first - 1
		}
		marks = append(marks, markYear, markYear+strconv.Itoa(year))
	case yearly().MatchString(s):
		marks = append(marks, markYearly)
	}
	if unit().MatchString(s) {
		marks = append(marks, markUnit)
	}
	return marks
}

// headMarks tells whether a label speaks first of what is asked or of what the
// project costs: "coût total du projet pour lequel l'aide est demandée" is a
// cost, "montant demandé sur le budget total" is not. A participle makes the
// noun before it asked: "budget demandé".
func headMarks(list []string) []string {
	ask, cost := -1, -1
	for i, w := range list {
		if ask < 0 && isAsk(w) {
			ask = i
		}
		if cost < 0 && (isCost(w) || isProjectAmount(list, i)) {
			cost = i
		}
	}
	switch {
	case ask >= 0 && (cost < 0 || ask < cost || ask == cost+1):
		return []string{markAsk}
	case cost >= 0:
		return []string{markCost}
	}
	return nil
}

func isAsk(w string) bool {
	return anyWord([]string{w}, "demande subvention aide souhaite attendu requis concours sollicit*")
}

func isCost(w string) bool {
	return anyWord([]string{w}, "cout budget depense charge assiette")
}

// isProjectAmount: "montant global du projet" is a cost though no word says so.
func isProjectAmount(list []string, i int) bool {
	return anyWord(list[i:i+1], "projet action operation programme") && slices.Contains(list[:i], "montant")
}
