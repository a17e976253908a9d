package console

import "testing"

func TestAmount(t *testing.T) {
	for _, c := range []struct {
		given *float64
		want  string
	}{
		{nil, ""},
		{euro(0), "0\u00a0€"},
		{euro(149_999.999), "149\u202f999,999\u00a0€"},
	} {
		if got := amount(c.given); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestShare(t *testing.T) {
	for _, c := range []struct {
		requested, total *float64
		want             string
	}{
		{euro(50), euro(100), "50\u00a0%"},
		{euro(62.55), euro(100), "62,55\u00a0%"},
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

func TestSiret(t *testing.T) {
	for in, want := range map[string]string{
		"12345678900012": "123\u00a0456\u00a0789\u00a000012", "1234567890001X": "1234567890001X", "123": "123", "": "",
	} {
		if got := siret(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
