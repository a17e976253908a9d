package validate

import (
	"fmt"
	"strings"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/french"
)

var v60 = Rule{
	ID: "V60", Severity: dossier.Blocking,
	Title:  "Coût total du projet au moins égal au plancher",
	Source: "Plancher de l’appel (AMI O2R Pays de la Loire : 150 000 € sur trois ans)",
	Check:  floor(call.TotalCost, call.FieldTotalCost),
}

var v61 = Rule{
	ID: "V61", Severity: dossier.Blocking,
	Title:  "Montant demandé au moins égal au plancher",
	Source: "Plancher de l’appel (AMI O2R Hauts-de-France 2025 : 250 000 € de financement)",
	Check:  floor(call.RequestedAmount, call.FieldRequestedAmount),
}

var v63 = Rule{
	ID: "V63", Severity: dossier.Warning,
	Title:  "Somme des années égale au coût total",
	Source: "Cohérence du budget",
	Check:  yearsAddUp,
}

var v64 = Rule{
	ID: "V64", Severity: dossier.Blocking,
	Title:  "Montant demandé inférieur ou égal au coût total et à la part maximale",
	Source: "Cohérence du budget ; part maximale de l’appel",
	Check:  withinTotal,
}

var measures = map[string]string{call.TotalCost: "le coût total", call.RequestedAmount: "le montant demandé"}

// floor compares an amount with the call's floor, reached when equal, if that
// is the amount the floor measures.
func floor(measure, field string) func(Case) Answer {
	return func(c Case) Answer {
		f := c.Call.Floor
		switch {
		case f == nil:
			return notApplicable("Plancher non configuré")
		case measures[f.Measure] == "":
			return unknown("Mesure du plancher non configurée")
		case f.Measure != measure:
			return notApplicable("Le plancher de cet appel porte sur " + measures[f.Measure])
		}
		v, s := read(c, field, amount)
		if s != given {
			return cannot(field, s)
		}
		against := noun[field] + " : " + french.Euros(v) + ", plancher : " + floorText(*f)
		if v < f.Amount {
			return fail("Sous le plancher. " + against)
		}
		return pass("Plancher atteint. " + against)
	}
}

func floorText(f call.Floor) string {
	if f.Months <= 0 {
		return french.Euros(f.Amount)
	}
	return fmt.Sprintf("%s sur %d mois", french.Euros(f.Amount), f.Months)
}

// yearsAddUp tolerates one centime. A sum short of the total proves nothing
// while a year is not given.
func yearsAddUp(c Case) Answer {
	sum, missing := 0.0, ""
	for _, field := range []string{call.FieldYear1, call.FieldYear2, call.FieldYear3} {
		v, s := read(c, field, amount)
		switch {
		case s == given:
			sum += v
		case s == empty:
			missing = field
		default:
			return cannot(field, s)
		}
	}
	total, s := read(c, call.FieldTotalCost, amount)
	if s != given {
		return cannot(call.FieldTotalCost, s)
	}
	sums := "somme des années : " + french.Euros(cents(sum)) + ", coût total : " + french.Euros(total)
	switch {
	case same(sum, total):
		return pass("Budget cohérent, " + sums)
	case missing != "":
		return cannot(missing, empty)
	}
	return fail("Budget incohérent, " + sums)
}

func withinTotal(c Case) Answer {
	requested, s := read(c, call.FieldRequestedAmount, amount)
	if s != given {
		return cannot(call.FieldRequestedAmount, s)
	}
	total, s := read(c, call.FieldTotalCost, amount)
	switch {
	case s != given:
		return cannot(call.FieldTotalCost, s)
	case requested < 0:
		return cannot(call.FieldRequestedAmount, unreadable)
	case requested > total:
		return fail("Le montant demandé, " + french.Euros(requested) + ", dépasse le coût total, " + french.Euros(total))
	case total == 0:
		return pass("Montant demandé et coût total nuls")
	}
	return c.withinShare(requested, total)
}

// withinShare compares in euros, to the nearest centime: a share has no finite
// decimals.
func (c Case) withinShare(requested, total float64) Answer {
	share := "Montant demandé : " + french.Euros(requested) + ", soit " + french.Percent(requested/total) + " du coût total"
	most := c.Call.MaxShare
	switch {
	case most == nil:
		return pass(share + " ; part maximale non configurée")
	case requested-total**most > centime/2:
		return fail(share + ", au-dessus de la part maximale de " + french.Percent(*most))
	}
	return pass(share + ", pour une part maximale de " + french.Percent(*most))
}

var v62 = Rule{
	ID: "V62", Severity: dossier.Blocking,
	Title:  "Aucune dépense de formation",
	Source: "AMI O2R Pays de la Loire",
	Check:  noTraining,
}

const training = "formation"

// noTraining believes either champ that declares an expense. When the call binds
// neither, labels are searched: what is found there is a warning, and finding
// nothing proves nothing.
func noTraining(c Case) Answer {
	if c.Call.Ineligible == nil {
		return notApplicable("Dépenses inéligibles non configurées")
	}
	if !says(strings.Join(c.Call.Ineligible, " "), training) {
		return notApplicable("Cet appel n’exclut pas les dépenses de formation")
	}
	asked, s1 := read(c, call.FieldTrainingAsked, spent)
	line, s2 := read(c, call.FieldTrainingAmount, spent)
	switch {
	case s1 == unbound && s2 == unbound:
		return trainingInLabels(c.Dossier.Champs)
	case asked.some || line.some:
		return fail("Dépenses de formation déclarées" + declared(max(asked.amount, line.amount)))
	case s1 == unreadable:
		return cannot(call.FieldTrainingAsked, s1)
	case s2 == unreadable:
		return cannot(call.FieldTrainingAmount, s2)
	case s1 != given && s2 != given:
		return cannot(call.FieldTrainingAsked, empty)
	}
	return pass("Aucune dépense de formation déclarée")
}

func declared(v float64) string {
	if v == 0 {
		return ""
	}
	return " : " + french.Euros(v)
}

// spending is an expense declared by a yes or by an amount.
type spending struct {
	some   bool
	amount float64
}

func spent(c dossier.Champ) (spending, state) {
	if b, s := yes(c); s != unreadable {
		return spending{some: b}, s
	}
	v, s := amount(c)
	if s == given && v < 0 {
		return spending{}, unreadable
	}
	return spending{v > 0, v}, s
}
