package sandbox

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// world is everything the stand-in invents. It knows no lock and no clock:
// Platform holds both.
type world struct {
	seed      uint64
	start     time.Time // end of seeding; life is counted from it
	at        time.Time // life is told up to here
	demarches []*demarche
	numbers   map[int]*dossier
	people    []*person
	experts   []*person

	number, rows int
	// announce hears of changes of state; nil while the past is told.
	announce func(d *dossier, t time.Time)

	messages, traitements, opinions, graves, persons int
}

// newWorld tells the story up to start.
func newWorld(o Options, start time.Time) *world {
	w := &world{
		seed: o.Seed, start: start.Truncate(time.Microsecond), at: start.Truncate(time.Microsecond),
		numbers:  map[int]*dossier{},
		messages: 5_318_000, traitements: 9_104_000, opinions: 210_400, graves: 1_480_300, persons: 402_100,
	}
	w.establish()
	if o.Bare {
		w.strip()
	}
	w.populate(o)
	for _, m := range w.demarches {
		m.settle()
	}
	return w
}

func (w *world) demarche(number int) *demarche {
	i := slices.IndexFunc(w.demarches, func(m *demarche) bool { return m.number == number })
	if i < 0 {
		return nil
	}
	return w.demarches[i]
}

func (w *world) byFamily(family string) *demarche {
	i := slices.IndexFunc(w.demarches, func(m *demarche) bool { return m.family == family })
	return w.demarches[i]
}

// someone creates an account.
func (w *world) someone(r *rand.Rand, domain string) *person {
	w.persons += 1 + r.IntN(40)
	p := someone(r, w.persons, domain)
	for slices.ContainsFunc(w.people, func(o *person) bool { return o.email == p.email }) {
		p = someone(r, w.persons, domain)
	}
	w.people = append(w.people, p)
	return p
}

// draft opens a brouillon. Numbers grow with gaps: the platform is shared.
func (w *world) draft(r *rand.Rand, m *demarche, by *company, group *group) *dossier {
	w.number += 1 + r.IntN(240)
	d := &dossier{
		number: w.number, demarche: m, group: group, revision: len(m.revisions),
		state: brouillon, demandeur: by, seed: w.seed,
	}
	w.persons += 1 + r.IntN(9)
	d.usager = someone(r, w.persons, fmt.Sprintf("%s.example", usagerDomain(by)))
	m.dossiers = append(m.dossiers, d)
	w.numbers[d.number] = d
	return d
}

func usagerDomain(by *company) string {
	if by.name == "" {
		return "structure"
	}
	return mailbox(by.name)
}

// months adds calendar months and clamps to the last day, as Rails does.
func months(t time.Time, n int) time.Time {
	y, m, d := t.Date()
	last := time.Date(y, m+time.Month(n)+1, 0, 0, 0, 0, 0, t.Location()).Day()
	h, mi, s := t.Clock()
	return time.Date(y, m+time.Month(n), min(d, last), h, mi, s, t.Nanosecond(), t.Location())
}

// expiry is the end of the durée de conservation. A decision so old that it
// would be over at the start of the world was extended by an instructeur.
func (w *world) expiry(d *dossier, decided time.Time) time.Time {
	at := months(decided.In(paris), d.demarche.months)
	if at.After(w.start) {
		return at
	}
	days := []int{3, 9, 13, 20, 45, 120, 240}
	return w.start.AddDate(0, 0, days[d.number%len(days)])
}
