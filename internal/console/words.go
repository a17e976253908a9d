package console

import (
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/notify"
)

// tag is a short coloured label. The text alone carries the meaning; Tone, one
// of good, warn, bad, info and mute, only repeats it in colour.
type tag struct{ Text, Tone string }

// none stands in an address for "without": dossiers of no call, of no verdict.
const none = "-"

var verdicts = []dossier.Verdict{
	dossier.NonRecevable, dossier.ACompleter, dossier.AVerifier, dossier.Recevable, "",
}

var verdictTags = map[dossier.Verdict]tag{
	dossier.NonRecevable: {"Non recevable", "bad"},
	dossier.ACompleter:   {"À compléter", "warn"},
	dossier.AVerifier:    {"À vérifier", "info"},
	dossier.Recevable:    {"Recevable", "good"},
	"":                   {"Sans proposition", "mute"},
}

var states = []dossier.State{
	dossier.EnConstruction, dossier.EnInstruction, dossier.Accepte, dossier.Refuse, dossier.SansSuite,
}

var stateTags = map[dossier.State]tag{
	dossier.EnConstruction: {"En construction", "info"},
	dossier.EnInstruction:  {"En instruction", "info"},
	dossier.Accepte:        {"Accepté", "mute"},
	dossier.Refuse:         {"Refusé", "mute"},
	dossier.SansSuite:      {"Sans suite", "mute"},
}

var removalTags = map[dossier.Removal]tag{
	dossier.Pending: {"Supprimé, restaurable", "warn"},
	dossier.Missing: {"Introuvable sur la plateforme", "warn"},
	dossier.Purged:  {"Effacé", "mute"},
}

var removalTexts = map[dossier.Removal]string{
	dossier.Pending: "La plateforme le garde encore quelques jours et peut le restaurer.",
	dossier.Missing: "La dernière relecture complète ne l’a trouvé dans aucune liste.",
	dossier.Purged:  "La plateforme l’a effacé\u202f; notre copie ne garde que son numéro et ses dates.",
}

var severityTexts = map[dossier.Severity]string{
	dossier.Blocking: "Bloquante",
	dossier.Warning:  "Avertissement",
	dossier.Info:     "Information",
}

var outcomeTags = map[dossier.Outcome]tag{
	dossier.Fail:          {"Non respectée", "bad"},
	dossier.Unknown:       {"Indéterminée", "info"},
	dossier.Pass:          {"Respectée", "good"},
	dossier.NotApplicable: {"Sans objet", "mute"},
}

// deadlineTags are the statuses of the export.
var deadlineTags = map[string]tag{
	deadline.Planned: {"À venir", "info"},
	deadline.Held:    {"Suspendue", "warn"},
	deadline.Due:     {"À échéance", "warn"},
	deadline.Passed:  {"Dépassée", "bad"},
	deadline.Met:     {"Tenue", "good"},
	deadline.Skipped: {"Sans rappel", "mute"},
}

// deadlineTag is the status of a deadline; one met after its last day is not
// said to be kept.
func deadlineTag(d dossier.Deadline, status string) tag {
	if status == deadline.Met && d.MetOn.After(d.DueOn) {
		return tag{"Tenue hors délai", "bad"}
	}
	return tagOf(deadlineTags, status)
}

// kindTitle is the French name of a kind of deadline, or its code.
func kindTitle(kind string) string {
	if k, ok := deadline.KindOf(kind); ok {
		return k.Title
	}
	return kind
}

var kindTexts = map[notify.Kind]string{
	notify.Reminder:  "Rappel",
	notify.Immediate: "Urgence",
	notify.Opening:   "Ouverture",
	notify.Change:    "Nouveauté",
	notify.Report:    "Rapport",
}

var statusTags = map[notify.Status]tag{
	notify.Pending: {"En attente", "info"},
	notify.Held:    {"Retenue", "warn"},
	notify.Sent:    {"Envoyée", "good"},
	notify.Refused: {"Refusée", "bad"},
	notify.Dropped: {"Abandonnée", "mute"},
	notify.Skipped: {"Passée", "mute"},
}

var statuses = []notify.Status{
	notify.Pending, notify.Held, notify.Sent, notify.Refused, notify.Dropped, notify.Skipped,
}

// tagOf keeps a value that this version does not know as it came.
func tagOf[K ~string](tags map[K]tag, key K) tag {
	if t, ok := tags[key]; ok {
		return t
	}
	return tag{string(key), "mute"}
}

func textOf[K ~string](texts map[K]string, key K) string {
	if t, ok := texts[key]; ok {
		return t
	}
	return string(key)
}
