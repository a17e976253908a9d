// Package validate judges a dossier against the rules of its call. It is pure:
// no clock, no log, no input or output.
//
// A rule never guesses. What the call does not configure, what the usager left
// out of a comparison and what a changed form made unreadable are Unknown, and
// a person looks; only what the dossier positively shows makes a rule fail.
package validate

import (
	"slices"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/french"
)

// Version of the rules, part of the stamp of judgements. It changes whenever
// the same dossier could get another finding or other facts.
const Version = "3"

// Rule is one check. Title and Source are French, for staff; Source is the law
// or the text it comes from. Severity is what a finding weighs unless its
// Answer says less.
type Rule struct {
	ID       string
	Title    string
	Severity dossier.Severity
	Source   string
	// Piece tells that the rule asks for an attachment, which the usager can
	// still send: see call.Incomplete.
	Piece bool
	// Families and Regions restrict the rule to calls of these families, and to
	// dossiers of these regions under calls that name them; nil means all.
	Families []string
	Regions  []string
	Check    func(Case) Answer
}

// Case is one dossier under its call, as the rules see it. Region is its INSEE
// code, "" when not known.
type Case struct {
	Call    *call.Call
	Region  string
	Dossier *dossier.Dossier
}

// Answer is what a rule found. Severity is empty, or replaces the rule's own.
type Answer struct {
	Outcome  dossier.Outcome
	Message  string
	Severity dossier.Severity
}

var rules = []Rule{v02, v05, v10, v11, v12, v14, v15, v16, v17, v19,
	v32, v50, v54, v60, v61, v62, v63, v64, v80, v84}

// Rules lists every rule, in the order of their codes.
func Rules() []Rule { return slices.Clone(rules) }

// All checks a dossier against every rule, in the order of Rules. A rule that
// the call does not have gives NotApplicable.
func All(c *call.Call, region string, d *dossier.Dossier) []dossier.Finding {
	one := Case{Call: c, Region: region, Dossier: d}
	findings := make([]dossier.Finding, 0, len(rules))
	for _, r := range rules {
		findings = append(findings, r.finding(one))
	}
	return findings
}

// Piece tells whether a rule asks for an attachment.
func Piece(id string) bool {
	return slices.ContainsFunc(rules, func(r Rule) bool { return r.ID == id && r.Piece })
}

func (r Rule) finding(c Case) dossier.Finding {
	a := notApplicable("Règle étrangère à cet appel")
	if r.concerns(c) {
		a = r.Check(c)
	}
	f := dossier.Finding{Rule: r.ID, Severity: r.Severity, Outcome: a.Outcome, Message: french.Unbreakable(a.Message)}
	if a.Severity != "" {
		f.Severity = a.Severity
	}
	return f
}

// concerns tells whether the call has the rule for a dossier's region. A call
// without family has every family's rules; a dossier whose region is not known
// has those of its call.
func (r Rule) concerns(c Case) bool {
	if r.Families != nil && c.Call.Family != "" && !slices.Contains(r.Families, c.Call.Family) {
		return false
	}
	return r.Regions == nil || slices.ContainsFunc(r.Regions, func(region string) bool {
		return slices.Contains(c.Call.Regions, region) && (c.Region == "" || c.Region == region)
	})
}

func pass(message string) Answer    { return Answer{Outcome: dossier.Pass, Message: message} }
func fail(message string) Answer    { return Answer{Outcome: dossier.Fail, Message: message} }
func unknown(message string) Answer { return Answer{Outcome: dossier.Unknown, Message: message} }
func notApplicable(message string) Answer {
	return Answer{Outcome: dossier.NotApplicable, Message: message}
}

// warning lowers an answer to a warning.
func (a Answer) warning() Answer {
	a.Severity = dossier.Warning
	return a
}
