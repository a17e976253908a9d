package browser

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// controls are what a person acts on, in the order of the page. A radio group is
// one stop; what a closed <details> hides is none.
const controls = `window.controls ??= [...document.querySelectorAll(
"a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex='0']")].filter(e =>
e.checkVisibility() && !e.disabled && !(e.type === "radio" && !e.checked));`

// appearance of each control: what the eye can tell one state from the other by.
const appearance = `window.appearance ??= e => [e, ...e.querySelectorAll("*")].map(x => { const s = getComputedStyle(x);
return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.stroke, s.strokeWidth, s.borderColor, s.backgroundColor].join();
}).join("|");
window.atRest ??= controls.map(appearance);`

// focused is where the keyboard is: the rank of the control, or -1.
type focused struct {
	Rank           int
	Name           string
	Changed, Shown bool
}

const whereFocus = `(() => { const e = document.activeElement, r = e.getBoundingClientRect();
return { Rank: controls.indexOf(e), Name: e.outerHTML.slice(0, 120),
Changed: controls.includes(e) && appearance(e) !== atRest[controls.indexOf(e)],
Shown: r.width > 1 && r.height > 1 && r.right > 0 && r.left < innerWidth && r.bottom > 0 && r.top < innerHeight }; })()`

// Every control of every page can be reached with Tab, in the order in which it is
// read, and shows that it has the focus. The first stop skips the menu.
func TestKeyboard(t *testing.T) {
	for _, p := range pages(t) {
		t.Run(p.name, func(t *testing.T) {
			tb := visitor(t, p.origin, selfSigned)
			p.open(tb)
			tb.walk()
			if p.skips {
				tb.skip(p)
			}
		})
	}
}

// walk presses Tab from the top to the last control.
func (tb *tab) walk() {
	tb.Helper()
	stops := read[int](tb, controls+appearance+`controls.length`)
	if stops == 0 {
		return
	}
	for want := range stops {
		tb.do(press(kb.Tab))
		at := read[focused](tb, whereFocus)
		switch {
		case at.Rank != want:
			missed := read[string](tb, `controls[`+strconv.Itoa(want)+`].outerHTML.slice(0, 120)`)
			tb.Fatalf("%s: Tab number %d reaches %s, not %s", tb.address(), want+1, at.Name, missed)
		case !at.Shown:
			tb.Errorf("%s: the focus is out of sight on %s", tb.address(), at.Name)
		case !at.Changed && !strings.HasPrefix(at.Name, "<iframe"):
			tb.Errorf("%s: nothing shows the focus on %s", tb.address(), at.Name)
		}
	}
}

// skip wants the first stop to lead past the menu.
func (tb *tab) skip(p kindOfPage) {
	tb.Helper()
	p.open(tb)
	tb.do(press(kb.Tab))
	if first := read[string](tb, `document.activeElement.innerText`); first != "Aller au contenu" {
		tb.Fatalf("the first stop is %q", first)
	}
	tb.do(press(kb.Enter))
	if at := read[string](tb, `location.hash + " " + document.activeElement.tagName`); at != "#contenu MAIN" {
		tb.Errorf("the skip link leads to %s", at)
	}
	tb.do(press(kb.Tab))
	const next = `Boolean(document.activeElement.closest("main")) || document.querySelectorAll("main :is(a[href], button, input, select, summary)").length === 0`
	if !read[bool](tb, next) {
		tb.Errorf("after the skip link the focus is on %s", read[string](tb, `document.activeElement.outerHTML.slice(0, 120)`))
	}
}

// Nobody has to scroll sideways: on a phone, and with a text twice as large.
func TestNarrowAndLarge(t *testing.T) {
	for _, how := range []struct {
		name string
		ways []way
	}{
		{"320 pixels", []way{wide(320)}},
		{"text at 200 %", []way{font(32)}},
		{"320 pixels and text at 200 %", []way{wide(320), font(32)}},
	} {
		t.Run(how.name, func(t *testing.T) {
			for _, p := range pages(t) {
				tb := visitor(t, p.origin, append(how.ways, selfSigned)...)
				p.open(tb)
				if over := read[[]string](tb, overflowing); len(over) > 0 {
					t.Errorf("%s: %s", p.name, strings.Join(over, "\n"))
				}
				if len(how.ways) == 1 && how.name != "320 pixels" {
					if size := read[string](tb, `getComputedStyle(document.querySelector("main p, main td, main dd")).fontSize`); !atLeast(size, 24) {
						t.Errorf("%s: the text stays at %s", p.name, size)
					}
				}
			}
		})
	}
}

func atLeast(size string, pixels float64) bool {
	var got float64
	_, err := fmt.Sscanf(size, "%fpx", &got)
	return err == nil && got >= pixels
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
