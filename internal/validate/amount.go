package validate

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// longest amount worth reading, in bytes; a text champ may hold megabytes.
const longest = 64

var (
	currency = regexp.MustCompile(`(?i) ?(€|euros?|eur)$`)
	// spaced: 150 000,00 · plain: 150000,00 · dotted: 1.500.000,00
	spaced = regexp.MustCompile(`^-?\d{1,3}( \d{3})+([.,]\d+)?$`)
	plain  = regexp.MustCompile(`^-?\d+([.,]\d+)?$`)
	dotted = regexp.MustCompile(`^-?\d{1,3}((\.\d{3})+,\d+|(\.\d{3}){2,})$`)
	// doubtful: 150.000 and 150,000 are 150 euros or 150 thousand
	doubtful = regexp.MustCompile(`^-?\d{1,3}[.,]\d{3}$`)
)

// parseAmount reads an amount of euros as people type it in French: "150 000",
// "150 000,00 €", "150000.50", "1.500.000,00". It reads nothing rather than
// guess: "150.000", "15 0000", "environ 150 000" and "150 k€" give false.
func parseAmount(s string) (float64, bool) {
	if len(s) > longest {
		return 0, false
	}
	s = strings.TrimSpace(strings.Map(plainRune, s))
	s = currency.ReplaceAllString(s, "")
	switch {
	case doubtful.MatchString(s):
		return 0, false
	case spaced.MatchString(s), plain.MatchString(s):
		s = strings.NewReplacer(" ", "", ",", ".").Replace(s)
	case dotted.MatchString(s):
		s = strings.NewReplacer(".", "", ",", ".").Replace(s)
	default:
		return 0, false
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil
}

// plainRune makes every kind of space a space, and a typographic minus a minus.
func plainRune(r rune) rune {
	switch {
	case unicode.IsSpace(r): // the unbreakable ones are included
		return ' '
	case r == '−':
		return '-'
	}
	return r
}

// centime is the tolerance of comparisons between computed amounts.
const centime = 0.01

// same tells whether two amounts differ by one centime at most.
func same(a, b float64) bool { return math.Round(math.Abs(a-b)*1000)/1000 <= centime }

// cents rounds to the nearest centime what an addition left behind it.
func cents(v float64) float64 { return math.Round(v*100) / 100 }
