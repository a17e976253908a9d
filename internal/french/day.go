package french

import (
	"strconv"
	"time"

	"relais/internal/dossier"
)

var months = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet",
	"août", "septembre", "octobre", "novembre", "décembre"}

var weekdays = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}

// Day writes 21 novembre 2026 or 1er mai 2026. A Day without a month of the
// calendar is written as its digits.
func Day(d dossier.Day) string {
	if d.Month < time.January || d.Month > time.December {
		return d.String()
	}
	number := strconv.Itoa(d.Day)
	if d.Day == 1 {
		number = "1er"
	}
	return number + NBSP + months[d.Month-1] + NBSP + strconv.Itoa(d.Year)
}

// LongDay writes mardi 24 novembre 2026, otherwise as Day does.
func LongDay(d dossier.Day) string {
	if d.Month < time.January || d.Month > time.December {
		return Day(d)
	}
	return weekdays[d.Weekday()] + " " + Day(d)
}

// Clock writes 8 h 05, the time on the wall in a zone.
func Clock(t time.Time, zone *time.Location) string {
	return strconv.Itoa(t.In(zone).Hour()) + NBSP + "h" + NBSP + t.In(zone).Format("04")
}

// Distance writes where a day stands from today: dans 3 jours, demain, il y a 2
// jours. Days to come are above zero.
func Distance(days int) string {
	switch {
	case days == 0:
		return "aujourd’hui"
	case days == 1:
		return "demain"
	case days == -1:
		return "hier"
	case days < 0:
		return "il y a " + Count(-days, "jour", "jours")
	}
	return "dans " + Count(days, "jour", "jours")
}
