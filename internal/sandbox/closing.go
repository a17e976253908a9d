package sandbox

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// CloseDeposits does what the platform does at the deposit deadline: the
// démarche closes, and every listed dossier en construction goes en instruction,
// by nobody, except those with a pending correction. It counts them. All of them
// change within one second.
func (p *Platform) CloseDeposits(number int) (passed int, err error) {
	err = p.onDemarche(number, func(m *demarche) error {
		passed = p.world.closeDeposits(m, p.stampNow())
		return nil
	})
	return passed, err
}

// PlanClosing sets the date limite de dépôt: deposits close at 00:00 Paris of
// that day, as soon as Advance (or a request, with Options.Live) passes it. The
// API does not tell the date.
func (p *Platform) PlanClosing(number int, day time.Time) error {
	return p.onDemarche(number, func(m *demarche) error {
		y, mo, d := day.Date()
		m.deadline = time.Date(y, mo, d, 0, 0, 0, 0, paris)
		return nil
	})
}

// closeDeposits gives each dossier its own microsecond from t.
func (w *world) closeDeposits(m *demarche, t time.Time) int {
	m.state, m.closed, m.deadline = "close", t, time.Time{}
	passed := 0
	for _, d := range m.dossiers {
		if d.state == enConstruction && d.listed() && d.pendingSince.IsZero() {
			passesAlone(w, d, t.Add(time.Duration(passed)*time.Microsecond))
			passed++
		}
	}
	return passed
}

// closings are the planned deadlines of an hour.
func (w *world) closings(h time.Time) []happening {
	var out []happening
	for _, m := range w.demarches {
		if !m.deadline.IsZero() && !m.deadline.Before(h) && m.deadline.Before(h.Add(time.Hour)) {
			out = append(out, happening{m.deadline.UTC(), func(w *world, t time.Time) { w.closeDeposits(m, t) }})
		}
	}
	return out
}

// SetState changes the state of a démarche: publiee, close, depubliee or
// brouillon; supprimee makes it not_found, as when its administrateur deletes it.
func (p *Platform) SetState(number int, state string) error {
	return p.onDemarche(number, func(m *demarche) error {
		switch state {
		case "publiee", "brouillon", "depubliee":
			m.closed = time.Time{}
		case "close":
			m.closed = p.stampNow()
		case supprimee:
		default:
			return fmt.Errorf("no state %q of a démarche", state)
		}
		m.state = state
		return nil
	})
}

// Revoke takes a démarche out of the rights of the token, as when the owner of
// the token leaves it, or gives it back.
func (p *Platform) Revoke(number int, revoked bool) error {
	return p.onDemarche(number, func(m *demarche) error { m.foreign = revoked; return nil })
}

// Night runs the nightly jobs now, without waiting for Advance: what expired is
// hidden, what was hidden for long is purged with back-dated rows.
func (p *Platform) Night() {
	_ = p.act(func(w *world) error { w.night(p.stampNow()); return nil })
}

// CommitLate runs actions in a transaction that began at an instant and commits
// now: they become visible with that updated_at, which a cursor may already have
// passed. Nothing else may act on the platform meanwhile.
func (p *Platform) CommitLate(begun time.Time, actions func() error) error {
	p.begin(begun.UTC().Truncate(time.Microsecond))
	defer p.begin(time.Time{})
	return actions()
}

func (p *Platform) begin(t time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.begun = t
}

// Archive puts a dossier terminé among the archives, or takes it back.
func (p *Platform) Archive(number int, archived bool) error {
	return p.do(number, func(w *world, d *dossier, t time.Time) error {
		if !termine(d.state) {
			return refused(d, "archive")
		}
		w.archive(d, t)
		d.archived = archived
		return nil
	})
}

// Annotate writes an annotation in the user interface, by its key; values as in
// Edit.
func (p *Platform) Annotate(number int, key string, value any) error {
	return p.do(number, func(w *world, d *dossier, t time.Time) error {
		if _, ok := findField(d.demarche.form.annotations, key); !ok {
			return fmt.Errorf("démarche %d has no annotation %q", d.demarche.number, key)
		}
		w.annotate(d, t, key, value, false)
		return nil
	})
}

// Transplant moves a dossier to a groupe of another démarche: it leaves every
// list of the former one without a row of deletedDossiers, and is read with the
// form of the other.
func (p *Platform) Transplant(number, into int, groupe string) error {
	return p.do(number, func(w *world, d *dossier, t time.Time) error {
		to := w.demarche(into)
		if to == nil || to == d.demarche || d.state == brouillon {
			return refused(d, fmt.Sprintf("move to démarche %d", into))
		}
		g, err := to.groupByLabel(groupe)
		if err != nil {
			return err
		}
		d.demarche.forget(d)
		d.demarche, d.group, d.revision = to, g, len(to.revisions)
		d.labels, d.followers = nil, slices.DeleteFunc(d.followers, func(who *person) bool { return !g.has(who) })
		to.adopt(d)
		to.stamp(d, t)
		return nil
	})
}

// adopt takes a dossier of another démarche, in the order of numbers.
func (m *demarche) adopt(d *dossier) {
	i, _ := slices.BinarySearchFunc(m.dossiers, d, func(a, b *dossier) int { return cmp.Compare(a.number, b.number) })
	m.dossiers = slices.Insert(m.dossiers, i, d)
	m.enlist(d)
}
