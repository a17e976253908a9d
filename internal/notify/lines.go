package notify

import (
	"cmp"
	"slices"
	"strconv"

	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/french"
)

// mostPoints is how many findings a line repeats; the platform and `show` have
// them all.
const mostPoints = 3

// spans are the sections of a mail, by days left: what expires first stands
// first.
var spans = []struct {
	title string
	word  string // after a number, in a summary
	upTo  int
	tone  string
}{
	{"En retard", "en retard", -1, "#ce0500"},
	{"Aujourd’hui", "aujourd’hui", 0, "#b34000"},
	{"Dans les 7" + french.NBSP + "jours", "dans les 7" + french.NBSP + "jours", 7, "#0063cb"},
	{"Plus tard", "plus tard", 1 << 30, "#3a3a3a"},
}

func (w writer) sections(reminders []statement) []section {
	lines := w.lines(reminders)
	var sections []section
	from := -1 << 30
	for _, span := range spans {
		within := func(l line) bool { return l.days >= from && l.days <= span.upTo }
		found := slices.DeleteFunc(slices.Clone(lines), func(l line) bool { return !within(l) })
		if len(found) > 0 {
			sections = append(sections, section{span.title, span.tone, found})
		}
		from = span.upTo + 1
	}
	return sections
}

// lines are one a reminder, by date. Two steps of one deadline, when the first
// mail failed, make one line; so do the two kinds of closing.
func (w writer) lines(reminders []statement) []line {
	var lines []line
	seen := map[string]bool{}
	sorted := slices.SortedStableFunc(slices.Values(reminders), byDate)
	for _, s := range sorted {
		about := s.intention.subject() + "/" + wordingOf(s.deadline.Kind).one + "/" + s.deadline.PrudentOn.String()
		if !seen[about] {
			seen[about] = true
			lines = append(lines, w.line(s, s.deadline))
		}
	}
	return lines
}

func byDate(a, b statement) int {
	return cmp.Or(
		a.deadline.PrudentOn.Compare(b.deadline.PrudentOn),
		cmp.Compare(a.intention.Dossier, b.intention.Dossier),
		cmp.Compare(a.intention.Call, b.intention.Call),
		cmp.Compare(b.deadline.Kind, a.deadline.Kind),
	)
}

func (w writer) line(s statement, d dossier.Deadline) line {
	words := wordingOf(d.Kind)
	l := line{
		What: titleOf(d.Kind), DateLabel: words.dateLabel, Date: french.LongDay(d.PrudentOn),
		Ground: groundOf(d), Hypothesis: shown(d.Hypothesis, 3*longest),
		kind: d.Kind, on: d.PrudentOn, days: d.PrudentOn.Sub(w.today(s)),
	}
	l.When = distance(l.days) + " (" + mark(l.days) + ")"
	if d.DueOn.After(d.PrudentOn) {
		l.Suspended = french.LongDay(d.DueOn)
	}
	l.Advice = adviceOf(d, s.record.Judgement.Verdict, l.days)
	if s.intention.Dossier == 0 {
		return w.ofCall(l, s, d)
	}
	if w.several {
		l.Call = shortName(s.call)
	}
	l.Label = "Dossier n°" + french.NBSP + strconv.Itoa(s.record.Number)
	l.URL = w.url(s.record.Demarche, s.record.Number)
	l.Structure = structure(s.record)
	l.Verdict = verdictTexts[s.record.Judgement.Verdict]
	l.Points = points(s.record.Judgement.Findings)
	return l
}

func (w writer) ofCall(l line, s statement, d dossier.Deadline) line {
	l.Label = "Appel " + shortName(s.call)
	l.URL = w.url(s.call.Demarche, 0)
	l.Structure = shown(s.call.Title, longest)
	closes := s.call.Calendar.Closes
	if closing := d.Kind == deadline.ClosingSoon || d.Kind == deadline.Closing; !closing || closes.IsZero() {
		return l
	}
	l.Date += " à " + french.Clock(closes, zoneOf(s.call))
	if closes.Before(w.now) && l.days == 0 {
		l.Advice = adviceOf(d, "", -1)
	}
	return l
}

// url is a page of the platform for instructeurs; empty without a base.
func (w writer) url(demarche, number int) string {
	if w.base == "" || demarche == 0 {
		return ""
	}
	page := w.base + "/procedures/" + strconv.Itoa(demarche)
	if number == 0 {
		return page
	}
	return page + "/dossiers/" + strconv.Itoa(number)
}

func structure(r dossier.Record) string {
	if name := shown(r.Judgement.Facts.Structure, longest); name != "" {
		return name
	}
	return "Structure non renseignée"
}

// points are the findings that explain a verdict, the gravest first.
func points(findings []dossier.Finding) []string {
	var said []string
	for _, want := range []struct {
		severity dossier.Severity
		outcome  dossier.Outcome
	}{
		{dossier.Blocking, dossier.Fail}, {dossier.Blocking, dossier.Unknown}, {dossier.Warning, dossier.Fail},
	} {
		for _, f := range findings {
			if f.Severity == want.severity && f.Outcome == want.outcome {
				said = append(said, shown(f.Message, 3*longest)+" ("+f.Rule+")")
			}
		}
	}
	if more := len(said) - mostPoints; more > 0 {
		said = append(said[:mostPoints], "et "+french.Count(more, "autre point", "autres points"))
	}
	return said
}
