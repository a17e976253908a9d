package browser

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// inside attaches to a frame of the page by the end of its address. A sandboxed
// frame runs in a process of its own: it is not part of the page's.
func (tb *tab) inside(ending string) *tab {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	for ctx.Err() == nil {
		infos, err := chromedp.Targets(ctx)
		if err != nil {
			tb.Fatal(err)
		}
		for _, info := range infos {
			if info.Type == "iframe" && strings.HasSuffix(info.URL, ending) {
				return start(tb.T).attach(tb, info.TargetID)
			}
		}
		<-time.After(20 * time.Millisecond)
	}
	tb.Fatalf("no frame shows %s", ending)
	return nil
}

// attach is a tab on a target that is there already.
func (b *chromium) attach(tb *tab, id target.ID) *tab {
	tb.Helper()
	in := &tab{T: tb.T, origin: tb.origin}
	ctx, end := chromedp.NewContext(tb.ctx, chromedp.WithTargetID(id), chromedp.WithListener(in.hear))
	in.ctx = ctx
	tb.Cleanup(end)
	if err := chromedp.Do(ctx); err != nil {
		tb.Fatal(err)
	}
	return in
}

func TestMailAsItLooks(t *testing.T) {
	d := demonstration(t)
	tb := visitor(t, d.url)
	tb.visit("/mails")
	subject := tb.all("tbody th a")[0]
	tb.follow(subject)
	infos, _ := chromedp.Targets(tb.ctx)
	for _, i := range infos {
		fmt.Println(i.Type, i.URL)
	}
	in := tb.inside("/html")
	t.Log(read[string](in, "document.body.innerText")[:300])
	t.Log(in.heard())
}
