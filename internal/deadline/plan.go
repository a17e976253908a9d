package deadline

import (
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/french"
)

// Plan lists the deadlines of one dossier of a call: D14, D15 and D21, those
// that exist, in that order. region is the dossier's INSEE region code, whose
// holidays move the steps; "" when not known. HandledUntil is left zero: see
// Carry.
func Plan(c *call.Call, region string, d *dossier.Dossier, cal Calendar) []dossier.Deadline {
	w := where{zone: zoneOf(c), regions: c.Regions, cal: cal}
	if region != "" {
		w.regions = []string{region}
	}
	plan := append(silence(c, d, w.zone), expiration(d, w.zone)...)
	return w.reminded(c, plan)
}

// OfCall lists the deadlines of a call itself: D02 and D03, or none when its
// closing is not known. Steps avoid the holidays of all its regions.
func OfCall(c *call.Call, cal Calendar) []dossier.Deadline {
	if c.Calendar.Closes.IsZero() {
		return nil
	}
	w := where{zone: zoneOf(c), regions: c.Regions, cal: cal}
	closes := c.Calendar.Closes.In(w.zone)
	day := dossier.DayOf(closes, w.zone)
	basis := "Clôture de l’appel le " + french.Day(day) + " à " + closes.Format("15:04:05") + ", heure de " + w.zone.String()
	return w.reminded(c, []dossier.Deadline{
		{Kind: ClosingSoon, DueOn: day, PrudentOn: day, Basis: basis, Source: ground(ClosingSoon)},
		{Kind: Closing, DueOn: day, PrudentOn: day, Basis: basis, Source: ground(Closing)},
	})
}

func (w where) reminded(c *call.Call, plan []dossier.Deadline) []dossier.Deadline {
	for i := range plan {
		plan[i].Steps = w.steps(plan[i].PrudentOn, names(c, plan[i].Kind))
	}
	return plan
}

// expiration is D21: the platform deletes a finished dossier by itself. Before
// a decision its dateExpiration is not to be relied on.
func expiration(d *dossier.Dossier, zone *time.Location) []dossier.Deadline {
	if !d.State.Termine() || d.DateExpiration == nil || d.DateExpiration.IsZero() {
		return nil
	}
	day := dossier.DayOf(*d.DateExpiration, zone)
	return []dossier.Deadline{{
		Kind: Expiration, DueOn: day, PrudentOn: day,
		Basis:  french.Unbreakable("Date d’expiration donnée par la plateforme : ") + french.Day(day),
		Source: ground(Expiration),
	}}
}

func ground(kind string) string {
	k, _ := KindOf(kind)
	return k.LegalGround
}
