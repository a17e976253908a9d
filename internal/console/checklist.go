package console

import (
	"cmp"
	"slices"

	"relais/internal/dossier"
	"relais/internal/french"
)

// findingRow is what a rule says of a dossier, with where the rule comes from.
type findingRow struct {
	Rule, Title, Source, Severity, Message string
	Outcome                                tag
	Mark                                   string // the outcome as one sign
}

// checklist is every rule in the order of their codes.
type checklist struct {
	Counts []statusCount
	Rows   []findingRow
}

var outcomes = []dossier.Outcome{dossier.Fail, dossier.Unknown, dossier.Pass, dossier.NotApplicable}

var outcomeMarks = map[dossier.Outcome]string{
	dossier.Fail: "✗", dossier.Unknown: "?", dossier.Pass: "✓", dossier.NotApplicable: "–",
}

// findings picks those that want a look, the gravest first, and makes the
// checklist of all of them.
func (s *site) findings(list []dossier.Finding) (attention []findingRow, all checklist) {
	byRule, by := slices.Clone(list), map[dossier.Outcome]int{}
	slices.SortStableFunc(byRule, func(a, b dossier.Finding) int { return cmp.Compare(a.Rule, b.Rule) })
	for _, f := range byRule {
		all.Rows = append(all.Rows, s.findingRow(f))
		by[f.Outcome]++
	}
	for _, o := range outcomes {
		if by[o] > 0 {
			all.Counts = append(all.Counts, statusCount{outcomeTags[o], french.Integer(by[o])})
		}
	}
	slices.SortStableFunc(byRule, func(a, b dossier.Finding) int { return cmp.Compare(weight(a), weight(b)) })
	for _, f := range byRule {
		if f.Outcome != dossier.Pass && f.Outcome != dossier.NotApplicable {
			attention = append(attention, s.findingRow(f))
		}
	}
	return attention, all
}

// findingRow of a rule that this version does not know has neither title nor
// source.
func (s *site) findingRow(f dossier.Finding) findingRow {
	rule := s.rules[f.Rule]
	return findingRow{
		Rule: f.Rule, Title: french.Unbreakable(rule.Title), Source: french.Unbreakable(rule.Source),
		Severity: textOf(severityTexts, f.Severity), Message: shown(f.Message),
		Outcome: tagOf(outcomeTags, f.Outcome), Mark: orText(outcomeMarks[f.Outcome], "?"),
	}
}

// weight puts failures before unknowns of the same severity.
func weight(f dossier.Finding) int {
	w := 2 * max(0, slices.Index([]dossier.Severity{dossier.Blocking, dossier.Warning, dossier.Info}, f.Severity))
	if f.Outcome != dossier.Fail {
		w++
	}
	return w
}
