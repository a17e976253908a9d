package browser

import (
	"strconv"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// controls are what a person acts on, in the order of the page. A radio group is
// one stop; what a closed <details> hides is none.
const controls = `window.controls ??= [...document.querySelectorAll(
"a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")].filter(e =>
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
	tour(t, func(tb *tab, p kindOfPage) {
		tb.walk()
		if p.skips {
			tb.skip(p)
		}
	})
}

// walk presses Tab from the top to the last control.
func (tb *tab) walk() {
	tb.Helper()
	stops := read[int](tb, controls+appearance+`controls.length`)
	frame, inside := read[bool](tb, `document.querySelector("iframe") !== null`), 0
	for want := range stops {
		tb.do(press(kb.Tab))
		at := read[focused](tb, whereFocus)
		for n := 0; frame && at.Rank < 0 && n < 200; n++ { // it has stops of its own
			tb.do(press(kb.Tab))
			at = read[focused](tb, whereFocus)
			inside++
		}
		switch {
		case at.Rank != want:
			missed := read[string](tb, `controls[`+strconv.Itoa(want)+`].outerHTML.slice(0, 120)`)
			tb.Fatalf("%s: Tab number %d reaches %s, not %s", tb.address(), want+1, at.Name, missed)
		case !at.Shown:
			tb.Errorf("%s: the focus is out of sight on %s", tb.address(), at.Name)
		case !at.Changed:
			tb.Errorf("%s: nothing shows the focus on %s", tb.address(), at.Name)
		}
	}
	if frame && inside < 3 {
		tb.Errorf("%s: %d stops within the frame", tb.address(), inside)
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
