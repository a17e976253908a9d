package sim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/notify"
	"relais/internal/sqlite"
)

// TestAYearOfMails lives a year of the 18 regions, an hour at a time, on a real
// store: who is written to, how often, and whether anything is told twice or not
// at all. YEAR=1 lives the whole of it, with 2,000 dossiers; else a quarter of
// three regions.
func TestAYearOfMails(t *testing.T) {
	y := newYear(t)
	for at := y.from; at.Before(y.to); at = at.Add(time.Hour) {
		y.hour(at)
	}
	y.check()
}

// life is what becomes of one dossier; decided is zero for one that silence
// decides.
type life struct {
	dossier.Dossier
	call      *call.Call
	region    call.Region
	instructs time.Time // when it goes en instruction
	completed time.Time // when its verdict changes
	decided   time.Time
	found     time.Time // when Relais sees it: at once, but for some
	people    []string  // who is to be told, by address
}

type year struct {
	*testing.T
	store    *sqlite.Store
	calls    call.Set
	groupes  []dossier.GroupeInstructeur
	lives    []*life
	events   map[time.Time][]*life // by the hour at which they change
	from, to time.Time
	now      time.Time

	tick    notify.Delivery
	remind  notify.Reminders
	mails   map[string]map[dossier.Day]int // morning mails by address and local day
	weeks   map[string]map[int]int         // all mails by address and week
	told    map[string]string              // intention → mail
	urgent  int
	morning int
}

func newYear(t *testing.T) *year {
	zone := call.PlatformZone()
	y := &year{
		T: t, from: time.Date(2027, 1, 1, 0, 0, 0, 0, zone), to: time.Date(2027, 4, 1, 0, 0, 0, 0, zone),
		events: map[time.Time][]*life{}, mails: map[string]map[dossier.Day]int{}, weeks: map[string]map[int]int{}, told: map[string]string{},
	}
	regions, dossiers := call.Regions()[:3], 150
	if os.Getenv("YEAR") != "" {
		regions, dossiers = call.Regions(), 2000
		y.to = y.from.AddDate(1, 0, 0)
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "year.db"), sqlite.Options{Now: func() time.Time { return y.now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	y.store = store
	y.open(regions)
	dice := rand.New(rand.NewPCG(2027, 1))
	for n := range dossiers {
		y.file(dice, 5_000_000+n, regions[n%len(regions)])
	}
	log := silent()
	y.remind = notify.Reminders{Schedule: store, Truth: store, Calls: y.calls, Log: log}
	y.tick = notify.Delivery{
		Outbox: store, Claims: store, Mails: store, Truth: store, Plans: store, Census: store, Notes: store, Refusals: store,
		Sender: y, Calls: y.calls, Mode: notify.Mode{Name: notify.ModeSend}, Waive: true, From: "relais@o2r.example", Log: log,
	}
	return y
}

// agents is how many instructeurs each groupe has.
const agents = 4

func address(region call.Region, agent int) string {
	return fmt.Sprintf("agent%d@r%s.example", agent, region.Code)
}

// open makes a call, a groupe and a head of call in each region.
func (y *year) open(regions []call.Region) {
	var calls []call.Call
	for n, r := range regions {
		calls = append(calls, call.Call{
			ID: "o2r-" + r.Code, Family: "o2r", Title: "O2R " + r.Name, Demarche: 1, Regions: []string{r.Code}, Zone: r.Location(),
			Silence:    &call.Silence{Effect: "rejet", Months: 2, ConfirmedBy: "DREETS"},
			Calendar:   call.Calendar{Closes: y.from.AddDate(0, 10, n), Committee: y.from.AddDate(0, 3, n)},
			Recipients: call.Recipients{Report: []string{"chef@r" + r.Code + ".example"}, Fallback: []string{"secours@r" + r.Code + ".example"}},
		})
		g := dossier.GroupeInstructeur{ID: "g-" + r.Code, Label: r.Name}
		for agent := range agents {
			g.Instructeurs = append(g.Instructeurs, dossier.Profile{ID: fmt.Sprintf("p-%s-%d", r.Code, agent), Email: address(r, agent)})
		}
		y.groupes = append(y.groupes, g)
	}
	y.calls = call.NewSet(calls...)
	if err := y.store.PutDemarche(y.Context(), dossier.Demarche{Number: 1, Groupes: y.groupes}); err != nil {
		y.Fatal(err)
	}
}

// file draws the life of a dossier. One in five is followed by nobody, one in
// eight is never decided; one in thirty comes to light in the afternoon before the
// last day to answer.
func (y *year) file(dice *rand.Rand, number int, r call.Region) {
	span := int(y.to.Sub(y.from).Hours())
	after := func(from time.Time, least, most int) time.Time {
		return from.Add(time.Duration(least+dice.IntN(most-least)) * time.Hour)
	}
	c, _ := y.calls.Get("o2r-" + r.Code)
	l := &life{call: c, region: r, Dossier: dossier.Dossier{
		Number: number, Demarche: 1, State: dossier.EnConstruction, DateDepot: after(y.from, 1, span*2/3),
		GroupeInstructeur: dossier.GroupeInstructeur{ID: "g-" + r.Code, Label: r.Name},
		Usager:            dossier.Profile{ID: "u", Email: "porteur@asso.example"},
	}}
	for agent := range agents {
		l.people = append(l.people, address(r, agent))
	}
	if dice.IntN(5) > 0 {
		agent := dice.IntN(agents)
		l.Instructeurs = []dossier.Profile{{ID: fmt.Sprintf("p-%s-%d", r.Code, agent), Email: address(r, agent)}}
		l.people = []string{address(r, agent)}
	}
	l.completed, l.instructs = after(l.DateDepot, 24, 400), after(l.DateDepot, 24, 500)
	if dice.IntN(8) > 0 {
		l.decided = after(l.instructs, 24, 60*24)
	}
	l.found = l.DateDepot
	if dice.IntN(30) == 0 {
		last := deadline.Plan(c, r.Code, &l.Dossier, deadline.Calendar{})[0].PrudentOn
		l.found, l.decided = last.AddDays(-1).At(15, 0, c.Zone), time.Time{}
	}
	y.lives = append(y.lives, l)
	for _, at := range []time.Time{l.found, l.completed, l.instructs, l.decided} {
		if !at.IsZero() && !at.Before(l.found) {
			hour := at.UTC().Truncate(time.Hour)
			y.events[hour] = append(y.events[hour], l)
		}
	}
}

// hour is what the platform, remind and deliver do in one.
func (y *year) hour(at time.Time) {
	y.now = at
	for _, l := range y.events[at.UTC().Truncate(time.Hour)] {
		y.keep(l)
	}
	if _, err := y.remind.Run(y.Context(), at); err != nil {
		y.Fatal(err)
	}
	if _, err := y.tick.Run(y.Context(), at); err != nil {
		y.Fatal(err)
	}
}

// keep is what ingest makes of a dossier as it is now.
func (y *year) keep(l *life) {
	d := l.Dossier
	r, known, err := y.store.Record(y.Context(), d.Number)
	if err != nil {
		y.Fatal(err)
	}
	verdict := dossier.ACompleter
	if !y.now.Before(l.completed.Truncate(time.Hour)) {
		verdict = dossier.Recevable
	}
	if !y.now.Before(l.instructs.Truncate(time.Hour)) {
		d.State = dossier.EnInstruction
	}
	if decided := l.decided; !decided.IsZero() && !y.now.Before(decided.Truncate(time.Hour)) {
		d.State, d.DateTraitement = dossier.Accepte, &decided
	}
	if !known {
		r.Head = dossier.Head{Number: d.Number, Demarche: 1, DateDepot: d.DateDepot, FirstSeen: y.now, AdoptedAt: y.now}
	}
	r.Dossier, r.State, r.Groupe, r.ReadAt, r.Modified = &d, d.State, l.region.Name, y.now, y.now
	r.Judgement = dossier.Judgement{
		Call: l.call.ID, Verdict: verdict, Facts: dossier.Facts{Region: l.region.Code, Structure: fmt.Sprintf("Association n° %d", d.Number)},
		Deadlines: deadline.Carry(r.Judgement.Deadlines, deadline.Plan(l.call, l.region.Code, &d, deadline.Calendar{})),
	}
	if conflicts, err := y.store.Put(y.Context(), []dossier.Record{r}); err != nil || len(conflicts) > 0 {
		y.Fatal(conflicts, err)
	}
}

// Send implements notify.Sender: it counts what each person receives.
func (y *year) Send(ctx context.Context, m notify.Message) error {
	row, known, err := y.store.Mail(ctx, m.ID)
	if err != nil || !known {
		return errors.Join(err, errors.New("a mail without a row"))
	}
	rows, err := y.store.Rows(ctx, row.Keys)
	if err != nil {
		return err
	}
	urgent := true
	for _, i := range rows {
		urgent = urgent && (i.Urgent || i.Kind == notify.Immediate)
		if other, twice := y.told[i.Key]; twice {
			y.Errorf("%s is in mails %s and %s", i.Key, other, m.ID)
		}
		y.told[i.Key] = m.ID
	}
	y.note(m, rows[0].Call, urgent)
	return nil
}

func (y *year) note(m notify.Message, callID string, urgent bool) {
	c, _ := y.calls.Get(callID)
	day := dossier.DayOf(y.now, c.Zone)
	_, week := y.now.ISOWeek()
	if y.weeks[m.To] == nil {
		y.weeks[m.To], y.mails[m.To] = map[int]int{}, map[dossier.Day]int{}
	}
	y.weeks[m.To][week]++
	if urgent && strings.HasPrefix(m.Subject, "Urgent") {
		y.urgent++
		return
	}
	y.morning++
	y.mails[m.To][day]++
	if y.mails[m.To][day] > 1 {
		y.Errorf("%s has a second morning mail on %s", m.To, day)
	}
	if hour := y.now.In(c.Zone).Hour(); hour < 8 || (deadline.Calendar{}).NextWorking(day, c.Regions) != day {
		y.Errorf("%s has a morning mail on %s at %d h", m.To, day, hour)
	}
}

// check looks for what should have been told and was not.
func (y *year) check() {
	sent := map[string]int{} // dossier, what, address → mails
	people := map[string]string{}
	for _, g := range y.groupes {
		for _, p := range g.Instructeurs {
			people[p.ID] = p.Email
		}
	}
	err := y.store.EachIntention(y.Context(), func(i notify.Intention) error {
		what := i.Step
		if i.Kind == notify.Change {
			_, what, _ = strings.Cut(i.Step, ":")
		}
		if i.Status == notify.Sent {
			sent[fmt.Sprint(i.Dossier, " ", i.Deadline, what, " ", people[i.Person])]++
		}
		return nil
	})
	if err != nil {
		y.Fatal(err)
	}
	wanted := 0
	for _, l := range y.lives {
		for _, what := range y.wanted(l) {
			for _, to := range l.people {
				wanted++
				if n := sent[fmt.Sprint(l.Number, " ", what, " ", to)]; n != 1 {
					y.Errorf("dossier %d of %s, found %s: %s was told %d times to %s", l.Number, l.DateDepot, l.found, what, n, to)
				}
			}
		}
	}
	y.report(wanted)
}

// wanted is what must have been told of a dossier: that it came, and each step of
// its silence that fell before it was decided.
func (y *year) wanted(l *life) []string {
	var out []string
	// What is not told by the last working day of the year waits for the next.
	end := y.to.AddDate(0, 0, -7)
	came := deadline.Calendar{}.NextWorking(dossier.DayOf(l.found, l.call.Zone).AddDays(1), l.call.Regions).At(9, 0, l.call.Zone)
	if came.Before(end) && (l.decided.IsZero() || came.Before(l.decided.Truncate(time.Hour))) {
		out = append(out, "new")
	}
	for _, d := range deadline.Plan(l.call, l.region.Code, &l.Dossier, deadline.Calendar{}) {
		for _, s := range d.Steps {
			alive := l.decided.IsZero() || s.At.Before(l.decided.Truncate(time.Hour))
			if d.Kind == deadline.SilentRejet && alive && s.At.Before(end) && s.At.After(l.found) {
				out = append(out, d.Kind+s.Name)
			}
		}
	}
	return out
}

// report says how many mails a person gets a week: of the weeks in which they get
// one, and of all.
func (y *year) report(wanted int) {
	var some, all []int
	most := 0
	span := int(y.to.Sub(y.from).Hours() / (24 * 7))
	for to, weeks := range y.weeks {
		if !strings.HasPrefix(to, "agent") {
			continue
		}
		for week := 1; week <= span; week++ {
			n := weeks[week]
			if all = append(all, n); n > 0 {
				some = append(some, n)
			}
			most = max(most, n)
		}
	}
	slices.SortFunc(some, cmp.Compare)
	slices.SortFunc(all, cmp.Compare)
	y.Logf("%d dossiers, %d things to tell, all told once; %d morning mails, %d urgent ones; mails a person and week: median %d (%d of the weeks with one), maximum %d",
		len(y.lives), wanted, y.morning, y.urgent, all[len(all)/2], some[len(some)/2], most)
}
