package call

import (
	"fmt"
	"slices"

	"relais/internal/dossier"
)

// CheckBindings compares the bindings of a call with the live form: one sentence
// for each id that the form does not know, that its present version has dropped,
// or whose champ is of a type or in a place that cannot serve. Nil when all is
// well and for a template.
func (c *Call) CheckBindings(form dossier.Form) []string {
	if c.Template() {
		return nil
	}
	var stale []string
	report := func(group, name string, ids map[string]string, list []wording, champs []dossier.Descriptor) {
		if reason := drift(name, ids[name], list, champs); reason != "" {
			stale = append(stale, fmt.Sprintf("%s: %s.%s is bound to champ %s, %s; run `relais init --demarche %d` and take the new id from its file",
				c.Source, group, name, ids[name], reason, c.Demarche))
		}
	}
	for _, name := range namesOf(wordings) {
		report("fields", name, c.Fields, wordings, form.Champs)
	}
	block, _ := dossier.Find(form.Champs, c.Fields[FieldPartenaires])
	for _, name := range namesOf(partnerWordings) {
		report("fields", name, c.Fields, partnerWordings, block.Children)
	}
	for _, name := range AnnotationNames() {
		report("annotations", name, c.Annotations, annotationWordings, form.Annotations)
	}
	return stale
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
