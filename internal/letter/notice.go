package letter

import (
	"bytes"
	"fmt"
	"strings"

	"relais/internal/french"
)

// Notice tells the operator what is wrong, in the form of the other mails. Points
// are our own French sentences, each with its remedy.
type Notice struct {
	Day    string // long, in the operator's zone
	Points []string
	Demo   bool
}

// whyNotice is why the operator is written to.
const whyNotice = "Vous recevez ce message parce que votre adresse est celle de l’exploitant de Relais. Chaque cause est signalée une fois, quand elle commence."

// noticePage is what both parts say.
type noticePage struct {
	Notice
	Subject, Why string
}

// WriteNotice makes the mail of a notice; ErrNothing without a point.
func WriteNotice(n Notice) (Letter, error) {
	if len(n.Points) == 0 {
		return Letter{}, ErrNothing
	}
	p := noticePage{Notice: n, Why: whyNotice}
	p.Subject = "Relais" + colon + french.Count(len(n.Points), "point à regarder", "points à regarder")
	if n.Demo {
		p.Subject = "[Données fictives] " + p.Subject
	}
	var html bytes.Buffer
	if err := htmlPart().ExecuteTemplate(&html, "notice.html.tmpl", p); err != nil {
		return Letter{}, fmt.Errorf("write the HTML of a notice: %w", err)
	}
	return Letter{Subject: p.Subject, Text: fold(p.text()), HTML: html.String()}, nil
}

func (p noticePage) text() string {
	var b strings.Builder
	if p.Demo {
		b.WriteString("*** Données fictives" + colon + "démonstration. ***\n\n")
	}
	fmt.Fprintf(&b, "Relais%sà regarder\n%s\n\n", colon, p.Day)
	for _, point := range p.Points {
		fmt.Fprintf(&b, "- %s\n\n", point)
	}
	fmt.Fprintf(&b, "--\n%s\nMessage automatique, sans réponse possible.\n", p.Why)
	return b.String()
}
