package letter

import (
	"strconv"
	"strings"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/french"
)

// mostPoints is how many findings a line repeats; the platform and `show` have
// them all.
const mostPoints = 3

// line is one subject of a section: a date of a dossier or of a call, or the
// news of a dossier.
type line struct {
	Label     string
	URL       string
	Structure string
	Call      string // when the mail is about several
	Rows      []row
	Proposal  *row // the verdict
	Points    []string
	Note      string
	Advice    string
	Ground    string
	Short     row // Rows, when there is but one line for them

	family     string // of the call, for the hypothesis
	hypothesis string
	kind       string
	standing   standing
	extended   bool // a suspension is recorded
	days       int  // from today to the date
	on         dossier.Day
	told       dossier.Day // in the subject
	number     int
	block      block
	room       room
}

// row is a sentence with its strong part: Dernier jour : **lundi 7 décembre**, demain.
type row struct {
	Name, Value, Rest string
	Tone              tone // of the value; the zero tone for none
}

// dated is a line about a deadline of a subject, without what else is known of it.
func (w writer) dated(i Item, d dossier.Deadline) line {
	st := standingOf(d, w.today(i))
	l := line{
		Ground: groundOf(d), hypothesis: shown(d.Hypothesis, 3*longest),
		kind: d.Kind, standing: st, extended: d.DueOn.After(d.PrudentOn), on: d.PrudentOn, told: told(d, st),
		days: d.PrudentOn.Sub(w.today(i)), number: i.Head.Number, family: shortName(i.Call),
	}
	if w.several {
		l.Call = l.family
	}
	if st == past {
		l.block = late
	}
	date := row{Name: what(d.Kind, st) + colon, Value: inOnePiece(d.PrudentOn), Rest: ", " + whenOf(l.days)}
	if hour := w.hour(i, d); hour != "" {
		date.Value += " à " + hour
	}
	then := consequence(d, st)
	l.Rows, l.Short = []row{date}, date
	if then != "" {
		l.Rows = append(l.Rows, row{Rest: french.Capital(then) + "."})
	}
	if l.hypothesis != "" {
		l.Ground += doubt
		l.Short.Rest += doubt
	}
	// That a rejection follows the last day goes without saying in a short line,
	// unless there are two dates.
	if then != "" && (st != toCome || l.extended) {
		l.Short.Rest += french.NNBSP + "; " + then
	}
	return l
}

// inOnePiece keeps the day of the week beside its date.
func inOnePiece(d dossier.Day) string { return strings.Replace(french.LongDay(d), " ", french.NBSP, 1) }

// hour is when a call closes on the day of its closing.
func (w writer) hour(i Item, d dossier.Deadline) string {
	if !closing(d.Kind) || i.Call.Calendar.Closes.IsZero() {
		return ""
	}
	return french.Clock(i.Call.Calendar.Closes, zoneOf(i.Call))
}

func closing(kind string) bool { return kind == deadline.ClosingSoon || kind == deadline.Closing }

// line is a deadline with what is known of its subject, and what to do.
func (w writer) line(i Item, d dossier.Deadline) line {
	l := w.dated(i, d)
	l.Advice = adviceOf(d.Kind, l.standing, i.Head.Judgement.Verdict)
	if i.Head.Number == 0 {
		return w.ofCall(l, i, d)
	}
	l.Note = noteOf(i.Because.Reason)
	w.identify(&l, i)
	if !i.Head.State.Termine() { // decided: nothing is proposed any more
		l.Proposal = proposal(i.Head.Judgement.Verdict)
		l.Points = points(i.Head.Judgement.Findings)
	}
	return l
}

func (w writer) identify(l *line, i Item) {
	l.Label = "Dossier n°" + french.NBSP + strconv.Itoa(i.Head.Number)
	l.URL = w.url(i.Head.Demarche, i.Head.Number)
	l.Structure = structure(i.Head)
}

func (w writer) ofCall(l line, i Item, d dossier.Deadline) line {
	l.Label, l.Call = "Appel "+l.family, ""
	l.URL = w.url(i.Call.Demarche, 0)
	l.Structure = shown(i.Call.Title, longest)
	if closes := i.Call.Calendar.Closes; closing(d.Kind) && !closes.IsZero() && closes.Before(w.Now) {
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

func structure(h dossier.Head) string {
	if name := shown(h.Judgement.Facts.Structure, longest); name != "" {
		return name
	}
	return "Structure non renseignée"
}

// noteOf warns that nobody else looks after a dossier.
func noteOf(r Reason) string {
	switch r {
	case Belongs:
		return "Personne ne suit encore ce dossier."
	case Escalated, LastResort:
		return "Personne ne suit ce dossier, ou aucune des personnes concernées ne peut être prévenue" + colon + "lui trouver un instructeur."
	}
	return ""
}

// proposal is the row of a verdict; nil without one.
func proposal(v dossier.Verdict) *row {
	said, ok := verdictTexts[v]
	if !ok {
		return nil
	}
	return &row{Name: "Proposition de Relais" + colon, Value: said, Tone: verdictTones[v]}
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

// shortName is what instructeurs call a call: « O2R Bretagne ».
func shortName(c *call.Call) string {
	if c.Family == "" {
		return shown(c.Title, 40)
	}
	return familyName(c) + onlyRegion(c)
}
