package letter

import (
	"maps"
	"slices"
	"unicode/utf8"

	"relais/internal/dossier"
	"relais/internal/french"
)

// A subject has at most longestSubject characters, and no more than
// easySubject unless what cannot wait needs them: a list of mails shows but
// the beginning. What does not fit is left to the mail.
const (
	longestSubject = 200
	easySubject    = 120
)

// subject says what is urgent, from numbers and our own words only: no text of a
// candidate ever reaches a header. The names of the calls give way to a first
// part that would not fit: a date is never cut.
func (w writer) subject(dates []line) string {
	groups := urgencies(dates)
	parts := append(said(groups), w.counts()...)
	if n := followed(w.opened); n > 0 && len(w.dates)+len(w.news) == 0 {
		// After what can still be done, before what is past.
		start := "point de départ de " + french.Count(n, "dossier", "dossiers")
		parts = slices.Insert(parts, soonest(groups), start)
	} else if n > 0 {
		parts = append(parts, french.Count(n, "dossier suivi", "dossiers suivis"))
	}
	parts = append(parts, w.reportParts()...)
	if len(parts) == 0 {
		parts = []string{"calendrier de l’appel"}
	}
	var urgent []string
	for _, g := range groups {
		if g.rank < 3 {
			urgent = append(urgent, g.say())
		}
	}
	out := w.warning() + w.heading() + colon + parts[0]
	if utf8.RuneCountInString(out) > longestSubject {
		out = w.warning() + sender + colon + parts[0]
	}
	for _, p := range parts[1:] {
		limit := easySubject
		if slices.Contains(urgent, p) {
			limit = longestSubject
		}
		if longer := out + ", " + p; utf8.RuneCountInString(longer) <= limit {
			out = longer
		}
	}
	return shown(out, longestSubject)
}

// soonest counts the groups that come first: what can still be done in time.
func soonest(groups []*group) int {
	n := slices.IndexFunc(groups, func(g *group) bool { return g.rank > 0 })
	if n < 0 {
		return len(groups)
	}
	return n
}

func said(groups []*group) []string {
	var words []string
	for _, g := range groups {
		words = append(words, g.say())
	}
	return words
}

// warning begins the subject of what is no ordinary mail.
func (w writer) warning() string {
	var words string
	if w.Demo {
		words = "[Données fictives] "
	}
	if w.Redirected != "" {
		words += "[Redirigé] "
	}
	if w.Urgent {
		words += "Urgent, "
	}
	return words
}

// counts are the parts of a subject beside dates.
func (w writer) counts() []string {
	fresh := 0
	for _, n := range w.news {
		if n.News.New {
			fresh++
		}
	}
	var parts []string
	for _, c := range []struct {
		n         int
		one, many string
	}{
		{w.forsaken(), "dossier sans instructeur à prévenir", "dossiers sans instructeur à prévenir"},
		{w.toComplete(), "dossier à compléter", "dossiers à compléter"},
		{fresh, "nouveau dossier", "nouveaux dossiers"},
		{len(w.news) - fresh, "dossier modifié", "dossiers modifiés"},
	} {
		if c.n > 0 {
			parts = append(parts, french.Count(c.n, c.one, c.many))
		}
	}
	return parts
}

// reportParts sum up the weekly reports.
func (w writer) reportParts() []string {
	if len(w.Reports) == 0 {
		return nil
	}
	parts := []string{"rapport de la semaine"}
	var total, near, born int
	for _, r := range w.Reports {
		total, near, born = total+r.Figures.Total, near+r.Figures.Near, born+r.Figures.BornInPeriod
	}
	parts = append(parts, french.Count(total, "dossier", "dossiers"))
	if near > 0 {
		parts = append(parts, french.Count(near, "réponse attendue", "réponses attendues")+" dans les 7"+french.NBSP+"jours")
	}
	if born > 0 {
		parts = append(parts, french.Count(born, "rejet implicite né", "rejets implicites nés"))
	}
	return parts
}

// toComplete counts the dossiers that await pieces; one that is decided awaits
// none.
func (w writer) toComplete() int {
	numbers := map[int]bool{}
	note := func(i Item) {
		if !i.Head.State.Termine() && i.Head.Judgement.Verdict == dossier.ACompleter {
			numbers[i.Head.Number] = true
		}
	}
	for _, i := range w.dates {
		note(i)
	}
	for _, n := range w.news {
		note(n.Item)
	}
	return len(numbers)
}

// forsaken counts the dossiers that have come up to who answers for the call.
func (w writer) forsaken() int {
	numbers := map[int]bool{}
	for _, i := range w.Items {
		if i.Because.Reason == Escalated && i.Head.Number != 0 && i.Kind != Opening {
			numbers[i.Head.Number] = true
		}
	}
	return len(numbers)
}

// sender stands for calls too many, or too long, to be named.
const sender = "Relais"

// heading names the calls of a mail: O2R Bretagne et SPIE.
func (w writer) heading() string {
	names := map[string]bool{}
	for _, i := range w.Items {
		names[nameIn(i.Call, i.Head.Judgement.Facts.Region)] = true
	}
	for _, r := range w.Reports {
		names[nameIn(r.Call, r.Figures.Region)] = true
	}
	sorted := slices.Sorted(maps.Keys(names))
	if len(sorted) > 2 {
		return sender
	}
	return french.Enumerate(sorted)
}
