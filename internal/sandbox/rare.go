package sandbox

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

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
