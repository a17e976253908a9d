package console

import (
	"strconv"
	"strings"
	"time"

	"relais/internal/dossier"
	"relais/internal/french"
)

// moment is a date for people and, in ISO, for machines. The zero one is none.
type moment struct{ ISO, Text string }

// day writes 21 novembre 2026.
func day(d dossier.Day) moment {
	if d.IsZero() {
		return moment{}
	}
	return moment{d.String(), french.Day(d)}
}

// longDay writes mardi 24 novembre 2026.
func longDay(d dossier.Day) moment {
	if d.IsZero() {
		return moment{}
	}
	return moment{d.String(), french.LongDay(d)}
}

// nearDay writes mardi 24 novembre, for a day of which nobody doubts the year.
func nearDay(d dossier.Day) moment {
	m := longDay(d)
	m.Text = strings.TrimSuffix(m.Text, french.NBSP+strconv.Itoa(d.Year))
	return m
}

// shortDay writes 24 nov., for a mark under a drawing.
func shortDay(d dossier.Day) string {
	return strconv.Itoa(d.Day) + french.NBSP + shortMonths[d.Month-1]
}

var shortMonths = [...]string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."}

// instant writes 21 novembre 2026 à 18 h 04, in a zone.
func instant(t time.Time, zone *time.Location) moment {
	if t.IsZero() {
		return moment{}
	}
	t = t.In(zone)
	return moment{t.Format(time.RFC3339), french.Day(dossier.DayOf(t, zone)) + " à " + french.Clock(t, zone)}
}

// aged is an instant with its age beside it.
func (s *site) aged(t time.Time) moment {
	m := instant(t, s.Zone)
	if m.Text != "" {
		m.Text += " (" + age(s.Now().Sub(t)) + ")"
	}
	return m
}

// age writes how long ago something was, in the largest fitting unit.
func age(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "à l’instant"
	case d < time.Hour:
		return "il y a " + french.Count(int(d.Minutes()), "minute", "minutes")
	case d < 48*time.Hour:
		return "il y a " + french.Count(int(d.Hours()), "heure", "heures")
	}
	return "il y a " + french.Count(int(d.Hours()/24), "jour", "jours")
}
