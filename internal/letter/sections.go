package letter

import (
	"maps"
	"slices"

	"relais/internal/french"
)

// section is lines under one title: some in full, the others in one line.
type section struct {
	Title string
	Tone  tone
	Total string // how many lines
	Lines []line
	Brief []line

	one, many string // how the contents of the mail count it
}

// spans are the sections of dates, what expired or expires first in front.
var spans = []struct {
	title string
	word  string // after a number of dates
	tone  tone
}{
	{"En retard", "en retard", toneError},
	{"Date prudente passée, délai suspendu en cours", "à date prudente passée, délai suspendu en cours", toneWarning},
	{"Aujourd’hui", "aujourd’hui", toneWarning},
	{"Dans les 7" + french.NBSP + "jours", "dans les 7" + french.NBSP + "jours", toneInfo},
	{"Plus tard", "plus tard", toneGrey},
}

// soon is how many days ahead a date is near.
const soon = 7

// spanOf is the place of a line in spans.
func spanOf(l line) int {
	switch {
	case l.standing == past:
		return 0
	case l.standing == suspended:
		return 1
	case l.days == 0:
		return 2
	case l.days <= soon:
		return 3
	}
	return 4
}

// sections are all lines under their titles: dates, then new dossiers, then what
// changed.
func (w writer) sections(dates []line) []section {
	bySpan := make([]section, len(spans))
	for n, s := range spans {
		bySpan[n] = section{Title: s.title, Tone: s.tone, one: "échéance " + s.word, many: "échéances " + s.word}
	}
	for _, l := range dates {
		s := &bySpan[spanOf(l)]
		s.Lines = append(s.Lines, l)
	}
	found := slices.DeleteFunc(append(bySpan, w.newSection(), w.changedSection()),
		func(s section) bool { return len(s.Lines) == 0 })
	for n := range found {
		found[n].Total = french.Integer(len(found[n].Lines))
	}
	return found
}

func (w writer) newSection() section {
	s := section{Title: "Nouveaux dossiers", Tone: toneBlue, one: "nouveau dossier", many: "nouveaux dossiers"}
	for _, n := range w.news {
		if n.News.New {
			s.Lines = append(s.Lines, w.newLine(n))
		}
	}
	return s
}

func (w writer) changedSection() section {
	s := section{Title: "Depuis le dernier message", Tone: toneBlue, one: "dossier qui a changé", many: "dossiers qui ont changé"}
	for _, n := range w.news {
		if !n.News.New {
			s.Lines = append(s.Lines, w.changedLine(n))
		}
	}
	return s
}

func count(sections []section) int {
	n := 0
	for _, s := range sections {
		n += len(s.Lines)
	}
	return n
}

// contents say what a mail holds, in its order.
func (w writer) contents(sections []section) []string {
	var said []string
	for _, s := range sections {
		said = append(said, french.Count(len(s.Lines), s.one, s.many))
	}
	if n := followed(w.opened); n > 0 {
		said = append(said, "Point de départ"+colon+french.Count(n, "dossier suivi", "dossiers suivis"))
	}
	if n := len(w.Reports); n > 0 {
		said = append(said, french.Count(n, "rapport de la semaine", "rapports de la semaine"))
	}
	return said
}

// tally counts lines by the sections they would have.
func tally(lines []line) string {
	counts := make([]int, len(spans))
	for _, l := range lines {
		counts[spanOf(l)]++
	}
	var words []string
	for n, s := range spans {
		if counts[n] > 0 {
			words = append(words, french.Count(counts[n], s.word, s.word))
		}
	}
	return french.Enumerate(words)
}

// hypotheses are what the dates of some sections rest on, each once; with the
// names of its calls when there are several.
func hypotheses(sections []section) []string {
	calls := map[string]map[string]bool{}
	for _, s := range sections {
		for _, l := range s.Lines {
			if l.hypothesis == "" {
				continue
			}
			if calls[l.hypothesis] == nil {
				calls[l.hypothesis] = map[string]bool{}
			}
			calls[l.hypothesis][l.family] = true
		}
	}
	var said []string
	for _, h := range slices.Sorted(maps.Keys(calls)) {
		if len(calls) > 1 {
			said = append(said, french.Enumerate(slices.Sorted(maps.Keys(calls[h])))+colon+h+".")
			continue
		}
		said = append(said, h+".")
	}
	return said
}
