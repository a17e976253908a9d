package letter

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
func (w writer) summaries() []summary {
	byCall := map[string][]Item{}
	for _, i := range w.opened {
		byCall[i.Call.ID] = append(byCall[i.Call.ID], i)
	}
	var all []summary
	for _, id := range slices.Sorted(maps.Keys(byCall)) {
		all = append(all, w.summary(byCall[id]))
	}
	return all
}

// once keeps one opening a subject: leaving hold may meet an adoption.
func once(openings []Item) []Item {
	seen := map[string]bool{}
	return slices.DeleteFunc(openings, func(i Item) bool {
		again := seen[subjectOf(i)]
		seen[subjectOf(i)] = true
		return again
	})
}

func (w writer) summary(openings []Item) summary {
	c := openings[0].Call
	v := summary{Title: shortName(c), URL: w.url(c.Demarche, 0)}
	var dossiers []Item
	var lines []line
	for _, i := range openings {
		l := w.opening(i)
		if l.hypothesis != "" && !slices.Contains(v.Hypotheses, l.hypothesis) {
			v.Hypotheses = append(v.Hypotheses, l.hypothesis)
		}
		if i.Head.Number == 0 {
			v.Calls = append(v.Calls, l)
			continue
		}
		dossiers, lines = append(dossiers, i), append(lines, l)
	}
	if len(dossiers) > 0 {
		v.Intro = "Relais suit pour vous " + french.Count(len(dossiers), "dossier", "dossiers") +
			". Les rappels dont la date était déjà passée ne sont pas envoyés un à un" + colon + "voici l’essentiel."
		v.Verdicts, v.Dates, v.Lists = verdicts(dossiers), tally(dated(lines)), lists(lines)
	}
	return v
}

// opening is the line of a subject in its summary, where the hypothesis is said
// once, above.
func (w writer) opening(i Item) line {
	d, ok := firstOpen(i)
	if !ok {
		l := line{number: i.Head.Number, Proposal: proposal(i.Head.Judgement.Verdict)}
		w.identify(&l, i)
		return l
	}
	hypothesis := d.Hypothesis
	d.Hypothesis = ""
	l := w.line(i, d)
	l.hypothesis, l.Call = shown(hypothesis, 3*longest), ""
	return l
}

func dated(lines []line) []line {
	return slices.DeleteFunc(slices.Clone(lines), func(l line) bool { return l.kind == "" })
}

// lists shows first what can still be done in time, then what is past, the
// latest first.
func lists(lines []line) []list {
	slices.SortStableFunc(lines, func(a, b line) int { return cmp.Or(a.on.Compare(b.on), cmp.Compare(a.number, b.number)) })
	var over, open, undated []line
	for _, l := range lines {
		switch {
		case l.kind == "":
			undated = append(undated, l)
		case l.standing == past:
			over = append(over, l)
		default:
			open = append(open, l)
		}
	}
	slices.Reverse(over)
	var all []list
	for _, l := range []list{
		shorten("Ce qui expire d’abord", open, mostAhead),
		shorten("Dates déjà dépassées", over, mostLate),
		shorten("Sans date", undated, mostLate),
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
		switch next := lines[most]; {
		case next.kind == "":
		case next.standing == toCome:
			l.More += ", à partir du " + french.LongDay(next.on)
		case next.standing == past:
			l.More += ", avant le " + french.LongDay(lines[most-1].on) + " ou ce jour-là"
		}
		l.More += "."
	}
	return l
}

// firstOpen is the open deadline of a subject that expires first; false without
// any. The suspended rejection is shown beside the prudent one, not by itself.
func firstOpen(i Item) (dossier.Deadline, bool) {
	var first dossier.Deadline
	for _, d := range i.Open {
		if d.Kind != deadline.SuspendedRejet && (first.Kind == "" || d.PrudentOn.Before(first.PrudentOn)) {
			first = d
		}
	}
	if first.Kind == "" && len(i.Open) > 0 {
		return i.Open[0], true
	}
	return first, first.Kind != ""
}

// verdicts counts dossiers: 3 à compléter, 12 recevables.
func verdicts(dossiers []Item) string {
	counts := map[dossier.Verdict]int{}
	for _, i := range dossiers {
		if !i.Head.State.Termine() {
			counts[i.Head.Judgement.Verdict]++
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

// followed counts the dossiers of openings.
func followed(openings []Item) int {
	n := 0
	for _, i := range openings {
		if i.Head.Number != 0 {
			n++
		}
	}
	return n
}
