package notify

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"relais/internal/dossier"
)

// The unbreakable spaces of French typography: the wide one before « : » and
// inside quotes, the narrow one before « ; ! ? ».
const (
	nbsp  = "\u00a0"
	nnbsp = "\u202f"
	colon = nbsp + ": "
)

var months = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet",
	"août", "septembre", "octobre", "novembre", "décembre"}

var weekdays = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}

// longDay writes lundi 7 décembre 2026; nothing for the zero day.
func longDay(d dossier.Day) string {
	if d.IsZero() || d.Month < time.January || d.Month > time.December {
		return d.String()
	}
	number := strconv.Itoa(d.Day)
	if d.Day == 1 {
		number = "1er"
	}
	return weekdays[d.Weekday()] + " " + number + nbsp + months[d.Month-1] + nbsp + strconv.Itoa(d.Year)
}

// clock writes 18 h 00, on the wall of a zone.
func clock(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("15" + nbsp + "h" + nbsp + "04")
}

// count writes a number with its noun; in French 0 and 1 are singular.
func count(n int, one, many string) string {
	if n < 2 {
		return strconv.Itoa(n) + nbsp + one
	}
	return strconv.Itoa(n) + nbsp + many
}

// distance writes where a date stands: dans 7 jours.
func distance(days int) string {
	switch {
	case days == 0:
		return "aujourd’hui"
	case days == 1:
		return "demain"
	case days < 0:
		return "date dépassée depuis " + count(-days, "jour", "jours")
	}
	return "dans " + count(days, "jour", "jours")
}

// mark writes the same as instructeurs do: J-7, J, J+1.
func mark(days int) string {
	switch {
	case days > 0:
		return "J-" + strconv.Itoa(days)
	case days < 0:
		return "J+" + strconv.Itoa(-days)
	}
	return "J"
}

func quoted(s string) string { return "«" + nbsp + s + nbsp + "»" }

// enumerate writes a, b et c.
func enumerate(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " et " + words[last]
}

func capital(s string) string {
	for i, r := range s {
		return string(unicode.ToUpper(r)) + s[i+len(string(r)):]
	}
	return s
}

// Candidates' texts are data: longest is what a line shows of one.
const longest = 80

// shown makes a text of the platform fit for one line: no control character, no
// mark that turns the direction of reading or cannot be seen, blanks as one
// space but the unbreakable ones kept, at most limit characters. Escaping is left to the template.
func shown(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0' || r == '\u202f':
			return r
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		case unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }), " ")
	s = strings.TrimFunc(s, unicode.IsSpace)
	if runes := []rune(s); len(runes) > limit {
		s = strings.TrimRightFunc(string(runes[:limit-1]), unicode.IsSpace) + "…"
	}
	return s
}
