package console

import (
	"testing"
	"time"

	"relais/internal/call"

	"relais/internal/dossier"
)

func TestDaysAndAges(t *testing.T) {
	check := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	check(day(dossier.Day{Year: 2026, Month: 8, Day: 1}).Text, "1er\u00a0août\u00a02026")
	check(longDay(dossier.Day{Year: 2027, Month: 1, Day: 1}).Text, "vendredi 1er\u00a0janvier\u00a02027")
	check(day(dossier.Day{}).Text, "")
	check(nearDay(dossier.Day{Year: 2026, Month: 11, Day: 24}).Text, "mardi 24\u00a0novembre")
	check(nearDay(dossier.Day{}).Text, "")
	check(instant(now, call.PlatformZone()).Text, "21\u00a0novembre\u00a02026 à 18\u00a0h\u00a004")
	check(instant(now, call.PlatformZone()).ISO, "2026-11-21T18:04:05+01:00")
	check(instant(time.Time{}, call.PlatformZone()).Text, "")
	check(age(-time.Hour), "à l’instant")
	check(age(59*time.Second), "à l’instant")
	check(age(time.Minute), "il y a 1\u00a0minute")
	check(age(90*time.Minute), "il y a 1\u00a0heure")
	check(age(47*time.Hour), "il y a 47\u00a0heures")
	check(age(49*time.Hour), "il y a 2\u00a0jours")
}
