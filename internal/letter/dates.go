package letter

import (
	"cmp"
	"slices"
	"strconv"

	"relais/internal/deadline"
	"relais/internal/dossier"
)

// lines are one a date, in order. Two steps of one deadline, when the first mail
// failed, make one line; so do the two kinds of closing.
func (w writer) lines() []line {
	var lines []line
	seen := map[string]bool{}
	for _, i := range slices.SortedStableFunc(slices.Values(w.dates), byDate) {
		about := subjectOf(i) + "/" + topicOf(i.Deadline.Kind) + "/" + i.Deadline.PrudentOn.String()
		if !seen[about] {
			seen[about] = true
			lines = append(lines, w.line(i, i.Deadline))
		}
	}
	return lines
}

func byDate(a, b Item) int {
	return cmp.Or(
		a.Deadline.PrudentOn.Compare(b.Deadline.PrudentOn),
		cmp.Compare(a.Head.Number, b.Head.Number),
		cmp.Compare(a.Call.ID, b.Call.ID),
		cmp.Compare(b.Deadline.Kind, a.Deadline.Kind),
	)
}

// subjectOf names what an item is about: a dossier, or a call.
func subjectOf(i Item) string {
	if i.Head.Number != 0 {
		return strconv.Itoa(i.Head.Number)
	}
	return "call/" + i.Call.ID
}

// first is the line to begin with: what can still be done soon, then what a
// suspension alone keeps alive, then what is past, the rest last. The dates of a
// call ask nothing of the reader: they come after those of dossiers. Nil without
// lines.
func first(lines []line) *line {
	var best *line
	for n := range lines {
		if l := &lines[n]; best == nil || pressing(*l, *best) < 0 {
			best = l
		}
	}
	if best == nil {
		return nil
	}
	l := *best
	if l.hypothesis != "" {
		l.Rows = slices.Clone(l.Rows)
		l.Rows[0].Rest += doubt
	}
	return &l
}

func pressing(a, b line) int {
	place := func(l line) int {
		switch {
		case l.standing == suspended:
			return 1
		case l.standing == past:
			return 2
		case l.days <= soon:
			return 0
		}
		return 3
	}
	ofCall := func(l line) int {
		if l.number == 0 {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(ofCall(a), ofCall(b)), cmp.Compare(place(a), place(b)),
		a.on.Compare(b.on), cmp.Compare(a.number, b.number),
	)
}

// soonest are the dates of openings that are near, or past.
func (w writer) soonest() []line {
	var lines []line
	for _, i := range w.opened {
		d, ok := firstOpen(i)
		if !ok {
			continue
		}
		if l := w.line(i, d); l.days <= soon {
			lines = append(lines, l)
		}
	}
	return lines
}

// nextDate is the open deadline of a dossier that silence decides.
func nextDate(i Item) (dossier.Deadline, bool) {
	for _, d := range i.Open {
		if d.Kind == deadline.SilentRejet {
			return d, true
		}
	}
	return dossier.Deadline{}, false
}
