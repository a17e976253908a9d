package notify

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus/hooks/test"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
)

const (
	anne  = "SW5zdHJ1Y3RldXItMQ=="
	bruno = "SW5zdHJ1Y3RldXItMg=="
	carla = "SW5zdHJ1Y3RldXItMw=="
)

func paris() *time.Location {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	return zone
}

// on is an instant of Paris in 2026.
func on(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, paris())
}

func bretagne() call.Call {
	return call.Call{
		ID: "o2r-bretagne", Family: "o2r", Title: "Offre de repérage et de remobilisation — Bretagne",
		Demarche: 100, Regions: []string{"53"}, Zone: paris(),
		Silence:    &call.Silence{Effect: "rejet", Months: 2, Source: "CRPA, art. L. 231-4, 3°"},
		Recipients: call.Recipients{Fallback: []string{"Secours@dreets.example"}},
	}
}

func normandie() call.Call {
	c := bretagne()
	c.ID, c.Title, c.Regions = "o2r-normandie", "Offre de repérage et de remobilisation — Normandie", []string{"28"}
	c.Silence = &call.Silence{Effect: "rejet", Months: 2, ConfirmedBy: "DREETS"}
	c.Calendar.Closes = time.Date(2026, 12, 4, 18, 0, 0, 0, paris())
	return c
}

// office is a DREETS at work: a store, a mail service, and the two functions.
type office struct {
	t         *testing.T
	store     *memory
	post      *postbox
	reminders *Reminders
	delivery  *Delivery
	logs      *test.Hook
}

func newOffice(t *testing.T, calls ...call.Call) *office {
	t.Helper()
	if len(calls) == 0 {
		calls = []call.Call{bretagne()}
	}
	store, post := newMemory(), &postbox{}
	log, hook := test.NewNullLogger()
	store.demarches[100] = dossier.Demarche{Number: 100, Groupes: []dossier.GroupeInstructeur{
		{ID: "g-53", Label: "Bretagne", Instructeurs: []dossier.Profile{
			{ID: anne, Email: "anne@dreets.example"}, {ID: bruno, Email: "bruno@dreets.example"},
		}},
		{ID: "g-28", Label: "DREETS Normandie", Instructeurs: []dossier.Profile{{ID: carla, Email: "carla@dreets.example"}}},
		{ID: "g-94", Label: "Corse"},
	}}
	set := call.NewSet(calls...)
	return &office{
		t: t, store: store, post: post, logs: hook,
		reminders: &Reminders{Schedule: store, Truth: store, Calls: set, Log: log},
		delivery: &Delivery{
			Outbox: store, Claims: store, Mails: store, Truth: store, Plans: store, Census: store, Notes: store,
			Refusals: store, Sender: post, Calls: set, Log: log,
			Mode: Mode{Name: ModeSend}, From: "Relais <relais@dreets.example>",
			BaseURL: "https://demarche.example/",
		},
	}
}

// receive files a dossier that a person of a groupe follows, or nobody. Its last
// day to answer is two months after the deposit, less one day.
func (o *office) receive(number int, c call.Call, deposited, adopted time.Time, followers ...string) {
	groupe := dossier.GroupeInstructeur{ID: "g-" + c.Regions[0], Label: "Bretagne"}
	d := &dossier.Dossier{
		Number: number, Demarche: 100, State: dossier.EnInstruction, DateDepot: deposited,
		Usager:            dossier.Profile{ID: "VXNhZ2Vy", Email: "porteur@asso.example"},
		GroupeInstructeur: groupe,
	}
	for _, id := range followers {
		d.Instructeurs = append(d.Instructeurs, dossier.Profile{ID: id, Email: "followed-" + strconv.Itoa(number) + "@dreets.example"})
	}
	r := dossier.Record{Dossier: d, Head: dossier.Head{
		Number: number, Demarche: 100, State: d.State, DateDepot: deposited, AdoptedAt: adopted,
		Judgement: dossier.Judgement{
			Call: c.ID, Verdict: dossier.ACompleter,
			Facts:     dossier.Facts{Region: c.Regions[0], Structure: fmt.Sprintf("Association n° %d", number)},
			Deadlines: deadline.Plan(&c, c.Regions[0], d, deadline.Calendar{}),
		},
	}}
	// A dossier adopted before its first step is one that instructeurs know.
	if first := r.Judgement.NextStep(); first.After(adopted) {
		r.Told = r.Portrait()
	}
	o.keep(r)
}

func (o *office) keep(r dossier.Record) {
	r.Version = o.store.records[r.Number].Version + 1
	o.store.records[r.Number] = r
}

func (o *office) edit(number int, change func(*dossier.Record)) {
	r := o.store.records[number]
	d := *r.Dossier
	r.Dossier = &d
	r.Judgement.Deadlines = slices.Clone(r.Judgement.Deadlines)
	change(&r)
	if r.Told != (dossier.Portrait{}) {
		r.Told = r.Portrait() // news are told in stories of their own
	}
	o.keep(r)
}

// decide is what judge makes of a decision.
func (o *office) decide(number int, day dossier.Day) {
	o.edit(number, func(r *dossier.Record) {
		r.State, r.Dossier.State = dossier.Accepte, dossier.Accepte
		for n := range r.Judgement.Deadlines {
			r.Judgement.Deadlines[n].MetOn = day
		}
	})
}

func (o *office) remind(at time.Time) Reminded {
	o.t.Helper()
	done, err := o.reminders.Run(o.t.Context(), at)
	if err != nil {
		o.t.Fatal(err)
	}
	return done
}

// deliver plays a tick after a complete pass.
func (o *office) deliver(at time.Time) Delivered {
	o.t.Helper()
	o.store.completed[100] = at.Add(-time.Minute)
	done, err := o.delivery.Run(o.t.Context(), at)
	if err != nil {
		o.t.Fatal(err)
	}
	return done
}

// tick plays both, as every hour does.
func (o *office) tick(at time.Time) Delivered {
	o.t.Helper()
	o.remind(at)
	return o.deliver(at)
}

// mailed are the addresses written to since the last time it was asked.
func (o *office) mailed() []string {
	var to []string
	for _, m := range o.post.messages {
		to = append(to, m.To)
	}
	o.post.messages = nil
	slices.Sort(to)
	return to
}

// errDeath ends a process in the middle of a delivery.
var errDeath = errors.New("the process died")

// dies runs a tick that does not survive.
func dies(t *testing.T, tick func()) {
	t.Helper()
	defer func() {
		if recover() != errDeath {
			t.Fatal("the process was meant to die")
		}
	}()
	tick()
}

func (o *office) wantStatuses(want map[Status]int) {
	o.t.Helper()
	got := o.store.statuses()
	for _, s := range []Status{Pending, Held, Sent, Refused, Dropped, Skipped} {
		if got[s] != want[s] {
			o.t.Errorf("%d intentions %s, want %d", got[s], s, want[s])
		}
	}
}

// wantNoAddressLogged reads every log line of the story.
func (o *office) wantNoAddressLogged() {
	o.t.Helper()
	for _, e := range o.logs.AllEntries() {
		if line, _ := e.String(); strings.Contains(line, "@") || strings.Contains(line, "Association") {
			o.t.Errorf("personal data in the log: %s", line)
		}
	}
}
