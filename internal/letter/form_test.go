package letter

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// parsed is the tree of a mail's page.
func parsed(t *testing.T, page string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func declared(style, property string) string {
	for _, declaration := range strings.Split(style, ";") {
		if name, value, ok := strings.Cut(declaration, ":"); ok && strings.TrimSpace(name) == property {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func hidden(n *html.Node) bool { return declared(attr(n, "style"), "display") == "none" }

// visible is what a reader meets of a page, with a space where a block ends. The
// heads of tables are left out: they have no place in the text.
func visible(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
			return
		case n.Type == html.ElementNode && (n.DataAtom == atom.Head || n.DataAtom == atom.Thead || hidden(n)):
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		switch n.DataAtom {
		case atom.A, atom.Strong, atom.Bdi:
		default:
			b.WriteByte('\n')
		}
	}
	walk(n)
	return b.String()
}

// wantForm checks what a machine can of a mail.
func wantForm(t *testing.T, l Letter) {
	t.Helper()
	wantBalanced(t, l.HTML)
	root := parsed(t, l.HTML)
	wantAccessible(t, root)
	wantNothingRemote(t, root)
	wantContrast(t, root)
	wantFrenchTypography(t, l.Subject, l.Text, visible(root))
	wantSameWords(t, l.Text, visible(root))
	for n, line := range strings.Split(l.Text, "\n") {
		if len([]rune(line)) > widest && strings.Contains(strings.TrimLeft(line, " -·"), " ") {
			t.Errorf("line %d of the text has %d characters: %s", n+1, len([]rune(line)), line)
		}
	}
}

// wantBalanced: what opens is closed in order. A parser would mend it, and each
// mail client in its own way.
func wantBalanced(t *testing.T, page string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(page))
	var open []string
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Errorf("never closed: %v", open)
			}
			return
		case html.StartTagToken, html.EndTagToken:
			name, _ := z.TagName()
			tag := string(name)
			switch {
			case tag == "meta" || tag == "br" || tag == "img":
			case kind == html.StartTagToken:
				open = append(open, tag)
			case len(open) == 0 || open[len(open)-1] != tag:
				t.Fatalf("</%s> closes %v", tag, open)
			default:
				open = open[:len(open)-1]
			}
		}
	}
}

func wantAccessible(t *testing.T, root *html.Node) {
	t.Helper()
	level, titles := 0, 0
	links := map[string]string{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.DataAtom {
		case atom.Html:
			if attr(n, "lang") != "fr" {
				t.Error("no language")
			}
		case atom.Table:
			wantTable(t, n)
		case atom.A:
			text := strings.TrimSpace(visible(n))
			if text == "" || !strings.HasPrefix(attr(n, "href"), "https://") {
				t.Errorf("a link to %q says %q", attr(n, "href"), text)
			}
			if to, twice := links[text]; twice && to != attr(n, "href") {
				t.Errorf("two links say %q", text)
			}
			links[text] = attr(n, "href")
		case atom.Img:
			if attr(n, "alt") == "" || attr(n, "width") == "" {
				t.Error("a picture without words or width")
			}
		case atom.H1, atom.H2, atom.H3, atom.H4:
			next, _ := strconv.Atoi(n.Data[1:])
			text := strings.TrimSpace(visible(n))
			if next > level+1 || text == "" {
				t.Errorf("h%d %q follows h%d", next, text, level)
			}
			if level = next; next == 1 {
				titles++
			}
		}
	}
	if titles != 1 {
		t.Errorf("%d main titles", titles)
	}
}

// wantTable: a table either lays out and says so, or has a caption and scopes.
func wantTable(t *testing.T, table *html.Node) {
	t.Helper()
	if attr(table, "role") == "presentation" {
		return
	}
	captions, heads := 0, 0
	for n := range table.Descendants() {
		switch {
		case n.DataAtom == atom.Caption:
			captions++
		case n.DataAtom == atom.Th && attr(n, "scope") != "":
			heads++
		case n.DataAtom == atom.Th:
			t.Error("a head of nothing")
		case n.DataAtom == atom.Table:
			t.Error("a table of data holds another table")
		}
	}
	if captions != 1 || heads < 3 {
		t.Errorf("a table of data has %d captions and %d heads", captions, heads)
	}
}

func wantNothingRemote(t *testing.T, root *html.Node) {
	t.Helper()
	hides := 0
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.DataAtom {
		case atom.Script, atom.Link, atom.Iframe, atom.Object, atom.Embed, atom.Form, atom.Base, atom.Svg, atom.Video, atom.Audio:
			t.Errorf("a mail may not hold <%s>", n.Data)
		case atom.Style:
			if text := n.FirstChild.Data; strings.Contains(text, "url(") || strings.Contains(text, "@import") || strings.Contains(text, "display:none") {
				t.Error("the style block reaches out, or hides")
			}
		case atom.Img:
			if !strings.HasPrefix(attr(n, "src"), "cid:") {
				t.Errorf("remote picture: %s", attr(n, "src"))
			}
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "srcset" || a.Key == "background" || strings.Contains(a.Val, "url(") || strings.Contains(a.Val, "javascript:") {
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			}
		}
		style := attr(n, "style")
		for _, bad := range []string{"visibility", "opacity", "font-size:0", "position", "text-indent"} {
			if strings.Contains(style, bad) {
				t.Errorf("<%s> may hide: %s", n.Data, style)
			}
		}
		if hidden(n) {
			hides++
		}
	}
	if hides > 1 {
		t.Errorf("%d parts are hidden; only the words beside the subject may be", hides)
	}
}

var breakable = regexp.MustCompile(`[\p{L}\d)»] [:;!?»€]|« |\p{L}'\p{L}|\d \d{3}`)

func wantFrenchTypography(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		for _, found := range breakable.FindAllString(text, -1) {
			if found != "m : " && !strings.Contains(text, "Nom :") { // a candidate's own
				t.Errorf("typography: %q", found)
			}
		}
	}
}

// wantSameWords: both parts say the same, in the same order.
func wantSameWords(t *testing.T, text, page string) {
	t.Helper()
	a, b := wordsOf(text), wordsOf(page)
	for n := range max(len(a), len(b)) {
		if n >= len(a) || n >= len(b) || a[n] != b[n] {
			from := max(0, n-8)
			t.Fatalf("the parts differ after %d words:\ntext: %s\npage: %s", n,
				strings.Join(a[min(from, len(a)):min(n+8, len(a))], " "), strings.Join(b[min(from, len(b)):min(n+8, len(b))], " "))
		}
	}
}

// wordsOf leaves out addresses, which a page has behind its words, and what only
// sets words apart.
func wordsOf(s string) []string {
	var words []string
	for _, w := range strings.Fields(s) {
		switch {
		case strings.HasPrefix(w, "https://demarche.example"), strings.HasPrefix(w, "https://relais.example"):
		case strings.Trim(w, "-=*·—:") == "":
		default:
			words = append(words, w)
		}
	}
	return words
}

func TestForm(t *testing.T) {
	for name, story := range stories {
		t.Run(name, func(t *testing.T) { wantForm(t, written(t, story())) })
	}
}

// The checks can fail.
func TestTheFormIsChecked(t *testing.T) {
	if got := fmt.Sprint(wordsOf("- a : b\nhttps://relais.example/x ==")); got != "[a b]" {
		t.Error(got)
	}
	for bad, good := range map[string]string{"déjà : oui": "déjà\u00a0: oui", "« a »": "«\u00a0a\u00a0»", "l'appel": "l’appel", "150 000": "150\u202f000"} {
		if !breakable.MatchString(bad) || breakable.MatchString(good) {
			t.Errorf("%q, %q", bad, good)
		}
	}
}
