package console

import (
	"math"
	"testing"
	"time"

	"relais/internal/dossier"
)

func TestEuros(t *testing.T) {
	for _, c := range []struct {
		amount *float64
		want   string
	}{
		{nil, ""},
		{euro(0), "0\u00a0€"},
		{euro(999), "999\u00a0€"},
		{euro(150_000), "150\u202f000\u00a0€"},
		{euro(1_234_567.5), "1\u202f234\u202f567,50\u00a0€"},
		{euro(-12.345), "−12,35\u00a0€"},
		{euro(999.999), "1\u202f000\u00a0€"},
		{euro(-0.001), "0\u00a0€"},
		{euro(math.NaN()), ""},
		{euro(math.Inf(1)), ""},
	} {
		if got := euros(c.amount); got != c.want {
			t.Errorf("euros: %q, want %q", got, c.want)
		}
	}
}

func TestShare(t *testing.T) {
	for _, c := range []struct {
		requested, total *float64
		want             string
	}{
		{euro(50), euro(100), "50\u00a0%"},
		{euro(62.55), euro(100), "62,5\u00a0%"},
		{euro(200), euro(100), "200\u00a0%"},
		{euro(1), euro(0), ""},
		{nil, euro(1), ""},
		{euro(1), nil, ""},
	} {
		if got := share(c.requested, c.total); got != c.want {
			t.Errorf("share: %q, want %q", got, c.want)
		}
	}
}

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
	check(day(dossier.Day{Year: 2026, Month: 13, Day: 1}).Text, "2026-13-01")
	check(instant(now, paris()).Text, "21\u00a0novembre\u00a02026 à 18\u00a0h\u00a004")
	check(instant(now, paris()).ISO, "2026-11-21T18:04:05+01:00")
	check(instant(time.Time{}, paris()).Text, "")
	check(age(-time.Hour), "à l’instant")
	check(age(59*time.Second), "à l’instant")
	check(age(time.Minute), "il y a 1\u00a0minute")
	check(age(90*time.Minute), "il y a 1\u00a0heure")
	check(age(47*time.Hour), "il y a 47\u00a0heures")
	check(age(49*time.Hour), "il y a 2\u00a0jours")
	check(distance(0), "aujourd’hui")
	check(distance(1), "demain")
	check(distance(-1), "hier")
	check(distance(30), "dans 30\u00a0jours")
	check(distance(-2), "il y a 2\u00a0jours")
	check(count(0, "mail", "mails"), "0\u00a0mail")
	check(count(20_000, "mail", "mails"), "20\u202f000\u00a0mails")
	check(integer(-1234), "−1\u202f234")
	check(siret("12345678900012"), "123\u00a0456\u00a0789\u00a000012")
	check(siret("1234567890001X"), "1234567890001X")
	check(siret("123"), "123")
}
