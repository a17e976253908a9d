package sandbox

import (
	"slices"
	"time"
)

// demarche is an online procedure with its form, its teams and its dossiers.
type demarche struct {
	number      int
	family      string // o2r, spie, pic; "" for the foreign one
	title       string
	description string
	state       string
	created     time.Time
	published   time.Time
	closed      time.Time
	deadline    time.Time   // date limite de dépôt, when planned
	revisions   []time.Time // instant of publication of each
	months      int         // durée de conservation
	foreign     bool        // outside the token
	opendata    bool
	admin       *person

	form      form
	groups    []*group // the first is the default one
	labels    []*label
	calendars []RegionCalendar
	fill      func(*dossier) map[string]any

	dossiers  []*dossier // drafts included, in order of number
	byDeposit index
	byUpdate  index
	graves    index // by dateSupression
	bulk      bool  // while seeding, indexes wait
}

// supprimee is the state of a démarche that its administrateur deleted; it is
// never shown.
const supprimee = "supprimee"

// grave is what stays of a purged dossier: a row of deletedDossiers.
type grave struct {
	id     int
	number int
	state  string
	reason string
	at     time.Time
	group  *group
	// groupe and modification at the end, for Truth
	deposited, updated time.Time
}

func (m *demarche) groupByNumber(number int) *group {
	for _, g := range m.groups {
		if g.number == number {
			return g
		}
	}
	return nil
}

// groupOf is the groupe that routing chooses for a region.
func (m *demarche) groupOf(region string) *group {
	for _, g := range m.groups {
		if g.region == region && !g.closed {
			return g
		}
	}
	return m.groups[0]
}

func (m *demarche) labelByName(name string) *label {
	for _, l := range m.labels {
		if l.name == name {
			return l
		}
	}
	return nil
}

// stamp moves updated_at and keeps the listing sorted.
func (m *demarche) stamp(d *dossier, t time.Time) {
	t = t.Truncate(time.Microsecond)
	if m.bulk || d.state == brouillon {
		d.updated = t
		return
	}
	m.byUpdate.drop(d.updated, d.number)
	d.updated = t
	m.byUpdate.put(row{at: t, number: d.number, dossier: d})
}

// enlist adds a dossier just deposited to the listings.
func (m *demarche) enlist(d *dossier) {
	if m.bulk {
		return
	}
	m.byDeposit.put(row{at: d.deposited, number: d.number, dossier: d})
	m.byUpdate.put(row{at: d.updated, number: d.number, dossier: d})
}

// forget takes a dossier out of everything but the graves.
func (m *demarche) forget(d *dossier) {
	if !m.bulk {
		m.byDeposit.drop(d.deposited, d.number)
		m.byUpdate.drop(d.updated, d.number)
	}
	if i := slices.Index(m.dossiers, d); i >= 0 {
		m.dossiers = slices.Delete(m.dossiers, i, i+1)
	}
}

// settle builds the listings at the end of seeding.
func (m *demarche) settle() {
	m.bulk = false
	for _, d := range m.dossiers {
		if d.state != brouillon {
			m.byDeposit = append(m.byDeposit, row{at: d.deposited, number: d.number, dossier: d})
			m.byUpdate = append(m.byUpdate, row{at: d.updated, number: d.number, dossier: d})
		}
	}
	slices.SortFunc(m.byDeposit, compareRows)
	slices.SortFunc(m.byUpdate, compareRows)
}
