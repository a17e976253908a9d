package french

import (
	"testing"
	"time"

	"relais/internal/dossier"
)

func TestDays(t *testing.T) {
	for _, c := range []struct {
		day         dossier.Day
		short, long string
	}{
		{dossier.Day{Year: 2026, Month: 12, Day: 7}, "7\u00a0décembre\u00a02026", "lundi 7\u00a0décembre\u00a02026"},
		{dossier.Day{Year: 2026, Month: 8, Day: 1}, "1er\u00a0août\u00a02026", "samedi 1er\u00a0août\u00a02026"},
		{dossier.Day{Year: 2027, Month: 1, Day: 31}, "31\u00a0janvier\u00a02027", "dimanche 31\u00a0janvier\u00a02027"},
		{dossier.Day{Year: 2020, Month: 2, Day: 29}, "29\u00a0février\u00a02020", "samedi 29\u00a0février\u00a02020"},
		{dossier.Day{Year: 2026, Month: 13, Day: 1}, "2026-13-01", "2026-13-01"},
		{dossier.Day{Year: 2026, Day: 5}, "2026-00-05", "2026-00-05"},
		{dossier.Day{}, "", ""},
	} {
		if got := Day(c.day); got != c.short {
			t.Errorf("Day(%v) = %q, want %q", c.day, got, c.short)
		}
		if got := LongDay(c.day); got != c.long {
			t.Errorf("LongDay(%v) = %q, want %q", c.day, got, c.long)
		}
	}
}

func TestClock(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{
		"2026-11-21T17:04:59Z": "18\u00a0h\u00a004", // winter
		"2026-07-01T06:30:00Z": "8\u00a0h\u00a030",  // summer
		"2026-06-30T22:00:00Z": "0\u00a0h\u00a000",
	} {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := Clock(instant, paris); got != want {
			t.Errorf("Clock(%s) = %q, want %q", at, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for days, want := range map[int]string{
		0: "aujourd’hui", 1: "demain", -1: "hier", 2: "dans 2\u00a0jours", -2: "il y a 2\u00a0jours", 1200: "dans 1\u202f200\u00a0jours",
	} {
		if got := Distance(days); got != want {
			t.Errorf("Distance(%d) = %q, want %q", days, got, want)
		}
	}
}
