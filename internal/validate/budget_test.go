package validate

import (
	"strings"
	"testing"

	"relais/internal/call"
	"relais/internal/dossier"
)

func TestV60Floor(t *testing.T) {
	cost := func(champ dossier.Champ) change { return with(champ) }
	id := call.FieldTotalCost
	got := check(t, "V60",
		is(fails, "a centime short", cost(decimal(id, 149_999.99))),
		is(passes, "exactly", cost(decimal(id, 150_000))),
		is(passes, "a centime above", cost(decimal(id, 150_000.01))),
		is(fails, "a tenth of a centime short", cost(decimal(id, 149_999.999))),
		is(fails, "nothing", cost(decimal(id, 0))),
		is(fails, "negative", cost(decimal(id, -150_000))),
		is(passes, "whole number", cost(integer(id, "150000"))),
		is(fails, "whole number, short", cost(integer(id, "149999"))),
		is(passes, "beyond 64 bits", cost(integer(id, "99999999999999999999"))),
		is(doubts, "beyond a float", cost(integer(id, strings.Repeat("9", 400)))),
		is(doubts, "a broken whole number", cost(integer(id, "15x"))),
		is(passes, "French text", cost(text(id, "150 000,00 €"))),
		is(fails, "French text, short", cost(text(id, "149 999,99 €"))),
		is(doubts, "an ambiguous text", cost(text(id, "150.000"))),
		is(doubts, "prose", cost(text(id, "environ 150 000 €"))),
		is(doubts, "a blank text", cost(text(id, " "))),
		is(doubts, "left empty", cost(dossier.Champ{DescriptorID: id, Type: dossier.DecimalNumberChamp})),
		is(doubts, "hidden by a condition", without(id)),
		is(none, "the floor is on the requested amount", inCall(func(c *call.Call) { c.Floor.Measure = call.RequestedAmount })),
		is(doubts, "the floor is on nothing known", inCall(func(c *call.Call) { c.Floor.Measure = "" })),
	)
	if want := "Sous le plancher. Coût total\u00a0: 149\u202f999,99\u00a0€, plancher\u00a0: 150\u202f000\u00a0€ sur 36 mois"; got[0].Message != want {
		t.Errorf("%q", got[0].Message)
	}
	if !strings.Contains(got[3].Message, "149\u202f999,999") {
		t.Errorf("rounded up to the floor it misses: %q", got[3].Message)
	}
}

func TestV61FloorOnFunding(t *testing.T) {
	funding := inCall(func(c *call.Call) { c.Floor = &call.Floor{Measure: call.RequestedAmount, Amount: 250_000} })
	id := call.FieldRequestedAmount
	check(t, "V61",
		is(none, "the floor is on the total cost"),
		is(fails, "a centime short", funding, with(decimal(id, 249_999.99))),
		is(passes, "exactly", funding, with(decimal(id, 250_000))),
		is(doubts, "left empty", funding, without(id)),
	)
	check(t, "V60", is(none, "the other measure", funding))
}

func TestV62Training(t *testing.T) {
	asked, line := call.FieldTrainingAsked, call.FieldTrainingAmount
	both := unconfigured(asked, line)
	amountOnly := unconfigured(asked)
	labelled := func(label string, c dossier.Champ) change {
		c.DescriptorID, c.Label = "other", label
		return with(c)
	}
	got := check(t, "V62",
		is(passes, "no"),
		is(fails, "yes", with(yesNo(asked, true))),
		is(passes, "no, and a null amount", with(decimal(line, 0))),
		is(fails, "no, and yet an amount", with(decimal(line, 0.01))),
		is(fails, "yes, and a null amount", with(yesNo(asked, true), decimal(line, 0))),
		is(doubts, "no answer", with(unanswered(asked))),
		is(passes, "no answer, and a null amount", with(unanswered(asked), decimal(line, 0))),
		is(doubts, "hidden by a condition", without(asked)),
		is(passes, "amount alone, null", amountOnly, with(decimal(line, 0))),
		is(fails, "amount alone", amountOnly, with(text(line, "12 000 €"))),
		is(doubts, "amount alone, empty", amountOnly),
		is(doubts, "a negative amount", with(decimal(line, -5))),
		is(fails, "yes, and an unreadable amount", with(yesNo(asked, true), text(line, "à définir"))),
		is(fails, "the question is itself an amount", with(decimal(asked, 500))),
		is(passes, "the question is itself a null amount", with(integer(asked, "0"))),
		is(passes, "non in a list", with(text(asked, "Non"))),
		is(none, "training is eligible", inCall(func(c *call.Call) { c.Ineligible = []string{"investissement"} })),
		is(none, "nothing is ineligible", inCall(func(c *call.Call) { c.Ineligible = []string{} })),

		is(doubts, "neither bound, nothing said", both, without(asked)),
		is(fails, "neither bound, a labelled expense", both, labelled("Coût des formations (€)", decimal("", 10))),
		is(doubts, "a labelled expense of nothing", both, labelled("Coût des formations (€)", decimal("", 0))),
		is(doubts, "a number of people trained", both, labelled("Nombre d’entrées en formation", integer("", "10"))),
		is(doubts, "information is not formation", both, labelled("Dépenses d’information (€)", decimal("", 10))),
		is(fails, "a yes to a labelled question", both, labelled("Y a-t-il des dépenses de formation ?", yesNo("", true))),
		is(fails, "a budget line", both, with(dossier.Champ{DescriptorID: "lines", Type: dossier.RepetitionChamp,
			Rows: []dossier.Row{row(text("poste", "Formation CACES"), decimal("montant", 900))}})),
		is(doubts, "a budget line of something else", both, with(dossier.Champ{DescriptorID: "lines", Type: dossier.RepetitionChamp,
			Rows: []dossier.Row{row(text("poste", "Salaires"), decimal("montant", 900))}})),
		is(doubts, "a row with an amount and a long text", both, with(dossier.Champ{DescriptorID: "lines", Type: dossier.RepetitionChamp,
			Rows: []dossier.Row{row(text("action", strings.Repeat("vers la formation ", 50)), decimal("montant", 900))}})),
		is(doubts, "a description that mentions it", both, labelled("Parcours", text("", strings.Repeat("vers la formation ", 50)))),
	)
	for i, l := range got {
		if l.Outcome == fails && strings.Contains(l.Message, "non configuré") != (l.Severity == dossier.Warning) {
			t.Errorf("line %d: %s is %s", i, l.Message, l.Severity)
		}
	}
}

func TestV63YearsAddUp(t *testing.T) {
	years := func(a, b, c float64) change {
		return with(decimal(call.FieldYear1, a), decimal(call.FieldYear2, b), decimal(call.FieldYear3, c))
	}
	got := check(t, "V63",
		is(passes, "exactly"),
		is(passes, "a centime above", years(100_000, 100_000, 100_000.01)),
		is(passes, "a centime below", years(100_000, 100_000, 99_999.99)),
		is(fails, "two centimes above", years(100_000, 100_000, 100_000.02)),
		is(fails, "two centimes below", years(99_999.98, 100_000, 100_000)),
		is(passes, "decimals that floats cannot hold", years(0.1, 0.2, 0), with(decimal(call.FieldTotalCost, 0.3))),
		is(passes, "two years given, and the sum is right", years(150_000, 150_000, 0), without(call.FieldYear3)),
		is(doubts, "two years given, and the sum is short", without(call.FieldYear3)),
		is(doubts, "no total", without(call.FieldTotalCost)),
		is(doubts, "a year in prose", with(text(call.FieldYear1, "voir budget"))),
		is(passes, "a year in French", with(text(call.FieldYear1, "100 000,00 €"))),
	)
	if got[0].Severity != dossier.Warning {
		t.Errorf("severity %s", got[0].Severity)
	}
}

func TestV64RequestedAmount(t *testing.T) {
	asks := func(v float64) change { return with(decimal(call.FieldRequestedAmount, v)) }
	most := func(v float64) change { return inCall(func(c *call.Call) { c.MaxShare = &v }) }
	got := check(t, "V64",
		is(passes, "two thirds"),
		is(passes, "all of it", asks(300_000)),
		is(fails, "a centime more", asks(300_000.01)),
		is(passes, "exactly the share", asks(240_000), most(0.8)),
		is(fails, "a centime above the share", asks(240_000.01), most(0.8)),
		is(fails, "a centime above it, to the nearest", asks(240_000.009), most(0.8)),
		is(passes, "a share that floats cannot hold", asks(114_800), with(decimal(call.FieldTotalCost, 164_000)), most(0.7)),
		is(passes, "a share without finite decimals", asks(100_000), most(1.0/3)),
		is(passes, "nothing of nothing", asks(0), with(decimal(call.FieldTotalCost, 0))),
		is(fails, "something of nothing", with(decimal(call.FieldTotalCost, 0))),
		is(doubts, "negative", asks(-1)),
		is(doubts, "no requested amount", without(call.FieldRequestedAmount)),
		is(doubts, "no total", without(call.FieldTotalCost)),
		is(doubts, "total not bound", unconfigured(call.FieldTotalCost)),
	)
	if !strings.Contains(got[0].Message, "66,67\u00a0%") {
		t.Errorf("no share in %q", got[0].Message)
	}
}
