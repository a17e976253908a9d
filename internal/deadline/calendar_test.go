package deadline

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"relais/internal/dossier"
)

func date(s string) dossier.Day {
	d, err := dossier.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestWorkingDays(t *testing.T) {
	tests := []struct {
		day, region string
		working     bool
		why         string
	}{
		{"2026-04-30", "", true, "a Thursday"},
		{"2026-05-01", "", false, "fête du Travail"},
		{"2026-05-02", "", false, "a Saturday"},
		{"2026-05-03", "", false, "a Sunday"},
		{"2026-04-06", "", false, "Easter Monday"},
		{"2026-05-08", "", false, "8 May 1945"},
		{"2026-05-14", "", false, "Ascension"},
		{"2026-05-25", "", false, "Whit Monday"},
		{"2026-07-14", "", false, "fête nationale"},
		{"2025-08-15", "", false, "Assomption"},
		{"2027-11-01", "", false, "Toussaint"},
		{"2026-11-11", "", false, "Armistice"},
		{"2026-12-25", "", false, "Noël"},
		{"2026-01-01", "", false, "jour de l'an"},
		{"2026-04-03", "", true, "Good Friday is worked"},
		{"2026-04-03", "44", false, "but not in Alsace-Moselle"},
		{"2024-12-26", "44", false, "nor is Saint-Étienne"},
		{"2024-12-26", "52", true, "worked elsewhere"},
		{"2026-04-27", "06", false, "abolition, Mayotte"},
		{"2026-05-22", "02", false, "abolition, Martinique"},
		{"2026-05-27", "01", false, "abolition, Guadeloupe"},
		{"2026-06-10", "03", false, "abolition, Guyane"},
		{"2027-12-20", "04", false, "abolition, La Réunion"},
		{"2026-05-22", "01", true, "each island has its own day"},
		{"2026-05-27", "52", true, "worked in the Pays de la Loire"},
		{"2026-04-30", "99", true, "an unknown region has the national holidays"},
	}
	for _, tt := range tests {
		if got := (Calendar{}).Working(date(tt.day), tt.region); got != tt.working {
			t.Errorf("Working(%s, %q) = %v (%s)", tt.day, tt.region, got, tt.why)
		}
	}
}

func TestLastWorkingDay(t *testing.T) {
	tests := []struct {
		day     string
		regions []string
		want    string
	}{
		{"2026-04-30", nil, "2026-04-30"},
		{"2026-05-03", nil, "2026-04-30"},                  // over 1 May and a week-end
		{"2026-04-06", nil, "2026-04-03"},                  // Easter Monday
		{"2026-04-06", []string{"44"}, "2026-04-02"},       // and Good Friday
		{"2026-04-06", []string{"52", "44"}, "2026-04-02"}, // where any region rests
		{"2027-01-01", nil, "2026-12-31"},                  // over the year
	}
	for _, tt := range tests {
		if got := (Calendar{}).LastWorking(date(tt.day), tt.regions); got != date(tt.want) {
			t.Errorf("LastWorking(%s, %v) = %s, want %s", tt.day, tt.regions, got, tt.want)
		}
	}
}

func TestLastWorkingDayIsNeverLater(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day, region := anyDay(t), rapid.SampledFrom([]string{"", "01", "04", "44", "52"}).Draw(t, "region")
		got := (Calendar{}).LastWorking(day, []string{region})
		if got.After(day) || day.Sub(got) > 5 {
			t.Fatalf("%s moved to %s", day, got)
		}
		if !(Calendar{}).Working(got, region) {
			t.Fatalf("%s moved to %s, which is not worked", day, got)
		}
	})
}

func anyDay(t *rapid.T) dossier.Day {
	return dossier.Day{Year: 2024, Month: time.January, Day: 1}.AddDays(rapid.IntRange(0, 3000).Draw(t, "day"))
}
