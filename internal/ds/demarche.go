package ds

import (
	"context"
	"slices"
	"strings"

	"relais/internal/dossier"
)

// Demarche reads a démarche with its groupes and their instructeurs.
func (c *Client) Demarche(ctx context.Context, number int) (dossier.Demarche, error) {
	subject := nameDemarche(number)
	var data struct {
		Demarche *struct {
			Number int `json:"number"`
			wireDemarche
		} `json:"demarche"`
	}
	if err := c.whole(ctx, demarcheDocument, subject, map[string]any{"number": number}, &data); err != nil {
		return dossier.Demarche{}, err
	}
	if data.Demarche == nil {
		return dossier.Demarche{}, noData().named(demarcheDocument.name, subject)
	}
	out, err := decodeDemarche(number, &data.Demarche.wireDemarche)
	if err != nil {
		return dossier.Demarche{}, rename(err, demarcheDocument.name, subject)
	}
	return *out, nil
}

// decodeDemarche decodes a démarche asked for by its number.
func decodeDemarche(number int, w *wireDemarche) (*dossier.Demarche, error) {
	if w == nil || w.ID == "" {
		return nil, notUnderstood("demarche.id")
	}
	out := &dossier.Demarche{
		ID:     w.ID,
		Number: number,
		Title:  line(w.Title),
		State:  w.State,
	}
	if w.ActiveRevision != nil {
		out.ActiveRevision = w.ActiveRevision.ID
	}
	if w.DateFermeture != "" {
		t, ok := instant(w.DateFermeture)
		if !ok {
			return nil, notUnderstood("demarche.dateFermeture")
		}
		out.DateFermeture = &t
	}
	for _, g := range w.Groupes {
		out.Groupes = append(out.Groupes, dossier.GroupeInstructeur{
			ID: g.ID, Number: g.Number, Label: line(g.Label), Closed: g.Closed,
			Instructeurs: profiles(g.Instructeurs),
		})
	}
	slices.SortStableFunc(out.Groupes, func(a, b dossier.GroupeInstructeur) int {
		return strings.Compare(a.ID, b.ID)
	})
	return out, nil
}
