package sandbox

import (
	"fmt"
	"slices"
	"time"
)

// contact is the platform's own address: author of the automatic copies.
const contact = "contact@plateforme.example"

// Each operation happens at an instant, changes one dossier, and moves
// updated_at exactly when the platform does (ds-platform.md §2.4).

func (w *world) deposit(d *dossier, t time.Time) {
	d.state = enConstruction
	d.deposited, d.constructed, d.champsUpdated, d.annotated = t, t, t, t
	d.updated = t
	w.record(d, t, "depose", nil, "")
	w.copyMail(d, t, "Votre dossier a bien été déposé.")
	d.demarche.enlist(d)
	w.changed(d, t)
}

func (w *world) instruct(d *dossier, t time.Time, by *person) error {
	if d.state != enConstruction {
		return refused(d, "pass en instruction")
	}
	d.state, d.instructed, d.expires = enInstruction, t, time.Time{}
	w.record(d, t, "passe_en_instruction", by, "")
	w.join(d, by)
	w.copyMail(d, t, "Votre dossier passe en instruction.")
	d.demarche.stamp(d, t)
	w.changed(d, t)
	return nil
}

func (w *world) sendBack(d *dossier, t time.Time, by *person) error {
	if d.state != enInstruction {
		return refused(d, "send back en construction")
	}
	d.state, d.constructed = enConstruction, t
	w.record(d, t, "repasse_en_construction", by, "")
	d.demarche.stamp(d, t)
	w.changed(d, t)
	return nil
}

// changed tells that a saved change of state took place: what webhooks fire on.
func (w *world) changed(d *dossier, t time.Time) {
	if w.announce != nil {
		w.announce(d, t)
	}
}

var decisions = map[string]string{accepte: "accepte", refuse: "refuse", sansSuite: "classe_sans_suite"}

func (w *world) decide(d *dossier, t time.Time, state string, by *person) error {
	event, known := decisions[state]
	if d.state != enInstruction || !known {
		return refused(d, "decide "+state)
	}
	d.state, d.processed, d.attested = state, t, time.Time{}
	d.motivation = "Décision prise après avis du comité de sélection."
	if state == accepte {
		d.attested = t.Add(90 * time.Second) // made later, and without a bump
	}
	d.expires = w.expiry(d, t)
	w.record(d, t, event, by, d.motivation)
	w.join(d, by)
	w.copyMail(d, t, "Votre dossier a reçu une décision.")
	d.demarche.stamp(d, t)
	w.changed(d, t)
	return nil
}

// reopen is a réexamen: dateTraitement stays, the attestation goes.
func (w *world) reopen(d *dossier, t time.Time, by *person) error {
	if !termine(d.state) {
		return refused(d, "reopen")
	}
	d.state, d.archived, d.motivation = enInstruction, false, ""
	d.instructed, d.expires, d.attested = t, time.Time{}, time.Time{}
	w.record(d, t, "repasse_en_instruction", by, "")
	d.demarche.stamp(d, t)
	w.changed(d, t)
	return nil
}

// ask is a message with a correction. On a dossier terminé, or when one is
// already pending, the message goes out and the correction is silently ignored.
func (w *world) ask(d *dossier, t time.Time, by *person, reason string) {
	m := w.write(d, t, by.email, "Merci de compléter votre dossier : "+reason+".")
	w.join(d, by)
	if termine(d.state) || !d.pendingSince.IsZero() {
		return
	}
	m.correction = &correction{reason: reason}
	d.pendingSince = t
	if d.state == enInstruction {
		_ = w.sendBack(d, t, by) // the state was just checked
	}
}

// submit is the usager's answer to a correction: no change of state.
func (w *world) submit(d *dossier, t time.Time) error {
	m := d.pendingCorrection()
	if m == nil {
		return refused(d, "submit a correction")
	}
	m.correction.resolved = t
	d.pendingSince, d.champsUpdated = time.Time{}, t
	w.record(d, t, "depose_correction_usager", nil, "")
	d.demarche.stamp(d, t)
	return nil
}

func (w *world) write(d *dossier, t time.Time, email, body string) *message {
	w.messages++
	m := &message{id: w.messages, at: t, email: email, body: body}
	d.messages = append(d.messages, m)
	d.demarche.stamp(d, t)
	return m
}

// withdraw empties a message.
func (w *world) withdraw(d *dossier, t time.Time, m *message) {
	m.body, m.discarded = "", t
	d.demarche.stamp(d, t)
}

// join makes an instructeur follow, as acting on a dossier does.
func (w *world) join(d *dossier, p *person) bool {
	if p == nil || d.follows(p) {
		return false
	}
	d.followers = append(d.followers, p)
	return true
}

func (w *world) follow(d *dossier, t time.Time, p *person) {
	if w.join(d, p) {
		d.demarche.stamp(d, t)
	}
}

func (w *world) unfollow(d *dossier, t time.Time, p *person) {
	if i := slices.Index(d.followers, p); i >= 0 {
		d.followers = slices.Delete(d.followers, i, i+1)
		d.demarche.stamp(d, t)
	}
}

// stick adds a label: invisible to updatedSince.
func (w *world) stick(d *dossier, l *label) {
	if !slices.Contains(d.labels, l) {
		d.labels = append(d.labels, l)
	}
}

// move changes the groupe; followers outside the new one are unfollowed.
func (w *world) move(d *dossier, t time.Time, to *group) error {
	if d.group == to {
		return refused(d, "move to its own groupe")
	}
	d.group = to
	d.followers = slices.DeleteFunc(d.followers, func(p *person) bool { return !to.has(p) })
	d.demarche.stamp(d, t)
	return nil
}

// annotate writes an annotation privée. Only a write in the user interface
// moves dateDerniereModificationAnnotations.
func (w *world) annotate(d *dossier, t time.Time, key string, value any, throughAPI bool) {
	if d.annotations == nil {
		d.annotations = map[string]any{}
	}
	d.annotations[key] = value
	if !throughAPI {
		d.annotated = t
	}
	d.demarche.stamp(d, t)
}

func (w *world) askAvis(d *dossier, t time.Time, by, expert *person) {
	w.opinions++
	d.avis = append(d.avis, &avis{id: w.opinions, expert: expert, claimant: by, asked: t, moved: t,
		question: "Que pensez-vous de l’ancrage territorial de ce projet ?"})
	d.demarche.stamp(d, t)
}

func (w *world) answerAvis(d *dossier, t time.Time, a *avis) {
	a.answer, a.moved = "Projet bien implanté, partenariats solides.", t
	d.demarche.stamp(d, t)
}

// complete ends a failed SIRET look-up, later and without a bump.
func (w *world) complete(d *dossier) { d.degraded = false }

func (w *world) record(d *dossier, t time.Time, event string, by *person, why string) {
	w.traitements++
	d.traitements = append(d.traitements, traitement{id: w.traitements, at: t, event: event, state: d.state, by: by, motivation: why})
}

// copyMail keeps the automatic copy of a mail to the usager among the messages.
func (w *world) copyMail(d *dossier, t time.Time, body string) {
	w.messages++
	d.messages = append(d.messages, &message{id: w.messages, at: t, email: contact, body: body})
}

func refused(d *dossier, what string) error {
	return fmt.Errorf("dossier %d: cannot %s in state %s", d.number, what, d.state)
}

// archive puts a dossier terminé among the archives.
func (w *world) archive(d *dossier, t time.Time) {
	d.archived = true
	d.demarche.stamp(d, t)
}
