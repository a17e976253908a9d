package notify

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"relais/internal/dossier"
	"relais/internal/french"
)

// longestSubject is in characters; what does not fit is left to the mail.
const longestSubject = 200

// soon is how many days ahead a date of a summary is worth a word in the subject.
const soon = 7

// subject says what is urgent, from numbers and our own words only: no text of a
// candidate ever reaches a header. The names of the calls give way to a first
// part that would not fit: a date is never cut.
func (w writer) subject(prefix string, lines []line, reminders, openings []statement) string {
	parts := urgencies(slices.Concat(lines, w.soonest(openings)))
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
	if utf8.RuneCountInString(out) > longestSubject {
		out = prefix + sender + colon + parts[0]
	}
	for _, p := range parts[1:] {
		if longer := out + french.NNBSP + "; " + p; utf8.RuneCountInString(longer) <= longestSubject {
			out = longer
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

// group is the dates that one headline tells.
type group struct {
	headline
	rank  int // what can still be done soon, what is past, what is suspended, the rest
	first dossier.Day
	days  []dossier.Day
	doubt string
}

// urgencies says each kind of date once, the most urgent first.
func urgencies(lines []line) []string {
	byOne := map[string]*group{}
	for _, l := range lines {
		h := headlineOf(l.kind, l.standing)
		g, ok := byOne[h.one]
		if !ok {
			g = &group{headline: h, rank: rank(l), first: l.on}
			byOne[h.one] = g
		}
		g.rank = min(g.rank, rank(l))
		g.days = append(g.days, l.told)
		if l.on.Before(g.first) {
			g.first = l.on
		}
		if silent(l.kind) && l.standing == past {
			g.doubt = l.Doubt()
		}
	}
	var parts []string
	for _, g := range slices.SortedFunc(maps.Values(byOne), byUrgency) {
		slices.SortFunc(g.days, dossier.Day.Compare)
		parts = append(parts, g.say(g.days)+g.doubt)
	}
	return parts
}

func rank(l line) int {
	switch {
	case l.standing == past:
		return 1
	case l.standing == suspended:
		return 2
	case l.days <= soon:
		return 0
	}
	return 3
}

func byUrgency(a, b *group) int {
	return cmp.Or(cmp.Compare(a.rank, b.rank), a.first.Compare(b.first), strings.Compare(a.one, b.one))
}

// toComplete counts the dossiers that await pieces; one that is decided awaits
// none.
func toComplete(statements []statement) int {
	numbers := map[int]bool{}
	for _, s := range statements {
		if !s.record.State.Termine() && s.record.Judgement.Verdict == dossier.ACompleter {
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

// sender stands for calls too many, or too long, to be named.
const sender = "Relais"

// heading names the calls of a mail: O2R Bretagne et SPIE.
func heading(reminders, openings []statement) string {
	names := map[string]bool{}
	for _, s := range slices.Concat(reminders, openings) {
		names[nameFor(s)] = true
	}
	sorted := slices.Sorted(maps.Keys(names))
	if len(sorted) > 2 {
		return sender
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

// tally counts what a mail holds, for its first sentence; when lines find no
// room, also by how urgent they are.
func tally(lines []line, openings []statement) string {
	var words []string
	if n := len(lines); n > 0 {
		words = append(words, french.Count(n, "échéance à traiter", "échéances à traiter"))
	}
	if n := followed(openings); n > 0 {
		words = append(words, french.Count(n, "dossier suivi", "dossiers suivis"))
	}
	if len(words) == 0 {
		return ""
	}
	said := " " + french.Capital(french.Enumerate(words)) + "."
	if len(lines) > mostFull+mostBrief {
		said += " Échéances" + colon + dates(lines) + "."
	}
	return said
}
