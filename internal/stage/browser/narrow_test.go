package browser

import (
	"strconv"
	"strings"
	"testing"
)

// Nobody has to scroll sideways: on a phone, with a text twice as large, or both.
func TestNarrowAndLarge(t *testing.T) {
	tour(t, func(tb *tab, p kindOfPage) {
		for _, how := range []struct {
			name string
			ways []way
			text float64 // pixels, at least
		}{
			{"at 320 pixels", []way{wide(320)}, 14},
			{"with a text at 200 %", []way{font(32)}, 28},
			{"at 320 pixels with a text at 200 %", []way{wide(320), font(32)}, 28},
		} {
			tb.seen(append(how.ways, selfSigned)...)
			if over := read[[]string](tb, overflowing); len(over) > 0 {
				tb.Errorf("%s: %s", how.name, strings.Join(over, "\n"))
			}
			size := read[string](tb, `getComputedStyle(document.querySelector("main :is(p, td, dd)")).fontSize`)
			if got, err := strconv.ParseFloat(strings.TrimSuffix(size, "px"), 64); err != nil || got < how.text {
				tb.Errorf("%s: the text has %s", how.name, size)
			}
		}
		tb.seen(selfSigned)
	})
}

// overflowing are the elements that reach beyond the page, those within a region
// that scrolls by itself left out, and those whose text is cut.
const overflowing = `(() => {
const wide = document.documentElement.clientWidth, out = [];
if (document.documentElement.scrollWidth > wide) out.push("the page is " + document.documentElement.scrollWidth + " pixels wide");
for (const e of document.querySelectorAll("body *")) {
	if (!e.checkVisibility() || e.closest(".scroll") || e.closest(".unseen, .skip, svg")) continue;
	const r = e.getBoundingClientRect(), s = getComputedStyle(e);
	if (s.clipPath !== "none" || e.parentElement.closest("thead") && r.width <= 1) continue;
	if (r.width > 1 && r.right > wide + 1) out.push("beyond the page: " + e.outerHTML.slice(0, 160));
	if (s.overflowX !== "visible" && e.tagName !== "IFRAME" && e.tagName !== "SELECT" && e.tagName !== "INPUT" && e.scrollWidth > e.clientWidth + 1)
		out.push("cut: " + e.outerHTML.slice(0, 160));
}
return out.slice(0, 5); })()`
