package cost

import (
	"fmt"
	"math"
	"testing"
)

// limits of the bill of one deployment for all regions, in euros a month, without
// taxes: alarms, metrics and dashboard included.
var limits = map[string]float64{"none": 10, "ipv6": 10, "nat": 50}

var modes = []string{"none", "ipv6", "nat"}

// bill is a month in dollars.
type bill struct {
	month  *month
	prices prices
}

func billOf(t testing.TB, p prices, c counts, year string) bill {
	t.Helper()
	v, ok := c.Year[year]
	if !ok || v.Regions == 0 || v.Demarches == 0 || v.Dossiers == 0 {
		t.Fatalf("infra/counts.yaml: no year %q", year)
	}
	return bill{&month{counts: c, volume: v}, p}
}

func (b bill) of(t testing.TB, i item) float64 {
	t.Helper()
	p, ok := b.prices.Prices[i.price]
	if !ok || p.For <= 0 {
		t.Fatalf("infra/prices.yaml: no price %s", i.price)
	}
	if math.IsNaN(i.quantity) || i.quantity < 0 {
		t.Fatalf("%s: %v %s", i.what, i.quantity, p.Unit)
	}
	return p.of(i.quantity)
}

func (b bill) sum(t testing.TB, items []item) (dollars float64) {
	t.Helper()
	for _, i := range items {
		dollars += b.of(t, i)
	}
	if len(b.month.wrong) > 0 {
		t.Fatalf("infra/counts.yaml: %q", b.month.wrong)
	}
	return dollars
}

// dollars is the whole month in an egress mode.
func (b bill) dollars(t testing.TB, mode string) float64 {
	t.Helper()
	more, err := b.month.egress(mode)
	if err != nil {
		t.Fatal(err)
	}
	return b.sum(t, b.month.bill()) + b.sum(t, more)
}

func (b bill) euros(t testing.TB, mode string) float64 {
	t.Helper()
	return b.dollars(t, mode) / b.prices.Euro.Dollars
}

// within lists the modes that cost more than they may.
func (b bill) within(t testing.TB) (over []string) {
	t.Helper()
	for _, mode := range modes {
		if e := b.euros(t, mode); e >= limits[mode] {
			over = append(over, fmt.Sprintf("%s: %.2f €, less than %.0f € wanted", mode, e, limits[mode]))
		}
	}
	return over
}

// TestBill holds the limits, and prints.
func TestBill(t *testing.T) {
	p, c := files(t)
	one, all := billOf(t, p, c, "one"), billOf(t, p, c, "all")
	for _, problem := range all.within(t) {
		t.Errorf("one deployment for %.0f regions: %s", all.month.volume.Regions, problem)
	}
	for _, problem := range one.within(t) {
		t.Errorf("one region: %s", problem)
	}
	report(t, one, all)
}

// TestLimitsCanFail makes each thing that the bill is made of a hundred times
// dearer, and polls every minute.
func TestLimitsCanFail(t *testing.T) {
	p, c := files(t)
	mattering := 0
	whole := billOf(t, p, c, "all").dollars(t, "nat")
	for name, was := range p.Prices {
		dearer := was
		dearer.Dollars = was.Dollars*100 + 1e-3
		p.Prices[name] = dearer
		b := billOf(t, p, c, "all")
		if b.dollars(t, "nat") > whole {
			mattering++
		}
		if name == "metrics" || name == "dynamodb-write" || name == "lambda-arm64" || name == "sqs" {
			if len(b.within(t)) != len(modes) {
				t.Errorf("%s at %v $ passes", name, dearer.Dollars)
			}
		}
		p.Prices[name] = was
	}
	const others = 2 // x86_64 and the customer's key are choices
	if want := len(p.Prices) - others; mattering != want {
		t.Errorf("%d prices matter, want %d", mattering, want)
	}
	c.Schedule["poll"] = every{1}
	if over := billOf(t, p, c, "all").within(t); len(over) == 0 {
		t.Error("a poll every minute passes")
	}
}
