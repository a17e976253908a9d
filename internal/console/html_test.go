package console

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Every page is read as a browser would and held to the rules that a person
// with a screen reader depends on.
func TestPagesAreWellFormed(t *testing.T) {
	o := options()
	plain := options()
	plain.Demo, plain.Mails, plain.Platform = false, nil, ""
	empty := Options{Reader: &memory{}, Now: plain.Now}
	for name, h := range map[string]http.Handler{"story": New(o), "plain": New(plain), "empty": New(empty)} {
		for _, target := range append(slices.Clone(routes), "/rien", "/dossiers?page=zero") {
			if strings.HasSuffix(target, "/html") || slices.Contains(noPages, target) {
				continue
			}
			t.Run(name+target, func(t *testing.T) {
				_, body := get(t, h, target)
				checkPage(t, body)
			})
		}
	}
}

var noPages = []string{"/sante", "/style.css", "/dossiers.csv"}

// A refusal is headed as the window is: whoever hears the page knows at once.
func TestRefusalsAreHeaded(t *testing.T) {
	h := New(options())
	for target, want := range map[string]string{"/rien": "Page introuvable", "/dossiers?page=zero": "Adresse mal formée"} {
		_, body := get(t, h, target)
		if !strings.Contains(body, "<title>"+want+" — Relais") || !strings.Contains(body, "<h1>"+want+"</h1>") {
			t.Errorf("%s is not headed %q", target, want)
		}
	}
}

// survey is what a walk through a page gathers.
type survey struct {
	t       *testing.T
	level   int
	h1      int
	ids     map[string]bool
	targets []string
	labels  []string
	regions map[string]bool
}

func checkPage(t *testing.T, body string) {
	t.Helper()
	if !strings.HasPrefix(body, "<!doctype html>") {
		t.Fatalf("no doctype: %.80q", body)
	}
	balanced(t, body)
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	s := &survey{t: t, ids: map[string]bool{}, regions: map[string]bool{}}
	s.walk(doc)
	if s.h1 != 1 {
		t.Errorf("%d h1", s.h1)
	}
	for _, id := range append(s.targets, s.labels...) {
		if !s.ids[id] {
			t.Errorf("nothing has the id %q", id)
		}
	}
	for _, landmark := range []string{"header", "main", "nav", "footer", "title"} {
		if len(all(doc, landmark)) == 0 {
			t.Errorf("no <%s>", landmark)
		}
	}
	if root := all(doc, "html"); attr(root[0], "lang") != "fr" {
		t.Error("the language is not said")
	}
}

func (s *survey) walk(n *html.Node) {
	if n.Type == html.ElementNode {
		s.element(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s.walk(c)
	}
}

func (s *survey) element(n *html.Node) {
	for _, a := range n.Attr {
		if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" {
			s.t.Errorf("<%s> has the attribute %s", n.Data, a.Key)
		}
		if (a.Key == "href" || a.Key == "src") && strings.HasPrefix(strings.ToLower(a.Val), "javascript:") {
			s.t.Errorf("<%s> runs a script", n.Data)
		}
		if a.Key == "id" {
			if s.ids[a.Val] {
				s.t.Errorf("the id %q is used twice", a.Val)
			}
			s.ids[a.Val] = true
		}
		if a.Key == "aria-labelledby" || a.Key == "aria-describedby" || a.Key == "for" {
			s.labels = append(s.labels, strings.Fields(a.Val)...)
		}
	}
	if label := attr(n, "aria-label") + attr(n, "aria-labelledby"); attr(n, "role") == "region" {
		if label == "" || s.regions[label] {
			s.t.Errorf("a region is named %q, as another or as none", label)
		}
		s.regions[label] = true
	}
	switch n.Data {
	case "script", "style", "b", "object", "embed", "base":
		s.t.Errorf("a page of ours has no <%s>", n.Data)
	case "h1", "h2", "h3", "h4", "h5", "h6":
		s.heading(n)
	case "table":
		s.table(n)
	case "a":
		s.link(n)
	case "iframe":
		if sandbox, has := lookup(n, "sandbox"); !has || sandbox != mailSandbox || attr(n, "title") == "" {
			s.t.Error("a frame without the sandbox of mails or without a title")
		}
	case "input", "select":
		_, hidden := lookup(n, "hidden") // the account that password managers want
		if hidden = hidden || attr(n, "type") == "hidden"; !hidden && attr(n, "id") == "" {
			s.t.Errorf("<%s> cannot have a label", n.Data)
		}
	}
}

func (s *survey) heading(n *html.Node) {
	level := int(n.Data[1] - '0')
	if level > s.level+1 {
		s.t.Errorf("h%d follows h%d", level, s.level)
	}
	if level == 1 {
		s.h1++
	}
	if strings.TrimSpace(text(n)) == "" {
		s.t.Errorf("empty h%d", level)
	}
	s.level = level
}

func (s *survey) table(n *html.Node) {
	captions := all(n, "caption")
	if len(captions) != 1 || strings.TrimSpace(text(captions[0])) == "" {
		s.t.Error("a table without caption")
	}
	columns := len(all(all(n, "thead")[0], "th"))
	for _, th := range all(n, "th") {
		if scope := attr(th, "scope"); scope != "col" && scope != "row" {
			s.t.Errorf("a header without scope: %q", text(th))
		}
	}
	for _, tr := range all(all(n, "tbody")[0], "tr") {
		if cells := len(all(tr, "th")) + len(all(tr, "td")); cells != columns {
			s.t.Errorf("%d cells under %d headers", cells, columns)
		}
	}
}

func (s *survey) link(n *html.Node) {
	if strings.TrimSpace(text(n)) == "" {
		s.t.Errorf("a link without text, to %q", attr(n, "href"))
	}
	href := attr(n, "href")
	if fragment, here := strings.CutPrefix(href, "#"); here {
		s.targets = append(s.targets, fragment)
	}
}

// balanced checks that each element is closed where it should be: a parser
// mends what a template forgot.
func balanced(t *testing.T, body string) {
	t.Helper()
	void := map[string]bool{"meta": true, "link": true, "br": true, "input": true}
	var open []string
	z := html.NewTokenizer(strings.NewReader(body))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Errorf("never closed: %v", open)
			}
			return
		case html.StartTagToken:
			if name, _ := z.TagName(); !void[string(name)] {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				t.Fatalf("</%s> closes %v", name, open)
			}
			open = open[:len(open)-1]
		}
	}
}

func all(n *html.Node, name string) []*html.Node {
	var out []*html.Node
	if n.Type == html.ElementNode && n.Data == name {
		out = append(out, n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		out = append(out, all(c, name)...)
	}
	return out
}

func text(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(text(c))
	}
	return b.String()
}

func lookup(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func attr(n *html.Node, key string) string {
	v, _ := lookup(n, key)
	return v
}
