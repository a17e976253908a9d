package judge

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
)

// office plays the hourly functions around one dossier: judge, remind, deliver.
type office struct {
	calls    call.Set
	dossier  *dossier.Dossier
	now      time.Time
	adopted  time.Time
	judged   dossier.Judgement
	waiting  []notice
	told     []string
	stopped  bool // remind does not run
	mailDown bool // deliver does not run
}

// notice is a reminder on its way to somebody.
type notice struct {
	key  string
	text string
}

// hour is one tick.
func (o *office) hour() {
	fresh := Judge(o.calls, o.dossier, deadline.Calendar{})
	fresh.Deadlines = deadline.Carry(o.judged.Deadlines, fresh.Deadlines)
	o.judged = fresh
	if !o.stopped {
		o.remind()
	}
	if !o.mailDown {
		o.deliver()
	}
}

func (o *office) remind() {
	for i := range o.judged.Deadlines {
		d := &o.judged.Deadlines[i]
		if _, tell := deadline.DueSteps(*d, o.adopted, o.now); tell != nil {
			o.waiting = append(o.waiting, notice{d.Key(), d.Kind + " " + tell.Name})
		}
		d.HandledUntil = o.now
	}
}

// deliver tells what is still true.
func (o *office) deliver() {
	for _, n := range o.waiting {
		for _, d := range o.judged.Deadlines {
			if d.Key() == n.key && d.Open() {
				o.told = append(o.told, n.text)
			}
		}
	}
	o.waiting = nil
}

func (o *office) deadline(kind string) (dossier.Deadline, bool) {
	for _, d := range o.judged.Deadlines {
		if d.Kind == kind {
			return d, true
		}
	}
	return dossier.Deadline{}, false
}

// state shows D14 as staff see it: status, prudent day, due day.
func (o *office) state() string {
	d, ok := o.deadline(deadline.SilentRejet)
	if !ok {
		return ""
	}
	return deadline.Status(d, o.now, paris, dossier.Present) + " " + d.PrudentOn.String() + " " + d.DueOn.String()
}

// scene is one line of a story: the hours run until an instant, then something
// happens. told is all that was told in those hours.
type scene struct {
	until   string
	told    string
	verdict dossier.Verdict
	d14     string
	happens func(*office)
	why     string
}

func play(t *testing.T, o *office, story []scene) {
	t.Helper()
	for _, s := range story {
		until, err := time.ParseInLocation("2006-01-02 15:04", s.until, paris)
		if err != nil {
			t.Fatal(err)
		}
		for o.told = nil; !o.now.After(until); o.now = o.now.Add(time.Hour) {
			o.hour()
		}
		o.now = o.now.Add(-time.Hour)
		got := scene{told: strings.Join(o.told, ", "), verdict: o.judged.Verdict, d14: o.state()}
		want := scene{told: s.told, verdict: s.verdict, d14: s.d14}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(scene{})); diff != "" {
			t.Errorf("until %s, %s (-want +got):\n%s", s.until, s.why, diff)
		}
		if s.happens != nil {
			s.happens(o)
		}
		o.now = o.now.Add(time.Hour)
	}
}

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, paris)
	if err != nil {
		panic(err)
	}
	return t
}

// arrival is a dossier filed on Saturday 7 February 2026 without its RIB, seen
// within the hour. The rejection would be born on Tuesday 7 April; the last day
// to answer is Monday the 6th, Easter Monday.
func arrival() *office {
	o := &office{calls: call.NewSet(loire()), dossier: complete(), now: at("2026-02-07 16:00"), adopted: at("2026-02-07 16:00")}
	set(o.dossier, files(call.FieldRIB, 0))
	return o
}

// In the manner of boulder's TestLifetimeOfACert: seventy days, hour by hour.
func TestLifetimeOfADossier(t *testing.T) {
	const prudent, suspended = "2026-04-06 2026-04-06", "2026-04-06 2026-04-13"
	play(t, arrival(), []scene{
		{"2026-02-07 18:00", "", dossier.ACompleter, "planned " + prudent, nil, "read, judged, nothing to say yet"},
		{"2026-03-03 10:00", "", dossier.ACompleter, "planned " + prudent, askForPieces, "three weeks of silence"},
		{"2026-03-06 07:00", "", dossier.ACompleter, "planned 2026-04-06 2026-04-21", nil, "suspended for 15 days at most"},
		{"2026-03-06 08:00", "D14 J-30", dossier.ACompleter, "planned 2026-04-06 2026-04-21", nil, "7 March is a Saturday; the prudent date alone is reminded"},
		{"2026-03-10 14:00", "", dossier.ACompleter, "planned 2026-04-06 2026-04-21", receivePieces, "told once, whatever the number of ticks"},
		{"2026-03-19 23:00", "", dossier.Recevable, "planned " + suspended, stop, "seven days suspended in the end"},
		{"2026-03-21 09:00", "", dossier.Recevable, "planned " + suspended, restart, "J-15 fell on Friday the 20th, while nothing ran"},
		{"2026-03-21 10:00", "D14 J-15", dossier.Recevable, "planned " + suspended, nil, "did not run yesterday: told as soon as it runs"},
		{"2026-03-30 07:00", "", dossier.Recevable, "planned " + suspended, nil, "summer time began on the 29th: 07:00 is not yet 08:00"},
		{"2026-03-30 08:00", "D14 J-7", dossier.Recevable, "planned " + suspended, nil, "08:00 on the new clock"},
		{"2026-04-03 07:00", "", dossier.Recevable, "planned " + suspended, mailStops, "J-1 and J, moved before Easter, will meet today"},
		{"2026-04-03 15:00", "", dossier.Recevable, "planned " + suspended, accept, "J waits in the outbox"},
		{"2026-04-03 16:00", "", dossier.Recevable, "met " + suspended, mailReturns, "decided while the mail waited"},
		{"2026-04-03 17:00", "", dossier.Recevable, "met " + suspended, nil, "so it is not told"},
		{"2026-04-18 16:00", "", dossier.Recevable, "met " + suspended, nil, "nor is J+1, to the seventieth day"},
	})
}

// The same dossier that nobody decides.
func TestLifetimeOfAForgottenDossier(t *testing.T) {
	const prudent = "2026-04-06 2026-04-06"
	play(t, arrival(), []scene{
		{"2026-03-06 08:00", "D14 J-30", dossier.ACompleter, "planned " + prudent, nil, "7 March is a Saturday"},
		{"2026-04-03 07:00", "D14 J-15, D14 J-7", dossier.ACompleter, "planned " + prudent, nil, "as planned"},
		{"2026-04-03 08:00", "D14 J", dossier.ACompleter, "planned " + prudent, nil, "the last working day before the date"},
		{"2026-04-06 23:00", "", dossier.ACompleter, "due " + prudent, nil, "Easter Monday, the last day to answer"},
		{"2026-04-07 07:00", "", dossier.ACompleter, "passed " + prudent, nil, "the rejection was born at midnight"},
		{"2026-04-07 08:00", "D14 J+1", dossier.ACompleter, "passed " + prudent, askForPieces, "and that is told"},
		{"2026-04-18 16:00", "", dossier.ACompleter, "passed " + prudent, nil, "a request for pieces now suspends nothing"},
	})
}

// A démarche with an old dossier is adopted: what was past is not told.
func TestLifetimeOfAnAdoptedDossier(t *testing.T) {
	o := arrival()
	o.now, o.adopted = at("2026-03-25 11:00"), at("2026-03-25 11:00")
	const prudent = "2026-04-06 2026-04-06"
	play(t, o, []scene{
		{"2026-03-30 07:00", "", dossier.ACompleter, "planned " + prudent, nil, "J-30 and J-15 were past at first sight"},
		{"2026-03-30 08:00", "D14 J-7", dossier.ACompleter, "planned " + prudent, stop, "the first one still to come"},
		{"2026-04-07 09:00", "", dossier.ACompleter, "passed " + prudent, restart, "J and J+1 missed"},
		{"2026-04-07 10:00", "D14 J+1", dossier.ACompleter, "passed " + prudent, accept, "only the latest is told"},
		{"2026-04-07 11:00", "", dossier.ACompleter, "met " + prudent, nil, "decided too late: dated as such"},
	})
	d14, _ := o.deadline(deadline.SilentRejet)
	if !d14.MetOn.After(d14.DueOn) || !strings.Contains(d14.Basis, "décision prise après") {
		t.Errorf("met on %s, due on %s: %s", d14.MetOn, d14.DueOn, d14.Basis)
	}
}

func askForPieces(o *office) {
	o.dossier.Messages = append(o.dossier.Messages, dossier.Message{CreatedAt: o.now, Correction: &dossier.Correction{Reason: "incomplete"}})
}

func receivePieces(o *office) {
	now := o.now
	o.dossier.Messages[0].Correction.DateResolution = &now
	set(o.dossier, files(call.FieldRIB, 1))
}

func accept(o *office) {
	now := o.now
	o.dossier.State, o.dossier.DateTraitement = dossier.Accepte, &now
	o.dossier.Traitements = append(o.dossier.Traitements, dossier.Traitement{Event: "accepte", DateTraitement: now})
}

func stop(o *office)        { o.stopped = true }
func restart(o *office)     { o.stopped = false }
func mailStops(o *office)   { o.mailDown = true }
func mailReturns(o *office) { o.mailDown = false }
