package sheet

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

func TestWhatACandidateMayWrite(t *testing.T) {
	for in, want := range map[string]string{
		"Association Les Ponts":      "Association Les Ponts",
		"2 + 2 = 4":                  "2 + 2 = 4",
		"jean@example.org":           "jean@example.org",
		"– un tiret de liste":        "– un tiret de liste",
		"":                           "",
		"=1+1":                       "'=1+1",
		"+33 2 40 00 00 00":          "'+33 2 40 00 00 00",
		"-2+3":                       "'-2+3",
		"@SUM(A1)":                   "'@SUM(A1)",
		"\t=1":                       "'=1",
		"\r=1":                       "'=1",
		"  \u00a0=1":                 "'=1",
		"\ufeff=1":                   "'=1",
		"\u202e=1\u202c":             "'=1",
		"\u200d=1":                   "'\u200d=1",
		"\u0301=1":                   "'\u0301=1",
		"\u3164=1":                   "'\u3164=1",
		"\u2800=1":                   "'\u2800=1",
		"＝1":                         "'＝1",
		"＋1":                         "'＋1",
		"－1":                         "'－1",
		"＠SUM(A1)":                   "'＠SUM(A1)",
		"﹦1":                         "'﹦1",
		"⁺1":                         "'⁺1",
		"−1":                         "'−1",
		"\x00=cmd|' /C calc'!A0":     "'=cmd|' /C calc'!A0",
		"a\u0000b\u0007c\u001bd":     "a b c d",
		"une\r\nligne\nou\u2028deux": "une ligne ou deux",
		"a\tb\u0085c":                "a b c",
		"\u2066dans l’autre sens\u2069 et \u200e\u200f retour": "dans l’autre sens et  retour",
		"👩‍🌾 de Bretagne":                                      "👩‍🌾 de Bretagne",
		"fa\xffux":                                             "faux",
		"a\ufffe\U0001ffffb":                                   "ab",
	} {
		if got := safe(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestLongTextsAreCutWhereItShows(t *testing.T) {
	units := func(s string) int { return len(utf16.Encode([]rune(s))) }
	for name, s := range map[string]string{
		"as long as may be": strings.Repeat("x", longest),
		"one too many":      strings.Repeat("x", longest+1),
		"accents":           strings.Repeat("é", longest),
		"pairs":             strings.Repeat("🌉", longest),
		"odd pairs":         "x" + strings.Repeat("🌉", longest),
		"a formula":         "=" + strings.Repeat("1", longest-1),
		"ten megabytes":     strings.Repeat("0123456789", 1<<20),
	} {
		got := safe(s)
		if units(got) > longest || units(got) < longest-1 || !utf8.ValidString(got) {
			t.Errorf("%s: %d units", name, units(got))
		}
		if kept := got == s; kept == strings.HasSuffix(got, string(ellipsis)) {
			t.Errorf("%s: kept whole %t, ends with %q", name, kept, got[len(got)-4:])
		}
	}
}

// Semicolons and commas inside a text part no cells, in either's country.
func TestOtherSeparators(t *testing.T) {
	for _, s := range []string{"a,=1+1", "a;=1+1", "a|=1+1", `a";=1+1`, `",=1`, `a"",""=1`} {
		if field := Text(s).field(); field[0] != '"' || field[len(field)-1] != '"' {
			t.Errorf("%q is not quoted: %s", s, field)
		}
	}
}

func FuzzNoCellIsAFormula(f *testing.F) {
	for _, s := range []string{
		"=1+1", "\t=1", "\r\n=1", "\"=1", "\";=1", "a;=1", "a\n=1", "\ufeff\ufeff=1", "\u202e+1", "＝1", "\u200b\u00ad@A1",
		"\u034f-1", "\u17df+1", "'=1", "\xff=1", "\u115f=1", "﹣1", "\ufe0f=1", strings.Repeat("é", 40_000),
	} {
		f.Add(s, "=b", 3.5)
	}
	f.Fuzz(func(t *testing.T, a, b string, v float64) {
		back := written(t, []string{a, "nombre", "fin"},
			[]Cell{Text(a), Number(&v), Text(b)}, []Cell{Text(b), Integer(-3), Text(a)}, []Cell{Text(a + b), {}, Text(b + a)})
		if len(back) != 4 {
			t.Fatalf("%d lines", len(back))
		}
		for _, row := range back {
			for _, column := range []int{0, 2} {
				sound(t, row[column])
			}
		}
	})
}

// sound checks a cell by other means than those that made it.
func sound(t *testing.T, cell string) {
	t.Helper()
	seen := strings.TrimLeftFunc(cell, func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) || unicode.IsMark(r) })
	if seen != "" && strings.ContainsAny(seen[:1], "=+-@\t\r\n") {
		t.Errorf("the cell %q is a formula", cell)
	}
	for _, wide := range []string{"＝", "＋", "－", "＠", "−"} {
		if strings.HasPrefix(seen, wide) {
			t.Errorf("the cell %q is a wide formula", cell)
		}
	}
	for _, r := range cell {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\ufeff' || r == '\u2028' || r == '\u2029' {
			t.Errorf("the cell %q holds %U", cell, r)
		}
	}
	if len(utf16.Encode([]rune(cell))) > longest || !utf8.ValidString(cell) {
		t.Errorf("a cell of %d bytes", len(cell))
	}
}
