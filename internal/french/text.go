package french

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The two spaces at which a line never turns.
const (
	NBSP  = "\u00a0" // before « : », « € » and « % », inside quotes, after a number
	NNBSP = "\u202f" // the narrow one: before « ; ! ? », between thousands
)

var unbreakable = strings.NewReplacer(
	"« ", "«"+NBSP, " »", NBSP+"»", " :", NBSP+":", " €", NBSP+"€", " %", NBSP+"%",
	" ;", NNBSP+";", " !", NNBSP+"!", " ?", NNBSP+"?")

// Unbreakable puts the unbreakable spaces that quotes, punctuation and units
// want into a text written with plain ones. Plain spaces between words stay.
func Unbreakable(s string) string { return unbreakable.Replace(s) }

// Quoted writes « s ».
func Quoted(s string) string { return "«" + NBSP + s + NBSP + "»" }

// Enumerate writes a, b et c.
func Enumerate(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " et " + words[last]
}

// Capital writes the first letter of a sentence in upper case.
func Capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if !unicode.IsLetter(first) {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}
