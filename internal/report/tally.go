package report

import (
	"maps"
	"math"
	"slices"

	"relais/internal/dossier"
)

// mostEuros is more than any one project can cost: above it, somebody slipped.
const mostEuros = 1e11

// tally is what is counted of many dossiers. Nothing in it depends on the order
// in which they came.
type tally struct {
	counts          Figures // its counts only; amounts and medians are below
	total, asked    sum
	toDecision, age spread
}

func newTally() *tally {
	return &tally{
		counts:     Figures{ByState: map[dossier.State]int{}, ByVerdict: map[dossier.Verdict]int{}},
		toDecision: spread{}, age: spread{},
	}
}

func (t *tally) add(one reading) {
	f := &t.counts
	f.Total++
	f.ByState[one.state]++
	if !one.state.Termine() {
		f.ByVerdict[one.verdict]++
	}
	count(&f.Filed, one.filed)
	count(&f.Decided, one.decided)
	t.total.add(one.facts.TotalCost)
	t.asked.add(one.facts.RequestedAmount)
	addPeople(&f.PeopleFound, &f.WithPeopleFound, one.facts.PeopleFound)
	addPeople(&f.PeopleSupported, &f.WithPeopleSupported, one.facts.PeopleSupported)
	count(&f.Met, one.met)
	count(&f.Missed, one.missed)
	count(&f.Born, one.missed)
	count(&f.BornInPeriod, one.bornInPeriod)
	count(&f.Near, one.near)
	count(&f.Late, one.late)
	count(&f.BeforeCommittee, one.beforeCommittee)
	t.toDecision.add(one.toDecision)
	t.age.add(one.age)
}

// figures are a copy: what comes later changes nothing in them.
func (t *tally) figures() Figures {
	f := t.counts
	f.ByState, f.ByVerdict = maps.Clone(f.ByState), maps.Clone(f.ByVerdict)
	f.TotalCost, f.WithTotalCost = t.total.euros(), t.total.of
	f.RequestedAmount, f.WithRequestedAmount = t.asked.euros(), t.asked.of
	f.MedianToDecision, f.MedianOpenAge = t.toDecision.median(), t.age.median()
	return f
}

func count(n *int, yes bool) {
	if yes {
		*n++
	}
}

func addPeople(people, with *int, given *int) {
	if given != nil && *given >= 0 {
		*people += *given
		*with++
	}
}

// sum is a sum of amounts, in whole centimes: additions of fractions would depend
// on their order.
type sum struct {
	centimes int64
	of       int
}

// add leaves out what is no amount, below zero or beyond belief.
func (s *sum) add(euros *float64) {
	if euros == nil || !(*euros >= 0 && *euros <= mostEuros) { // not a number compares to nothing
		return
	}
	s.centimes += int64(math.Round(*euros * 100))
	s.of++
}

func (s *sum) euros() float64 { return float64(s.centimes) / 100 }

// spread tells how many dossiers took each number of days.
type spread map[int]int

func (s spread) add(days *int) {
	if days != nil {
		s[*days]++
	}
}

// median is the value in the middle, or halfway between the two of the middle;
// nil when there is none.
func (s spread) median() *float64 {
	n := 0
	for _, times := range s {
		n += times
	}
	if n == 0 {
		return nil
	}
	m := float64(s.at((n-1)/2)+s.at(n/2)) / 2
	return &m
}

// at is the value of a rank, from 0, when all are laid in order.
func (s spread) at(rank int) int {
	for _, days := range slices.Sorted(maps.Keys(s)) {
		if rank -= s[days]; rank < 0 {
			return days
		}
	}
	return 0
}
