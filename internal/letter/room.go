package letter

import (
	"cmp"
	"slices"

	"relais/internal/french"
)

// A long mail stays readable, and small enough for any mail service (some show
// the first 100 kB only, and so not why the mail was sent): the most urgent lines
// stand in full, some more in one line each, and the others are counted. The mail
// tells all of them. Names that take much room once escaped leave room for fewer
// lines.
const (
	mostFull  = 30
	mostBrief = 80
	mostHTML  = 100_000 // bytes
)

// block is what a line competes for room with.
type block int

const (
	ahead block = iota // dates to come, and those that a suspension keeps alive
	late
	fresh // new dossiers
	moved // what changed
)

// room is how much of a mail a line gets.
type room int

const (
	full room = iota
	brief
	none
)

// fit gives each line of some sections its room, brief to as many as are left some,
// and counts those that found none.
func fit(sections []section, briefs int) (fitted []section, hidden int) {
	allot(sections, briefs)
	for _, s := range sections {
		kept := s
		kept.Lines, kept.Brief = nil, nil
		for _, l := range s.Lines {
			switch l.room {
			case full:
				kept.Lines = append(kept.Lines, l)
			case brief:
				kept.Brief = append(kept.Brief, l)
			case none:
				hidden++
			}
		}
		fitted = append(fitted, kept)
	}
	return fitted, hidden
}

// allot goes by urgency, which is not quite the order of the sections: what can
// still be done in time goes before what is past, however much of that there is.
func allot(sections []section, briefs int) {
	var order []*line
	for n := range sections {
		for m := range sections[n].Lines {
			order = append(order, &sections[n].Lines[m])
		}
	}
	slices.SortStableFunc(order, func(a, b *line) int {
		if a.block == late && b.block == late {
			return b.on.Compare(a.on)
		}
		return cmp.Compare(a.block, b.block)
	})
	for n, l := range order {
		switch {
		case n < mostFull:
			l.room = full
		case n < mostFull+briefs:
			l.room = brief
		default:
			l.room = none
		}
	}
}

// more says where the lines that were left out are.
func more(hidden int, console string) string {
	where := "voir la page des échéances"
	if console == "" {
		where = "voir la plateforme"
	}
	return "et " + french.Count(hidden, "autre", "autres") + colon + where
}
