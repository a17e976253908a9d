package letter

import (
	_ "embed"
	htmltemplate "html/template"
)

// dark is the style block: what a mail gains in clients that read one. It is
// right without.
//
//go:embed templates/style.css
var dark string

// Outlook knows no widest width: a table that only it sees keeps the page narrow.
const (
	outlookOpens = `<!--[if mso]><table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0" align="center"><tr><td><![endif]-->`
	outlookEnds  = `<!--[if mso]></td></tr></table><![endif]-->`
)

// markup is what a template cannot say: html/template drops comments, and lines
// do not know the section that they stand in.
var markup = htmltemplate.FuncMap{
	"style":        func() htmltemplate.HTML { return htmltemplate.HTML("<style>\n" + dark + "</style>") },
	"outlookOpens": func() htmltemplate.HTML { return outlookOpens },
	"outlookEnds":  func() htmltemplate.HTML { return outlookEnds },
	"in":           func(s section, l line) card { return card{l, s.Tone} },
}

// card is a line as it stands in a section.
type card struct {
	Line line
	Tone tone
}
