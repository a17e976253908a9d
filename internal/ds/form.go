package ds

import (
	"context"
	"slices"
	"strings"
	"time"

	"relais/internal/dossier"
)

// Form reads every champ and annotation that a démarche ever published: those of
// the active revision in their order, then the retired ones, which dossiers may
// still hold, from the most recent revision to the oldest. A retired one has the
// wording of the last revision that had it.
func (c *Client) Form(ctx context.Context, number int) (dossier.Form, error) {
	subject := nameDemarche(number)
	var data struct {
		Demarche *wireForm `json:"demarche"`
	}
	if err := c.whole(ctx, formDocument, subject, map[string]any{"number": number}, &data); err != nil {
		return dossier.Form{}, err
	}
	if data.Demarche == nil || data.Demarche.Active == nil {
		return dossier.Form{}, noData().named(formDocument.name, subject)
	}
	demarche, err := decodeDemarche(number, &data.Demarche.wireDemarche)
	if err != nil {
		return dossier.Form{}, rename(err, formDocument.name, subject)
	}
	form := dossier.Form{Demarche: *demarche}
	for i, r := range data.Demarche.published() {
		retired := i > 0
		form.Champs = merge(form.Champs, r.ChampDescriptors, retired)
		form.Annotations = merge(form.Annotations, r.AnnotationDescriptors, retired)
	}
	return form, nil
}

type wireForm struct {
	Number int `json:"number"`
	wireDemarche
	Active    *wireRevision  `json:"activeForm"`
	Revisions []wireRevision `json:"revisions"`
}

// published is the active revision, then the others from the latest to the
// oldest, without drafts.
func (f *wireForm) published() []wireRevision {
	older := slices.DeleteFunc(slices.Clone(f.Revisions), func(r wireRevision) bool {
		return r.ID == f.Active.ID || r.DatePublication == ""
	})
	slices.SortStableFunc(older, func(a, b wireRevision) int { return b.published().Compare(a.published()) })
	return append([]wireRevision{*f.Active}, older...)
}

func (r wireRevision) published() time.Time {
	t, _ := instant(r.DatePublication)
	return t
}

// merge adds to a form the descriptors that it does not have yet, inside
// repetitions too.
func merge(form []dossier.Descriptor, wire []wireDescriptor, retired bool) []dossier.Descriptor {
	for _, w := range wire {
		i := slices.IndexFunc(form, func(d dossier.Descriptor) bool { return d.ID == w.ID })
		if i < 0 {
			form = append(form, descriptor(w, retired))
			continue
		}
		form[i].Children = merge(form[i].Children, w.ChampDescriptors, retired)
	}
	return form
}

func descriptor(w wireDescriptor, retired bool) dossier.Descriptor {
	return dossier.Descriptor{
		ID:          w.ID,
		Type:        strings.TrimSuffix(w.Typename, "ChampDescriptor"),
		Label:       line(w.Label),
		Description: block(w.Description),
		Required:    w.Required,
		Options:     lines(w.Options),
		Children:    merge(nil, w.ChampDescriptors, retired),
		Retired:     retired,
	}
}
