package ics

import (
	"strings"

	"relais/internal/plain"
)

// lines is a text without what is not to be seen: controls and formats, among
// which the marks that turn the direction of reading. Its ends of lines are "\n".
func lines(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\u0085', r == '\u2028', r == '\u2029':
			return '\n'
		}
		return plain.Strict(r)
	}, text))
}

// oneLine keeps the non-breaking spaces of French typography.
func oneLine(text string) string { return strings.ReplaceAll(lines(text), "\n", " ") }
