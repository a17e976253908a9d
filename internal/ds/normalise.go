package ds

import (
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"relais/internal/dossier"
)

// line normalises a text of one line: NFC, no control character, line breaks and
// tabs as spaces, few marks on a letter, no blank at either end; a text of which
// nothing can be seen is none.
func line(s string) string {
	if settled(s, false) {
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case unwanted(r):
			return -1
		}
		return r
	}, s)
	return composed(s)
}

// block normalises a text that may hold several lines: as line, but line breaks,
// written \n, and tabs stay.
func block(s string) string {
	if settled(s, true) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case unwanted(r):
			return -1
		}
		return r
	}, s)
	return composed(s)
}

// composed puts in NFC once unwanted characters are gone: two halves of a letter
// may have stood on either side of one.
func composed(s string) string {
	s = strings.TrimFunc(legible(norm.NFC.String(s)), unicode.IsSpace)
	if !strings.ContainsFunc(s, seen) {
		return ""
	}
	return s
}

// mostMarks is how many marks a letter keeps; no script is read by more.
const mostMarks = 4

// legible takes away the marks heaped on a letter, which cover the lines around it
// and leave no room for what follows.
func legible(s string) string {
	marks := 0
	return strings.Map(func(r rune) rune {
		switch {
		case r < 0x300:
			marks = 0
		case unicode.In(r, unicode.Mn, unicode.Me):
			if marks++; marks > mostMarks {
				return -1
			}
		case !unicode.Is(unicode.Cf, r):
			marks = 0
		}
		return r
	}, s)
}

// seen tells a character that a reader sees by itself, whatever the font.
func seen(r rune) bool {
	return !unicode.IsSpace(r) && r != '\u2800' &&
		!unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zs, unicode.M, unicode.Other_Default_Ignorable_Code_Point)
}

// settled tells, for most texts and quickly, that there is nothing to normalise:
// nothing but printable ASCII, the letters and signs of U+00A1 to U+00FF, which
// are in NFC by themselves, the typographic apostrophe and, in a block, line
// breaks; and no blank at either end.
func settled(s string, block bool) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= ' ' && c <= '~', c == '\n' && block:
		case i+1 < len(s) && s[i+1]&0xc0 == 0x80 && (c == 0xc3 || c == 0xc2 && s[i+1] > 0xa0):
			i++
		case strings.HasPrefix(s[i:], "’"):
			i += len("’") - 1
		default:
			return false
		}
	}
	return s == "" || s[0] > ' ' && s[len(s)-1] > ' '
}

// unwanted characters show nothing and mislead: controls, byte order marks, what
// Unicode reserves, and the marks that turn the direction of what follows. Joiners
// stay: emoji and several scripts are written with them.
func unwanted(r rune) bool {
	return unicode.IsControl(r) || r == '\ufeff' || unicode.Is(unicode.Noncharacter_Code_Point, r) ||
		r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// instant reads an ISO8601DateTime, which has an offset; ok is false when it is
// absent or malformed. Instants are kept in UTC.
func instant(s string) (t time.Time, ok bool) {
	if s == "" {
		return time.Time{}, false
	}
	t, err := time.ParseInLocation(time.RFC3339, s, time.UTC)
	if err != nil {
		return time.Time{}, false
	}
	return t.UTC(), true
}

// lenientInstant is for dates of content, which usagers type: a malformed one is
// none, and what was typed stays readable in stringValue.
func lenientInstant(s string) *time.Time {
	if t, ok := instant(s); ok {
		return &t
	}
	return nil
}

// lenientDay is the same for an ISO8601Date.
func lenientDay(s string) dossier.Day {
	if s == "" {
		return dossier.Day{}
	}
	d, err := dossier.ParseDay(s)
	if err != nil {
		return dossier.Day{}
	}
	return d
}
