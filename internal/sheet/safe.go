package sheet

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"relais/internal/plain"
)

// longest is what Excel takes in one cell, in UTF-16 units.
const longest = 32_767

const (
	apostrophe = "'"
	ellipsis   = '…'
)

// safe is a text that shows as what it says, on one line, and is computed by no
// spreadsheet.
func safe(s string) string {
	s = oneLine(s)
	if formula(s) {
		s = apostrophe + s
	}
	return shorten(s)
}

// oneLine takes away what cannot be seen: controls, marks that turn the direction
// of the text, byte order marks. Line breaks and tabs become spaces.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(plain.Rune, strings.ReplaceAll(s, "\r\n", "\n")))
}

// formula tells whether a spreadsheet could compute the text: it begins with one of
// = + - @ in any of their widths, after whatever leaves no mark on the screen.
func formula(s string) bool {
	for _, r := range s {
		if unseen(r) {
			continue
		}
		first, _ := utf8.DecodeRuneInString(norm.NFKC.String(string(r)))
		return strings.ContainsRune("=+-@−", first)
	}
	return false
}

// unseen: blanks, joiners, what no font draws, marks on a letter that is not
// there, fillers.
func unseen(r rune) bool {
	return unicode.IsSpace(r) || !unicode.IsGraphic(r) || r == '\u2800' ||
		unicode.In(r, unicode.M, unicode.Other_Default_Ignorable_Code_Point)
}

// shorten cuts what Excel would cut, and shows it.
func shorten(s string) string {
	if len(s) <= longest {
		return s
	}
	units, cut := 0, 0
	for i, r := range s {
		if units < longest { // room is left for the ellipsis
			cut = i
		}
		if units += utf16.RuneLen(r); units > longest {
			return s[:cut] + string(ellipsis)
		}
	}
	return s
}
