package french

import (
	"math"
	"strconv"
	"strings"
)

const minus = "−"

// Integer writes 20 000.
func Integer(n int) string {
	digits, negative := strings.CutPrefix(strconv.Itoa(n), "-")
	return sign(negative) + thousands(digits)
}

// Count writes a number with its noun: 0 dossier, 1 dossier, 2 dossiers. In
// French the plural begins at two.
func Count(n int, one, many string) string {
	noun := many
	if -2 < n && n < 2 {
		noun = one
	}
	return Integer(n) + NBSP + noun
}

// Euros writes 150 000 € or 149 999,90 €, exactly as given: a rounded amount
// could seem to reach a floor that it misses.
func Euros(amount float64) string { return measure(amount, 2, "€") }

// Percent writes a part of one as 72,5 %, to the nearest hundredth of a percent.
func Percent(part float64) string { return measure(math.Round(part*1e4)/1e2, 0, "%") }

// measure writes a value with its unit and every decimal. Decimals, when there
// are any, are filled up to least.
func measure(v float64, least int, unit string) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	whole, decimals, _ := strings.Cut(strconv.FormatFloat(math.Abs(v), 'f', -1, 64), ".")
	if decimals != "" {
		decimals = "," + decimals + strings.Repeat("0", max(0, least-len(decimals)))
	}
	return sign(v < 0) + thousands(whole) + decimals + NBSP + unit
}

func sign(negative bool) string {
	if negative {
		return minus
	}
	return ""
}

func thousands(digits string) string {
	var b strings.Builder
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(NNBSP)
		}
		b.WriteRune(c)
	}
	return b.String()
}
