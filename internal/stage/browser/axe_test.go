package browser

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// axeVariable names axe.min.js, an engine of accessibility audits.
const axeVariable = "RELAIS_AXE"

// axe reads the engine. It is somebody else's script: it runs only in tabs of its
// own, where no policy holds.
func axe(t *testing.T) string {
	t.Helper()
	start(t)
	path := os.Getenv(axeVariable)
	if path == "" {
		unproven(t, "%s does not name axe.min.js (make tools installs it)", axeVariable)
	}
	engine, err := os.ReadFile(path)
	if err != nil {
		unproven(t, "%v", err)
	}
	return string(engine)
}

// violation is one rule that a page breaks, and where.
type violation struct {
	ID     string   `json:"id"`
	Impact string   `json:"impact"` // minor, moderate, serious or critical
	Help   string   `json:"help"`
	Where  []string `json:"where"`
}

func (v violation) String() string {
	return fmt.Sprintf("%s (%s): %s\n\t%s", v.ID, v.Impact, v.Help, strings.Join(v.Where[:min(len(v.Where), 5)], "\n\t"))
}

func (v violation) grave() bool { return v.Impact == "serious" || v.Impact == "critical" }

// audited is what one run found. Passes counts the rules that the page keeps.
type audited struct {
	Violations []violation `json:"violations"`
	Passes     int         `json:"passes"`
}

// runAxe takes the rules to look at: all of them, or a set.
const runAxe = `axe.run(document, {resultTypes: ["violations"], iframes: false%s}).then(r => ({passes: r.passes.length,
violations: r.violations.map(v => ({id: v.id, impact: v.impact, help: v.help,
where: v.nodes.map(n => n.target.flat().join(" ") + ": " + n.failureSummary.replace(/\s+/g, " "))}))}))`

// mood is a way in which a page shows itself, and what to look at in it: the dark
// changes colours alone.
type mood struct {
	name  string
	ways  []way
	rules string
	least int // rules kept: a run that looked at nothing keeps none
}

var moods = []mood{
	{"light", nil, "", 5},
	{"dark", []way{dark}, `, runOnly: ["color-contrast", "link-in-text-block"]`, 1},
}

// audit looks at the page as it is now, in the light and in the dark. What is not
// grave goes to the log.
func (tb *tab) audit(engine string) {
	tb.Helper()
	logged := map[string]bool{}
	for _, how := range moods {
		found := tb.run(engine, how)
		if found.Passes < how.least {
			tb.Errorf("%s: only %d rules were kept: the audit saw nothing", how.name, found.Passes)
		}
		for _, v := range found.Violations {
			switch {
			case v.grave():
				tb.Errorf("%s: %s", how.name, v)
			case !logged[v.ID]:
				logged[v.ID] = true
				tb.Logf("%s: %s", how.name, v)
			}
		}
	}
}

func (tb *tab) run(engine string, how mood) audited {
	tb.Helper()
	tb.seen(append(how.ways, scripts, free, selfSigned)...)
	if !read[bool](tb, `typeof axe === "object"`) {
		read[bool](tb, engine+"; true")
	}
	return ask(tb, chromedp.Evaluate[audited](fmt.Sprintf(runAxe, how.rules), chromedp.EvalAwaitPromise))
}

// Nothing serious is wrong on any page for somebody who does not see it, or sees it
// badly.
func TestAccessiblePages(t *testing.T) {
	engine := axe(t)
	tour(t, func(tb *tab, _ kindOfPage) { tb.audit(engine) }, scripts, free)
}

// Nor in any mail.
func TestAccessibleMails(t *testing.T) {
	engine := axe(t)
	folder := goldenMails(t)
	mails := httptest.NewServer(http.FileServer(http.Dir(folder)))
	t.Cleanup(mails.Close)
	tb := visitor(t, mails.URL, scripts, free)
	names, err := filepath.Glob(filepath.Join(folder, "*.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range names {
		name := filepath.Base(path)
		t.Run(strings.TrimSuffix(name, ".html"), func(t *testing.T) {
			tb := tb.within(t)
			tb.visit("/" + name)
			tb.audit(engine)
		})
	}
}

// The audit finds what is wrong where something is, in the dark what is wrong there.
func TestAuditCanFail(t *testing.T) {
	engine := axe(t)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'")
		_, _ = io.WriteString(w, `<!doctype html><html><meta name="color-scheme" content="light dark"><title>x</title>
<style>p { color: #000; background: #fff } @media (prefers-color-scheme: dark) { p { color: #333; background: #222 } }</style>
<main><h1>x</h1><img src="data:,"><input><button></button><p>sombre`)
	}))
	t.Cleanup(site.Close)
	tb := visitor(t, site.URL, scripts, free)
	tb.visit("/")
	want := map[string][]string{"light": {"button-name", "html-has-lang", "image-alt", "label"}, "dark": {"color-contrast"}}
	for _, how := range moods {
		var grave []string
		for _, v := range tb.run(engine, how).Violations {
			if v.grave() {
				grave = append(grave, v.ID)
			}
		}
		slices.Sort(grave)
		if !slices.Equal(grave, want[how.name]) {
			t.Errorf("%s: it finds %q, want %q", how.name, grave, want[how.name])
		}
	}
}
