package notify

import (
	"cmp"
	"maps"
	"slices"

	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/french"
)

// A summary lists few dossiers, those that expire first, and counts the others,
// so that taking over a thousand dossiers stays readable.
const (
	mostAhead = 15
	mostLate  = 5
)

// summary is the opening of one call: how many dossiers, and what expires first.
type summary struct {
	Title      string
	Intro      string
	Verdicts   string
	Dates      string
	Hypotheses []string
	Calls      []line // the call's own dates
	Lists      []list
	URL        string // of the démarche
}

// list is the first of some dossiers; More counts those left out.
type list struct {
	Title string
	Lines []line
	More  string
}

// summaries are one a call, in the order of their ids.
func (w writer) summaries(openings []statement) []summary {
	byCall := map[string][]statement{}
	for _, s := range once(openings) {
		byCall[s.call.ID] = append(byCall[s.call.ID], s)
	}
	var all []summary
	for _, id := range slices.Sorted(maps.Keys(byCall)) {
		all = append(all, w.summary(byCall[id]))
	}
	return all
}

// once keeps one opening a subject: leaving hold may meet an adoption.
func once(openings []statement) []statement {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(openings), func(s statement) bool {
		again := seen[s.intention.subject()]
		seen[s.intention.subject()] = true
		return again
	})
}

func (w writer) summary(openings []statement) summary {
	c := openings[0].call
	v := summary{Title: shortName(c), URL: w.url(c.Demarche, 0)}
	var dossiers []statement
	var lines []line
	for _, s := range openings {
		l := w.line(s, w.first(s))
		if l.Hypothesis != "" && !slices.Contains(v.Hypotheses, l.Hypothesis) {
			v.Hypotheses = append(v.Hypotheses, l.Hypothesis)
		}
		l.Hypothesis = "" // said once, above
		if s.intention.Dossier == 0 {
			v.Calls = append(v.Calls, l)
			continue
		}
		dossiers, lines = append(dossiers, s), append(lines, l)
	}
	if len(dossiers) > 0 {
		v.Intro = "Relais suit pour vous " + french.Count(len(dossiers), "dossier", "dossiers") +
			". Les rappels dont la date était déjà passée ne sont pas envoyés un à un" + colon + "voici l’essentiel."
		v.Verdicts, v.Dates, v.Lists = verdicts(dossiers), dates(lines), lists(lines)
	}
	return v
}

// lists shows first what can still be done in time, then what is past, the
// latest first.
func lists(lines []line) []list {
	slices.SortStableFunc(lines, func(a, b line) int { return cmp.Or(a.on.Compare(b.on), cmp.Compare(a.Label, b.Label)) })
	var late, ahead []line
	for _, l := range lines {
		if l.standing == past {
			late = append(late, l)
			continue
		}
		ahead = append(ahead, l)
	}
	slices.Reverse(late)
	var all []list
	for _, l := range []list{
		shorten("Ce qui expire d’abord", ahead, mostAhead),
		shorten("Dates déjà dépassées", late, mostLate),
	} {
		if len(l.Lines) > 0 {
			all = append(all, l)
		}
	}
	return all
}

func shorten(title string, lines []line, most int) list {
	l := list{Title: title, Lines: lines}
	if more := len(lines) - most; more > 0 {
		l.Lines = lines[:most]
		l.More = "Et " + french.Count(more, "autre dossier", "autres dossiers")
		switch lines[most].standing {
		case toCome:
			l.More += ", à partir du " + french.LongDay(lines[most].on)
		case past:
			l.More += ", avant le " + french.LongDay(lines[most-1].on) + " ou ce jour-là"
		}
		l.More += "."
	}
	return l
}

// first is the open deadline of a subject that expires first. The suspended
// rejection is shown beside the prudent one, not by itself.
func (w writer) first(s statement) dossier.Deadline {
	var first dossier.Deadline
	for _, d := range s.deadlines {
		if d.Kind != deadline.SuspendedRejet && (first.Kind == "" || d.PrudentOn.Before(first.PrudentOn)) {
			first = d
		}
	}
	if first.Kind == "" {
		return s.deadlines[0]
	}
	return first
}

// verdicts counts dossiers: 3 à compléter, 12 recevables.
func verdicts(dossiers []statement) string {
	counts := map[dossier.Verdict]int{}
	for _, s := range dossiers {
		if !s.record.State.Termine() {
			counts[s.record.Judgement.Verdict]++
		}
	}
	var words []string
	for _, v := range verdictPlurals {
		if n := counts[v.verdict]; n > 0 {
			words = append(words, french.Count(n, v.one, v.many))
		}
	}
	return french.Enumerate(words)
}
