package notify

import (
	"slices"

	"relais/internal/french"
)

// A mail of many reminders stays readable, and small enough for any mail
// service: the most urgent lines stand in full, some more in one line each, and
// the others are counted. The mail carries the intentions of all of them.
const (
	mostFull  = 50
	mostBrief = 200
)

// room is how much of a mail a line gets.
type room int

const (
	full room = iota
	brief
	none
)

// span is the title of some lines, how a summary counts them, and the colour
// that repeats it.
type span struct {
	title string
	word  string // after a number
	tone  string
}

// spans are the sections of a mail, what expired or expires first in front.
var spans = []span{
	{"En retard", "en retard", "#ce0500"},
	{"Date prudente passée, délai suspendu en cours", "à date prudente passée, délai suspendu en cours", "#b34000"},
	{"Aujourd’hui", "aujourd’hui", "#b34000"},
	{"Dans les 7" + french.NBSP + "jours", "dans les 7" + french.NBSP + "jours", "#0063cb"},
	{"Plus tard", "plus tard", "#3a3a3a"},
}

// spanOf is the place of a line in spans.
func spanOf(l line) int {
	switch {
	case l.standing == past:
		return 0
	case l.standing == suspended:
		return 1
	case l.days == 0:
		return 2
	case l.days <= 7:
		return 3
	}
	return 4
}

// sections sorts lines under their titles and counts those that found no room.
func sections(lines []line) (found []section, hidden int) {
	bySpan := make([]section, len(spans))
	for _, l := range allot(lines) {
		s := &bySpan[spanOf(l)]
		switch l.room {
		case full:
			s.Lines = append(s.Lines, l)
		case brief:
			s.Brief = append(s.Brief, l)
		case none:
			hidden++
		}
	}
	for n, s := range bySpan {
		if len(s.Lines)+len(s.Brief) > 0 {
			s.Title, s.Tone = spans[n].title, spans[n].tone
			found = append(found, s)
		}
	}
	return found, hidden
}

// allot gives each line its room and keeps their order. What can still be done
// in time goes before what is past, however much of that there is.
func allot(lines []line) []line {
	lines = slices.Clone(lines)
	order := make([]*line, len(lines))
	for n := range lines {
		order[n] = &lines[n]
	}
	slices.SortStableFunc(order, func(a, b *line) int {
		switch lateA, lateB := a.standing == past, b.standing == past; {
		case lateA && lateB:
			return b.on.Compare(a.on)
		case lateA:
			return 1
		case lateB:
			return -1
		}
		return a.on.Compare(b.on)
	})
	for n, l := range order {
		switch {
		case n < mostFull:
			l.room = full
		case n < mostFull+mostBrief:
			l.room = brief
		default:
			l.room = none
		}
	}
	return lines
}

// more says where the lines that were left out are.
func more(hidden int, console string) string {
	where := "voir la page"
	if console == "" {
		where = "voir la plateforme"
	}
	return "et " + french.Count(hidden, "autre", "autres") + colon + where
}

// dates counts lines by the sections of a mail.
func dates(lines []line) string {
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
