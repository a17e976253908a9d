package validate

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// words cuts a text into lower-case words without accents, so that "formation"
// is not found in "information".
func words(s string) []string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r): // an accent
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		case r == '€':
			return r
		}
		return ' '
	}, norm.NFD.String(s))
	return strings.Fields(plain)
}

// says tells whether a text holds these words in one piece.
func says(text, piece string) bool {
	return strings.Contains(" "+strings.Join(words(text), " ")+" ", " "+strings.Join(words(piece), " ")+" ")
}
