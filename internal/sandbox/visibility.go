package sandbox

import (
	"fmt"
	"time"
)

// purgeDelay is how long a dossier stays hidden before the nightly purge.
const purgeDelay = 14 * 24 * time.Hour

// Reasons of enum DeletedDossierReason that this world gives.
const (
	reasonUser        = "user_request"
	reasonInstructeur = "instructeur_request"
	reasonExpired     = "expired"
	reasonAccount     = "user_removed"
)

// listed tells whether `dossiers` shows it: a draft never is; the deletion by
// the usager counts only while en construction.
func (d *dossier) listed() bool {
	return d.state != brouillon && d.hiddenByAdmin.IsZero() && d.hiddenByExpiry.IsZero() && !d.withdrawn()
}

func (d *dossier) withdrawn() bool {
	return d.state == enConstruction && !d.hiddenByUser.IsZero()
}

// pending tells whether `pendingDeletedDossiers` shows it. What expiry alone hid
// is in neither list.
func (d *dossier) pending() bool {
	return d.state != brouillon && (!d.hiddenByAdmin.IsZero() || d.withdrawn())
}

// hiddenAt and hiddenWhy describe a pending row.
func (d *dossier) hiddenAt() time.Time {
	if !d.hiddenByAdmin.IsZero() {
		return d.hiddenByAdmin
	}
	return d.hiddenByUser
}

func (d *dossier) hiddenWhy() string {
	if !d.hiddenByAdmin.IsZero() {
		return reasonInstructeur
	}
	return reasonUser
}

// By says who hides a dossier.
type By string

// Who hides: the usager, the administration, or the nightly expiry.
const (
	ByUsager         By = "usager"
	ByAdministration By = "administration"
	ByExpiry         By = "expiration"
)

// hide is a deletion by one side. Nobody deletes a dossier en instruction; the
// administration deletes only a terminé one.
func (w *world) hide(d *dossier, t time.Time, by By) error {
	allowed := map[By]bool{
		ByUsager:         d.state == enConstruction || termine(d.state),
		ByAdministration: termine(d.state),
		ByExpiry:         termine(d.state),
	}
	if !allowed[by] {
		return fmt.Errorf("hide dossier %d: not allowed to %s in state %s", d.number, by, d.state)
	}
	switch by {
	case ByUsager:
		d.hiddenByUser = t
	case ByAdministration:
		d.hiddenByAdmin = t
	case ByExpiry:
		d.hiddenByExpiry = t
	}
	d.demarche.stamp(d, t)
	return nil
}

// restore brings a hidden dossier back, with a fresh updated_at.
func (w *world) restore(d *dossier, t time.Time) {
	d.hiddenByUser, d.hiddenByAdmin, d.hiddenByExpiry = time.Time{}, time.Time{}, time.Time{}
	d.demarche.stamp(d, t)
}

// purge erases a dossier and leaves a row of deletedDossiers, back-dated to the
// usager's action when it was en construction.
func (w *world) purge(d *dossier, t time.Time, reason string) {
	at := t
	if d.withdrawn() {
		at = d.hiddenByUser
	}
	w.graves++
	g := &grave{id: w.graves, number: d.number, state: d.state, reason: reason, at: at.Truncate(time.Microsecond),
		group: d.group, deposited: d.deposited, updated: d.updated}
	d.demarche.forget(d)
	delete(w.numbers, d.number)
	d.demarche.graves.put(row{at: g.at, number: g.number, grave: g})
}

// purgeable gives the reason why tonight's purge takes a dossier, or "".
func (d *dossier) purgeable(t time.Time) string {
	old := func(at time.Time) bool { return !at.IsZero() && !at.After(t.Add(-purgeDelay)) }
	switch {
	case old(d.hiddenByExpiry):
		return reasonExpired
	case d.withdrawn() && old(d.hiddenByUser):
		return reasonUser
	case termine(d.state) && old(d.hiddenByUser) && old(d.hiddenByAdmin):
		return reasonInstructeur
	}
	return ""
}

// night hides what has expired and purges what was hidden long enough: the
// platform's jobs around 02:00 Paris.
func (w *world) night(t time.Time) {
	for _, m := range w.demarches {
		var gone []*dossier
		for _, d := range m.dossiers {
			if d.state == brouillon {
				continue
			}
			if termine(d.state) && d.hiddenByExpiry.IsZero() && !d.expires.IsZero() && !d.expires.After(t) {
				_ = w.hide(d, t, ByExpiry) // terminé: always allowed
			}
			if d.purgeable(t) != "" {
				gone = append(gone, d)
			}
		}
		for _, d := range gone {
			w.purge(d, t, d.purgeable(t))
		}
	}
}
