package ingest

import (
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
)

// expired tells that the retention of the dossier's call is over. It runs from
// the decision that stands: a réexamen stops it. A foreign dossier has nothing to
// erase.
func (r *run) expired(d *dossier.Dossier) bool {
	if !d.State.Termine() || d.DateTraitement == nil {
		return false
	}
	c, region := r.calls.Resolve(d)
	return c != nil && !r.foreign(region) && over(c, *d.DateTraitement, r.started)
}

// over tells that the months of retention have passed: at 00:00 of the day of
// the same date, or the last of the month, in the call's zone.
func over(c *call.Call, decided, now time.Time) bool {
	if c.RetentionMonths == nil {
		return false
	}
	zone := c.Zone
	if zone == nil {
		zone = time.UTC
	}
	end := dossier.DayOf(decided, zone).AddMonths(*c.RetentionMonths)
	return !dossier.DayOf(now, zone).Before(end)
}

// erased is the tombstone of a dossier that we no longer keep. One never stored
// gets one too, and is not imported.
func (r *run) erased(head dossier.Head, d *dossier.Dossier, readAt time.Time) dossier.Head {
	if head.Version == 0 {
		head = dossier.Head{Number: d.Number, Demarche: r.demarche, FirstSeen: readAt}
		head.Judgement.JudgedWith = r.stamp
	}
	head.DateDepot, head.Modified = d.DateDepot, d.DateDerniereModification
	return tombstone(head, dossier.Departure{Number: d.Number, State: d.State, At: r.started}, readAt)
}
