package call

import (
	"cmp"
	"math"
	"slices"

	"relais/internal/dossier"
)

// Binding proposes which champ of a form serves each of our names. A name that
// is in neither Fields nor Doubts has no champ at all in the form.
type Binding struct {
	Fields      map[string]string // our name → descriptor id
	Annotations map[string]string
	// Confidence of each binding, 0 to 1, by our name; fields and annotations
	// have no name in common. FieldSiret bound to the demandeur has none.
	Confidence map[string]float64
	Doubts     []Doubt
}

// Doubt is a name left unbound because no champ, or more than one, fits well
// enough. Candidates come best first, three at most.
type Doubt struct {
	Field      string
	Candidates []Candidate
}

// Candidate is a champ that might serve a name. Score lies between 0 and 1.
type Candidate struct {
	ID    string
	Label string
	Score float64
}

// Bind proposes a champ for each of our names, from the types, the labels, the
// sections and the choices of a form. It never gives one champ to two names, nor
// picks between two champs that fit as well. The SIRET is the demandeur's when
// the form asks for none.
func Bind(form dossier.Form) Binding {
	b := Binding{Fields: map[string]string{}, Annotations: map[string]string{}, Confidence: map[string]float64{}}
	b.propose(b.Fields, wordings, form.Champs)
	b.siretOfDemandeur()
	if block, ok := dossier.Find(form.Champs, b.Fields[FieldPartenaires]); ok {
		b.propose(b.Fields, partnerWordings, block.Children)
	}
	b.propose(b.Annotations, annotationWordings, form.Annotations)
	return b
}

// siretOfDemandeur falls back on the demandeur, who files with a SIRET anyway,
// unless some champ was good enough but for a rival.
func (b *Binding) siretOfDemandeur() {
	d, doubt := b.DoubtOf(FieldSiret)
	if b.Fields[FieldSiret] != "" || doubt && d.Candidates[0].Score >= accept {
		return
	}
	b.Fields[FieldSiret] = Demandeur
	b.Doubts = slices.DeleteFunc(b.Doubts, func(d Doubt) bool { return d.Field == FieldSiret })
}

// DoubtOf finds the doubt on one of our names.
func (b Binding) DoubtOf(field string) (Doubt, bool) {
	i := slices.IndexFunc(b.Doubts, func(d Doubt) bool { return d.Field == field })
	if i < 0 {
		return Doubt{}, false
	}
	return b.Doubts[i], true
}

// match is one possible pair of a name and a champ.
type match struct {
	field string
	champ dossier.Descriptor
	order int
	score float64
}

func (b *Binding) propose(into map[string]string, list []wording, champs []dossier.Descriptor) {
	matches := matchAll(list, readForm(champs))
	given := allot(matches)
	for _, w := range list {
		own := of(matches, w.field)
		m, ok := given[w.field]
		switch {
		case ok && m.score >= accept && !contested(m, matches, given):
			into[w.field], b.Confidence[w.field] = m.champ.ID, round(m.score)
		case len(own) > 0:
			b.Doubts = append(b.Doubts, Doubt{Field: w.field, Candidates: candidates(own)})
		}
	}
}

// matchAll lists every pair worth showing, best first, then in the form's order.
func matchAll(list []wording, readings []reading) []match {
	var matches []match
	for _, w := range list {
		for _, r := range readings {
			if s := w.score(r); s >= worth {
				matches = append(matches, match{w.field, r.champ, r.order, s})
			}
		}
	}
	slices.SortStableFunc(matches, func(a, b match) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.order, b.order))
	})
	return matches
}

// allot gives each champ to one name at most, the best pairs first.
func allot(matches []match) map[string]match {
	given, taken := map[string]match{}, map[string]bool{}
	for _, m := range matches {
		if _, done := given[m.field]; done || taken[m.champ.ID] {
			continue
		}
		given[m.field], taken[m.champ.ID] = m, true
	}
	return given
}

// contested tells that another champ would serve the name as well, or that the
// champ would serve as well a name that has no other.
func contested(m match, matches []match, given map[string]match) bool {
	return slices.ContainsFunc(matches, func(o match) bool {
		sameName, sameChamp := o.field == m.field, o.champ.ID == m.champ.ID
		if sameName == sameChamp || o.score <= m.score-margin {
			return false
		}
		_, served := given[o.field]
		return sameName || !served
	})
}

func of(matches []match, field string) []match {
	return slices.DeleteFunc(slices.Clone(matches), func(m match) bool { return m.field != field })
}

func candidates(matches []match) []Candidate {
	list := make([]Candidate, 0, 3)
	for _, m := range matches[:min(3, len(matches))] {
		list = append(list, Candidate{ID: m.champ.ID, Label: m.champ.Label, Score: round(m.score)})
	}
	return list
}

func round(score float64) float64 { return math.Round(score*100) / 100 }
