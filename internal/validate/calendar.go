package validate

import (
	"time"

	"relais/internal/dossier"
)

var v02 = Rule{
	ID: "V02", Severity: dossier.Blocking,
	Title:  "Dossier déposé avant la clôture de l’appel",
	Source: "Calendrier de l’appel ; CRPA, art. L. 112-13",
	Check:  beforeClosing,
}

// beforeClosing compares instants. The closing second itself is in time, since
// the platform cuts its dates to the second.
func beforeClosing(c Case) Answer {
	closes, depot := c.Call.Calendar.Closes, c.Dossier.DateDepot
	if closes.IsZero() {
		return unknown("Date de clôture non configurée")
	}
	if depot.IsZero() {
		return unknown("Date de dépôt inconnue")
	}
	dates := "déposé le " + c.instant(depot) + ", clôture le " + c.instant(closes)
	if depot.Truncate(time.Second).After(closes) {
		return fail("Hors délai : " + dates)
	}
	return pass("Dans le délai : " + dates)
}

// instant writes a date and hour in the call's zone.
func (c Case) instant(t time.Time) string {
	zone := c.Call.Zone
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format("02/01/2006 à 15:04:05")
}
