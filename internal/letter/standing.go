package letter

import (
	"strconv"

	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/french"
)

// standing is where a deadline is on a day.
type standing int

const (
	toCome    standing = iota // its prudent day is not over
	suspended                 // its prudent day is over, the one with the recorded suspension is not
	past                      // both are over
)

func standingOf(d dossier.Deadline, today dossier.Day) standing {
	switch {
	case !today.After(d.PrudentOn):
		return toCome
	case !today.After(d.DueOn):
		return suspended
	}
	return past
}

// silent tells the kinds whose date is a last day to answer: what silence
// decides is born at 00:00 of the next day.
func silent(kind string) bool {
	return kind == deadline.SilentRejet || kind == deadline.SuspendedRejet
}

// what names the date that a line shows.
func what(kind string, st standing) string {
	switch {
	case !silent(kind):
		return titleOf(kind)
	case st == suspended:
		return "Date prudente passée"
	}
	return "Silence valant rejet, dernier jour pour répondre"
}

// consequence is what follows from silence. Only the date that the law retains
// is said to be one of birth; it is never said while one of the two runs.
func consequence(d dossier.Deadline, st standing) string {
	born, held := atMidnight(d.PrudentOn), atMidnight(d.DueOn)
	extended := d.DueOn.After(d.PrudentOn)
	switch {
	case !silent(d.Kind):
		return ""
	case st == suspended:
		return "avec la suspension enregistrée, le délai court jusqu’au " + french.LongDay(d.DueOn) +
			" inclus" + french.NNBSP + "; sans réponse d’ici là, rejet implicite le " + held
	case st == past && extended:
		return "rejet implicite né le " + held + " avec la suspension enregistrée, le " + born + " si elle est écartée"
	case st == past:
		return "rejet implicite né le " + born
	case extended:
		return "sans réponse, rejet implicite le " + born + french.NNBSP + "; avec la suspension enregistrée, dernier jour pour répondre" +
			colon + french.LongDay(d.DueOn) + ", et rejet implicite le " + held
	}
	return "sans réponse, rejet implicite le " + born
}

// atMidnight is the instant that ends a day, as the law names it: 0 h 00 of the
// next one.
func atMidnight(last dossier.Day) string { return french.LongDay(last.AddDays(1)) + midnight }

const midnight = " à" + french.NBSP + "0" + french.NBSP + "h" + french.NBSP + "00"

// whenOf writes where a date stands from today, also as instructeurs do: dans 7
// jours (J-7). It follows the date that it speaks of.
func whenOf(days int) string { return french.Distance(days) + " (" + mark(days) + ")" }

func mark(days int) string {
	switch {
	case days > 0:
		return "J-" + strconv.Itoa(days)
	case days < 0:
		return "J+" + strconv.Itoa(-days)
	}
	return "J"
}
