package letter

import (
	"strings"
	"unicode/utf8"
)

// widest is a line of the text part, in characters: what a terminal or an old
// mail client shows without turning it.
const widest = 78

// fold turns long lines between words, under the beginning of what they say. An
// unbreakable space holds, and so does an address.
func fold(text string) string {
	lines := strings.Split(text, "\n")
	for n, l := range lines {
		if utf8.RuneCountInString(l) > widest {
			lines[n] = folded(l)
		}
	}
	return strings.Join(lines, "\n")
}

func folded(line string) string {
	said := strings.TrimLeft(line, " ")
	indent := line[:len(line)-len(said)]
	under := indent
	for _, bullet := range []string{"- ", "· "} {
		if rest, listed := strings.CutPrefix(said, bullet); listed {
			indent, under, said = indent+bullet, under+"  ", rest
		}
	}
	var b strings.Builder
	b.WriteString(indent)
	column := utf8.RuneCountInString(indent)
	for n, word := range strings.Split(said, " ") {
		size := utf8.RuneCountInString(word)
		switch {
		case n == 0:
		case column+1+size > widest:
			b.WriteString("\n" + under)
			column = utf8.RuneCountInString(under)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += size
	}
	return b.String()
}
