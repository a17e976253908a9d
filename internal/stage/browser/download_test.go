package browser

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// The list goes to a spreadsheet as it is filtered, byte for byte what the server
// says.
func TestDownload(t *testing.T) {
	d := demonstration(t)
	tb := visitor(t, d.url)
	tb.visit("/dossiers?verdict=non_recevable&sort=-amount")
	wanted := total(tb)
	link := tb.attributes("a[download]", "href")
	if len(link) != 1 {
		t.Fatalf("links to a file: %q", link)
	}
	got := tb.download(chromedp.CSS("a[download]"), "dossiers.csv")

	if want := fetched(t, d.url+link[0]); !bytes.Equal(got, want) {
		t.Errorf("the browser saved %d bytes, the server says %d others", len(got), len(want))
	}
	if !bytes.HasPrefix(got, []byte("\ufeffDossier;Structure;")) {
		t.Errorf("the file begins with %q", got[:min(len(got), 40)])
	}
	if lines := bytes.Count(got, []byte("\r\n")); lines != wanted+1 || bytes.Count(got, []byte("\n")) != lines {
		t.Errorf("the file has %d lines for %d dossiers", lines, wanted)
	}
	first := tb.all("tbody th[scope=row]")[0]
	if second := strings.Split(string(got), "\r\n")[1]; !strings.HasPrefix(second, first+";") {
		t.Errorf("the list begins with %s, the file with %q", first, second)
	}
}

// download clicks on a link, and gives the file that the browser saves.
func (tb *tab) download(link chromedp.CSS, name string) []byte {
	tb.Helper()
	folder := tb.TempDir()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	events := true
	if _, err := chromedp.CallBrowser(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: folder, EventsEnabled: &events,
		BrowserContextID: chromedp.FromContext(tb.ctx).BrowserContextID,
	}); err != nil {
		tb.Fatal(err)
	}
	progress := chromedp.BrowserEvents(ctx, browser.DownloadProgress)
	tb.do(chromedp.Click(link))
	for e, err := range progress {
		if err != nil || e.State == browser.DownloadProgressStateCanceled {
			tb.Fatalf("the download of %s: %s %v", name, e.State, err)
		}
		if e.State == browser.DownloadProgressStateCompleted {
			break
		}
	}
	content, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		tb.Fatal(err)
	}
	return content
}

// fetched is what the server answers, without a browser.
func fetched(t *testing.T, url string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", url, res.Status, err)
	}
	return body
}
