package browser

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// await asks until an answer is good, with patience.
func (tb *tab) await(what string, good func(ctx context.Context) bool) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !good(ctx) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			tb.Fatalf("at %s: %s: not within %v", tb.address(), what, patience)
		}
	}
}

// target waits for a page or a frame with the end of its address.
func (tb *tab) target(kind, ending string) (found *target.Info) {
	tb.Helper()
	tb.await(kind+" at "+ending, func(context.Context) bool {
		found = tb.opened(kind, ending)
		return found != nil
	})
	return found
}

// opened is a page or a frame with the end of its address; nil when there is none.
func (tb *tab) opened(kind, ending string) *target.Info {
	tb.Helper()
	infos, err := chromedp.Targets(tb.ctx)
	if err != nil {
		tb.Fatal(err)
	}
	for _, info := range infos {
		if info.Type == kind && strings.HasSuffix(info.URL, ending) {
			return info
		}
	}
	return nil
}

// inside is a frame of the page, by the end of its address. A sandboxed frame runs
// in a process of its own, which a page's tab does not reach into.
func (tb *tab) inside(ending string) *tab {
	tb.Helper()
	return tb.attach(tb.target("iframe", ending).TargetID)
}

// attach is a tab on what is there already.
func (tb *tab) attach(id target.ID) *tab {
	tb.Helper()
	in := &tab{T: tb.T, origin: tb.origin, voice: &voice{}}
	ctx, end := chromedp.NewContext(tb.ctx, chromedp.WithTargetID(id), chromedp.WithDetachOnCancel(),
		chromedp.WithListener(in.hear))
	tb.Cleanup(end)
	in.ctx = ctx
	if err := chromedp.Do(ctx); err != nil {
		tb.Fatal(err)
	}
	return in
}

// point is a place on the screen, in CSS pixels.
type point struct{ X, Y float64 }

// clickIn clicks on an element of a frame, where the screen shows it, until that has
// its effect: what has just been scrolled is not at once where the screen knows it.
func (tb *tab) clickIn(in *tab, frame, selector string, effect func() bool) {
	tb.Helper()
	const into = `document.querySelector(%q).scrollIntoView({block: "center"}) === undefined`
	read[bool](in, fmt.Sprintf(into, selector))
	read[bool](tb, fmt.Sprintf(into, frame))
	const looks = 25 // at the effect, for one click
	looked := 0
	tb.await("the effect of a click on "+selector, func(context.Context) bool {
		if looked%looks == 0 {
			tb.settle()
			from := read[point](tb, fmt.Sprintf(`(() => { const e = document.querySelector(%q), r = e.getBoundingClientRect();
return {X: r.left + e.clientLeft, Y: r.top + e.clientTop}; })()`, frame))
			within := read[point](in, fmt.Sprintf(`(() => { const r = document.querySelector(%q).getClientRects()[0];
return {X: r.left + r.width / 2, Y: r.top + r.height / 2}; })()`, selector))
			tb.do(chromedp.MouseClickXY(from.X+within.X, from.Y+within.Y))
		}
		looked++
		return effect()
	})
}
