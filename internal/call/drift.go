package call

import (
	"fmt"
	"slices"
	"strings"

	"relais/internal/dossier"
)

// Drift is a binding that the live form no longer honours. Field is our name, of
// a field or of an annotation, and ID the champ it is bound to. Sentence names
// the call file and the remedy.
type Drift struct {
	Field    string
	ID       string
	Sentence string
}

// Label is how a champ that a call binds was called when its file was first
// compared with the form.
type Label struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

// CheckBindings compares the bindings of a call with the live form: one sentence
// for each id that the form does not know, that its present version has dropped,
// or whose champ is of a type or in a place that cannot serve. Nil when all is
// well and for a template.
func (c *Call) CheckBindings(form dossier.Form) []string {
	var sentences []string
	for _, d := range c.Drift(form, nil) {
		sentences = append(sentences, d.Sentence)
	}
	return sentences
}

// Drift is CheckBindings in parts. It also reports each champ whose label no
// longer says the same words as among known: the champ may now ask for something
// else. A nil known compares no label.
func (c *Call) Drift(form dossier.Form, known []Label) []Drift {
	if c.Template() {
		return nil
	}
	var stale []Drift
	look := func(group string, ids map[string]string, list []wording, champs []dossier.Descriptor) {
		for _, name := range namesOf(list) {
			id := ids[name]
			reason, remedy := drift(name, id, list, champs), fmt.Sprintf("run `relais init --demarche %d` and take the new id from its file", c.Demarche)
			if reason == "" {
				reason, remedy = renamed(id, champs, known), "if it still asks for the same, write its label beside the id in the file; if not, bind another champ"
			}
			if reason != "" {
				stale = append(stale, Drift{name, id, fmt.Sprintf("%s: %s.%s is bound to champ %s, %s; %s", c.Source, group, name, id, reason, remedy)})
			}
		}
	}
	look("fields", c.Fields, wordings, form.Champs)
	block, _ := dossier.Find(form.Champs, c.Fields[FieldPartenaires])
	look("fields", c.Fields, partnerWordings, block.Children)
	look("annotations", c.Annotations, annotationWordings, form.Annotations)
	return stale
}

// Labels lists what the form calls the champs that the call binds, by id.
func (c *Call) Labels(form dossier.Form) []Label {
	var labels []Label
	add := func(ids map[string]string, descriptors []dossier.Descriptor) {
		for _, id := range ids {
			if d, ok := dossier.Find(descriptors, id); ok {
				labels = append(labels, Label{id, d.Label})
			}
		}
	}
	add(c.Fields, form.Champs)
	add(c.Annotations, form.Annotations)
	slices.SortFunc(labels, func(a, b Label) int { return strings.Compare(a.ID, b.ID) })
	return labels
}

// renamed tells that a champ has another label than the known one, or "". Case,
// accents and punctuation do not count.
func renamed(id string, champs []dossier.Descriptor, known []Label) string {
	was := slices.IndexFunc(known, func(l Label) bool { return l.ID == id })
	is := slices.IndexFunc(champs, func(d dossier.Descriptor) bool { return d.ID == id })
	if was < 0 || is < 0 || slices.Equal(words(known[was].Label), words(champs[is].Label)) {
		return ""
	}
	return fmt.Sprintf("whose label has changed from %q to %q", short(known[was].Label), short(champs[is].Label))
}

const longestLabel = 80

func short(label string) string {
	if r := []rune(label); len(r) > longestLabel {
		return string(r[:longestLabel]) + "…"
	}
	return label
}

// drift says what is wrong with one binding, or "". champs is the level where
// the champ must stand.
func drift(name, id string, list []wording, champs []dossier.Descriptor) string {
	if id == "" || id == Demandeur {
		return ""
	}
	w, _ := wordingOf(list, name)
	i := slices.IndexFunc(champs, func(d dossier.Descriptor) bool { return d.ID == id })
	if i < 0 {
		if _, elsewhere := dossier.Find(champs, id); elsewhere {
			return "which is inside a repetition, where it has one value a row"
		}
		if _, partner := wordingOf(partnerWordings, name); partner {
			return fmt.Sprintf("which is not in the repetition bound to fields.%s", FieldPartenaires)
		}
		return "which the form does not have"
	}
	d := champs[i]
	switch {
	case d.Retired:
		return "which the form no longer asks for"
	case !slices.Contains(w.types, typeOf(d)):
		return fmt.Sprintf("a %s, which cannot hold it (expected %s)", d.Type, orTypes(w.types))
	}
	return ""
}

func orTypes(types []string) string {
	if len(types) == 1 {
		return types[0]
	}
	return orList(types)
}
