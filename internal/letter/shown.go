package letter

import (
	"strings"
	"unicode"

	"relais/internal/french"
	"relais/internal/plain"
)

// Candidates' texts are data: longest is what a line shows of one.
const longest = 80

// shown makes a text of the platform fit for one line: no control character, no
// mark that turns the direction of reading or cannot be seen, blanks as one
// space but the unbreakable ones kept, at most limit characters. Escaping is
// left to the template.
func shown(s string, limit int) string {
	s = s[:min(len(s), 100*limit)] // the rest of a text of megabytes is not looked at
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) && !strings.ContainsRune(french.NBSP+french.NNBSP, r) {
			return ' '
		}
		return plain.Strict(r)
	}, s)
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }), " ")
	s = strings.TrimFunc(s, unicode.IsSpace)
	if runes := []rune(s); len(runes) > limit {
		s = strings.TrimRightFunc(string(runes[:limit-1]), unicode.IsSpace) + "…"
	}
	return s
}
