package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// view is how somebody looks at a mail.
type view struct {
	width int64 // CSS pixels
	dark  bool
}

var views = []view{{320, false}, {600, false}, {1200, false}, {600, true}}

func (v view) String() string {
	if v.dark {
		return fmt.Sprint(v.width, "-dark")
	}
	return fmt.Sprint(v.width)
}

func (v view) scheme() string {
	if v.dark {
		return "dark"
	}
	return "light"
}

// shoot renders every mail in every view, and returns the names of the pictures.
func shoot(ctx context.Context, browser string, mails []mail, out string) (map[string][]string, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser))
	if os.Geteuid() == 0 { // Chromium refuses its sandbox to root
		options = append(options, chromedp.NoSandbox)
	}
	ctx, stop := chromedp.NewExecAllocator(ctx, options...)
	defer stop()
	ctx, end := chromedp.NewContext(ctx)
	defer end()
	pages, err := os.MkdirTemp("", "mails")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(pages)
	pictures := map[string][]string{}
	var problems []error
	for _, m := range mails {
		path := filepath.Join(pages, m.name+".html")
		if err := os.WriteFile(path, []byte(m.page), 0o600); err != nil {
			return pictures, err
		}
		for _, v := range views {
			png, err := render(ctx, path, v)
			if err != nil {
				problems = append(problems, fmt.Errorf("%s at %s: %w", m.name, v, err))
			}
			if len(png) == 0 {
				continue
			}
			name := m.name + "-" + v.String() + ".png"
			if err := os.WriteFile(filepath.Join(out, name), png, 0o644); err != nil {
				return pictures, errors.Join(append(problems, err)...)
			}
			pictures[m.name] = append(pictures[m.name], name)
		}
	}
	return pictures, errors.Join(problems...)
}

// render is the picture of a whole page. It comes with an error when the page is
// wider than its view.
func render(ctx context.Context, path string, v view) ([]byte, error) {
	media := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: v.scheme()}}
	err := chromedp.Do(ctx,
		chromedp.EmulateViewport(v.width, 800),
		chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, script := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			_, scheme := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: media})
			return errors.Join(script, scheme)
		}),
		chromedp.Navigate((&url.URL{Scheme: "file", Path: path}).String()),
	)
	if err != nil {
		return nil, err
	}
	layout, err := chromedp.Call(ctx, page.GetLayoutMetrics, cdp.Empty{})
	if err != nil {
		return nil, err
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil && layout.CSSContentSize.Width > float64(v.width) {
		err = fmt.Errorf("it scrolls sideways: %.0f pixels wide", layout.CSSContentSize.Width)
	}
	return png, err
}
