package deadline

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"relais/internal/call"
	"relais/internal/dossier"
)

func zone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

func instant(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

// loire is a call whose silence is worth rejection after two months, with 15
// days to complete.
func loire() *call.Call {
	delay := 15
	return &call.Call{
		ID: "loire", Zone: zone("Europe/Paris"), Regions: []string{"52"}, CorrectionDays: &delay,
		Silence: &call.Silence{Effect: "rejet", Months: 2, ConfirmedBy: "DREETS"},
	}
}

func deposited(at string) *dossier.Dossier {
	return &dossier.Dossier{Number: 1, State: dossier.EnInstruction, DateDepot: instant(at)}
}

func asked(at, reason, resolved string) dossier.Message {
	m := dossier.Message{CreatedAt: instant(at), Correction: &dossier.Correction{Reason: reason}}
	if resolved != "" {
		r := instant(resolved)
		m.Correction.DateResolution = &r
	}
	return m
}

func find(plan []dossier.Deadline, kind string) (dossier.Deadline, bool) {
	for _, d := range plan {
		if d.Kind == kind {
			return d, true
		}
	}
	return dossier.Deadline{}, false
}

func TestSilentRejectionIsCountedFromTheDayOfReceipt(t *testing.T) {
	tests := []struct {
		depot, zone string
		months      int
		want        string
		why         string
	}{
		{"2026-04-23T10:00:00+02:00", "Europe/Paris", 2, "2026-06-22", "the example of the law"},
		{"2025-12-30T10:00:00+01:00", "Europe/Paris", 2, "2026-02-27", "30 February is the 28th, born that day"},
		{"2023-12-30T10:00:00+01:00", "Europe/Paris", 2, "2024-02-28", "or the 29th in a leap year"},
		{"2024-02-29T10:00:00+01:00", "Europe/Paris", 2, "2024-04-28", "29 February plus two months"},
		{"2024-02-29T10:00:00+01:00", "Europe/Paris", 12, "2025-02-27", "29 February plus a year"},
		{"2026-03-01T10:00:00+01:00", "Europe/Paris", 2, "2026-04-30", "the day before the first of a month"},
		{"2026-02-10T23:59:59+01:00", "Europe/Paris", 2, "2026-04-09", "across the summer-time change"},
		{"2026-09-10T00:00:00+02:00", "Europe/Paris", 2, "2026-11-09", "and back"},
		{"2026-04-23T23:30:00+02:00", "Indian/Reunion", 2, "2026-06-23", "late in Paris is already tomorrow there"},
		{"2026-04-23T03:00:00+02:00", "America/Martinique", 2, "2026-06-21", "early in Paris is still yesterday there"},
		{"2026-03-29T00:30:00Z", "Europe/Paris", 2, "2026-05-28", "half an hour before the lost hour"},
	}
	for _, tt := range tests {
		c := loire()
		c.Zone, c.Silence.Months = zone(tt.zone), tt.months
		d14, ok := find(Plan(c, "52", deposited(tt.depot), Calendar{}), SilentRejet)
		if !ok || d14.PrudentOn != date(tt.want) || d14.DueOn != d14.PrudentOn {
			t.Errorf("%s: prudent %s, due %s, want %s", tt.why, d14.PrudentOn, d14.DueOn, tt.want)
		}
	}
}

func TestSilentRejectionNeedsAConfiguredSilence(t *testing.T) {
	decided := instant("2026-05-04T09:00:00+02:00")
	tests := map[string]func(*call.Call, *dossier.Dossier){
		"no silence":         func(c *call.Call, _ *dossier.Dossier) { c.Silence = nil },
		"other effect":       func(c *call.Call, _ *dossier.Dossier) { c.Silence.Effect = "acceptation" },
		"no months":          func(c *call.Call, _ *dossier.Dossier) { c.Silence.Months = 0 },
		"no deposit":         func(_ *call.Call, d *dossier.Dossier) { d.DateDepot = time.Time{} },
		"decided, undatable": func(_ *call.Call, d *dossier.Dossier) { d.State = dossier.Accepte },
	}
	for name, change := range tests {
		c, d := loire(), deposited("2026-04-23T10:00:00+02:00")
		change(c, d)
		if plan := Plan(c, "52", d, Calendar{}); len(plan) != 0 {
			t.Errorf("%s: %v", name, plan)
		}
	}

	d := deposited("2026-04-23T10:00:00+02:00")
	d.State, d.DateTraitement = dossier.Refuse, &decided
	d14, _ := find(Plan(loire(), "52", d, Calendar{}), SilentRejet)
	if d14.MetOn != date("2026-05-04") {
		t.Errorf("decided on 4 May, met on %q", d14.MetOn)
	}
}

func TestAReexamenDoesNotBringTheSilenceBack(t *testing.T) {
	d := deposited("2026-04-23T10:00:00+02:00")
	d.Traitements = []dossier.Traitement{
		{Event: "passe_en_instruction", DateTraitement: instant("2026-04-24T09:00:00+02:00")},
		{Event: "refuse", DateTraitement: instant("2026-05-04T23:30:00Z")},
		{Event: "repasse_en_instruction", DateTraitement: instant("2026-05-20T09:00:00+02:00")},
	}
	d14, _ := find(Plan(loire(), "52", d, Calendar{}), SilentRejet)
	if d14.MetOn != date("2026-05-05") { // 01:30 in Paris
		t.Errorf("met on %q", d14.MetOn)
	}
}

func TestHypothesisWhileUnconfirmed(t *testing.T) {
	c := loire()
	d14, _ := find(Plan(c, "52", deposited("2026-04-23T10:00:00+02:00"), Calendar{}), SilentRejet)
	if d14.Hypothesis != "" {
		t.Errorf("confirmed, yet %q", d14.Hypothesis)
	}
	c.Silence.ConfirmedBy = ""
	d14, _ = find(Plan(c, "52", deposited("2026-04-23T10:00:00+02:00"), Calendar{}), SilentRejet)
	if d14.Hypothesis == "" || d14.Source == "" || d14.Basis == "" {
		t.Errorf("unexplained: %+v", d14)
	}
}

func TestSuspensions(t *testing.T) {
	tests := []struct {
		why      string
		messages []dossier.Message
		delay    int // 0: not configured
		due      string
		held     string
	}{
		{"none", nil, 15, "2026-06-22", ""},
		{"ten days", []dossier.Message{asked("2026-05-02T10:00:00+02:00", "incomplete", "2026-05-12T18:00:00+02:00")}, 15, "2026-07-02", ""},
		{"at most the delay", []dossier.Message{asked("2026-05-02T10:00:00+02:00", "incomplete", "2026-06-12T18:00:00+02:00")}, 15, "2026-07-07", ""},
		{"no delay, no suspension", []dossier.Message{asked("2026-05-02T10:00:00+02:00", "incomplete", "2026-05-12T18:00:00+02:00")}, 0, "2026-06-22", ""},
		{"not answered", []dossier.Message{asked("2026-05-02T10:00:00+02:00", "incomplete", "")}, 15, "2026-07-07", "2026-05-17"},
		{"another reason", []dossier.Message{asked("2026-05-02T10:00:00+02:00", "incorrect", "2026-05-12T18:00:00+02:00")}, 15, "2026-06-22", ""},
		{"withdrawn", []dossier.Message{withdrawn(asked("2026-05-02T10:00:00+02:00", "incomplete", ""))}, 15, "2026-06-22", ""},
		{"answered the same day", []dossier.Message{asked("2026-05-02T10:00:00+02:00", "incomplete", "2026-05-02T18:00:00+02:00")}, 15, "2026-06-22", ""},
		{"whole days, not hours", []dossier.Message{asked("2026-05-02T23:00:00+02:00", "incomplete", "2026-05-03T01:00:00+02:00")}, 15, "2026-06-23", ""},
		{"across the summer-time change", []dossier.Message{asked("2026-05-02T10:00:00+02:00", "incomplete", "2026-05-03T09:00:00+02:00")}, 15, "2026-06-23", ""},
		{"two apart", []dossier.Message{
			asked("2026-05-20T10:00:00+02:00", "incomplete", "2026-05-25T18:00:00+02:00"),
			asked("2026-05-02T10:00:00+02:00", "incomplete", "2026-05-12T18:00:00+02:00"),
		}, 15, "2026-07-07", ""},
		{"two that overlap count once", []dossier.Message{
			asked("2026-05-02T10:00:00+02:00", "incomplete", "2026-05-12T18:00:00+02:00"),
			asked("2026-05-10T10:00:00+02:00", "incomplete", "2026-05-14T18:00:00+02:00"),
		}, 15, "2026-07-04", ""},
		{"one inside the other", []dossier.Message{
			asked("2026-05-02T10:00:00+02:00", "incomplete", "2026-05-12T18:00:00+02:00"),
			asked("2026-05-04T10:00:00+02:00", "incomplete", "2026-05-05T18:00:00+02:00"),
		}, 15, "2026-07-02", ""},
		{"on the last day", []dossier.Message{asked("2026-06-22T23:00:00+02:00", "incomplete", "")}, 15, "2026-07-07", "2026-07-07"},
		{"too late: the rejection was born", []dossier.Message{asked("2026-06-23T00:00:00+02:00", "incomplete", "")}, 15, "2026-06-22", ""},
		{"within the days gained by another", []dossier.Message{
			asked("2026-06-20T10:00:00+02:00", "incomplete", "2026-06-30T18:00:00+02:00"),
			asked("2026-07-01T10:00:00+02:00", "incomplete", "2026-07-06T18:00:00+02:00"),
		}, 15, "2026-07-07", ""},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			c, d := loire(), deposited("2026-04-23T10:00:00+02:00")
			if c.CorrectionDays = &tt.delay; tt.delay == 0 {
				c.CorrectionDays = nil
			}
			d.Messages = tt.messages
			plan := Plan(c, "52", d, Calendar{})
			d14, _ := find(plan, SilentRejet)
			d15, suspended := find(plan, SuspendedRejet)
			if d14.PrudentOn != date("2026-06-22") || d14.DueOn != date(tt.due) {
				t.Errorf("prudent %s, due %s, want 2026-06-22 and %s", d14.PrudentOn, d14.DueOn, tt.due)
			}
			if suspended != (tt.due != "2026-06-22") {
				t.Fatalf("D15 present: %v", suspended)
			}
			if suspended && (d15.DueOn != d14.DueOn || d15.PrudentOn != d14.PrudentOn || len(d15.Steps) > 0 || d15.Basis == "") {
				t.Errorf("D15 %+v", d15)
			}
			if d15.HeldUntil.String() != tt.held || d15.Held != (tt.held != "") {
				t.Errorf("held until %q, want %q", d15.HeldUntil, tt.held)
			}
		})
	}
}

func withdrawn(m dossier.Message) dossier.Message {
	at := m.CreatedAt.Add(time.Hour)
	m.DiscardedAt = &at
	return m
}

func TestASuspensionAfterTheDecisionIsNone(t *testing.T) {
	d := deposited("2026-04-23T10:00:00+02:00")
	d.Traitements = []dossier.Traitement{{Event: "refuse", DateTraitement: instant("2026-05-04T09:00:00+02:00")}}
	d.Messages = []dossier.Message{asked("2026-05-20T10:00:00+02:00", "incomplete", "")}
	if _, ok := find(Plan(loire(), "52", d, Calendar{}), SuspendedRejet); ok {
		t.Error("a decided dossier is not suspended")
	}
}

func TestExpirationOfFinishedDossiersOnly(t *testing.T) {
	at, decided := instant("2027-03-10T23:30:00Z"), instant("2026-03-10T09:00:00Z")
	d := deposited("2026-02-23T10:00:00+01:00")
	d.DateExpiration, d.DateTraitement = &at, &decided
	if _, ok := find(Plan(loire(), "52", d, Calendar{}), Expiration); ok {
		t.Error("en instruction never expires")
	}
	d.State = dossier.SansSuite
	d21, _ := find(Plan(loire(), "52", d, Calendar{}), Expiration)
	want := []dossier.Step{
		{Name: "J-30", At: instant("2027-02-09T08:00:00+01:00")},
		{Name: "J-7", At: instant("2027-03-04T08:00:00+01:00")},
	}
	if d21.DueOn != date("2027-03-11") || !sameSteps(d21.Steps, want) {
		t.Errorf("due %s, steps %v", d21.DueOn, d21.Steps)
	}
	d.DateExpiration = nil
	if _, ok := find(Plan(loire(), "52", d, Calendar{}), Expiration); ok {
		t.Error("no date, no deadline")
	}
}

func TestDeadlinesOfACall(t *testing.T) {
	c := loire()
	if got := OfCall(c, Calendar{}); len(got) != 0 {
		t.Errorf("closing not known: %v", got)
	}
	c.Zone, c.Regions = zone("Indian/Reunion"), []string{"04"}
	c.Calendar.Closes = instant("2024-08-30T22:30:00Z") // 31 August, 02:30, a Saturday
	plan := OfCall(c, Calendar{})
	if len(plan) != 2 || plan[0].Kind != ClosingSoon || plan[1].Kind != Closing {
		t.Fatalf("%v", plan)
	}
	for _, d := range plan {
		if d.DueOn != date("2024-08-31") || d.PrudentOn != d.DueOn {
			t.Errorf("%s due on %s", d.Kind, d.DueOn)
		}
	}
	soon := []dossier.Step{
		{Name: "J-30", At: instant("2024-08-01T08:00:00+04:00")},
		{Name: "J-7", At: instant("2024-08-23T08:00:00+04:00")}, // the 24th is a Saturday
		{Name: "J-2", At: instant("2024-08-29T08:00:00+04:00")},
	}
	if !sameSteps(plan[0].Steps, soon) {
		t.Errorf("D02: %v", plan[0].Steps)
	}
	if want := []dossier.Step{{Name: "J", At: instant("2024-08-30T08:00:00+04:00")}}; !sameSteps(plan[1].Steps, want) {
		t.Errorf("D03: %v", plan[1].Steps)
	}
}

func sameSteps(a, b []dossier.Step) bool {
	return cmp.Equal(a, b, cmp.Comparer(func(x, y time.Time) bool { return x.Equal(y) }))
}

// anyDossier draws a dossier, with corrections of every kind, and a call.
func anyDossier(t *rapid.T) (*call.Call, *dossier.Dossier) {
	c := loire()
	c.Zone = zone(rapid.SampledFrom([]string{"Europe/Paris", "Indian/Reunion", "America/Cayenne", "Indian/Mayotte"}).Draw(t, "zone"))
	c.Silence.Months = rapid.IntRange(1, 6).Draw(t, "months")
	*c.CorrectionDays = rapid.IntRange(-1, 40).Draw(t, "delay")
	start := instant("2024-01-01T00:00:00Z")
	d := deposited("2024-01-01T00:00:00Z")
	d.DateDepot = start.Add(time.Duration(rapid.IntRange(0, 3*365*24*60).Draw(t, "deposit")) * time.Minute)
	for range rapid.IntRange(0, 4).Draw(t, "corrections") {
		m := dossier.Message{
			CreatedAt:  d.DateDepot.Add(time.Duration(rapid.IntRange(0, 120*24).Draw(t, "asked")) * time.Hour),
			Correction: &dossier.Correction{Reason: rapid.SampledFrom([]string{"incomplete", "incorrect", "outdated"}).Draw(t, "reason")},
		}
		if rapid.Bool().Draw(t, "answered") {
			at := m.CreatedAt.Add(time.Duration(rapid.IntRange(-24, 60*24).Draw(t, "answer")) * time.Hour)
			m.Correction.DateResolution = &at
		}
		d.Messages = append(d.Messages, m)
	}
	return c, d
}

func TestEveryPlanKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, d := anyDossier(t)
		plan := Plan(c, "52", d, Calendar{})
		if diff := cmp.Diff(plan, Plan(c, "52", d, Calendar{})); diff != "" {
			t.Fatalf("two plans differ: %s", diff)
		}
		for _, one := range plan {
			keepsItsPromises(t, one, c.Zone)
			if gained := one.DueOn.Sub(one.PrudentOn); gained > len(d.Messages)*max(0, *c.CorrectionDays) {
				t.Fatalf("%s gained %d days", one.Kind, gained)
			}
		}
	})
}

func keepsItsPromises(t *rapid.T, d dossier.Deadline, zone *time.Location) {
	if d.DueOn.Before(d.PrudentOn) {
		t.Fatalf("%s due %s before prudent %s", d.Kind, d.DueOn, d.PrudentOn)
	}
	for i, s := range d.Steps {
		day := dossier.DayOf(s.At, zone)
		n, _ := Offset(s.Name)
		switch {
		case n <= 0 && day.After(d.PrudentOn.AddDays(n)):
			t.Fatalf("%s %s later than its name, on %s for %s", d.Kind, s.Name, day, d.PrudentOn)
		case n > 0 && day.Before(d.PrudentOn.AddDays(n)):
			t.Fatalf("%s %s announced too early, on %s for %s", d.Kind, s.Name, day, d.PrudentOn)
		case day.After(d.PrudentOn) != (n > 0):
			t.Fatalf("%s %s on %s for %s", d.Kind, s.Name, day, d.PrudentOn)
		case s.At.In(zone).Hour() != 8 || !(Calendar{}).Working(day, "52"):
			t.Fatalf("%s %s at %s", d.Kind, s.Name, s.At.In(zone))
		case i > 0 && !s.At.After(d.Steps[i-1].At):
			t.Fatalf("%s: %v not ascending", d.Kind, d.Steps)
		}
	}
}

// The sum of the days suspended, counted one by one.
func TestSuspendedDaysAreCountedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, d := anyDossier(t)
		d14, _ := find(Plan(c, "52", d, Calendar{}), SilentRejet)
		due := d14.PrudentOn
		for day := dossier.DayOf(d.DateDepot, c.Zone); !day.After(due); day = day.AddDays(1) {
			if suspendedOn(c, d, day, due) {
				due = due.AddDays(1)
			}
		}
		if due != d14.DueOn {
			t.Fatalf("due %s, counted by hand %s", d14.DueOn, due)
		}
	})
}

func suspendedOn(c *call.Call, d *dossier.Dossier, day, due dossier.Day) bool {
	for _, m := range d.Messages {
		from := dossier.DayOf(m.CreatedAt, c.Zone)
		if m.Correction.Reason != "incomplete" || day.Before(from) || day.Sub(from) >= *c.CorrectionDays {
			continue
		}
		if r := m.Correction.DateResolution; r == nil || day.Before(dossier.DayOf(*r, c.Zone)) {
			return true
		}
	}
	return false
}
