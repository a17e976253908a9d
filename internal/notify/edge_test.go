package notify

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"relais/internal/dossier"
)

// Somebody who sits in several groupes gets one mail for all of them.
func TestAnInstructeurOfSeveralGroupesHasOneMail(t *testing.T) {
	here, there := bretagne(), normandie()
	o := newOffice(t, here, there)
	o.remind(on(10, 1, 9, 0)) // the calls are known
	groupes := o.store.demarches[100].Groupes
	groupes[0].Instructeurs = []dossier.Profile{{ID: anne, Email: "anne@dreets.example"}}
	groupes[1].Instructeurs = groupes[0].Instructeurs
	groupes[2].Instructeurs = groupes[0].Instructeurs
	o.receive(1, here, on(10, 8, 10, 0), on(10, 8, 11, 0))
	o.receive(2, there, on(10, 8, 10, 0), on(10, 8, 11, 0))
	if done := o.tick(on(11, 6, 9, 0)); done.Sent != 1 {
		t.Fatalf("got %+v", done)
	}
	m := o.post.messages[0]
	for _, want := range []string{"n°\u00a01 ", "n°\u00a02 "} {
		if m.To != "anne@dreets.example" || !strings.Contains(m.Text, want) {
			t.Errorf("to %s, without %q", m.To, want)
		}
	}
}

// The démarche is read again at each pass: between two ticks an address may have
// changed, for a follower and for a member of the groupe alike.
func TestAnAddressThatChangedMeanwhile(t *testing.T) {
	o := newOffice(t)
	o.receive(1, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), anne)
	o.receive(2, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0)) // of the whole groupe
	o.remind(on(11, 6, 9, 0))
	o.store.demarches[100].Groupes[0].Instructeurs = []dossier.Profile{
		{ID: anne, Email: "anne.nouvelle@dreets.example"}, {ID: bruno, Email: "bruno@dreets.example"},
	}
	o.deliver(on(11, 6, 10, 0))
	if diff := cmp.Diff([]string{"anne.nouvelle@dreets.example", "bruno@dreets.example"}, o.mailed()); diff != "" {
		t.Error(diff)
	}
}

// A closed groupe keeps its dossiers, and whoever sits in it their dates; the
// default groupe alone serves a démarche that has no other.
func TestAClosedGroupeAndTheDefaultOne(t *testing.T) {
	o := newOffice(t)
	groupes := o.store.demarches[100].Groupes
	groupes[0].Closed = true
	o.receive(1, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0))
	o.tick(on(11, 6, 9, 0))
	if diff := cmp.Diff([]string{"anne@dreets.example", "bruno@dreets.example"}, o.mailed()); diff != "" {
		t.Errorf("closed: %s", diff)
	}

	alone := newOffice(t)
	alone.store.demarches[100] = dossier.Demarche{Number: 100, Groupes: []dossier.GroupeInstructeur{
		{ID: "g-default", Label: "défaut", Instructeurs: []dossier.Profile{{ID: carla, Email: "carla@dreets.example"}}},
	}}
	alone.receive(1, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0))
	alone.edit(1, func(r *dossier.Record) { r.Dossier.GroupeInstructeur.ID = "g-default" })
	alone.tick(on(11, 6, 9, 0))
	if diff := cmp.Diff([]string{"carla@dreets.example"}, alone.mailed()); diff != "" {
		t.Errorf("default: %s", diff)
	}
}

// In no list of the platform: reminders stop, and go on when it comes back.
func TestAMissingDossierIsNotRemindedOf(t *testing.T) {
	o, noon := due(t)
	o.edit(1, func(r *dossier.Record) { r.Removed = dossier.Missing })
	if done := o.deliver(noon); done.Sent != 0 || done.Dropped != 1 {
		t.Fatalf("got %+v", done)
	}
	if done := o.tick(on(12, 4, 9, 0)); done.Sent != 0 {
		t.Errorf("while it is missing: %+v", done)
	}
	o.edit(1, func(r *dossier.Record) { r.Removed = dossier.Present })
	o.tick(on(12, 7, 9, 0))
	if diff := cmp.Diff([]string{"anne@dreets.example"}, o.mailed()); diff != "" {
		t.Errorf("once it is back: %s", diff)
	}
}

// A dossier decided, then examined again, was answered in time: nothing starts
// anew.
func TestAReexaminedDossierIsNotRemindedOf(t *testing.T) {
	o, noon := due(t)
	o.decide(1, dossier.Day{Year: 2026, Month: 11, Day: 30})
	o.edit(1, func(r *dossier.Record) { r.State, r.Dossier.State = dossier.EnInstruction, dossier.EnInstruction })
	o.deliver(noon)
	for _, at := range []int{1, 4, 7, 8} {
		o.tick(on(12, at, 9, 0))
	}
	if to := o.mailed(); to != nil {
		t.Errorf("wrote to %v", to)
	}
}

// The account that deposited for somebody else, and one that was deleted since,
// are written to no more than any usager, even from an instructeur's profile.
func TestNeitherMandataireNorDeletedAccountIsWrittenTo(t *testing.T) {
	o := newOffice(t)
	o.receive(1, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), bruno)
	o.edit(1, func(r *dossier.Record) {
		r.Dossier.DeposeParUnTiers = true
		r.Dossier.Usager = dossier.Profile{ID: "<deleted>", Email: "bruno@dreets.example"}
		r.Dossier.ConnectionUsager = "deleted"
		r.Dossier.Instructeurs = append(r.Dossier.Instructeurs, dossier.Profile{ID: "<deleted>", Email: "ancienne@dreets.example"})
	})
	o.tick(on(11, 6, 9, 0))
	if diff := cmp.Diff([]string{"anne@dreets.example"}, o.mailed()); diff != "" {
		t.Error(diff)
	}
}
