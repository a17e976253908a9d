package console

import (
	"strings"
	"unicode"

	"relais/internal/plain"
)

// longest is how many characters of a text from outside a page shows.
const longest = 200

// shown makes a text from outside fit for a page: one line of plain characters,
// cut to the longest.
func shown(s string) string {
	if bare(s) {
		return s
	}
	var b strings.Builder
	n, blank := 0, false
	for _, r := range s {
		r = plain.Rune(r)
		switch {
		case r < 0:
			continue
		case unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f':
			blank = b.Len() > 0
			continue
		case n >= longest-1, blank && n >= longest-2:
			return b.String() + "…"
		}
		if blank {
			b.WriteByte(' ')
			n, blank = n+1, false
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}

// bare tells that nothing is to be done, which is most often so.
func bare(s string) bool {
	if len(s) >= longest {
		return false
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f || s[i] == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			return false
		}
	}
	return true
}
