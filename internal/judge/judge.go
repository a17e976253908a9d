// Package judge puts together what Relais thinks of one dossier: its call, its
// findings, its deadlines and a verdict, which is a proposal to a person.
package judge

import (
	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/validate"
)

// Judge judges a dossier. It holds no clock and changes nothing: the same
// arguments give the same Judgement, whose HandledUntil are zero. A dossier that
// matches no call has facts and a stamp, and neither findings nor verdict.
func Judge(calls call.Set, d *dossier.Dossier, cal deadline.Calendar) dossier.Judgement {
	c, region := calls.Resolve(d)
	j := dossier.Judgement{
		Facts:      validate.FactsOf(c, region, d),
		JudgedWith: Stamp(calls.OfDemarche(d.Demarche)),
	}
	if c == nil {
		return j
	}
	j.Call = c.ID
	j.Findings = validate.All(c, region, d)
	j.Verdict = verdict(j.Findings, c.Incomplete)
	j.Deadlines = deadline.Plan(c, region, d, cal)
	return j
}
