package console

import (
	"slices"
	"time"

	"relais/internal/dossier"
)

// event is one thing that happened to a dossier. Ours tells that it happened in
// Relais and not on the platform.
type event struct {
	At   moment
	Text string
	Ours bool
}

var eventTexts = map[string]string{
	"depose":                               "Déposé",
	"depose_correction_instructeur":        "Correction déposée par un instructeur",
	"depose_correction_usager":             "Correction déposée par l’usager",
	"passe_en_instruction":                 "Passé en instruction",
	"passe_en_instruction_automatiquement": "Passé en instruction automatiquement",
	"accepte":                              "Accepté",
	"accepte_automatiquement":              "Accepté automatiquement",
	"refuse":                               "Refusé",
	"refuse_automatiquement":               "Refusé automatiquement",
	"classe_sans_suite":                    "Classé sans suite",
}

var correctionTexts = map[string]string{
	"incomplete": "Correction demandée : dossier incomplet",
	"incorrect":  "Correction demandée : dossier à rectifier",
	"outdated":   "Correction demandée : dossier à mettre à jour",
}

// history is what is known of the life of a dossier, oldest first.
func (s *site) history(rec dossier.Record) []event {
	type dated struct {
		event
		at time.Time
	}
	var all []dated
	add := func(at time.Time, text string, ours bool) {
		if !at.IsZero() {
			all = append(all, dated{event{s.localInstant(at, rec.Judgement.Call), text, ours}, at})
		}
	}
	if d := rec.Dossier; d != nil {
		for _, t := range d.Traitements {
			add(t.DateTraitement, textOf(eventTexts, t.Event), false)
		}
		if !slices.ContainsFunc(d.Traitements, func(t dossier.Traitement) bool { return t.Event == "depose" }) {
			add(rec.DateDepot, eventTexts["depose"], false)
		}
		for _, m := range d.Messages {
			s.corrections(m, add)
		}
	} else {
		add(rec.DateDepot, eventTexts["depose"], false)
	}
	add(rec.Judgement.Facts.EditedAt, "Formulaire modifié par l’usager pour la dernière fois", false)
	add(rec.FirstSeen, "Vu par Relais pour la première fois", true)
	add(rec.AdoptedAt, "Rattaché à son appel", true)
	add(rec.ReadAt, "Lu par Relais pour la dernière fois", true)
	add(rec.RemovedAt, "Retiré de la plateforme", false)
	slices.SortStableFunc(all, func(a, b dated) int { return a.at.Compare(b.at) })
	var out []event
	for _, one := range all {
		out = append(out, one.event)
	}
	return out
}

func (s *site) corrections(m dossier.Message, add func(time.Time, string, bool)) {
	if m.Correction == nil {
		return
	}
	text := orText(correctionTexts[m.Correction.Reason], "Correction demandée")
	if m.DiscardedAt != nil {
		text += ", message retiré depuis"
	}
	add(m.CreatedAt, text, false)
	if m.Correction.DateResolution != nil {
		add(*m.Correction.DateResolution, "Correction reçue", false)
	}
}
