// Package plain says which characters of a text from outside may be shown. Mails,
// pages, spreadsheets, calendars and terminals share it, so that none forgets what
// hides, reverses or breaks what stands beside it.
package plain

import "unicode"

// Rune is for strings.Map: what breaks a line or is a control becomes a space; what
// cannot be seen is left out: marks of direction, byte order marks, tags, private
// and impossible characters. The joiners stay, which Persian, the scripts of India
// and composed emoji cannot do without.
func Rune(r rune) rune {
	switch {
	case r == zeroWidthNonJoiner || r == zeroWidthJoiner:
		return r
	case unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp):
		return ' '
	case unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs, unicode.Noncharacter_Code_Point), r == unicode.ReplacementChar:
		return -1
	}
	return r
}

const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
)

// Strict is Rune without the joiners, for what must be read as it is written: a
// name in a legal notice.
func Strict(r rune) rune {
	if r == zeroWidthNonJoiner || r == zeroWidthJoiner {
		return -1
	}
	return Rune(r)
}
