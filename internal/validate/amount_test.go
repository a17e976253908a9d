package validate

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"relais/internal/french"
)

func TestParseAmount(t *testing.T) {
	read := map[string]float64{
		"150000": 150_000, "150 000": 150_000, "150\u00a0000": 150_000, "150\u202f000": 150_000, "150\u2009000": 150_000,
		"150 000,00 €": 150_000, "150 000,00€": 150_000, "150000.50": 150_000.5, "150000,5": 150_000.5,
		"1 500 000": 1_500_000, "1.500.000": 1_500_000, "1.500.000,75": 1_500_000.75, "150.000,00": 150_000,
		"150 000 euros": 150_000, "150 000 EUR": 150_000, "1 euro": 1, "0": 0, "0,00 €": 0, " 12 ": 12,
		"-5": -5, "−5": -5, "0,1": 0.1, "150000,125": 150_000.125, "1 150,125": 1150.125,
	}
	for s, want := range read {
		if got, ok := parseAmount(s); !ok || got != want {
			t.Errorf("parseAmount(%q) = %v, %v, want %v", s, got, ok, want)
		}
	}
	for _, s := range []string{
		"", " ", "€", "-", ",5", "5,", "abc", "150.000", "150,000", "0,125", "15 0000", "1500 000", "150  000", "150 00",
		"1.50.000", "150,000.00", "1,500,000", "150 k€", "0,15 M€", "environ 150 000 €", "150 000 € TTC", "150 000 / an",
		"1e9", "0x10", "NaN", "Inf", "+5", "--5", "1 2 3", "150 000 000,", "１５０", "12 €€", strings.Repeat("9", 65),
	} {
		if got, ok := parseAmount(s); ok {
			t.Errorf("parseAmount(%q) = %v: guessed", s, got)
		}
	}
}

// However French writes it, it is the same amount.
func TestParseAmountReadsWhatEurosWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := float64(rapid.Int64Range(-1e12, 1e12).Draw(t, "centimes")) / 100
		if got, ok := parseAmount(french.Euros(v)); !ok || got != v {
			t.Fatalf("%v written %q, read %v, %v", v, french.Euros(v), got, ok)
		}
	})
}

func FuzzParseAmount(f *testing.F) {
	for _, s := range []string{"150 000,00 €", "1.500.000,75", "150.000", "−5", "12 €", "1 2 3", "9e99", "\u202f1\u202f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, ok := parseAmount(s)
		if !ok {
			return
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Fatalf("parseAmount(%q) = %v", s, v)
		}
		if digits(s) != digits(strconv.FormatFloat(v, 'f', -1, 64)) && len(digits(s)) < 15 {
			t.Fatalf("parseAmount(%q) = %v", s, v)
		}
	})
}

// digits keeps the significant digits, without the zeros at both ends.
func digits(s string) string {
	kept := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
	return strings.Trim(kept, "0")
}
