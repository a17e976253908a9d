package french

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestUnbreakable(t *testing.T) {
	for in, want := range map[string]string{
		"Hors délai : 12 € ; soit 5 % !": "Hors délai\u00a0: 12\u00a0€\u202f; soit 5\u00a0%\u202f!",
		"« Objet » : vraiment ?":         "«\u00a0Objet\u00a0»\u00a0: vraiment\u202f?",
		"à 08:00, déjà\u00a0: oui":       "à 08:00, déjà\u00a0: oui",
		"":                               "",
	} {
		if got := Unbreakable(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// Only spaces change, and only once.
func TestUnbreakableKeepsTheWords(t *testing.T) {
	plain := strings.NewReplacer(NBSP, " ", NNBSP, " ")
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom([]rune(" «»:;!?€%aé1\u00a0\u202f\n"))).Draw(t, "s")
		once := Unbreakable(s)
		if plain.Replace(once) != plain.Replace(s) {
			t.Fatalf("%q became %q", s, once)
		}
		if twice := Unbreakable(once); twice != once {
			t.Fatalf("%q became %q, then %q", s, once, twice)
		}
	})
}

func TestWords(t *testing.T) {
	check := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check(Quoted("O2R"), "«\u00a0O2R\u00a0»")
	check(Enumerate(nil), "")
	check(Enumerate([]string{"a"}), "a")
	check(Enumerate([]string{"a", "b"}), "a et b")
	check(Enumerate([]string{"a", "b", "c"}), "a, b et c")
	check(Capital("échéance"), "Échéance")
	check(Capital("1 dossier"), "1 dossier")
	check(Capital(""), "")
	check(Capital("\xff"), "\xff")
}

func FuzzCapital(f *testing.F) {
	for _, s := range []string{"mardi", "ß", "\xc3\x28", "ŉ", "\u0301e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		_, size := utf8.DecodeRuneInString(s)
		if got := Capital(s); !strings.HasSuffix(got, s[size:]) || Capital(got) != got {
			t.Errorf("%q became %q", s, got)
		}
	})
}
