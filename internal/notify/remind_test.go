package notify

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/dossier"
)

// A dossier received on 8 October 2026 must be answered by Monday 7 December.
func TestALifeOfReminders(t *testing.T) {
	o := newOffice(t)
	o.receive(1, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), anne)
	for _, step := range []struct {
		at   time.Time
		want []string
		why  string
	}{
		{on(11, 6, 7, 59), nil, "J-30 is a Saturday: Friday 6 November, 08:00; one minute too early"},
		{on(11, 6, 8, 0), []string{"anne@dreets.example"}, "J-30, to the address the groupe knows"},
		{on(11, 6, 9, 0), nil, "told once"},
		{on(11, 20, 7, 0), nil, "J-15 is a Sunday: told on Friday 20, at 8"},
		{on(12, 2, 9, 0), []string{"anne@dreets.example"}, "J-15 and J-7 were missed: only J-7 is told"},
		{on(12, 4, 9, 0), []string{"anne@dreets.example"}, "J-1 is a Sunday: told on Friday"},
		{on(12, 7, 9, 0), []string{"anne@dreets.example"}, "J: the last day"},
		{on(12, 8, 9, 0), []string{"anne@dreets.example"}, "J+1: it is past"},
		{on(12, 20, 9, 0), nil, "nothing is left to say"},
	} {
		o.tick(step.at)
		if diff := cmp.Diff(step.want, o.mailed()); diff != "" {
			t.Errorf("%s (%s): %s", step.at, step.why, diff)
		}
	}
	o.wantStatuses(map[Status]int{Sent: 5, Skipped: 1})
	o.wantNoAddressLogged()
}

func TestKeysAreThoseOfTheContract(t *testing.T) {
	o := newOffice(t)
	o.receive(7, bretagne(), on(10, 8, 10, 0), on(11, 10, 9, 0))
	o.remind(on(11, 30, 9, 0))
	want := []string{
		"dossier:7/D14/2026-12-07/J-30/" + anne,
		"dossier:7/D14/2026-12-07/J-15/" + anne,
		"dossier:7/D14/2026-12-07/J-7/" + anne,
		"dossier:7/D14/2026-12-07/J-30/" + bruno,
		"dossier:7/D14/2026-12-07/J-15/" + bruno,
		"dossier:7/D14/2026-12-07/J-7/" + bruno,
		"dossier:7/opening/2026-11-10/summary/" + anne,
		"dossier:7/opening/2026-11-10/summary/" + bruno,
	}
	if diff := cmp.Diff(want, o.store.order); diff != "" {
		t.Error(diff)
	}
	for _, key := range o.store.order {
		row := o.store.rows[key]
		parsed, err := parseKey(key)
		if err != nil {
			t.Fatal(err)
		}
		row.Call, row.Demarche, row.CreatedAt, row.Status = "", 0, time.Time{}, ""
		if diff := cmp.Diff(row, parsed); diff != "" {
			t.Errorf("%s reads back otherwise: %s", key, diff)
		}
	}
}

func TestRemindTwiceAddsNothing(t *testing.T) {
	o := newOffice(t, bretagne(), normandie())
	o.receive(1, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0))
	if done := o.remind(on(11, 6, 9, 0)); done.Dossiers != 1 || done.Intentions == 0 {
		t.Fatalf("got %+v", done)
	}
	if diff := cmp.Diff(Reminded{}, o.remind(on(11, 6, 9, 0))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(Reminded{}, o.remind(on(11, 1, 9, 0))); diff != "" {
		t.Errorf("a tick in the past: %s", diff)
	}
}

func TestEightyOldDossiersMakeOneMailAPerson(t *testing.T) {
	o := newOffice(t)
	for n := range 80 {
		o.receive(1000+n, bretagne(), on(8, 1+n%28, 10, 0), on(11, 10, 9, 0))
	}
	done := o.tick(on(11, 10, 10, 0))
	if diff := cmp.Diff([]string{"anne@dreets.example", "bruno@dreets.example"}, o.mailed()); diff != "" {
		t.Error(diff)
	}
	if done.Sent != 2 {
		t.Errorf("%d mails", done.Sent)
	}
	o.wantStatuses(map[Status]int{Sent: 160, Skipped: 916}) // one row a step and person
}

// A whole day, hour by hour, from before dawn: some of the dossiers expire that
// very day or the next.
func TestADayOfAdoption(t *testing.T) {
	o := newOffice(t)
	for n := range 80 {
		deposited := on(8, 1, 10, 0).AddDate(0, 0, n) // the last on 19 October
		o.file(1000+n, bretagne(), deposited, on(11, 10, 5, 30))
	}
	for hour := 6; hour < 24; hour++ {
		o.tick(on(11, 10, hour, 0))
	}
	if diff := cmp.Diff([]string{"anne@dreets.example", "bruno@dreets.example"}, o.mailed()); diff != "" {
		t.Error(diff)
	}
	if n := o.store.statuses()[Pending]; n != 0 {
		t.Errorf("%d intentions wait", n)
	}
}

func TestADecidedDossierIsNotOpened(t *testing.T) {
	o := newOffice(t)
	o.receive(1, bretagne(), on(8, 1, 10, 0), on(11, 10, 9, 0), anne)
	o.edit(1, func(r *dossier.Record) { // its expiry is past its reminders
		r.State = dossier.Refuse
		r.Judgement.Deadlines[0].Kind = "D21"
	})
	o.tick(on(11, 10, 10, 0))
	if to := o.mailed(); to != nil {
		t.Errorf("wrote to %v", to)
	}
	o.wantStatuses(map[Status]int{Skipped: 6})
}

func TestAChangedDateIsToldAnewAndTheOldOneWithdrawn(t *testing.T) {
	o := newOffice(t)
	o.receive(1, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), anne)
	o.remind(on(11, 30, 9, 0))                                                  // J-7 written
	o.receive(1, bretagne(), on(10, 9, 10, 0), on(10, 8, 11, 0), anne)          // deposit corrected by the platform
	if done := o.tick(on(11, 30, 10, 0)); done.Dropped != 1 || done.Sent != 1 { // J-15 of the new date
		t.Errorf("got %+v", done)
	}
}

func TestManyDueDossiersAreAllHandled(t *testing.T) {
	o := newOffice(t)
	for n := range 3*dueBatch + 7 {
		o.receive(1+n, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), anne)
	}
	if done := o.remind(on(11, 6, 9, 0)); done.Dossiers != 3*dueBatch+7 {
		t.Errorf("handled %d", done.Dossiers)
	}
	if o.store.dueReads > 5 {
		t.Errorf("%d readings of the schedule", o.store.dueReads)
	}
}

// Those nobody can be told of stay in front of the schedule; they must neither
// hide the others nor keep the tick busy.
func TestUnreachableDossiersHideNobody(t *testing.T) {
	c := bretagne()
	c.Recipients.Fallback = nil
	o := newOffice(t, c)
	for n := range 2*dueBatch + 5 {
		o.receive(1+n, c, on(10, 8, 10, 0), on(10, 8, 11, 0))
		o.edit(1+n, func(r *dossier.Record) { r.Dossier.GroupeInstructeur.ID = "g-94" })
	}
	o.receive(9999, c, on(10, 9, 10, 0), on(10, 9, 11, 0), anne)
	done := o.remind(on(11, 9, 9, 0))
	if done.Unreachable != 2*dueBatch+5 || done.Dossiers != 1 {
		t.Errorf("got %+v", done)
	}
	if o.store.dueReads > 4 { // full pages, and the one that is empty
		t.Errorf("%d readings of the schedule", o.store.dueReads)
	}
	if lines := o.logs.AllEntries(); len(lines) != 1 || lines[0].Data["dossiers"] != 2*dueBatch+5 || lines[0].Data["call"] != c.ID {
		t.Errorf("%d lines of log, want one that counts", len(lines))
	}
	o.store.demarches[100].Groupes[2].Instructeurs = []dossier.Profile{{ID: carla, Email: "carla@dreets.example"}}
	if done := o.remind(on(11, 9, 10, 0)); done.Dossiers != 2*dueBatch+5 || done.Unreachable != 0 {
		t.Errorf("when somebody joins the groupe: %+v", done)
	}
	o.wantNoAddressLogged()
}

// Left dossiers are read once each, however many: not once for each page.
func TestLeftDossiersAreReadOnce(t *testing.T) {
	o := newOffice(t)
	const all = 10 * dueBatch
	for n := range all {
		o.receive(1+n, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), anne)
		o.edit(1+n, func(r *dossier.Record) { r.Judgement.Call = "retiré-" + strconv.Itoa(n%2) })
	}
	if done := o.remind(on(11, 6, 9, 0)); done.Left != all {
		t.Errorf("got %+v", done)
	}
	if o.store.dueRecords != all {
		t.Errorf("%d records were read", o.store.dueRecords)
	}
	if lines := o.logs.AllEntries(); len(lines) != 2 || lines[0].Data["dossiers"] != all/2 {
		t.Errorf("%d lines of log, want one a call", len(lines))
	}
}

// stuck is a schedule whose index is not that of its records.
type stuck struct{ *memory }

func (s stuck) Due(ctx context.Context, at time.Time, _ Seen, limit int) ([]dossier.Record, error) {
	return s.memory.Due(ctx, at, Seen{}, limit)
}

func TestAScheduleThatDoesNotMoveOnEndsTheTick(t *testing.T) {
	o := newOffice(t)
	o.receive(1, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), anne)
	o.edit(1, func(r *dossier.Record) { r.Judgement.Call = "retiré" })
	o.reminders.Schedule = stuck{o.store}
	if _, err := o.reminders.Run(t.Context(), on(11, 6, 9, 0)); err == nil {
		t.Error("no error")
	}
}

func TestAConflictIsReadAgainOnce(t *testing.T) {
	o := newOffice(t)
	o.receive(1, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), anne)
	polls := 1
	o.store.on = func(op string) error {
		if op == "advance" && polls > 0 { // a poll writes at that very moment
			polls--
			o.edit(1, func(*dossier.Record) {})
		}
		return nil
	}
	if done := o.remind(on(11, 6, 9, 0)); done.Dossiers != 1 || done.Left != 0 {
		t.Errorf("got %+v", done)
	}
	polls = 2
	if done := o.remind(on(11, 30, 9, 0)); done.Dossiers != 0 || done.Left != 1 {
		t.Errorf("two conflicts: %+v", done)
	}
	if done := o.remind(on(11, 30, 10, 0)); done.Dossiers != 1 {
		t.Errorf("next tick: %+v", done)
	}
}

func TestOneFailingDossierStopsNobody(t *testing.T) {
	o := newOffice(t)
	o.receive(1, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), anne)
	o.receive(2, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), anne)
	broken := errors.New("disk full")
	first := true
	o.store.on = func(op string) error {
		if op == "advance" && first {
			first = false
			return broken
		}
		return nil
	}
	done, err := o.reminders.Run(t.Context(), on(11, 6, 9, 0))
	if !errors.Is(err, broken) || done.Dossiers != 1 || done.Left != 1 {
		t.Errorf("got %+v, %v", done, err)
	}
}

func TestACallIsRemindedOfItsClosing(t *testing.T) {
	c := normandie() // closes on Friday 4 December at 18:00
	o := newOffice(t, c)
	for _, step := range []struct {
		at   time.Time
		want []string
		why  string
	}{
		{on(11, 10, 9, 0), []string{"carla@dreets.example"}, "first sight after J-30: one opening"},
		{on(11, 10, 10, 0), nil, "once"},
		{on(11, 27, 9, 0), []string{"carla@dreets.example"}, "J-7"},
		{on(12, 4, 9, 0), []string{"carla@dreets.example"}, "J-2 was missed, and J of D03: one mail"},
		{on(12, 5, 9, 0), nil, "closed"},
	} {
		o.tick(step.at)
		if diff := cmp.Diff(step.want, o.mailed()); diff != "" {
			t.Errorf("%s (%s): %s", step.at, step.why, diff)
		}
	}
}

func TestACallLongClosedSaysNothing(t *testing.T) {
	c := normandie()
	c.Calendar.Closes = time.Date(2021, 2, 28, 18, 0, 0, 0, paris())
	o := newOffice(t, c)
	o.tick(on(11, 10, 9, 0))
	if to := o.mailed(); to != nil {
		t.Errorf("wrote to %v", to)
	}
	o.wantStatuses(map[Status]int{Skipped: 4})
}

func TestAMovedClosingIsPlannedAnew(t *testing.T) {
	c := normandie()
	o := newOffice(t, c)
	o.remind(on(11, 10, 9, 0))
	o.remind(on(11, 27, 9, 0)) // J-7 pending
	moved := c
	moved.Calendar.Closes = time.Date(2026, 12, 18, 18, 0, 0, 0, paris())
	later := newOffice(t, moved)
	later.store = o.store
	later.reminders.Schedule, later.reminders.Truth = o.store, o.store
	d := later.delivery
	d.Outbox, d.Claims, d.Truth = o.store, o.store, o.store
	done := later.tick(on(11, 27, 10, 0))
	if done.Dropped != 1 || done.Sent != 1 { // the old J-7 is withdrawn, J-30 of the new date is told
		t.Errorf("got %+v", done)
	}
	adopted := o.store.plans[c.ID].AdoptedAt
	if !adopted.Equal(on(11, 10, 9, 0)) {
		t.Errorf("adopted again at %s", adopted)
	}
}

func TestBeforeTheFirstPassNothingIsLost(t *testing.T) {
	o := newOffice(t, normandie())
	known := o.store.demarches[100]
	delete(o.store.demarches, 100)
	if done := o.remind(on(11, 10, 9, 0)); done.Left != 1 || done.Intentions != 0 {
		t.Fatalf("got %+v", done)
	}
	o.store.demarches[100] = known
	o.remind(on(11, 10, 10, 0))
	if !slices.Contains(o.store.order, "call:o2r-normandie/opening/2026-11-10/summary/"+carla) {
		t.Errorf("rows: %q", o.store.order)
	}
}

func FuzzParseKey(f *testing.F) {
	f.Add("dossier:1/D14/2026-12-07/J-7/p")
	f.Add("call:x/opening/2026-12-07/summary/p/q==")
	f.Add("dossier:0/D14/2026-12-07/J/p")
	f.Add("////")
	f.Fuzz(func(t *testing.T, key string) {
		i, err := parseKey(key)
		if err == nil && (i.Person == "" || i.Dossier == 0 && i.Call == "") {
			t.Errorf("%q read as %+v", key, i)
		}
	})
}
