package plain

import (
	"strings"
	"testing"
	"unicode"
)

func TestWhatMayBeShown(t *testing.T) {
	for name, c := range map[string]struct{ in, want, strict string }{
		"French":           {"L’été « à » 150\u202f000\u00a0€", "L’été « à » 150\u202f000\u00a0€", ""},
		"line breaks":      {"a\r\nb\tc\u2028d\u2029e\vf", "a  b c d e f", ""},
		"controls":         {"a\x00b\x1bc\u009bd\x7fe", "a b c d e", ""},
		"directions":       {"a\u202eb\u2066c\u200fd", "abcd", ""},
		"zero width":       {"a\u200bb\ufeffc\u2060d\u00ade", "abcde", ""},
		"tags":             {"a\U000e0061b", "ab", ""},
		"private":          {"a\ue000b\ufffec\ufffdd", "abcd", ""},
		"joiners":          {"می\u200cخواهم 👩\u200d🚒", "می\u200cخواهم 👩\u200d🚒", "میخواهم 👩🚒"},
		"marks and others": {"e\u0301 𝔸 漢字 🙂", "e\u0301 𝔸 漢字 🙂", ""},
	} {
		if got := strings.Map(Rune, c.in); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if c.strict == "" {
			c.strict = c.want
		}
		if got := strings.Map(Strict, c.in); got != c.strict {
			t.Errorf("%s, strictly: %q, want %q", name, got, c.strict)
		}
	}
}

// Every character there is: nothing that is let through can hide, reverse or break.
func TestEveryCharacter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		got := Strict(r)
		switch {
		case got == -1 || got == ' ':
		case got != r:
			t.Fatalf("%U becomes %U", r, got)
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Noncharacter_Code_Point):
			t.Fatalf("%U is let through", r)
		}
		if again := Strict(got); got >= 0 && again != got {
			t.Fatalf("%U is not settled: %U", r, again)
		}
	}
}
