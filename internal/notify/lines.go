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

// lines are one a reminder, by date. Two steps of one deadline, when the first
// mail failed, make one line; so do the two kinds of closing.
func (w writer) lines(reminders []statement) []line {
	var lines []line
	seen := map[string]bool{}
	sorted := slices.SortedStableFunc(slices.Values(reminders), byDate)
	for _, s := range sorted {
		about := s.intention.subject() + "/" + headlineOf(s.deadline.Kind, toCome).one + "/" + s.deadline.PrudentOn.String()
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
	st := standingOf(d, w.today(s))
	l := line{
		What: what(d.Kind, st), Date: french.LongDay(d.PrudentOn), Then: consequence(d, st),
		Ground: groundOf(d), Hypothesis: shown(d.Hypothesis, 3*longest),
		kind: d.Kind, standing: st, extended: d.DueOn.After(d.PrudentOn), on: d.PrudentOn, told: told(d, st), days: d.PrudentOn.Sub(w.today(s)),
	}
	l.When = whenOf(l.days)
	l.Advice = adviceOf(d.Kind, st, s.record.Judgement.Verdict)
	if s.intention.Dossier == 0 {
		return w.ofCall(l, s, d)
	}
	if w.several {
		l.Call = shortName(s.call)
	}
	l.Label = "Dossier n°" + french.NBSP + strconv.Itoa(s.record.Number)
	l.URL = w.url(s.record.Demarche, s.record.Number)
	l.Structure = structure(s.record)
	if s.record.State.Termine() { // decided: nothing is proposed any more
		return l
	}
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
	if closes.Before(w.now) {
		l.Advice = adviceOf(d.Kind, past, "")
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
