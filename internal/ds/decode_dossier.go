package ds

import (
	"slices"
	"strings"
	"time"

	"relais/internal/dossier"
)

// decoder turns wire values into the vocabulary, and remembers the typenames
// that the published schema did not announce.
type decoder struct {
	unknown map[string]string // typename → where
}

func (d *decoder) strange(where, typename string) {
	if d.unknown == nil {
		d.unknown = map[string]string{}
	}
	if id := identifier(typename); id != "" {
		d.unknown[id] = where
	}
}

// dates reads the dates of one dossier on which everything rests: unlike those
// of its content, a malformed one makes the dossier unreadable.
type dates struct {
	broken string // the first field that could not be read
}

func (r *dates) must(field, s string) time.Time {
	t, ok := instant(s)
	if !ok && r.broken == "" {
		r.broken = field
	}
	return t
}

func (r *dates) may(field, s string) *time.Time {
	if s == "" {
		return nil
	}
	t := r.must(field, s)
	return &t
}

func (r *dates) day(field, s string) dossier.Day {
	day := lenientDay(s)
	if s != "" && day.IsZero() && r.broken == "" {
		r.broken = field
	}
	return day
}

// dossier decodes one dossier. broken names the field without which it cannot
// be kept; it is "" when all is well. fallback is the démarche asked for, used
// when the dossier does not name its own.
func (d *decoder) dossier(w *wireDossier, fallback int) (out dossier.Dossier, broken string) {
	var r dates
	out = dossier.Dossier{
		ID:               w.ID,
		Number:           w.Number,
		Demarche:         fallback,
		State:            dossier.State(w.State),
		Archived:         w.Archived,
		ConnectionUsager: w.ConnectionUsager,
		DeposeParUnTiers: w.DeposeParUnTiers,
		Demandeur:        d.demandeur(w.Demandeur),
		Instructeurs:     profiles(w.Instructeurs),
		Labels:           labels(w.Labels),
		Champs:           d.champs(w.Champs),
		Annotations:      d.champs(w.Annotations),
	}
	if w.Usager != nil {
		out.Usager = profile(*w.Usager)
	}
	if w.Demarche != nil {
		if w.Demarche.Number > 0 {
			out.Demarche = w.Demarche.Number
		}
		if w.Demarche.Revision != nil {
			out.Revision = w.Demarche.Revision.ID
		}
	}
	if g := w.GroupeInstructeur; g != nil {
		out.GroupeInstructeur = dossier.GroupeInstructeur{ID: g.ID, Number: g.Number, Label: line(g.Label), Closed: g.Closed}
	}
	r.life(w, &out)
	r.history(w, &out)
	return out, r.missing(&out)
}

// life reads the dates of the dossier itself.
func (r *dates) life(w *wireDossier, out *dossier.Dossier) {
	out.DateDepot = r.must("dateDepot", w.DateDepot)
	out.DatePassageEnConstruction = r.must("datePassageEnConstruction", w.DatePassageEnConstruction)
	out.DatePassageEnInstruction = r.may("datePassageEnInstruction", w.DatePassageEnInstruction)
	out.DateTraitement = r.may("dateTraitement", w.DateTraitement)
	out.DateExpiration = r.may("dateExpiration", w.DateExpiration)
	out.DateDerniereModification = r.must("dateDerniereModification", w.DateDerniereModification)
	out.DateDerniereModificationChamps = r.must("dateDerniereModificationChamps", w.DateDerniereModificationChamps)
	out.DateDerniereModificationAnnotations = r.must("dateDerniereModificationAnnotations", w.DateDerniereModificationAnnotations)
	out.DateDerniereCorrectionEnAttente = r.may("dateDerniereCorrectionEnAttente", w.DateDerniereCorrectionEnAttente)
	out.DateSuppressionParUsager = r.may("dateSuppressionParUsager", w.DateSuppressionParUsager)
	out.DateSuppressionParAdministration = r.may("dateSuppressionParAdministration", w.DateSuppressionParAdministration)
	out.DatePrevisionnelleDecisionSVASVR = r.day("datePrevisionnelleDecisionSVASVR", w.DatePrevisionnelleDecisionSVASVR)
	out.DateTraitementSVASVR = r.may("dateTraitementSVASVR", w.DateTraitementSVASVR)
}

// history reads what happened to the dossier, in the platform's order.
func (r *dates) history(w *wireDossier, out *dossier.Dossier) {
	for _, t := range w.Traitements {
		out.Traitements = append(out.Traitements, dossier.Traitement{
			ID: t.ID, Event: t.Event, DateTraitement: r.must("traitements.dateTraitement", t.DateTraitement),
		})
	}
	for _, m := range w.Messages {
		message := dossier.Message{
			ID:          m.ID,
			CreatedAt:   r.must("messages.createdAt", m.CreatedAt),
			DiscardedAt: r.may("messages.discardedAt", m.DiscardedAt),
		}
		if m.Correction != nil {
			message.Correction = &dossier.Correction{
				Reason:         m.Correction.Reason,
				DateResolution: r.may("messages.correction.dateResolution", m.Correction.DateResolution),
			}
		}
		out.Messages = append(out.Messages, message)
	}
	for _, a := range w.Avis {
		out.Avis = append(out.Avis, dossier.Avis{
			ID:           a.ID,
			DateQuestion: r.must("avis.dateQuestion", a.DateQuestion),
			Answered:     a.QuestionAnswer != nil || strings.TrimSpace(a.Reponse) != "",
		})
	}
}

// missing names the first field without which a dossier cannot be kept.
func (r *dates) missing(d *dossier.Dossier) string {
	switch {
	case d.Number <= 0:
		return "number"
	case d.ID == "":
		return "id"
	case d.State == "":
		return "state"
	case d.Demandeur.Kind == "":
		return "demandeur"
	case d.GroupeInstructeur.ID == "":
		return "groupeInstructeur"
	}
	return r.broken
}

func profile(w wireProfile) dossier.Profile {
	return dossier.Profile{ID: w.ID, Email: line(w.Email)}
}

// profiles and labels are sets: the platform promises no order for them, so they
// are kept in the order of their ids, and a reshuffle is no change.
func profiles(wire []wireProfile) []dossier.Profile {
	var out []dossier.Profile
	for _, w := range wire {
		out = append(out, profile(w))
	}
	slices.SortFunc(out, func(a, b dossier.Profile) int { return strings.Compare(a.ID, b.ID) })
	return out
}

func labels(wire []wireLabel) []dossier.Label {
	var out []dossier.Label
	for _, w := range wire {
		out = append(out, dossier.Label{ID: w.ID, Name: line(w.Name)})
	}
	slices.SortFunc(out, func(a, b dossier.Label) int { return strings.Compare(a.ID, b.ID) })
	return out
}
