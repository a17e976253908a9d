package notify

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"relais/internal/dossier"
)

func TestLongDay(t *testing.T) {
	for want, d := range map[string]dossier.Day{
		"lundi 7\u00a0décembre\u00a02026":   {Year: 2026, Month: 12, Day: 7},
		"mardi 1er\u00a0décembre\u00a02026": {Year: 2026, Month: 12, Day: 1},
		"samedi 29\u00a0février\u00a02020":  {Year: 2020, Month: 2, Day: 29},
		"":                                  {},
	} {
		if got := longDay(d); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestWhereADateStands(t *testing.T) {
	for days, want := range map[int]string{
		0: "aujourd’hui (J)", 1: "demain (J-1)", 7: "dans 7\u00a0jours (J-7)",
		-1: "date dépassée depuis 1\u00a0jour (J+1)", -30: "date dépassée depuis 30\u00a0jours (J+30)",
	} {
		if got := distance(days) + " (" + mark(days) + ")"; got != want {
			t.Errorf("%d: got %q, want %q", days, got, want)
		}
	}
}

func TestShown(t *testing.T) {
	for in, want := range map[string]string{
		"  Ti \t ar\r\nVro ":            "Ti ar Vro",
		"a\u202eb\u200bc\ufeffd\u0000e": "abcd e",
		strings.Repeat("é", 81):         strings.Repeat("é", 79) + "…",
		strings.Repeat("é", 80):         strings.Repeat("é", 80),
		"bad \xff utf8":                 "bad utf8",
		"\u202e\u2066":                  "",
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
