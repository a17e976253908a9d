package sandbox

import (
	"testing"
	"time"
)

const one = `query($n: Int!) { dossier(number: $n) {
  state dateDepot datePassageEnConstruction datePassageEnInstruction dateTraitement dateExpiration motivation archived
  dateDerniereModification dateDerniereModificationChamps dateDerniereModificationAnnotations dateDerniereCorrectionEnAttente
  instructeurs { email } groupeInstructeur { label } labels { name } attestation { filename }
  traitements { event emailAgentTraitant } messages { email body correction { reason dateResolution } }
  demandeur { __typename } } }`

func show(t testing.TB, p *Platform, n int) object {
	t.Helper()
	return get(t, p, one, object{"n": n})["dossier"].(object)
}

func instant(t testing.TB, v any) time.Time {
	t.Helper()
	s, _ := v.(string)
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatalf("not an instant: %v", v)
	}
	return at
}

// TestWhatMovesUpdatedAt is the table of ds-platform.md §2.4.
func TestWhatMovesUpdatedAt(t *testing.T) {
	p := newPlatform(t, Options{})
	email := p.Demarches()[0].Groupes[1].Instructeurs[1]
	act := func(n int, f func(w *world, d *dossier, at time.Time)) error {
		return p.do(n, func(w *world, d *dossier, at time.Time) error { f(w, d, at); return nil })
	}
	for _, c := range []struct {
		name  string
		moves bool
		do    func(n int) error
	}{
		{"passage en instruction", true, func(n int) error { return p.Decide(n, enInstruction) }},
		{"decision", true, func(n int) error { return p.Decide(n, accepte) }},
		{"correction asked", true, func(n int) error { return p.AskCorrection(n, "incomplete") }},
		{"message", true, func(n int) error { return p.Message(n, "Bonjour") }},
		{"follow", true, func(n int) error { return p.Follow(n, email) }},
		{"change of groupe", true, func(n int) error { return p.ChangeGroupe(n, "DEETS La Réunion") }},
		{"hidden", true, func(n int) error { return p.Hide(n, ByUsager) }},
		{"answer edited", true, func(n int) error { return p.Edit(n, "intitule", "Autre") }},
		{"file re-encoded", true, p.Touch},
		{"annotation", true, func(n int) error {
			return act(n, func(w *world, d *dossier, at time.Time) { w.annotate(d, at, "ann_complet", true, false) })
		}},
		{"avis asked", true, func(n int) error { return act(n, askedAvis) }},
		{"label", false, func(n int) error { return p.AddLabel(n, "QPV") }},
		{"demandeur completed", false, p.CompleteDemandeur},
		{"account of the usager deleted", false, func(n int) error { return act(n, func(_ *world, d *dossier, _ time.Time) { d.usagerDeleted = true }) }},
		{"unfollow of one who does not follow", false, func(n int) error { return p.Unfollow(n, email) }},
	} {
		n := deposited(t, p, enConstruction)
		d := p.world.numbers[n]
		before := d.updated
		must(t, c.do(n))
		if moved := d.updated.After(before); moved != c.moves {
			t.Errorf("%s: moved %v, want %v", c.name, moved, c.moves)
		}
		if d.updated != d.updated.Truncate(time.Microsecond) {
			t.Errorf("%s: %v is finer than a microsecond", c.name, d.updated)
		}
	}
}

func TestACorrectionFromAskToAnswer(t *testing.T) {
	p := newPlatform(t, Options{})
	n := deposited(t, p, enInstruction)
	passed := show(t, p, n)
	p.Advance(monday.Add(time.Minute))
	must(t, p.AskCorrection(n, "incomplete"))
	asked := show(t, p, n)
	if asked["state"] != enConstruction {
		t.Fatalf("state %v: a correction sends back en construction", asked["state"])
	}
	if instant(t, asked["dateDerniereCorrectionEnAttente"]) != instant(t, asked["datePassageEnConstruction"]) {
		t.Error("the pending date and the new passage en construction are one instant")
	}
	if asked["datePassageEnInstruction"] != passed["datePassageEnInstruction"] {
		t.Error("datePassageEnInstruction must be kept")
	}
	last := dig(t, asked, "messages", len(asked["messages"].([]any))-1)
	if dig(t, last, "correction", "reason") != "incomplete" || dig(t, last, "correction", "dateResolution") != nil {
		t.Errorf("message %v", last)
	}

	must(t, p.AskCorrection(n, "outdated"))
	again := show(t, p, n)
	if got := len(again["messages"].([]any)) - len(asked["messages"].([]any)); got != 1 {
		t.Errorf("%d more messages: a second request goes out as a plain message", got)
	}
	if dig(t, again, "messages", len(again["messages"].([]any))-1, "correction") != nil {
		t.Error("a second correction must be silently ignored")
	}

	p.Advance(monday.Add(2 * time.Minute))
	must(t, p.SubmitCorrection(n, map[string]any{"intitule": "Corrigé"}))
	done := show(t, p, n)
	if done["state"] != enConstruction || done["dateDerniereCorrectionEnAttente"] != nil || done["datePassageEnConstruction"] != asked["datePassageEnConstruction"] {
		t.Errorf("after the answer: %v", done)
	}
	traitements := done["traitements"].([]any)
	if dig(t, traitements, len(traitements)-1, "event") != "depose_correction_usager" {
		t.Errorf("traitements %v", traitements)
	}
	if err := p.SubmitCorrection(n, nil); err == nil {
		t.Error("nothing is pending any more")
	}
}

func TestACorrectionOnATermineIsOnlyAMessage(t *testing.T) {
	p := newPlatform(t, Options{})
	n := deposited(t, p, accepte)
	must(t, p.AskCorrection(n, "incorrect"))
	d := show(t, p, n)
	if d["state"] != accepte || d["dateDerniereCorrectionEnAttente"] != nil {
		t.Errorf("%v", d)
	}
}

func TestDecisionThenReexamen(t *testing.T) {
	p := newPlatform(t, Options{})
	n := deposited(t, p, accepte)
	if show(t, p, n)["attestation"] != nil {
		t.Error("the attestation comes later")
	}
	p.Advance(monday.Add(5 * time.Minute))
	decided := show(t, p, n)
	if decided["attestation"] == nil || decided["motivation"] == nil || decided["dateExpiration"] == nil {
		t.Fatalf("%v", decided)
	}
	must(t, p.Decide(n, enInstruction))
	again := show(t, p, n)
	if again["state"] != enInstruction || again["dateTraitement"] != decided["dateTraitement"] {
		t.Errorf("dateTraitement must survive a réexamen: %v", again["dateTraitement"])
	}
	if again["attestation"] != nil || again["motivation"] != nil || again["dateExpiration"] != nil {
		t.Errorf("%v", again)
	}
}

func TestFollowersOutsideTheNewGroupeAreUnfollowed(t *testing.T) {
	p := newPlatform(t, Options{})
	n := deposited(t, p, enInstruction) // who passes it follows it
	if len(show(t, p, n)["instructeurs"].([]any)) != 1 {
		t.Fatal("acting on a dossier makes one follow it")
	}
	must(t, p.ChangeGroupe(n, "DEETS La Réunion"))
	d := show(t, p, n)
	if dig(t, d, "groupeInstructeur", "label") != "DEETS La Réunion" || len(d["instructeurs"].([]any)) != 0 {
		t.Errorf("%v", d)
	}
	if p.ChangeGroupe(n, "DEETS La Réunion") == nil {
		t.Error("the same groupe is an error")
	}
}

func TestInstantsAreCutToTheSecondWithTheOffsetOfParis(t *testing.T) {
	winter := time.Date(2026, 11, 23, 9, 30, 12, 987_654_000, paris)
	summer := time.Date(2026, 7, 1, 23, 59, 59, 999_999_000, paris)
	for _, c := range []struct {
		now  time.Time
		want string
	}{{winter, "2026-11-23T09:30:12+01:00"}, {summer, "2026-07-01T23:59:59+02:00"}} {
		p := newPlatform(t, Options{Now: clock(c.now)})
		if got := show(t, p, deposited(t, p, enConstruction))["dateDepot"]; got != c.want {
			t.Errorf("%v, want %s", got, c.want)
		}
	}
}
