package letter

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/french"
)

// headline is how a subject speaks of dates of one kind that stand alike: how
// many, then where they are from today, or since when they are past.
type headline struct {
	one, many string
	on, since string // formats of a past date, alone or the first of several
	ahead     bool   // followed by where the dates are
}

// topicOf is the same for the kinds that tell the same date.
func topicOf(kind string) string {
	switch {
	case silent(kind):
		return deadline.SilentRejet
	case closing(kind):
		return deadline.Closing
	}
	return kind
}

// headlineOf is never about the death of a right that is still alive: a prudent
// date that is past is not a rejection, nor is one that a suspension puts off.
func headlineOf(l line) headline {
	switch topicOf(l.kind) {
	case deadline.SilentRejet:
		return silenceHeadline(l)
	case deadline.Expiration:
		if l.standing == past {
			return headline{one: "date de suppression dépassée", many: "dates de suppression dépassées", on: " (%s)", since: " depuis le %s"}
		}
		return headline{one: "suppression de dossier", many: "suppressions de dossiers", ahead: true}
	case deadline.Closing:
		if l.standing == past {
			return headline{one: "appel clos", many: "appels clos", on: " le %s", since: " depuis le %s"}
		}
		return headline{one: "clôture d’appel", many: "clôtures d’appel", ahead: true}
	}
	if l.standing == past {
		return headline{one: "échéance dépassée", many: "échéances dépassées", on: " (%s)", since: " depuis le %s"}
	}
	return headline{one: "échéance", many: "échéances", ahead: true}
}

func silenceHeadline(l line) headline {
	switch {
	case l.standing == suspended:
		return headline{one: "date prudente passée", many: "dates prudentes passées",
			on: " (date suspendue" + colon + "%s)", since: " (dates suspendues" + colon + "à partir du %s)"}
	case l.standing == past:
		return headline{one: "rejet implicite né", many: "rejets implicites nés", on: " le %s" + midnight, since: " depuis le %s"}
	case l.extended:
		return headline{one: "date prudente", many: "dates prudentes", ahead: true}
	case l.days <= 1: // the rejection is born in the night that ends the last day
		return headline{one: "dossier à décider", many: "dossiers à décider", ahead: true}
	}
	return headline{one: "rejet implicite", many: "rejets implicites", ahead: true}
}

// told is the day that a headline gives.
func told(d dossier.Deadline, st standing) dossier.Day {
	switch {
	case silent(d.Kind) && st == past:
		return d.DueOn.AddDays(1)
	case st == suspended:
		return d.DueOn
	}
	return d.PrudentOn
}

// group is the dates that one headline tells.
type group struct {
	headline
	rank  int // what can still be done soon, what is past, what is suspended, the rest
	first dossier.Day
	told  []dossier.Day
	days  []int
	doubt string
}

// urgencies says each kind of date once for each span of time, the most urgent
// first.
func urgencies(lines []line) []*group {
	byTopic := map[string]*group{}
	for _, l := range lines {
		h := headlineOf(l)
		topic := fmt.Sprint(h.one, spanOf(l))
		g, ok := byTopic[topic]
		if !ok {
			g = &group{headline: h, rank: rank(l), first: l.on}
			byTopic[topic] = g
		}
		g.told, g.days = append(g.told, l.told), append(g.days, l.days)
		if l.on.Before(g.first) {
			g.first = l.on
		}
		if silent(l.kind) && l.standing == past && l.hypothesis != "" {
			g.doubt = doubt
		}
	}
	return slices.SortedFunc(maps.Values(byTopic), byUrgency)
}

func rank(l line) int {
	switch {
	case l.standing == past:
		return 1
	case l.standing == suspended:
		return 2
	case l.days <= soon:
		return 0
	}
	return 3
}

func byUrgency(a, b *group) int {
	return cmp.Or(cmp.Compare(a.rank, b.rank), a.first.Compare(b.first), strings.Compare(a.one, b.one))
}

// say writes 2 rejets implicites dans 3 à 7 jours, or 1 rejet implicite né le 29
// novembre 2026 à 0 h 00.
func (g *group) say() string {
	said := french.Count(len(g.days), g.one, g.many)
	if g.ahead {
		return said + " " + within(slices.Min(g.days), slices.Max(g.days))
	}
	slices.SortFunc(g.told, dossier.Day.Compare)
	first, last := g.told[0], g.told[len(g.told)-1]
	if first != last {
		return said + fmt.Sprintf(g.since, french.Day(first)) + g.doubt
	}
	return said + fmt.Sprintf(g.on, french.Day(first)) + g.doubt
}

// within writes dans 3 à 7 jours.
func within(from, to int) string {
	if from == to {
		return french.Distance(from)
	}
	return "dans " + french.Integer(from) + " à " + french.Count(to, "jour", "jours")
}
