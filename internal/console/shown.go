package console

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longest is how many characters of a text from outside a page shows.
const longest = 200

// shown makes a text from outside fit for a page: one line, without the control
// and format characters that hide or reverse what stands beside them (the joiners
// of some scripts and emoji stay), cut to the longest.
func shown(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	n, blank := 0, false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f':
			blank = b.Len() > 0
			continue
		case r == utf8.RuneError, hidden(r):
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

// plain tells that nothing is to be done, which is most often so.
func plain(s string) bool {
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

func hidden(r rune) bool {
	const nonJoiner, joiner = '\u200c', '\u200d'
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != nonJoiner && r != joiner ||
		unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
}
