package browser

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// chromium is the browser. Its first tab stays empty: the browser lives as long.
type chromium struct {
	ctx     context.Context
	witness *witness
	close   func()
}

// quiet ends most of what a browser asks for by itself.
var quiet = []string{
	"AutofillServerCommunication", "CertificateTransparencyComponentUpdater", "InterestFeedContentSuggestions",
	"MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "OptimizationGuideModelDownloading", "Translate", "HttpsUpgrades",
}

// launch starts a browser that knows no way out but the witness, which answers for
// this machine too.
func launch(path string) (*chromium, error) {
	w, err := newWitness()
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.ProxyServer("http://"+w.address),
		chromedp.Flag("proxy-bypass-list", "<-loopback>"),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-domain-reliability", true),
		chromedp.Flag("no-pings", true),
		chromedp.Flag("disable-features", strings.Join(quiet, ",")),
		chromedp.Flag("allow-browser-signin", "false"),
		chromedp.Flag("lang", "fr"),
	)
	if os.Geteuid() == 0 { // Chromium refuses its sandbox to root
		options = append(options, chromedp.NoSandbox)
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(allocator)
	b := &chromium{ctx: ctx, witness: w, close: func() { end(); stop(); w.close() }}
	if err := chromedp.Do(ctx); err != nil {
		b.close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}

// visitor gives a tab of its own, without anybody's cookies, on the pages of one
// origin.
func visitor(t *testing.T, origin string, how ...way) *tab {
	t.Helper()
	b := start(t)
	b.witness.watch(t)
	b.witness.admit(t, origin)
	return b.open(t, b.ctx, origin, chromedp.WithNewBrowserContext(), how)
}
