package console

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"relais/internal/dossier"
)

// The two unbreakable spaces of French typography: the wide one before « : » and
// the euro sign, the narrow one between thousands.
const (
	nbsp  = "\u00a0"
	nnbsp = "\u202f"
)

var months = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet",
	"août", "septembre", "octobre", "novembre", "décembre"}

var weekdays = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}

// moment is a date for people and, in ISO, for machines. The zero one is none.
type moment struct{ ISO, Text string }

// day writes 21 novembre 2026.
func day(d dossier.Day) moment {
	if d.IsZero() {
		return moment{}
	}
	return moment{d.String(), dayText(d)}
}

// longDay writes mardi 24 novembre 2026.
func longDay(d dossier.Day) moment {
	if d.IsZero() {
		return moment{}
	}
	return moment{d.String(), weekdays[d.Weekday()] + " " + dayText(d)}
}

// nearDay writes mardi 24 novembre, for a day of which nobody doubts the year.
func nearDay(d dossier.Day) moment {
	m := longDay(d)
	m.Text = strings.TrimSuffix(m.Text, nbsp+strconv.Itoa(d.Year))
	return m
}

func dayText(d dossier.Day) string {
	if d.Month < time.January || d.Month > time.December {
		return d.String()
	}
	first := strconv.Itoa(d.Day)
	if d.Day == 1 {
		first = "1er"
	}
	return first + nbsp + months[d.Month-1] + nbsp + strconv.Itoa(d.Year)
}

// instant writes 21 novembre 2026 à 18 h 04, in a zone.
func instant(t time.Time, zone *time.Location) moment {
	if t.IsZero() {
		return moment{}
	}
	t = t.In(zone)
	text := fmt.Sprintf("%s à %d"+nbsp+"h"+nbsp+"%02d", dayText(dossier.DayOf(t, zone)), t.Hour(), t.Minute())
	return moment{t.Format(time.RFC3339), text}
}

// age writes how long ago something was, in the largest fitting unit.
func age(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "à l’instant"
	case d < time.Hour:
		return "il y a " + count(int(d.Minutes()), "minute", "minutes")
	case d < 48*time.Hour:
		return "il y a " + count(int(d.Hours()), "heure", "heures")
	}
	return "il y a " + count(int(d.Hours()/24), "jour", "jours")
}

// distance writes where a day stands from today: dans 3 jours.
func distance(days int) string {
	switch {
	case days == 0:
		return "aujourd’hui"
	case days == 1:
		return "demain"
	case days == -1:
		return "hier"
	case days < 0:
		return "il y a " + count(-days, "jour", "jours")
	}
	return "dans " + count(days, "jour", "jours")
}

// count writes a number with its noun; in French 0 and 1 are singular.
func count(n int, one, many string) string {
	if n < 2 {
		return integer(n) + nbsp + one
	}
	return integer(n) + nbsp + many
}

// integer writes 20 000.
func integer(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "−", s[1:]
	}
	return sign + thousands(s)
}

func thousands(digits string) string {
	var b strings.Builder
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(nnbsp)
		}
		b.WriteRune(c)
	}
	return b.String()
}

// euros writes 150 000 € or 1 234,50 €; nothing for an amount that is not given
// or not a number.
func euros(amount *float64) string {
	if amount == nil || math.IsNaN(*amount) || math.IsInf(*amount, 0) {
		return ""
	}
	whole, cents, _ := strings.Cut(strconv.FormatFloat(math.Abs(*amount), 'f', 2, 64), ".")
	out := thousands(whole)
	if cents != "00" {
		out += "," + cents
	}
	if *amount < 0 && out != "0" {
		out = "−" + out
	}
	return out + nbsp + "€"
}

// share writes the requested part of the total, as 62,5 %; nothing when either
// is missing or the total is not positive.
func share(requested, total *float64) string {
	if requested == nil || total == nil || *total <= 0 {
		return ""
	}
	percent := strconv.FormatFloat(*requested / *total * 100, 'f', 1, 64)
	return strings.ReplaceAll(strings.TrimSuffix(percent, ".0"), ".", ",") + nbsp + "%"
}

// siret writes 14 digits as 123 456 789 00012, anything else as it is.
func siret(s string) string {
	if len(s) != 14 || strings.Trim(s, "0123456789") != "" {
		return s
	}
	return s[:3] + nbsp + s[3:6] + nbsp + s[6:9] + nbsp + s[9:]
}
