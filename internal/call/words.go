package call

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// words cuts a French label into lower-case words without accents. "%" and "€"
// are words, since they tell a rate from an amount; N+1 and N-1 keep their sign.
func words(s string) []string {
	s = spelt.Replace(s)
	s = yearN().ReplaceAllStringFunc(s, spellYearN)
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r): // an accent
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Fields(b.String())
}

var spelt = strings.NewReplacer("Œ", "oe", "œ", "oe", "Æ", "ae", "æ", "ae", "%", " pourcent ", "€", " euro ")

// stem drops the marks of plural and feminine that change nothing to what a
// form asks: "demandées" and "demandé", "annuelle" and "annuel".
func stem(w string) string {
	if len(w) > 2 && (strings.HasSuffix(w, "s") || strings.HasSuffix(w, "x")) {
		w = w[:len(w)-1]
	}
	if len(w) > 4 && (strings.HasSuffix(w, "ee") || strings.HasSuffix(w, "ale") || strings.HasSuffix(w, "ue")) {
		return w[:len(w)-1]
	}
	if len(w) > 5 && strings.HasSuffix(w, "elle") {
		return w[:len(w)-2]
	}
	return w
}

func stems(s string) []string {
	list := words(s)
	for i, w := range list {
		list[i] = stem(w)
	}
	return list
}

func isNumber(w string) bool {
	return strings.IndexFunc(w, func(r rune) bool { return !unicode.IsDigit(r) }) < 0
}

// containsRun tells whether part stands in list, in one piece.
func containsRun(list, part []string) bool {
	for i := 0; i+len(part) <= len(list); i++ {
		if slices.Equal(list[i:i+len(part)], part) {
			return true
		}
	}
	return false
}
