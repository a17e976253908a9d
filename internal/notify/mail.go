package notify

import (
	"bytes"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"net/mail"
	"strings"
	texttemplate "text/template"
	"time"

	"relais/internal/dossier"
	"relais/internal/french"
)

//go:embed templates/*.tmpl
var templates embed.FS

var (
	textLetter = texttemplate.Must(texttemplate.ParseFS(templates, "templates/letter.txt.tmpl"))
	htmlLetter = htmltemplate.Must(htmltemplate.ParseFS(templates, "templates/letter.html.tmpl"))
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
	Summaries  []summary
	Why        string
	Console    string
}

// section is the lines that expire in the same span of time.
type section struct {
	Title string
	Tone  string // colour of the edge, which only repeats the title
	Lines []line
}

// line is one date of one dossier, or of a call.
type line struct {
	Label      string
	URL        string
	Call       string // when the mail is about several
	Structure  string
	What       string
	When       string
	DateLabel  string
	Date       string
	Suspended  string
	Ground     string
	Hypothesis string
	Verdict    string
	Points     []string
	Advice     string

	kind string
	days int // from today to the date
	on   dossier.Day
}

// compose writes the mail of a claimed batch.
func (t *delivering) compose(m Mail, batch []statement) (Message, error) {
	l := t.letter(batch)
	var text, html bytes.Buffer
	if err := textLetter.Execute(&text, l); err != nil {
		return Message{}, fmt.Errorf("write the text of mail %s: %w", m.ID, err)
	}
	if err := htmlLetter.Execute(&html, l); err != nil {
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
	l := letter{
		Demo: t.Demo, Console: t.Console,
		Sections: w.sections(reminders), Summaries: w.summaries(openings),
		Why: why(batch),
	}
	if t.Mode.redirects() {
		l.Redirected = batch[0].intention.Person
	}
	l.Subject = subjectLine(w, t.prefix(), reminders, openings)
	l.Heading = heading(reminders, openings)
	l.Intro = french.Capital(french.LongDay(dossier.DayOf(t.now, zoneOf(batch[0].call)))) + "." + w.tally(reminders, openings)
	return l
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
