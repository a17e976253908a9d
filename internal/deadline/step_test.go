package deadline

import (
	"strings"
	"testing"

	"relais/internal/dossier"
)

func TestStepNames(t *testing.T) {
	tests := map[string]struct {
		days int
		ok   bool
	}{
		"J": {0, true}, "J-30": {-30, true}, "J+1": {1, true}, "J-0": {0, true},
		"": {}, "j-7": {}, "J7": {}, "J-": {}, "J--7": {}, "J-7 ": {}, "J+1.5": {}, "D-7": {},
		"J-99999999999999999999": {}, "J-4000": {},
	}
	for name, want := range tests {
		days, ok := Offset(name)
		if ok != want.ok || ok && days != want.days {
			t.Errorf("Offset(%q) = %d, %v", name, days, ok)
		}
	}
}

// written shows steps as "J-7 2026-06-15", in order.
func written(steps []dossier.Step) string {
	var out []string
	for _, s := range steps {
		out = append(out, s.Name+" "+s.At.Format("2006-01-02T15:04Z07:00"))
	}
	return strings.Join(out, ", ")
}

func TestSteps(t *testing.T) {
	tests := []struct {
		why   string
		on    string
		names []string
		zone  string
		want  string
	}{
		{"a Monday", "2026-06-22", []string{"J-30", "J-15", "J-7", "J-1", "J", "J+1"}, "Europe/Paris",
			"J-30 2026-05-22T08:00+02:00, J-15 2026-06-05T08:00+02:00, J-7 2026-06-15T08:00+02:00, " +
				"J-1 2026-06-19T08:00+02:00, J 2026-06-22T08:00+02:00, J+1 2026-06-23T08:00+02:00"},
		{"a Saturday: J-1 and J meet on Friday, J is kept, and Monday tells the rest", "2026-06-20", []string{"J-1", "J", "J+1"}, "Europe/Paris",
			"J 2026-06-19T08:00+02:00, J+1 2026-06-22T08:00+02:00"},
		{"a Sunday: J-1 gives way to J, Monday tells the rest", "2026-06-21", []string{"J-1", "J", "J+1"}, "Europe/Paris",
			"J 2026-06-19T08:00+02:00, J+1 2026-06-22T08:00+02:00"},
		{"a Friday: what is born on Saturday is announced on Monday", "2026-06-19", []string{"J", "J+1"}, "Europe/Paris",
			"J 2026-06-19T08:00+02:00, J+1 2026-06-22T08:00+02:00"},
		{"the closest of those that meet on Monday", "2026-06-19", []string{"J+3", "J+1", "J+2"}, "Europe/Paris", "J+1 2026-06-22T08:00+02:00"},
		{"past a holiday too", "2026-05-13", []string{"J+1"}, "Europe/Paris", "J+1 2026-05-15T08:00+02:00"},
		{"order of the file does not matter", "2026-06-22", []string{"J", "J-7"}, "Europe/Paris",
			"J-7 2026-06-15T08:00+02:00, J 2026-06-22T08:00+02:00"},
		{"twice the same", "2026-06-22", []string{"J-7", "J-7"}, "Europe/Paris", "J-7 2026-06-15T08:00+02:00"},
		{"no step", "2026-06-22", []string{"tomorrow", "J-"}, "Europe/Paris", ""},
		{"winter before, summer after", "2026-03-31", []string{"J-7", "J"}, "Europe/Paris",
			"J-7 2026-03-24T08:00+01:00, J 2026-03-31T08:00+02:00"},
		{"overseas at 08:00 there", "2026-06-22", []string{"J"}, "Indian/Reunion", "J 2026-06-22T08:00+04:00"},
	}
	for _, tt := range tests {
		w := where{zone: zone(tt.zone), regions: []string{"52"}}
		if got := written(w.steps(date(tt.on), tt.names)); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.why, got, tt.want)
		}
	}
}

func TestACallChoosesItsSteps(t *testing.T) {
	c := loire()
	d := deposited("2026-04-23T10:00:00+02:00")
	d.Messages = []dossier.Message{asked("2026-05-02T10:00:00+02:00", "incomplete", "")}
	c.Steps = map[string][]string{"D14": {"J-10"}, "D15": {"J-1"}}
	plan := Plan(c, "52", d, Calendar{})
	if got := written(plan[0].Steps); got != "J-10 2026-06-12T08:00+02:00" {
		t.Errorf("D14: %s", got)
	}
	if len(plan[1].Steps) != 0 {
		t.Errorf("D15 has steps: %v", plan[1].Steps)
	}
	c.Steps["D14"] = []string{}
	if plan := Plan(c, "52", d, Calendar{}); len(plan[0].Steps) != 0 {
		t.Errorf("silenced, yet %v", plan[0].Steps)
	}
}

func TestLocalHolidaysMoveSteps(t *testing.T) {
	c := loire()
	c.Regions = nil // a national call
	c.Steps = map[string][]string{"D14": {"J"}}
	d := deposited("2026-02-04T10:00:00+01:00") // answer by Good Friday, 3 April
	for region, want := range map[string]string{
		"":   "J 2026-04-03T08:00+02:00",
		"52": "J 2026-04-03T08:00+02:00",
		"44": "J 2026-04-02T08:00+02:00",
	} {
		if got := written(Plan(c, region, d, Calendar{})[0].Steps); got != want {
			t.Errorf("region %q: %s, want %s", region, got, want)
		}
	}
}

func TestEveryKindIsExplained(t *testing.T) {
	for _, k := range Kinds() {
		if k.Title == "" || k.LegalGround == "" {
			t.Errorf("%s has no title or ground", k.ID)
		}
		for _, name := range k.DefaultSteps {
			if _, ok := Offset(name); !ok {
				t.Errorf("%s: %q is no step", k.ID, name)
			}
		}
		if got, ok := KindOf(k.ID); !ok || got.Title != k.Title {
			t.Errorf("KindOf(%s) = %v, %v", k.ID, got, ok)
		}
	}
	if _, ok := KindOf("D99"); ok {
		t.Error("D99 does not exist")
	}
}
