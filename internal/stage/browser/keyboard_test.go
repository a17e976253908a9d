package browser

import (
	"context"
	"strconv"
	"strings"
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
	var frame *tab
	if read[bool](tb, `document.querySelector("iframe") !== null`) {
		frame = tb.inside("/html")
	}
	within := map[string]bool{}
	for want, last := 0, ""; want < stops; {
		last = tb.next(frame, last)
		if strings.HasPrefix(last, inFrame) {
			within[last] = true
			continue
		}
		at := read[focused](tb, whereFocus)
		switch {
		case at.Rank != want:
			missed := read[string](tb, `controls[`+strconv.Itoa(want)+`].outerHTML.slice(0, 120)`)
			tb.Fatalf("%s: Tab number %d reaches %s, not %s", tb.address(), want+1, at.Name, missed)
		case !at.Shown:
			tb.Errorf("%s: the focus is out of sight on %s", tb.address(), at.Name)
		case !at.Changed:
			tb.Errorf("%s: nothing shows the focus on %s", tb.address(), at.Name)
		}
		want++
	}
	if frame == nil {
		return
	}
	for i := range read[int](frame, `document.links.length`) {
		if !within[inFrame+strconv.Itoa(i)] {
			tb.Errorf("%s: the keyboard does not reach the link number %d of the mail", tb.address(), i+1)
		}
	}
}

// inFrame begins the name of a stop within a frame.
const inFrame = "frame "

// next presses Tab, and names the stop to which that leads from the last one. Between
// a page and its frame, which is another process, the focus takes its time.
func (tb *tab) next(frame *tab, last string) (stop string) {
	tb.Helper()
	tb.do(press(kb.Tab))
	if frame == nil {
		return ""
	}
	tb.await("the focus after "+last, func(context.Context) bool {
		stop = ""
		if rank := read[focused](tb, whereFocus).Rank; rank >= 0 {
			stop = "page " + strconv.Itoa(rank)
		} else if read[bool](frame, `document.hasFocus()`) {
			stop = inFrame + strconv.Itoa(read[int](frame, `[...document.links].indexOf(document.activeElement)`))
		}
		return stop != "" && stop != last
	})
	return stop
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
