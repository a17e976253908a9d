package notify

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"relais/internal/dossier"
	"relais/internal/french"
)

// longestSubject is in characters; what does not fit is left to the mail.
const longestSubject = 120

// group is the reminders of one kind, for the subject.
type group struct {
	words wording
	days  []int // ascending
}

// soon is how many days ahead a date of a summary is worth a word in the subject.
const soon = 7

// subjectLine says what is urgent, from numbers and our own words only: no text
// of a candidate ever reaches a header.
func subjectLine(w writer, prefix string, reminders, openings []statement) string {
	parts := urgencies(slices.Concat(w.lines(reminders), w.soonest(openings)))
	if n := toComplete(reminders); n > 0 {
		parts = append(parts, french.Count(n, "dossier", "dossiers")+" à compléter")
	}
	if n := followed(openings); n > 0 {
		parts = append(parts, french.Count(n, "dossier suivi", "dossiers suivis"))
	}
	if len(parts) == 0 {
		parts = []string{"calendrier de l’appel"}
	}
	out := prefix + heading(reminders, openings) + colon + parts[0]
	for _, p := range parts[1:] {
		if utf8.RuneCountInString(out)+2+utf8.RuneCountInString(p) <= longestSubject {
			out += ", " + p
		}
	}
	return shown(out, longestSubject)
}

// soonest are the dates of a summary that are near, or past.
func (w writer) soonest(openings []statement) []line {
	var lines []line
	for _, s := range once(openings) {
		if l := w.line(s, w.first(s)); l.days <= soon {
			lines = append(lines, l)
		}
	}
	return lines
}

// urgencies says each kind of date once, the nearest first.
func urgencies(lines []line) []string {
	slices.SortStableFunc(lines, func(a, b line) int { return a.days - b.days })
	byKind := map[string]*group{}
	for _, l := range lines {
		words := wordingOf(l.kind)
		if l.days < 0 {
			words.one, words.many = words.lateOne, words.lateMany
		}
		g, ok := byKind[words.one]
		if !ok {
			g = &group{words: words}
			byKind[words.one] = g
		}
		g.days = append(g.days, l.days)
	}
	groups := slices.SortedFunc(maps.Values(byKind), func(a, b *group) int {
		if a.days[0] != b.days[0] {
			return a.days[0] - b.days[0]
		}
		return strings.Compare(a.words.one, b.words.one)
	})
	var parts []string
	for _, g := range groups {
		parts = append(parts, g.String())
	}
	return parts
}

// String writes 2 rejets implicites dans 7 jours.
func (g group) String() string {
	first, last := g.days[0], g.days[len(g.days)-1]
	said := french.Count(len(g.days), g.words.one, g.words.many)
	if first < 0 {
		return said
	}
	when := distance(first)
	switch first {
	case 0:
		when = g.words.tonight
	case 1:
		when = g.words.tomorrow
	}
	if first != last {
		soonest := slices.IndexFunc(g.days, func(d int) bool { return d > first })
		return said + " (" + french.Integer(soonest) + " " + when + ")"
	}
	return said + " " + when
}

func toComplete(statements []statement) int {
	numbers := map[int]bool{}
	for _, s := range statements {
		if s.record.Judgement.Verdict == dossier.ACompleter {
			numbers[s.record.Number] = true
		}
	}
	return len(numbers)
}

// followed counts the dossiers of a summary.
func followed(openings []statement) int {
	n := 0
	for _, s := range once(openings) {
		if s.intention.Dossier != 0 {
			n++
		}
	}
	return n
}

// heading names the calls of a mail: O2R Bretagne et SPIE.
func heading(reminders, openings []statement) string {
	names := map[string]bool{}
	for _, s := range slices.Concat(reminders, openings) {
		names[nameFor(s)] = true
	}
	sorted := slices.Sorted(maps.Keys(names))
	if len(sorted) > 2 {
		return "Relais"
	}
	return french.Enumerate(sorted)
}

// nameFor is the call's short name; a national call takes the dossier's region.
func nameFor(s statement) string {
	name := shortName(s.call)
	if len(s.call.Regions) != 1 && s.call.Family != "" {
		return name + regionSuffix(s.record.Judgement.Facts.Region)
	}
	return name
}

// tally counts what a mail holds, for its first sentence.
func (w writer) tally(reminders, openings []statement) string {
	var words []string
	if n := len(w.lines(reminders)); n > 0 {
		words = append(words, french.Count(n, "échéance à traiter", "échéances à traiter"))
	}
	if n := followed(openings); n > 0 {
		words = append(words, french.Count(n, "dossier suivi", "dossiers suivis"))
	}
	if len(words) == 0 {
		return ""
	}
	return " " + french.Capital(french.Enumerate(words)) + "."
}
