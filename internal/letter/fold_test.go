package letter

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	long := strings.Repeat("mot ", 20) + "fin"
	for in, want := range map[string]string{
		"court":                                "court",
		"- " + long:                            "- " + strings.TrimSpace(strings.Repeat("mot ", 19)) + "\n  mot fin",
		"  " + long:                            "  " + strings.TrimSpace(strings.Repeat("mot ", 19)) + "\n  mot fin",
		"x https://" + strings.Repeat("a", 80): "x\nhttps://" + strings.Repeat("a", 80),
	} {
		if got := fold(in); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

// Only spaces become ends of lines, and no line is too long that could be turned.
func TestFoldKeepsEveryWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.StringOf(rapid.SampledFrom([]rune("aé -·\u00a0\n"))).Draw(t, "text")
		in = strings.Repeat(in, rapid.IntRange(1, 30).Draw(t, "times"))
		out := fold(in)
		if a, b := strings.Fields(in), strings.Fields(out); strings.Join(a, " ") != strings.Join(b, " ") {
			t.Fatalf("%q became %q", in, out)
		}
		for _, l := range strings.Split(out, "\n") {
			said := strings.TrimLeft(l, " ")
			said = strings.Trim(strings.TrimPrefix(strings.TrimPrefix(said, "- "), "· "), " ")
			if utf8.RuneCountInString(l) > widest && strings.Contains(said, " ") {
				t.Fatalf("%q is still too long", l)
			}
		}
	})
}
