package french

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestIntegers(t *testing.T) {
	for n, want := range map[int]string{
		0: "0", 999: "999", 1000: "1\u202f000", 20_000: "20\u202f000", 1_234_567: "1\u202f234\u202f567", -1234: "−1\u202f234", -100: "−100",
	} {
		if got := Integer(n); got != want {
			t.Errorf("Integer(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestCounts(t *testing.T) {
	for n, want := range map[int]string{
		0: "0\u00a0courriel", 1: "1\u00a0courriel", 2: "2\u00a0courriels", 20_000: "20\u202f000\u00a0courriels",
		-1: "−1\u00a0courriel", -2: "−2\u00a0courriels",
	} {
		if got := Count(n, "courriel", "courriels"); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestEuros(t *testing.T) {
	for _, c := range []struct {
		amount float64
		want   string
	}{
		{0, "0\u00a0€"},
		{math.Copysign(0, -1), "0\u00a0€"},
		{0.5, "0,50\u00a0€"},
		{999, "999\u00a0€"},
		{150_000, "150\u202f000\u00a0€"},
		{149_999.99, "149\u202f999,99\u00a0€"},
		{149_999.999, "149\u202f999,999\u00a0€"}, // a floor of 150 000 € is not reached
		{1_234_567.5, "1\u202f234\u202f567,50\u00a0€"},
		{-1234.5, "−1\u202f234,50\u00a0€"},
		{-12.345, "−12,345\u00a0€"},
		{math.NaN(), ""},
		{math.Inf(-1), ""},
	} {
		if got := Euros(c.amount); got != c.want {
			t.Errorf("Euros(%v) = %q, want %q", c.amount, got, c.want)
		}
	}
}

func TestPercents(t *testing.T) {
	for _, c := range []struct {
		part float64
		want string
	}{
		{0, "0\u00a0%"},
		{0.5, "50\u00a0%"},
		{0.725, "72,5\u00a0%"},
		{0.6255, "62,55\u00a0%"},
		{2.0 / 3, "66,67\u00a0%"},
		{2, "200\u00a0%"},
		{12, "1\u202f200\u00a0%"},
		{-0.00001, "0\u00a0%"},
		{math.Inf(1), ""},
		{math.MaxFloat64, ""},
	} {
		if got := Percent(c.part); got != c.want {
			t.Errorf("Percent(%v) = %q, want %q", c.part, got, c.want)
		}
	}
}

// Whatever was given can be read again, to the last decimal.
func TestNumbersAreExact(t *testing.T) {
	plain := strings.NewReplacer(NNBSP, "", NBSP+"€", "", minus, "-", ",", ".")
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64().Draw(t, "amount")
		if got, err := strconv.ParseFloat(plain.Replace(Euros(v)), 64); err != nil || got != v {
			t.Fatalf("%v written %q", v, Euros(v))
		}
		n := rapid.Int().Draw(t, "n")
		if got, err := strconv.Atoi(plain.Replace(Integer(n))); err != nil || got != n {
			t.Fatalf("%d written %q", n, Integer(n))
		}
		for i, part := range strings.Split(strings.TrimPrefix(Integer(n), minus), NNBSP) {
			if len(part) > 3 || i > 0 && len(part) != 3 {
				t.Fatalf("%d written %q", n, Integer(n))
			}
		}
	})
}
