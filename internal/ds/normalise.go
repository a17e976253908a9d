package ds

import (
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"relais/internal/dossier"
)

// line normalises a text of one line: NFC, no control character, every run of
// line breaks and tabs a space, no blank at either end; a blank text is none.
func line(s string) string {
	if plainASCII(s) {
		return s
	}
	s = norm.NFC.String(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case unwanted(r):
			return -1
		}
		return r
	}, s)
	return strings.TrimFunc(s, unicode.IsSpace)
}

// block normalises a text that may hold several lines: as line, but line breaks,
// written \n, and tabs stay.
func block(s string) string {
	if plainASCII(s) {
		return s
	}
	s = norm.NFC.String(s)
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
	return strings.TrimFunc(s, unicode.IsSpace)
}

// plainASCII tells that there is nothing to normalise, which is most often so.
func plainASCII(s string) bool {
	if s == "" {
		return true
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return s[0] != ' ' && s[len(s)-1] != ' '
}

// unwanted characters show nothing and mislead: controls, byte order marks, and
// the marks that turn the direction of what follows. Joiners stay: emoji and
// several scripts are written with them.
func unwanted(r rune) bool {
	return unicode.IsControl(r) || r == '\ufeff' ||
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
