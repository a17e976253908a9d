package app

import (
	"strings"
	"testing"
)

// What a candidate wrote is shown by a terminal, and obeyed by none.
func TestPlain(t *testing.T) {
	for said, want := range map[string]string{
		"a\x1b[2J\x00b\u009b1m":        "a [2J b 1m",
		"a\nb\r\nc\td\u2028e":          "a b  c d e",
		"a\u202eb\u2066c\u200fd\ufeff": "abcd",
		"👩\u200d🏫 نمی\u200cخواهم":      "👩\u200d🏫 نمی\u200cخواهم",
	} {
		if got := onTerminal(said); got != want {
			t.Errorf("%q: got %q, want %q", said, got, want)
		}
	}
	if got := brief(strings.Repeat("é", longest)); strings.HasSuffix(got, "…") {
		t.Errorf("cut too early: %q", got)
	}
	if got := brief(strings.Repeat("é", 5<<20)); got != strings.Repeat("é", longest)+"…" {
		t.Errorf("%d bytes", len(got))
	}
}
