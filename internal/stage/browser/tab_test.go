package browser

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/security"
	"github.com/chromedp/chromedp"
)

// way is how somebody looks at pages. Without any, a page is 1,280 pixels wide,
// light, and runs no script: nobody needs one.
type way func(*looks)

type looks struct {
	width, height int64
	dark          bool
	scripts       bool
	font          int64 // pixels of the browser's own text
	selfSigned    bool
	free          bool   // of every Content-Security-Policy
	before        string // a script of the test's own, run before the page's
	kept          bool   // see victim
	rude          bool
}

var usual = looks{width: 1280, height: 900, font: 16}

// rude expects the console to speak: the page is hostile.
func rude(l *looks) { l.rude = true }

func dark(l *looks)       { l.dark = true }
func scripts(l *looks)    { l.scripts = true }
func selfSigned(l *looks) { l.selfSigned = true }
func free(l *looks)       { l.free = true }

func wide(width int64) way     { return func(l *looks) { l.width = width } }
func font(pixels int64) way    { return func(l *looks) { l.font = pixels } }
func before(script string) way { return func(l *looks) { l.before = script } }

// tab is one page being looked at. What goes wrong fails its test at once; what the
// browser's console says of it fails the test at its end.
type tab struct {
	*testing.T
	ctx    context.Context
	origin string
	*voice
}

// voice is what the browser's console says of one tab.
type voice struct {
	mu   sync.Mutex
	said []string
	rude bool // what it says is expected
}

// within is the same tab for a part of its test.
func (tb *tab) within(t *testing.T) *tab { return &tab{t, tb.ctx, tb.origin, tb.voice} }

// open opens a tab; it closes with its test.
func (b *chromium) open(t *testing.T, parent context.Context, origin string, kind chromedp.ContextOption, how []way) *tab {
	t.Helper()
	tb := &tab{T: t, origin: origin, voice: &voice{}}
	options := []chromedp.ContextOption{chromedp.WithListener(tb.hear), chromedp.WithListener(b.witness.see)}
	if kind != nil {
		options = append(options, kind)
	}
	ctx, end := chromedp.NewContext(parent, options...)
	tb.ctx = ctx
	t.Cleanup(func() {
		end()
		if said := tb.heard(); len(said) > 0 && !tb.rude {
			t.Errorf("the browser's console says:\n%s", strings.Join(said, "\n"))
		}
	})
	l := usual
	for _, one := range how {
		one(&l)
	}
	tb.rude = l.rude
	if err := chromedp.Do(ctx, l.apply()); err != nil {
		t.Fatal(err)
	}
	return tb
}

// seen looks at the page another way, without loading it again.
func (tb *tab) seen(how ...way) {
	tb.Helper()
	l := usual
	for _, one := range how {
		one(&l)
	}
	tb.do(l.apply())
}

func (l looks) apply() chromedp.Action[chromedp.Void] {
	scheme := "light"
	if l.dark {
		scheme = "dark"
	}
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		calls := []func() error{
			func() error { _, err := chromedp.EmulateViewport(l.width, l.height)(ctx, t); return err },
			doing(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !l.scripts}),
			doing(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}),
			doing(ctx, t, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: l.free}),
			doing(ctx, t, security.SetIgnoreCertificateErrors, security.SetIgnoreCertificateErrorsParams{Ignore: l.selfSigned}),
			doing(ctx, t, page.SetFontSizes, page.SetFontSizesParams{FontSizes: &page.FontSizes{Standard: l.font, Fixed: l.font - 3}}),
		}
		if l.before != "" {
			calls = append(calls, doing(ctx, t, page.AddScriptToEvaluateOnNewDocument,
				page.AddScriptToEvaluateOnNewDocumentParams{Source: l.before}))
		}
		for _, one := range calls {
			if err := one(); err != nil {
				return err
			}
		}
		return nil
	})
}

func doing[P, R any](ctx context.Context, t *chromedp.Target, c cdp.Command[P, R], params P) func() error {
	return func() error { _, err := cdp.Call(ctx, t, c, params); return err }
}

// hear keeps what the console says: refusals of a policy, failed requests,
// exceptions.
func (v *voice) hear(event any) {
	var text string
	switch e := event.(type) {
	case *log.EventEntryAdded:
		text = e.Entry.Text
	case *runtime.EventExceptionThrown:
		text = "exception: " + e.ExceptionDetails.Text
	case *runtime.EventConsoleAPICalled:
		text = fmt.Sprintf("console.%s", e.Type)
	default:
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.said = append(v.said, text)
}

// heard is what the console said since the last time.
func (v *voice) heard() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	said := v.said
	v.said = nil
	return said
}

// do runs steps with patience.
func (tb *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		tb.Fatalf("at %s: %v", tb.address(), err)
	}
}

// ask runs one step with patience, and gives its value.
func ask[T any](tb *tab, a chromedp.Action[T]) T {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		tb.Fatalf("at %s: %v", tb.address(), err)
	}
	return v
}

// read evaluates an expression on the page, which works without its JavaScript too.
func read[T any](tb *tab, expression string) T {
	tb.Helper()
	return ask(tb, chromedp.Evaluate[T](expression))
}

// to does steps that open another page, waits for it, and wants its status.
func (tb *tab) to(status int64, steps ...chromedp.Action[chromedp.Void]) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	var got *network.Response
	got, err := chromedp.RunResponse(ctx, steps...)
	switch {
	case err != nil:
		tb.Fatalf("from %s: %v", tb.address(), err)
	case got == nil:
		tb.Fatalf("no answer; now at %s", tb.address())
	case got.Status != status:
		tb.Fatalf("%s answers %d, want %d", got.URL, got.Status, status)
	}
}

// visit opens a path of the origin.
func (tb *tab) visit(path string) {
	tb.Helper()
	tb.to(200, chromedp.Navigate(tb.origin+path))
}

// address is where the tab is.
func (tb *tab) address() string {
	at, err := chromedp.Run(tb.ctx, chromedp.Location())
	if err != nil {
		return err.Error()
	}
	return at
}
