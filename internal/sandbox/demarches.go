package sandbox

import (
	"math/rand/v2"
	"time"
)

// Numbers of the démarches, constant so that a bound call file stays right.
const (
	numberO2R     = 98_431
	numberSPIE    = 31_207
	numberPIC     = 14_958
	numberForeign = 102_764
)

// establish creates the démarches, their teams and labels. Revisions and openings
// are told from the start, so that the O2R calls are alive whenever that is.
func (w *world) establish() {
	r := dice(w.seed, "teams")
	o2r := &demarche{
		number: numberO2R, family: "o2r", state: "publiee", months: 12, form: formO2R(), fill: fillO2R,
		title:       "Offre de repérage et de remobilisation (O2R)",
		description: "Appels à manifestation d’intérêt régionaux. Données fictives.",
		created:     w.start.AddDate(-2, -1, 0), published: w.start.AddDate(-2, 0, 0),
		revisions: []time.Time{w.start.AddDate(-2, 0, 0), w.start.AddDate(0, -3, 0)},
		labels:    labelsFrom(10_841, "Prioritaire", "À compléter", "QPV", "Consortium", "Relancé"),
		calendars: w.o2rCalendars(),
	}
	w.team(r, o2r)
	spie := &demarche{
		number: numberSPIE, family: "spie", state: "close", months: 60, form: formSPIE(), fill: fillSPIE,
		title:       "Service public de l’insertion et de l’emploi (SPIE) 2021",
		description: "Appel à manifestation d’intérêt clos. Données fictives.",
		created:     day(2020, 12, 10), published: day(2020, 12, 21), closed: day(2021, 3, 1),
		revisions: []time.Time{day(2020, 12, 21)}, labels: labelsFrom(7_310, "Lauréat"),
		calendars: []RegionCalendar{{Service: "DGEFP", Zone: "Europe/Paris", Opens: day(2020, 12, 21), Closes: time.Date(2021, 2, 28, 23, 59, 0, 0, paris)}},
	}
	spie.groups = []*group{w.group(r, "défaut", "", 2, 58_113), w.group(r, "DREETS Occitanie", "76", 2, 58_114)}
	pic := &demarche{
		number: numberPIC, family: "pic", state: "close", months: 60, form: formPIC(), fill: fillPIC, opendata: true,
		title:       "Repérer et mobiliser les publics invisibles (PIC)",
		description: "Appel à projets clos. Données fictives.",
		created:     day(2021, 3, 8), published: day(2021, 4, 12), closed: day(2021, 6, 24),
		revisions: []time.Time{day(2021, 4, 12)}, labels: labelsFrom(6_027, "Renouvellement"),
		calendars: []RegionCalendar{{Region: "52", Service: "DREETS Pays de la Loire", Zone: "Europe/Paris", Closes: time.Date(2021, 6, 23, 12, 0, 0, 0, paris)}},
	}
	pic.groups = []*group{w.group(r, "défaut", "", 2, 22_408), w.group(r, "DREETS Pays de la Loire", "52", 2, 22_409)}
	foreign := &demarche{
		number: numberForeign, state: "publiee", months: 12, form: formPIC(), fill: fillPIC, foreign: true,
		title: "Démarche d’un autre service", description: "Hors de portée du jeton. Données fictives.",
		created: w.start.AddDate(-1, 0, 0), published: w.start.AddDate(-1, 0, 0), revisions: []time.Time{w.start.AddDate(-1, 0, 0)},
	}
	foreign.groups = []*group{w.group(r, "défaut", "", 1, 120_006)}
	w.demarches = []*demarche{o2r, spie, pic, foreign}
	for _, m := range w.demarches {
		m.admin, m.bulk = w.someone(r, "administration.example"), true
	}
	w.experts = []*person{w.someone(r, "expertise.example"), w.someone(r, "expertise.example")}
}

// team gives O2R a default groupe, one per region, one without member and one
// closed. Somebody works in two groupes.
func (w *world) team(r *rand.Rand, m *demarche) {
	m.groups = []*group{
		w.group(r, "défaut", "", 2, 131_070),
		w.group(r, "DREETS Bretagne", "53", 3, 131_071),
		w.group(r, "DREETS Pays de la Loire", "52", 3, 131_072),
		w.group(r, "DREETS Hauts-de-France", "32", 2, 131_073),
		w.group(r, "DEETS La Réunion", "04", 2, 131_074),
		w.group(r, "DEETS Mayotte", "06", 0, 131_075),
		w.group(r, "DREETS Occitanie", "76", 2, 131_076),
	}
	m.groups[6].closed = true
	m.groups[2].members = append(m.groups[2].members, m.groups[1].members[0])
}

func (w *world) group(r *rand.Rand, label, code string, members, number int) *group {
	g := &group{number: number, label: label, region: code}
	domain := "dgefp.example"
	if in, ok := regionByCode(code); ok {
		domain = in.domain
	}
	for range members {
		g.members = append(g.members, w.someone(r, domain))
	}
	return g
}

func labelsFrom(first int, names ...string) []*label {
	colors := []string{"purple_glycine", "yellow_tournesol", "green_emeraude", "blue_ecume", "pink_macaron"}
	var out []*label
	for i, name := range names {
		out = append(out, &label{id: first + i, name: name, color: colors[i%len(colors)]})
	}
	return out
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, paris) }
