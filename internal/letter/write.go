package letter

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"net/url"
	"strings"
	"sync"
	texttemplate "text/template"
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/french"
	"relais/internal/report"
)

// ErrNothing says that a draft has nothing to tell: no item, or only changes
// that were undone since.
var ErrNothing = errors.New("the draft has nothing to tell")

//go:embed templates/*.tmpl
var templates embed.FS

// Parsed for the first mail: most functions write none.
var (
	textPart = sync.OnceValue(func() *texttemplate.Template {
		return texttemplate.Must(texttemplate.ParseFS(templates, "templates/letter.txt.tmpl"))
	})
	htmlPart = sync.OnceValue(func() *htmltemplate.Template {
		return htmltemplate.Must(htmltemplate.New("letter.html.tmpl").Funcs(markup).ParseFS(templates, "templates/*.html.tmpl"))
	})
)

// Write makes the mail of a draft. The same draft gives the same mail. The error
// is ErrNothing when there is nothing to tell, else a fault of the draft.
func Write(d Draft) (Letter, error) { return write(d, report.Picture) }

// Empty tells that Write would answer ErrNothing.
func (d Draft) Empty() bool {
	return len(d.Reports) == 0 && len(newsOf(only(d.Items, Change))) == 0 &&
		len(only(d.Items, Date)) == 0 && len(only(d.Items, Opening)) == 0
}

// painter draws the figures of a report, and says in French what it drew.
type painter func(report.Figures) (png []byte, text string, err error)

func write(d Draft, paint painter) (Letter, error) {
	if d.Empty() {
		return Letter{}, ErrNothing
	}
	if err := d.check(); err != nil {
		return Letter{}, err
	}
	w := writerOf(d)
	for w.briefs = mostBrief; ; w.briefs /= 2 {
		if l, err := w.letter(paint); err != nil || len(l.HTML) <= mostHTML || w.briefs == 0 {
			return l, err
		}
	}
}

// letter writes both parts and what goes with them.
func (w writer) letter(paint painter) (Letter, error) {
	p, pictures, err := w.page(paint)
	if err != nil {
		return Letter{}, err
	}
	agenda, err := w.agenda()
	if err != nil {
		return Letter{}, err
	}
	p.Agenda = len(agenda) > 0
	var text, html bytes.Buffer
	if err := textPart().Execute(&text, p); err != nil {
		return Letter{}, fmt.Errorf("write the text of a mail: %w", err)
	}
	if err := htmlPart().Execute(&html, p); err != nil {
		return Letter{}, fmt.Errorf("write the HTML of a mail: %w", err)
	}
	return Letter{
		Subject: p.Subject, Text: fold(text.String()), HTML: html.String(), Files: append(pictures, agenda...),
	}, nil
}

func (d Draft) check() error {
	for _, i := range d.Items {
		if i.Call == nil {
			return fmt.Errorf("an item about dossier %d has no call", i.Head.Number)
		}
	}
	for _, c := range d.Committees {
		if c.Call == nil {
			return errors.New("a committee has no call")
		}
	}
	for _, r := range d.Reports {
		if r.Call == nil {
			return errors.New("a weekly report has no call")
		}
	}
	return nil
}

// writer turns a draft into what a mail says.
type writer struct {
	Draft
	base string // of the platform's pages; empty: no link
	// several calls are in the mail: each line names its own.
	several bool
	dates   []Item
	opened  []Item // one a subject
	news    []news // one a dossier
	briefs  int    // how many lines may stand beside those in full
}

func writerOf(d Draft) writer {
	w := writer{Draft: d, base: strings.TrimSuffix(d.Platform, "/")}
	w.dates, w.opened, w.news = only(d.Items, Date), once(only(d.Items, Opening)), newsOf(only(d.Items, Change))
	for _, i := range d.Items {
		w.several = w.several || i.Call.ID != d.Items[0].Call.ID
	}
	return w
}

func only(items []Item, kind Kind) []Item {
	var found []Item
	for _, i := range items {
		if i.Kind == kind {
			found = append(found, i)
		}
	}
	return found
}

// page is what both parts of a mail say. Every string is ready to be shown:
// candidates' texts went through shown, ours have their typography.
type page struct {
	Subject    string
	Preheader  string // beside the subject in a list of mails
	Heading    string
	Day        string
	Demo       bool
	Urgent     bool
	Redirected string // the person it was for, when it goes elsewhere
	First      *line  // what to begin with, when there is a choice
	Contents   []string
	Committees []notice
	Hypotheses []string
	Sections   []section
	More       string // how many lines found no room
	MoreURL    string // where they are
	Summaries  []summary
	Reports    []weekly
	Agenda     bool // a calendar is attached
	Why        string
	Console    string // the page of all deadlines
	// Preferences is the page where the reader chooses mails.
	Preferences string
}

// notice is something to know, and what to do about it.
type notice struct{ Text, Advice string }

func (w writer) page(paint painter) (page, []File, error) {
	reports, pictures, err := w.reports(paint)
	if err != nil {
		return page{}, nil, err
	}
	dates := w.lines()
	near := w.soonest()
	p := page{
		Demo: w.Demo, Urgent: w.Urgent, Redirected: shown(w.Redirected, longest),
		Committees: w.committees(), Summaries: w.summaries(), Reports: reports,
		Why: w.why(), Console: agendaPage(w.Console), Preferences: w.Draft.Preferences,
	}
	all := w.sections(dates)
	p.Hypotheses = hypotheses(all)
	p.Contents = w.contents(all)
	if count(all)+followed(w.opened) > 1 { // a short mail says it at once
		p.First = first(append(dates, near...))
	}
	if len(p.Contents) < 2 {
		p.Contents = nil
	}
	var hidden int
	p.Sections, hidden = fit(all, w.briefs)
	if hidden > 0 {
		p.More, p.MoreURL = more(hidden, p.Console), cmp.Or(p.Console, w.url(w.Items[0].Call.Demarche, 0))
	}
	p.Heading = w.heading()
	p.Subject = w.subject(append(dates, near...))
	p.Preheader = preheader(p)
	p.Day = french.Capital(french.LongDay(dossier.DayOf(w.Now, w.zone())))
	return p, pictures, nil
}

// zone is the reader's: that of the draft, else of the first call.
func (w writer) zone() *time.Location {
	switch {
	case w.Draft.Zone != nil:
		return w.Draft.Zone
	case len(w.Items) > 0:
		return zoneOf(w.Items[0].Call)
	case len(w.Reports) > 0:
		return zoneOf(w.Reports[0].Call)
	}
	return time.UTC
}

// today is the day it is for an item: on the clock of its call.
func (w writer) today(i Item) dossier.Day { return dossier.DayOf(w.Now, zoneOf(i.Call)) }

// zoneOf is the call's zone; loading demands one, UTC keeps a call made by hand
// from crashing.
func zoneOf(c *call.Call) *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// agendaPage is the page of all deadlines; empty without a console.
func agendaPage(console string) string {
	page, err := url.JoinPath(console, "echeances")
	if console == "" || err != nil {
		return ""
	}
	return page
}
