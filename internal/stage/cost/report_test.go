package cost

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"

	"relais/internal/stage"
)

var found strings.Builder

func say(format string, args ...any) { fmt.Fprintf(&found, format+"\n", args...) }

// TestMain prints the bill after everything else.
func TestMain(m *testing.M) {
	code := stage.Main(m)
	fmt.Print(found.String())
	os.Exit(code)
}

func report(t testing.TB, one, all bill) {
	t.Helper()
	p, c := all.prices, all.month.counts
	say("Relais in %s: one deployment a month, in dollars, without taxes and free tier.", p.Region)
	say("Prices of infra/prices.yaml (%s), counts of infra/counts.yaml: %.0f dossiers a year and a démarche for one", p.Read, one.month.volume.Dossiers)
	say("region, %.0f and %.0f démarches for all %.0f; polls every %.0f minutes.\n", all.month.volume.Dossiers, all.month.volume.Demarches, all.month.volume.Regions, c.Schedule["poll"].Minutes)
	w := &table{pad: widest(all.month) + 2}
	w.row("", "for all", "", "price", "one region", fmt.Sprintf("all %.0f", all.month.volume.Regions))
	w.items(t, one, all, one.month.bill(), all.month.bill())
	for _, mode := range modes {
		few, _ := one.month.egress(mode)
		many, _ := all.month.egress(mode)
		if len(many) > 0 {
			w.row("EgressMode=" + mode + ", more:")
			w.items(t, one, all, few, many)
		}
	}
	for _, mode := range modes {
		w.row("Total with EgressMode="+mode, "", "", "", usd(one.dollars(t, mode)), usd(all.dollars(t, mode)))
		w.row("  in euros", "", "", "", fmt.Sprintf("%.2f €", one.euros(t, mode)), fmt.Sprintf("%.2f €", all.euros(t, mode)))
	}
	w.flush()
	comments(t, one, all)
}

func comments(t testing.TB, one, all bill) {
	t.Helper()
	p, c := all.prices, all.month.counts
	national := all
	national.month = &month{counts: c, volume: volume{all.month.volume.Regions, 1, all.month.volume.Dossiers}}
	say("\nA euro is %.4f $ (European Central Bank, %s). Under %.0f € with ipv6 while it is above %.2f $, under %.0f € with nat above %.2f $.",
		p.Euro.Dollars, p.Euro.Published, limits["ipv6"], all.dollars(t, "ipv6")/limits["ipv6"], limits["nat"], all.dollars(t, "nat")/limits["nat"])
	say("With one démarche for all regions, as the national form: %s less. Dashboard=no: %s less.",
		usd(all.dollars(t, "none")-national.dollars(t, "none")), usd(p.Prices["dashboards"].of(1)))
	key := all.sum(t, all.month.choices())
	say("With KeyArn: %s more, hence %.2f € with ipv6 for all, and %s for each of the key's first two rotations.", usd(key),
		(all.dollars(t, "ipv6")+key)/p.Euro.Dollars, usd(p.Prices["kms-key"].of(1)))
	say("With Architecture=x86_64: %s more. EgressMode=existing: as none, and what that network costs its owner.",
		usd((p.Prices["lambda-x86_64"].Dollars-p.Prices["lambda-arm64"].Dollars)*all.month.total().GBS))
	say("%.0f deployments of one region each would cost %.0f € with ipv6, %.0f € with nat. No secret is in Secrets Manager.",
		all.month.volume.Regions, all.month.volume.Regions*one.euros(t, "ipv6"), all.month.volume.Regions*one.euros(t, "nat"))
	known := map[string][]string{}
	for name, price := range p.Prices {
		known[price.Known] = append(known[price.Known], name)
	}
	for _, k := range []struct{ known, text string }{
		{"page", "Of a page about all regions, not of the price list of Paris"}, {"derived", "Worked out, not found for Paris"},
	} {
		slices.Sort(known[k.known])
		say("%s: %s.", k.text, strings.Join(known[k.known], ", "))
	}
}

func usd(v float64) string { return fmt.Sprintf("%.2f $", v) }

// table aligns all columns but the first on the right.
type table struct {
	pad  int
	text strings.Builder
}

func widest(m *month) (width int) {
	for _, i := range m.bill() {
		width = max(width, len([]rune(i.what)))
	}
	return width
}

func (w *table) row(first string, rest ...string) {
	fmt.Fprintf(&w.text, "%s%s\t", first, strings.Repeat(" ", max(w.pad-len([]rune(first)), 0)))
	for i := range 5 {
		if i < len(rest) {
			w.text.WriteString(rest[i])
		}
		w.text.WriteByte('\t')
	}
	w.text.WriteByte('\n')
}

func (w *table) items(t testing.TB, one, all bill, few, many []item) {
	t.Helper()
	for i, item := range many {
		p := all.prices.Prices[item.price]
		each := strconv.FormatFloat(p.Dollars, 'f', -1, 64) + " $"
		if p.For > 1 {
			each += " / " + short(p.For)
		}
		w.row("  "+item.what, short(item.quantity), p.Unit, each, usd(one.of(t, few[i])), usd(all.of(t, item)))
	}
}

func (w *table) flush() {
	out := tabwriter.NewWriter(&found, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(out, w.text.String())
	_ = out.Flush() // to memory
}

// short writes a quantity with three figures that matter.
func short(n float64) string {
	switch {
	case n >= 1e6:
		return strconv.FormatFloat(n/1e6, 'g', 3, 64) + " M"
	case n >= 1e4:
		return strconv.FormatFloat(n/1e3, 'f', 0, 64) + " k"
	case n >= 100:
		return strconv.FormatFloat(n, 'f', 0, 64)
	}
	return strconv.FormatFloat(n, 'g', 3, 64)
}
