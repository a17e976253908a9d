package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	goical "github.com/emersion/go-ical"
	"golang.org/x/net/html"
)

// unseen are the characters of a text that show nothing or turn what is around
// them, but for those allowed.
func unseen(s, allowed string) []rune {
	var found []rune
	for _, r := range s {
		if (unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Noncharacter_Code_Point)) && !strings.ContainsRune(allowed, r) {
			found = append(found, r)
		}
	}
	return found
}

// joiners are what emoji and some scripts cannot do without.
const joiners = "\u200c\u200d"

// mostStacked is how many marks one letter may carry.
const mostStacked = 4

// unseemly tells that a text may not be shown.
func unseemly(s, allowed string) bool {
	stacked := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me):
			stacked++
		case !unicode.Is(unicode.Cf, r):
			stacked = 0
		}
		if stacked > mostStacked {
			return true
		}
	}
	return len(unseen(s, allowed)) > 0
}

// readable is a text without the marks and joiners that a reader's eye leaves out.
func readable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) || r == '\u3164' || r == '\u115f' {
			return -1
		}
		return r
	}, s)
}

// marked tells that a candidate's text, or a groupe's, is in another one.
func marked(s string) bool {
	s = readable(s)
	return strings.Contains(s, "Balise") || strings.Contains(s, "Secteur") || strings.Contains(s, "evil.example")
}

// skeletonOf is a page without its words: tags with their attributes, comments,
// and what browsers do not read as text. Bases of links that differ are one.
func skeletonOf(t testing.TB, page string, bases []string) []string {
	t.Helper()
	var list []string
	raw := ""
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		kind := z.Next()
		token := z.Token()
		switch kind {
		case html.ErrorToken:
			return list
		case html.StartTagToken, html.SelfClosingTagToken:
			list = append(list, token.Data+attributes(token, bases))
			raw = token.Data
		case html.EndTagToken:
			list = append(list, "/"+token.Data)
			raw = ""
		case html.CommentToken, html.DoctypeToken:
			list = append(list, kind.String()+" "+token.Data)
		case html.TextToken:
			if raw == "style" || raw == "script" {
				list = append(list, token.Data)
			}
		}
	}
}

// loose are attributes whose values differ between two installations.
var loose = []string{"datetime", "value", "content"}

func attributes(token html.Token, bases []string) string {
	var list []string
	for _, a := range token.Attr {
		value := a.Val
		for n, base := range bases {
			if rest, ours := strings.CutPrefix(value, base); ours {
				value = []string{"platform", "platform", "page", "choices"}[n] + rest
				break
			}
		}
		if strings.HasPrefix(value, "choices") {
			value = "choices" // a sealed link
		}
		if mail, _, found := strings.Cut(value, "/mails/"); found {
			value = mail + "/mails/ID"
		}
		if slices.Contains(loose, a.Key) {
			value = ""
		}
		list = append(list, " "+a.Key+"="+value)
	}
	slices.Sort(list)
	return strings.Join(list, "")
}

// forbidden elements have no place in a mail nor in a page of ours.
var forbidden = []string{"script", "iframe", "object", "embed", "form", "input", "link", "base", "svg", "math", "frame", "template", "noscript"}

// tame wants the HTML part of a mail to run nothing, to fetch nothing and to lead
// nowhere but to our pages and the platform's; and nothing that hides.
func (s *siege) tame(t *testing.T, name, page string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	for n := range doc.Descendants() {
		switch {
		case n.Type == html.TextNode && n.Parent.Data != "style" && unseemly(n.Data, "\n"):
			t.Errorf("%s: the text %q", name, n.Data)
		case n.Type == html.ElementNode && slices.Contains(forbidden, n.Data):
			t.Errorf("%s: <%s>", name, n.Data)
		case n.Type == html.ElementNode:
			s.attributes(t, name, n)
		}
	}
}

func (s *siege) attributes(t *testing.T, name string, n *html.Node) {
	t.Helper()
	for _, a := range n.Attr {
		known := slices.ContainsFunc(s.bases(), func(base string) bool { return strings.HasPrefix(a.Val, base+"/") })
		image := n.Data == "img" && a.Key == "src" && strings.HasPrefix(a.Val, "cid:")
		switch {
		case strings.HasPrefix(a.Key, "on"), slices.Contains([]string{"srcset", "srcdoc", "action", "background", "poster"}, a.Key):
			t.Errorf("%s: <%s %s>", name, n.Data, a.Key)
		case (a.Key == "href" || a.Key == "src") && !known && !image:
			t.Errorf("%s: <%s> leads to %q", name, n.Data, a.Val)
		case a.Key == "style" && strings.Contains(a.Val, "url("), marked(a.Val):
			t.Errorf("%s: <%s %s=%q>", name, n.Data, a.Key, a.Val)
		}
	}
}

// names are the texts of an element after a link to a dossier, by its number.
func names(t testing.TB, page, element string) map[int][]string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	found, number := map[int][]string{}, 0
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, a := range n.Attr {
			if a.Key == "href" && numberOf(a.Val) != 0 {
				number = numberOf(a.Val)
			}
		}
		if n.Data == element && number != 0 && n.Parent.Data != "span" { // in a span stands the groupe
			found[number] = append(found[number], words(n))
			number = 0
		}
	}
	return found
}

func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// calendar is a calendar as a second parser reads it: the names of components and
// of their properties, with what identifies an event; and the names of dossiers in
// its descriptions.
func calendar(t *testing.T, name string, raw []byte) (list []string, names map[int][]string) {
	t.Helper()
	for line := range bytes.Lines(raw) {
		if len(line) > 75+2 || !bytes.HasSuffix(line, []byte("\r\n")) {
			t.Errorf("%s: a line of %d octets in the calendar: %q", name, len(line), line)
		}
	}
	cal, err := goical.NewDecoder(bytes.NewReader(raw)).Decode()
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return nil, nil
	}
	names = map[int][]string{}
	var walk func(c *goical.Component)
	walk = func(c *goical.Component) {
		var props []string
		for key, all := range c.Props {
			for _, p := range all {
				value := ""
				if key == "UID" || key == "DTSTART" || key == "SUMMARY" {
					value = "=" + p.Value
				}
				props = append(props, key+value)
				if said, _ := p.Text(); unseemly(said, "\n") {
					t.Errorf("%s: %s is %q", name, key, said)
				}
			}
		}
		slices.Sort(props)
		var number int
		if uid, _ := c.Props.Text("UID"); c.Name == "VEVENT" && strings.HasPrefix(uid, "dossier-") {
			_, _ = fmt.Sscanf(uid, "dossier-%d-", &number)
		}
		if said, _ := c.Props.Text("DESCRIPTION"); number != 0 && said != "" {
			said, _, _ = strings.Cut(said, " (O2R Bretagne)\n")
			names[number] = append(names[number], said)
		}
		list = append(list, c.Name+" "+strings.Join(props, " "))
		for _, child := range c.Children {
			walk(child)
		}
	}
	walk(cal.Component)
	return list, names
}
