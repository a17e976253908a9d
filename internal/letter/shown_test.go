package letter

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestShown(t *testing.T) {
	for in, want := range map[string]string{
		"  Ti \t ar\r\nVro ":            "Ti ar Vro",
		"a\u202eb\u200bc\ufeffd\u0000e": "abcd e",
		strings.Repeat("é", 81):         strings.Repeat("é", 79) + "…",
		strings.Repeat("é", 80):         strings.Repeat("é", 80),
		"bad \xff utf8":                 "bad utf8",
		"\u202e\u2066":                  "",
		strings.Repeat("é", 5<<20):      strings.Repeat("é", 79) + "…",
	} {
		if got := shown(in, longest); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func FuzzShown(f *testing.F) {
	f.Add(hostile)
	f.Add("\xc3\x28")
	f.Fuzz(func(t *testing.T, s string) {
		got := shown(s, longest)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > longest {
			t.Errorf("%q: %q", s, got)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
				t.Errorf("%q keeps %U", s, r)
			}
		}
	})
}
