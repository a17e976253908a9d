package validate

import (
	"cmp"
	"math"
	"strings"
	"time"
	"unicode"

	"relais/internal/call"
	"relais/internal/dossier"
)

// mostPeople is more than any one project can reach: above it, somebody slipped.
const mostPeople = 1_000_000

// FactsOf reads the few values that lists, exports and mails show. A nil call
// gives the demandeur's identity, the region and the dates only. The name is that of
// who files as long as the one of the body that applies is not known.
func FactsOf(c *call.Call, region string, d *dossier.Dossier) dossier.Facts {
	one := Case{Call: c, Region: region, Dossier: d}
	if c == nil {
		one.Call = &call.Call{}
	}
	who, _ := one.applicant()
	return dossier.Facts{
		Region:          region,
		Siret:           brief(compact(who.Siret())),
		Structure:       brief(cmp.Or(who.Structure(), d.Demandeur.Structure())),
		TotalCost:       one.euros(call.FieldTotalCost),
		RequestedAmount: one.euros(call.FieldRequestedAmount),
		PeopleFound:     one.people(call.FieldPeopleFound),
		PeopleSupported: one.people(call.FieldPeopleSupported),
		EditedAt:        editedAt(d),
		CorrectedAt:     correctedAt(d),
	}
}

// longestName bounds what facts keep of a name, in characters: lists read the facts
// of every dossier, and a name may have megabytes.
const longestName = 300

// brief is the beginning of a name, without what cannot be seen but joins letters.
func brief(s string) string {
	var b strings.Builder
	n, joined := 0, true
	for _, r := range s {
		joiner := r == '\u200c' || r == '\u200d'
		if joiner && joined || !joiner && unicode.Is(unicode.Cf, r) {
			continue
		}
		if n++; n > longestName {
			return strings.TrimSpace(b.String()) + "…"
		}
		b.WriteRune(r)
		joined = joiner
	}
	return b.String()
}

func (c Case) euros(field string) *float64 {
	v, s := read(c, field, amount)
	if s != given {
		return nil
	}
	return &v
}

// people reads a number of people, whole and likely; nil for anything else.
func (c Case) people(field string) *int {
	v, s := read(c, field, amount)
	if s != given || v < 0 || v > mostPeople || v != math.Trunc(v) {
		return nil
	}
	n := int(v)
	return &n
}

// editedAt is when the form last changed after it was filed; zero for never.
func editedAt(d *dossier.Dossier) time.Time {
	if d.DateDerniereModificationChamps.After(d.DateDepot) {
		return d.DateDerniereModificationChamps
	}
	return time.Time{}
}

// correctedAt is when a request for correction was last answered; zero for never.
// A withdrawn request asked for nothing.
func correctedAt(d *dossier.Dossier) time.Time {
	var last time.Time
	for _, m := range d.Messages {
		if m.DiscardedAt != nil || m.Correction == nil || m.Correction.DateResolution == nil {
			continue
		}
		if at := *m.Correction.DateResolution; at.After(last) {
			last = at
		}
	}
	return last
}
