package notify

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/dossier"
)

// follow makes persons the only followers of dossier 1.
func (o *office) follow(persons ...string) {
	o.edit(1, func(r *dossier.Record) {
		r.Dossier.Instructeurs = nil
		for _, id := range persons {
			r.Dossier.Instructeurs = append(r.Dossier.Instructeurs, dossier.Profile{ID: id})
		}
	})
}

// A step outlives the person it was for: those concerned now get it.
func TestAStepGoesToWhoeverIsConcernedNow(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*office)
		want   []string
	}{
		"somebody else follows":    {func(o *office) { o.follow(bruno) }, []string{"bruno@dreets.example"}},
		"somebody earlier follows": {func(o *office) { o.follow("AAAA", carla) }, []string{"carla@dreets.example"}},
		"nobody follows any more":  {func(o *office) { o.follow() }, []string{"anne@dreets.example"}}, // a member still
		"Anne left her groupe too": {func(o *office) {
			o.follow()
			o.store.demarches[100].Groupes[0].Instructeurs = []dossier.Profile{{ID: bruno, Email: "bruno@dreets.example"}}
		}, []string{"bruno@dreets.example"}},
		"Anne is the usager now": {func(o *office) {
			o.edit(1, func(r *dossier.Record) { r.Dossier.Usager.Email = "ANNE@dreets.example" })
		}, []string{"bruno@dreets.example"}},
		"only the fallback is left": {func(o *office) {
			o.follow()
			o.store.demarches[100].Groupes[0].Instructeurs = nil
		}, []string{"secours@dreets.example"}},
	} {
		t.Run(name, func(t *testing.T) {
			o, noon := due(t)
			test.change(o)
			o.deliver(noon)
			o.deliver(noon.Add(time.Hour))
			if diff := cmp.Diff(test.want, o.mailed()); diff != "" {
				t.Error(diff)
			}
			if done := o.deliver(noon.Add(2 * time.Hour)); done != (Delivered{}) {
				t.Errorf("then: %+v", done)
			}
		})
	}
}

// Bruno has the step: Carla, who came later, does not get it in Anne's place.
func TestAStepThatOneOfThemHasIsNotHandedOver(t *testing.T) {
	for name, before := range map[string]Status{"still to be sent": Pending, "sent already": Sent} {
		t.Run(name, func(t *testing.T) {
			o, noon := due(t)
			o.follow(anne, bruno)
			o.store.rows, o.store.order = map[string]Intention{}, nil
			o.edit(1, func(r *dossier.Record) { r.Judgement.Deadlines[0].HandledUntil = on(11, 29, 9, 0) })
			o.remind(on(11, 30, 9, 0))
			if before == Sent {
				i := o.store.rows["dossier:1/D14/2026-12-07/J-7/"+bruno]
				i.Status, i.Mail = Sent, "m"
				o.store.rows[i.Key] = i
			}
			o.follow(bruno, carla)
			o.deliver(noon)
			o.deliver(noon.Add(time.Hour))
			if slices.Contains(o.mailed(), "carla@dreets.example") {
				t.Error("told to somebody who was not concerned when it came due")
			}
			o.wantStatuses(map[Status]int{Sent: 1, Dropped: 1})
		})
	}
}

func TestSomebodyWhoComesBackIsTold(t *testing.T) {
	o, noon := due(t)
	o.follow(bruno)
	pending, err := o.store.Of(t.Context(), anne, Pending)
	if err != nil {
		t.Fatal(err)
	}
	o.store.completed[100] = noon
	tick := o.delivery.tick(noon)
	if err := tick.person(t.Context(), pending); err != nil { // Anne's goes to Bruno
		t.Fatal(err)
	}
	o.follow(anne)
	o.deliver(noon.Add(time.Hour))
	o.deliver(noon.Add(2 * time.Hour))
	if diff := cmp.Diff([]string{"anne@dreets.example"}, o.mailed()); diff != "" {
		t.Error(diff)
	}
}

// A crash between the new rows and the end of the old one loses nothing and
// tells nothing twice.
func TestAHandoverSurvivesACrash(t *testing.T) {
	for _, op := range []string{"enqueue", "mark pending", "mark dropped"} {
		t.Run(op, func(t *testing.T) {
			o, noon := due(t)
			o.follow(bruno)
			o.store.on = func(at string) error {
				if at == op {
					panic(errDeath)
				}
				return nil
			}
			dies(t, func() { o.deliver(noon) })
			o.store.on = nil
			for hour := range 3 {
				o.deliver(noon.Add(time.Duration(hour+1) * time.Hour))
			}
			if diff := cmp.Diff([]string{"bruno@dreets.example"}, o.mailed()); diff != "" {
				t.Error(diff)
			}
			o.wantStatuses(map[Status]int{Sent: 1, Dropped: 1})
		})
	}
}

// While nobody is concerned a step waits; it is told when somebody comes, and
// dropped when it is no longer true.
func TestAStepWaitsForSomebody(t *testing.T) {
	c := bretagne()
	c.Recipients.Fallback = nil
	alone := func() (*office, time.Time) {
		o := newOffice(t, c)
		o.receive(1, c, on(10, 8, 10, 0), on(10, 8, 11, 0), anne)
		o.remind(on(11, 6, 9, 0))
		o.follow()
		o.store.demarches[100].Groupes[0].Instructeurs = nil
		return o, on(11, 6, 10, 0)
	}
	o, at := alone()
	if done := o.deliver(at); done.Waiting != 1 || done.Dropped != 0 {
		t.Fatalf("got %+v", done)
	}
	o.follow(carla)
	o.deliver(at.Add(time.Hour))
	o.deliver(at.Add(2 * time.Hour))
	if diff := cmp.Diff([]string{"carla@dreets.example"}, o.mailed()); diff != "" {
		t.Error(diff)
	}
	o, at = alone()
	o.decide(1, dossier.Day{Year: 2026, Month: 11, Day: 6})
	if done := o.deliver(at); done.Dropped != 1 || done.Waiting != 0 {
		t.Errorf("decided: %+v", done)
	}
}
