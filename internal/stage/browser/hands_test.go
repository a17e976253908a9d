package browser

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// words writes a text as the page's spaces do not matter.
const words = `const words = e => (e.innerText ?? e.textContent).replace(/\s+/g, " ").trim();`

// named is the link, button or label with a text, as it is read aloud.
func named(text string) chromedp.JSPath {
	want, _ := json.Marshal(text)
	return chromedp.JSPath(fmt.Sprintf(`(() => { %s
return [...document.querySelectorAll("a, button, summary, label")].filter(e => words(e) === %s)[0]; })()`, words, want))
}

// there fails when nothing on the page has that text.
func (tb *tab) there(text string) {
	tb.Helper()
	if !read[bool](tb, string(named(text))+" !== undefined") {
		tb.Fatalf("at %s: nothing is named %q", tb.address(), text)
	}
}

// follow clicks on what has a text, which opens another page.
func (tb *tab) follow(text string) {
	tb.Helper()
	tb.there(text)
	tb.to(200, chromedp.Click(named(text)))
}

// click clicks on what has a text, which stays on the page.
func (tb *tab) click(text string) {
	tb.Helper()
	tb.there(text)
	tb.do(chromedp.Click(named(text)))
}

// press types on the keyboard, wherever the focus is.
func press(keys string) chromedp.Action[chromedp.Void] { return chromedp.KeyEvent(keys) }

// reach presses Tab until the focus is on what a test of the element e wants.
func (tb *tab) reach(test string) {
	tb.Helper()
	for range 400 {
		tb.do(press(kb.Tab))
		if read[bool](tb, fmt.Sprintf(`(() => { %s const e = document.activeElement; return Boolean(%s); })()`, words, test)) {
			return
		}
	}
	tb.Fatalf("at %s: the keyboard does not reach %s", tb.address(), test)
}

// reachNamed presses Tab until the focus is on the control with a text or a label.
func (tb *tab) reachNamed(text string) {
	tb.Helper()
	want, _ := json.Marshal(text)
	tb.reach(fmt.Sprintf(`[words(e), e.getAttribute("aria-label"), ...[...(e.labels ?? [])].map(words)].includes(%s)`, want))
}

// all are the texts of the elements that a selector chooses.
func (tb *tab) all(selector string) []string {
	tb.Helper()
	return read[[]string](tb, fmt.Sprintf(`(() => { %s return [...document.querySelectorAll(%q)].map(words); })()`, words, selector))
}

// one is the text of the only element that a selector chooses.
func (tb *tab) one(selector string) string {
	tb.Helper()
	list := tb.all(selector)
	if len(list) != 1 {
		tb.Fatalf("at %s: %d elements are %s, want 1", tb.address(), len(list), selector)
	}
	return list[0]
}

// attributes are those of the elements that a selector chooses.
func (tb *tab) attributes(selector, name string) []string {
	tb.Helper()
	return read[[]string](tb, fmt.Sprintf(`[...document.querySelectorAll(%q)].map(e => e.getAttribute(%q) ?? "")`, selector, name))
}

// at wants the tab at a path of its origin, the parameters included.
func (tb *tab) at(path string) {
	tb.Helper()
	if got := strings.TrimPrefix(tb.address(), tb.origin); got != path {
		tb.Fatalf("the tab is at %s, want %s", got, path)
	}
}

// says wants a text on the page.
func (tb *tab) says(texts ...string) {
	tb.Helper()
	page := strings.Join(strings.Fields(read[string](tb, `document.body.innerText`)), " ")
	for _, text := range texts {
		if !strings.Contains(page, text) {
			tb.Errorf("%s does not say %q:\n%s", tb.address(), text, page)
		}
	}
}
