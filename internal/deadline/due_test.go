package deadline

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"relais/internal/dossier"
)

// june is a D14 with steps at 08:00 on 1, 8, 15 and 22 June.
func june(handled string) dossier.Deadline {
	d := dossier.Deadline{Kind: SilentRejet, DueOn: date("2026-06-22"), PrudentOn: date("2026-06-22")}
	for _, step := range [][2]string{{"J-21", "2026-06-01"}, {"J-14", "2026-06-08"}, {"J-7", "2026-06-15"}, {"J", "2026-06-22"}} {
		d.Steps = append(d.Steps, dossier.Step{Name: step[0], At: instant(step[1] + "T08:00:00+02:00")})
	}
	if handled != "" {
		d.HandledUntil = instant(handled)
	}
	return d
}

func TestDueSteps(t *testing.T) {
	tests := []struct {
		why                   string
		handled, adopted, now string
		skipped               []string
		tell                  string
	}{
		{"before the first", "", "2026-05-01T00:00:00Z", "2026-06-01T07:59:59+02:00", nil, ""},
		{"on the very instant", "", "2026-05-01T00:00:00Z", "2026-06-01T08:00:00+02:00", nil, "J-21"},
		{"told once", "2026-06-01T08:00:00+02:00", "2026-05-01T00:00:00Z", "2026-06-02T08:00:00+02:00", nil, ""},
		{"stopped for two weeks", "2026-06-01T08:00:00+02:00", "2026-05-01T00:00:00Z", "2026-06-16T08:00:00+02:00", []string{"J-14"}, "J-7"},
		{"past at first sight", "", "2026-06-10T00:00:00Z", "2026-06-10T09:00:00+02:00", []string{"J-21", "J-14"}, ""},
		{"past at first sight, then one", "", "2026-06-10T00:00:00Z", "2026-06-15T09:00:00+02:00", []string{"J-21", "J-14"}, "J-7"},
		{"adopted at the instant of a step", "", "2026-06-08T08:00:00+02:00", "2026-06-08T08:00:00+02:00", []string{"J-21", "J-14"}, ""},
		{"all missed", "", "2026-05-01T00:00:00Z", "2027-01-01T00:00:00Z", []string{"J-21", "J-14", "J-7"}, "J"},
	}
	for _, tt := range tests {
		skipped, tell := DueSteps(june(tt.handled), instant(tt.adopted), instant(tt.now))
		if diff := cmp.Diff(tt.skipped, namesOf(skipped)); diff != "" {
			t.Errorf("%s: skipped %s", tt.why, diff)
		}
		if got := nameOf(tell); got != tt.tell {
			t.Errorf("%s: told %q, want %q", tt.why, got, tt.tell)
		}
	}
}

func namesOf(steps []dossier.Step) (names []string) {
	for _, s := range steps {
		names = append(names, s.Name)
	}
	return names
}

func nameOf(s *dossier.Step) string {
	if s == nil {
		return ""
	}
	return s.Name
}

func TestAMetDeadlineTellsNothing(t *testing.T) {
	d := june("")
	d.MetOn = date("2026-05-30")
	if skipped, tell := DueSteps(d, time.Time{}, instant("2026-06-22T09:00:00Z")); len(skipped) > 0 || tell != nil {
		t.Errorf("skipped %v, told %v", skipped, tell)
	}
}

// However the ticks fall, every step is handled exactly once, in order, and none
// is told before its time.
func TestEveryStepIsHandledOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := june("")
		start := instant("2026-05-20T00:00:00Z")
		adopted := start.Add(time.Duration(rapid.IntRange(0, 40*24).Draw(t, "adopted")) * time.Hour)
		now := adopted
		var handled []string
		for now.Before(instant("2026-07-01T00:00:00Z")) {
			skipped, tell := DueSteps(d, adopted, now)
			handled = append(handled, namesOf(skipped)...)
			if tell != nil {
				handled = append(handled, tell.Name)
				if tell.At.After(now) || !tell.At.After(adopted) {
					t.Fatalf("%s told at %s", tell.Name, now)
				}
			}
			d.HandledUntil = now
			now = now.Add(time.Duration(rapid.IntRange(1, 15*24).Draw(t, "tick")) * time.Hour)
		}
		skipped, tell := DueSteps(d, adopted, now)
		handled = append(handled, namesOf(skipped)...)
		if tell != nil {
			handled = append(handled, tell.Name)
		}
		if diff := cmp.Diff([]string{"J-21", "J-14", "J-7", "J"}, handled); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestCarryKeepsTheProgressOfTheSameDate(t *testing.T) {
	old := []dossier.Deadline{june("2026-06-08T08:00:00+02:00")}
	moved := june("")
	moved.PrudentOn = date("2026-06-23")
	suspended := june("")
	suspended.DueOn = date("2026-07-07")
	other := june("")
	other.Kind = Expiration

	fresh := []dossier.Deadline{june(""), moved, suspended, other}
	carried := Carry(old, fresh)
	want := []time.Time{old[0].HandledUntil, {}, old[0].HandledUntil, {}}
	for i, d := range carried {
		if !d.HandledUntil.Equal(want[i]) {
			t.Errorf("%d %s: handled until %s, want %s", i, d.Key(), d.HandledUntil, want[i])
		}
		if !fresh[i].HandledUntil.IsZero() {
			t.Error("the fresh deadlines were changed")
		}
	}
	if got := Carry(old, nil); len(got) != 0 {
		t.Errorf("nothing fresh, yet %v", got)
	}
}
