package sandbox

import (
	"math/rand/v2"
	"slices"
	"time"
)

// scenario is how one dossier comes to be and what happens to it until the
// start of the world.
type scenario struct {
	region string // of the demandeur, and of the answers unless edited
	groupe string // region of the groupe when it differs; "-" is the default groupe
	kind   kind
	body   func(*company)
	// deposit counts from the start of the world.
	deposit  func(w *world) time.Time
	edits    answers
	about    func(*dossier)
	steps    []step
	revision int  // 0 is the last
	extra    bool // beside Options.Dossiers: a draft, or not listed
}

// op is something that happens to a dossier.
type op func(w *world, d *dossier, t time.Time)

// step is an op at a number of days from the deposit, or from the start.
type step struct {
	days      float64
	fromStart bool
	do        op
}

func after(days float64, do op) step { return step{days: days, do: do} }
func ago(days float64, do op) step   { return step{days: -days, fromStart: true, do: do} }

// event is a step with its place in time.
type event struct {
	at time.Time
	d  *dossier
	do op
}

// populate tells the story of every démarche, oldest first.
func (w *world) populate(o Options) {
	spie, pic := max(0, o.Dossiers/10), max(0, o.Dossiers/15)
	if o.Solo {
		spie, pic = 0, 0
	}
	if o.Bare {
		w.number = 21_407_000
		w.tell(w.byFamily("o2r"), w.ordinaryScenarios(o.Dossiers))
		return
	}
	w.number = 3_412_300
	w.tell(w.byFamily("spie"), w.closedScenarios("spie", spie))
	w.number = 4_806_100
	w.tell(w.byFamily("pic"), w.closedScenarios("pic", pic))
	w.number = 20_911_000
	w.tell(w.byFamily(""), []scenario{{region: "53", kind: association, deposit: daysAgo(40)}})
	w.number = 21_407_000
	w.tell(w.byFamily("o2r"), w.o2rScenarios(o.Dossiers-spie-pic))
}

// o2rScenarios are the chosen cases, then as many ordinary ones as needed.
func (w *world) o2rScenarios(n int) []scenario {
	var out []scenario
	for _, s := range slices.Concat(w.deadlineCases(), w.contentCases(), w.peopleCases(), w.historyCases()) {
		if s.extra || n > 0 {
			out = append(out, s)
		}
		if !s.extra {
			n--
		}
	}
	return append(out, w.ordinaryScenarios(n)...)
}

func (w *world) ordinaryScenarios(n int) []scenario {
	var out []scenario
	r := dice(w.seed, "ordinary o2r")
	for range max(n, 0) {
		out = append(out, w.ordinary(r))
	}
	return out
}

// tell creates the dossiers in the order of their drafts, then plays all events
// in the order of time.
func (w *world) tell(m *demarche, scenarios []scenario) {
	type birth struct {
		scenario
		drafted, at time.Time
	}
	r := dice(w.seed, "births", int64(m.number))
	births := make([]birth, len(scenarios))
	for i, s := range scenarios {
		at := s.deposit(w).Add(between(r, 0, time.Second-1)).Truncate(time.Microsecond)
		births[i] = birth{s, at.Add(-between(r, time.Hour, 6*24*time.Hour)), at}
	}
	slices.SortStableFunc(births, func(a, b birth) int { return a.drafted.Compare(b.drafted) })
	var events []event
	for _, b := range births {
		d := w.bear(r, m, b.scenario, b.at)
		events = append(events, event{b.at, d, (*world).deposit})
		events = append(events, w.schedule(d, b.steps, b.at)...)
	}
	slices.SortStableFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
	for _, e := range events {
		if !e.at.After(w.start) && w.numbers[e.d.number] != nil {
			e.do(w, e.d, e.at)
		}
	}
}

// bear creates the draft of a scenario.
func (w *world) bear(r *rand.Rand, m *demarche, s scenario, at time.Time) *dossier {
	in, _ := regionByCode(s.region)
	by := found(r, s.kind, in)
	if s.body != nil {
		s.body(by)
	}
	group := m.groupOf(s.region)
	switch s.groupe {
	case "":
	case "-":
		group = m.groups[0]
	default:
		group = m.groupOf(s.groupe)
	}
	d := w.draft(r, m, by, group)
	d.deposited = at // meant; an answer may depend on it
	if s.revision > 0 {
		d.revision = s.revision
	}
	for key, v := range s.edits {
		d.set(key, v, time.Time{})
	}
	if s.about != nil {
		s.about(d)
	}
	return d
}

// schedule places the steps, each with its own microseconds.
func (w *world) schedule(d *dossier, steps []step, deposited time.Time) []event {
	r := dice(w.seed, "steps", int64(d.number))
	var out []event
	for _, s := range steps {
		from := deposited
		if s.fromStart {
			from = w.start
		}
		at := from.Add(time.Duration(s.days * float64(24*time.Hour))).Add(between(r, 0, 20*time.Minute))
		out = append(out, event{at.Truncate(time.Microsecond), d, s.do})
	}
	return out
}

// ordinary draws a scenario of the current campaign.
func (w *world) ordinary(r *rand.Rand) scenario {
	s := scenario{
		region: pick(r, []string{"53", "53", "52", "52", "52", "32", "32", "04", "06"}),
		kind:   pick(r, []kind{association, association, association, association, insertion, enterprise, collective, publicBody}),
	}
	age := 1 + r.IntN(68)
	hour := between(r, 0, 12*time.Hour)
	s.deposit = func(w *world) time.Time { return w.morning(-age, 8).Add(hour) }
	switch draw := r.IntN(100); {
	case draw < 2:
		s.body = func(c *company) { c.closed = true }
	case draw < 5:
		s.about = func(d *dossier) { d.degraded = true }
	}
	s.steps = ordinarySteps(r, age)
	return s
}

// ordinarySteps draws what happens to a dossier of that age in days.
func ordinarySteps(r *rand.Rand, age int) []step {
	var steps []step
	if chance(r, 0.5) {
		steps = append(steps, after(1+2*r.Float64(), follows(r.IntN(4))))
	}
	if chance(r, 0.25) {
		steps = append(steps, after(2+3*r.Float64(), asks("incomplete")))
		if chance(r, 0.7) {
			steps = append(steps, after(7+9*r.Float64(), submits(nil)))
		}
	}
	if chance(r, 0.6) {
		steps = append(steps, after(17+8*r.Float64(), passes(r.IntN(4))))
		if age > 35 && chance(r, 0.4) {
			steps = append(steps, after(30+5*r.Float64(), decides(pick(r, []string{accepte, accepte, refuse, sansSuite}))))
		}
	}
	if chance(r, 0.3) {
		steps = append(steps, after(5*r.Float64(), writes("Quand le comité se réunit-il ?")))
	}
	return steps
}

// closedScenarios are the dossiers of a call closed years ago.
func (w *world) closedScenarios(family string, n int) []scenario {
	r := dice(w.seed, "closed", int64(n))
	first, last, codes := day(2020, 12, 28), day(2021, 2, 28), []string{"76", "53", "32"}
	if family == "pic" {
		first, last, codes = day(2021, 4, 14), day(2021, 6, 23), []string{"52", "52", "01"}
	}
	var out []scenario
	for i := range n {
		at := officeHour(r, first.Add(between(r, 0, last.Sub(first)-24*time.Hour)))
		s := scenario{region: pick(r, codes), kind: pick(r, []kind{collective, association, publicBody}), deposit: func(*world) time.Time { return at }}
		s.steps = []step{after(20, passes(i))}
		if i%3 != 0 { // a third was never decided: real platforms have them
			s.steps = append(s.steps, after(45, decides([]string{accepte, refuse, accepte, sansSuite}[i%4])))
		}
		out = append(out, s)
	}
	return out
}
