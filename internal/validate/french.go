package validate

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	nbsp  = "\u00a0"
	nnbsp = "\u202f" // between thousands
)

var unbreakable = strings.NewReplacer(
	"« ", "«"+nbsp, " »", nbsp+"»", " :", nbsp+":", " ;", nbsp+";",
	" ?", nbsp+"?", " !", nbsp+"!", " €", nbsp+"€", " %", nbsp+"%")

// french puts the unbreakable spaces of French typography into a message
// written with plain ones.
func french(s string) string { return unbreakable.Replace(s) }

// euros writes 150 000 € or 149 999,99 €, exactly as given: a rounded amount
// could seem to reach a floor that it misses.
func euros(v float64) string {
	sign := ""
	if v < 0 {
		sign, v = "−", -v
	}
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(v, 'f', -1, 64), ".")
	if fraction != "" {
		fraction = "," + fraction + strings.Repeat("0", max(0, 2-len(fraction)))
	}
	return sign + thousands(whole) + fraction + " €"
}

func thousands(digits string) string {
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(nnbsp)
		}
		b.WriteRune(d)
	}
	return b.String()
}

// percent writes a part of one as 72,5 %.
func percent(part float64) string {
	rounded := math.Round(part*10000) / 100
	return strings.Replace(strconv.FormatFloat(rounded, 'f', -1, 64), ".", ",", 1) + " %"
}

// words cuts a text into lower-case words without accents, so that "formation"
// is not found in "information".
func words(s string) []string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r): // an accent
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		case r == '€':
			return r
		}
		return ' '
	}, norm.NFD.String(s))
	return strings.Fields(plain)
}

// says tells whether a text holds these words in one piece.
func says(text, piece string) bool {
	return strings.Contains(" "+strings.Join(words(text), " ")+" ", " "+strings.Join(words(piece), " ")+" ")
}
