package notify

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"net/mail"
	"net/url"
	"strings"
	"sync"
	texttemplate "text/template"
	"time"

	"relais/internal/dossier"
	"relais/internal/french"
)

//go:embed templates/*.tmpl
var templates embed.FS

// Parsed for the first mail: most functions write none.
var (
	textLetter = sync.OnceValue(func() *texttemplate.Template {
		return texttemplate.Must(texttemplate.ParseFS(templates, "templates/letter.txt.tmpl"))
	})
	htmlLetter = sync.OnceValue(func() *htmltemplate.Template {
		return htmltemplate.Must(htmltemplate.ParseFS(templates, "templates/letter.html.tmpl"))
	})
)

// letter is what both parts of a mail say. Every string is ready to be shown:
// candidates' texts went through shown, ours have their typography.
type letter struct {
	Subject    string
	Heading    string
	Intro      string
	Demo       bool
	Redirected string // the person it was for, when it goes elsewhere
	Sections   []section
	More       string // how many lines found no room
	MoreURL    string // where they are
	Summaries  []summary
	Why        string
	Console    string // the page of all deadlines
}

// section is the lines that stand alike: some in full, the others in one line.
type section struct {
	Title string
	Tone  string // colour of the edge, which only repeats the title
	Lines []line
	Brief []line
}

// line is one date of one dossier, or of a call.
type line struct {
	Label      string
	URL        string
	Call       string // when the mail is about several
	Structure  string
	What       string
	Date       string
	When       string // where the date stands; it stands beside it
	Then       string // what follows from silence
	Ground     string
	Hypothesis string
	Verdict    string
	Points     []string
	Advice     string

	kind     string
	standing standing
	extended bool // a suspension is recorded
	days     int  // from today to the date
	on       dossier.Day
	told     dossier.Day // in the subject
	room     room
}

// Aside is Then beside the date of a short line. That a rejection follows the
// last day goes without saying there, unless there are two dates.
func (l line) Aside() string {
	if l.standing == toCome && !l.extended {
		return ""
	}
	return l.Then
}

// After is Then as a sentence of its own.
func (l line) After() string { return french.Capital(l.Then) }

// Doubt marks a date whose hypothesis is not written out beside it.
func (l line) Doubt() string {
	if l.Hypothesis == "" {
		return ""
	}
	return " (" + unconfirmed + ")"
}

// compose writes the mail of a claimed batch.
func (t *delivering) compose(m Mail, batch []statement) (Message, error) {
	l := t.letter(batch)
	var text, html bytes.Buffer
	if err := textLetter().Execute(&text, l); err != nil {
		return Message{}, fmt.Errorf("write the text of mail %s: %w", m.ID, err)
	}
	if err := htmlLetter().Execute(&html, l); err != nil {
		return Message{}, fmt.Errorf("write the HTML of mail %s: %w", m.ID, err)
	}
	return Message{
		ID: m.ID, To: t.address(batch[0].to), From: t.From,
		Subject: l.Subject, Text: text.String(), HTML: html.String(),
		Date: t.now.In(zoneOf(batch[0].call)), MessageID: m.ID + "@" + host(t.From),
	}, nil
}

func (t *delivering) letter(batch []statement) letter {
	w := writer{now: t.now, base: strings.TrimSuffix(t.BaseURL, "/"), several: several(batch)}
	reminders, openings := split(batch)
	lines := w.lines(reminders)
	l := letter{
		Demo: t.Demo, Console: agenda(t.Console), Summaries: w.summaries(openings), Why: why(batch),
	}
	hidden := 0
	l.Sections, hidden = sections(lines)
	if hidden > 0 {
		l.More, l.MoreURL = more(hidden, l.Console), cmp.Or(l.Console, w.url(batch[0].call.Demarche, 0))
	}
	if t.Mode.redirects() {
		l.Redirected = batch[0].intention.Person
	}
	l.Subject = w.subject(t.prefix(), lines, reminders, openings)
	l.Heading = heading(reminders, openings)
	l.Intro = french.Capital(french.LongDay(dossier.DayOf(t.now, zoneOf(batch[0].call)))) + "." + tally(lines, openings)
	return l
}

// agenda is the page of all deadlines; empty without a console.
func agenda(console string) string {
	page, err := url.JoinPath(console, "echeances")
	if console == "" || err != nil {
		return ""
	}
	return page
}

// prefix warns in the subject of what is no ordinary mail.
func (t *delivering) prefix() string {
	var words string
	if t.Demo {
		words = "[Données fictives] "
	}
	if t.Mode.redirects() {
		words += "[Redirigé] "
	}
	return words
}

func split(batch []statement) (reminders, openings []statement) {
	for _, s := range batch {
		if s.intention.Kind == Opening {
			openings = append(openings, s)
			continue
		}
		reminders = append(reminders, s)
	}
	return reminders, openings
}

// host is the domain of an address, for Message-IDs.
func host(from string) string {
	a, err := mail.ParseAddress(from)
	if err != nil {
		return "relais.invalid"
	}
	return a.Address[strings.LastIndex(a.Address, "@")+1:]
}

// today is the day it is for a statement: on the clock of its call.
func (w writer) today(s statement) dossier.Day { return dossier.DayOf(w.now, zoneOf(s.call)) }

// writer turns statements into lines at one instant.
type writer struct {
	now  time.Time
	base string // of the platform's pages; empty: no link
	// several calls are in the mail: each line names its own.
	several bool
}

func several(batch []statement) bool {
	for _, s := range batch {
		if s.call.ID != batch[0].call.ID {
			return true
		}
	}
	return false
}
