package letter

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// colours are those in force at a place of a page.
type colours struct{ ink, ground string }

// wantContrast measures every text of a page against what lies under it, in the
// light, by inline styles alone, and in the dark, by the style block.
func wantContrast(t *testing.T, root *html.Node) {
	t.Helper()
	night := darkRules(t, root)
	if len(night) < 20 {
		t.Fatalf("%d rules for the dark", len(night))
	}
	for mode, rules := range map[string]map[string]colours{"light": nil, "dark": night} {
		worst := measure(t, root, colours{"#000000", "#ffffff"}, rules, mode)
		if worst < 4.5 {
			t.Errorf("%s: contrast %.2f", mode, worst)
		}
	}
}

func measure(t *testing.T, n *html.Node, c colours, rules map[string]colours, mode string) float64 {
	t.Helper()
	worst := math.Inf(1)
	if n.Type == html.ElementNode {
		if n.DataAtom == atom.Head || hidden(n) {
			return worst
		}
		c = c.under(colours{declared(attr(n, "style"), "color"), declared(attr(n, "style"), "background-color")})
		c = c.under(rules[n.Data])
		for _, class := range strings.Fields(attr(n, "class")) {
			c = c.under(rules["."+class])
		}
	}
	if n.Type == html.TextNode && strings.TrimSpace(n.Data) != "" {
		if worst = contrast(t, c); worst < 4.5 {
			t.Errorf("%s: %.2f between %s and %s: %q", mode, worst, c.ink, c.ground, strings.TrimSpace(n.Data))
		}
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		worst = min(worst, measure(t, child, c, rules, mode))
	}
	return worst
}

func (c colours) under(own colours) colours {
	if own.ink != "" {
		c.ink = own.ink
	}
	if own.ground != "" {
		c.ground = own.ground
	}
	return c
}

// darkRules reads the rules of the dark, by selector.
func darkRules(t *testing.T, root *html.Node) map[string]colours {
	t.Helper()
	var css string
	for n := range root.Descendants() {
		if n.DataAtom == atom.Style {
			css = n.FirstChild.Data
		}
	}
	_, dark, ok := strings.Cut(css, "prefers-color-scheme:dark){")
	if !ok {
		t.Fatal("no style for the dark")
	}
	rules := map[string]colours{}
	for rule := range strings.SplitSeq(dark, "}") {
		selectors, body, _ := strings.Cut(rule, "{")
		body = strings.ReplaceAll(body, "!important", "")
		for s := range strings.SplitSeq(strings.TrimSpace(selectors), ",") {
			rules[s] = rules[s].under(colours{declared(body, "color"), declared(body, "background-color")})
		}
	}
	return rules
}

// contrast is the ratio of WCAG 2.1 between two #rrggbb.
func contrast(t *testing.T, c colours) float64 {
	t.Helper()
	bright := []float64{luminance(t, c.ink), luminance(t, c.ground)}
	return (slices.Max(bright) + 0.05) / (slices.Min(bright) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	var r, g, b int
	if _, err := fmt.Sscanf(colour, "#%02x%02x%02x", &r, &g, &b); err != nil {
		t.Fatalf("%q is no colour: %v", colour, err)
	}
	linear := func(v int) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func TestContrastOfKnownPairs(t *testing.T) {
	for want, c := range map[string]colours{"21.00": {"#000000", "#ffffff"}, "4.48": {"#777777", "#ffffff"}, "1.00": {"#123456", "#123456"}} {
		if got := fmt.Sprintf("%.2f", contrast(t, c)); got != want {
			t.Errorf("%v: %s, want %s", c, got, want)
		}
	}
}
