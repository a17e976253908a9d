package call

import (
	"slices"
	"strings"

	"github.com/adrg/strutil"
	"github.com/adrg/strutil/metrics"
)

// wording describes how forms ask for one of our fields. Lists of words are
// written with blanks between alternatives, without accents; a final * takes any
// ending, an underscore joins words that must all be there.
type wording struct {
	field   string
	types   []string // descriptor types that can serve the field, preferred first
	phrases []string // usual labels, in French; the first one is shown to staff
	all     []string // the label must have one word of each list
	more    []string // each list that matches makes the field likelier
	less    string   // each word present makes it less likely
	never   string   // any word present excludes the champ
	apart   string   // so do these, unless one of despite is there
	despite string
	header  string // words of the section that make it likelier
	foreign string // words of the section that make it less likely
	strict  bool   // no likeness makes up for a missing word
}

// Weights of the score, which lies between 0 and 1. accept: good enough to bind
// when alone; margin: two champs closer than that are a doubt; worth: good
// enough to show to a person.
const (
	weightAll  = 0.55
	weightLike = 0.25
	weightMore = 0.05
	weightLess = 0.12
	weightAway = 0.45
	typeStep   = 0.04
	fromHeader = 0.8
	sameEnough = 0.82

	accept = 0.5
	margin = 0.05
	worth  = 0.3
)

// score tells how likely a champ is to hold the field; 0 when it cannot.
func (w wording) score(r reading) float64 {
	rank := slices.Index(w.types, typeOf(r.champ))
	if rank < 0 || w.excludes(r) {
		return 0
	}
	alike := w.similarity(r)
	had := w.coverage(r)
	if alike >= sameEnough && !w.strict {
		had = max(had, 1)
	}
	if had == 0 {
		return 0
	}
	s := weightAll*had + weightLike*alike + w.context(r) - typeStep*float64(rank)
	return max(0, min(1, s))
}

func (w wording) excludes(r reading) bool {
	return anyWord(r.words, w.never) || anyWord(r.words, w.apart) && !anyWord(r.words, w.despite)
}

// coverage is 0 when one of the needed lists has no word in the label; a word
// found only in the section counts for less, and never for the first list.
func (w wording) coverage(r reading) float64 {
	sum := 0.0
	for i, list := range w.all {
		switch {
		case anyWord(r.words, list) && r.borrowed:
			sum += fromHeader
		case anyWord(r.words, list):
			sum++
		case i > 0 && anyWord(r.header, list):
			sum += fromHeader
		default:
			return 0
		}
	}
	return sum / float64(max(1, len(w.all)))
}

func (w wording) similarity(r reading) float64 {
	best := 0.0
	for _, p := range w.phrases {
		like := strings.Join(slices.DeleteFunc(stems(p), func(w string) bool { return smallWords()[w] }), " ")
		best = max(best, strutil.Similarity(r.plain, like, metrics.NewSorensenDice()))
	}
	return best
}

func (w wording) context(r reading) float64 {
	s := 0.0
	for _, list := range w.more {
		if anyWord(r.words, list) {
			s += weightMore
		}
	}
	if anyWord(r.header, w.header) {
		s += weightMore
	}
	if r.aside {
		s -= 1.5 * margin
	}
	if anyWord(r.header, w.foreign) {
		s -= weightAway
	}
	if anyWord(r.header, markYear) && anyWord(split(w.never), markYear) {
		s -= 2 * weightLess
	}
	for _, word := range split(w.less) {
		if anyWord(r.words, word) {
			s -= weightLess
		}
	}
	return s
}

// anyWord tells whether one of the alternatives is among the words.
func anyWord(list []string, alternatives string) bool {
	return slices.ContainsFunc(strings.Fields(alternatives), func(alternative string) bool {
		for part := range strings.SplitSeq(alternative, "_") {
			if !slices.ContainsFunc(list, func(w string) bool { return sameWord(w, part) }) {
				return false
			}
		}
		return true
	})
}

// sameWord forgives one slip of the keyboard in a word of seven letters or more.
func sameWord(w, pattern string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(w, prefix)
	}
	if w == pattern || pattern[0] == '@' {
		return w == pattern
	}
	pattern = stem(pattern)
	if w == pattern || min(len(w), len(pattern)) < 7 || isNumber(w[len(w)-1:]) {
		return w == pattern
	}
	return strutil.Similarity(w, pattern, metrics.NewLevenshtein()) >= 0.85
}
