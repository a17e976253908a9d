package console

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"relais/internal/deadline"
	"relais/internal/dossier"
)

// TestTimelineSaysWhatItsTableSays: the same days, the same links, and a name for
// each that can be heard.
func TestTimelineSaysWhatItsTableSays(t *testing.T) {
	_, body := get(t, New(options()), "/")
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var drawing *html.Node
	for _, svg := range all(doc, "svg") {
		if attr(svg, "class") == "timeline" {
			drawing = svg
		}
	}
	if drawing == nil || len(all(drawing, "title")) == 0 || len(all(drawing, "desc")) != 1 || attr(drawing, "role") != "group" {
		t.Fatal("no drawing, or without title and description")
	}
	var drawn, listed []string
	for _, a := range all(drawing, "a") {
		drawn = append(drawn, attr(a, "href"))
		if attr(a, "aria-label") == "" {
			t.Errorf("a bar without a name, to %q", attr(a, "href"))
		}
	}
	for _, table := range all(doc, "table") {
		if attr(table, "class") != "days" {
			continue
		}
		for _, a := range all(table, "a") {
			listed = append(listed, attr(a, "href"))
		}
	}
	if strings.Join(drawn, " ") != strings.Join(listed, " ") || len(drawn) != 3 {
		t.Errorf("drawn %v, listed %v", drawn, listed)
	}
}

func TestTimelineIsToScale(t *testing.T) {
	today := on(11, 21)
	d := newDays(today)
	add := func(n, days int, kind, status string) {
		for range n {
			d.add(entry{on: today.AddDays(days), days: days, kind: kind, status: status})
		}
	}
	add(100, 3, deadline.SilentRejet, deadline.Planned)
	add(50, 3, deadline.Expiration, deadline.Planned)
	add(1, 60, deadline.Closing, deadline.Planned)
	add(2, -7, deadline.SilentRejet, deadline.Passed)
	add(9, 61, deadline.Closing, deadline.Planned)
	add(9, -8, deadline.SilentRejet, deadline.Passed)
	add(9, 5, deadline.SilentRejet, deadline.Met)
	drawing := d.draw()
	if len(drawing.Bars) != 3 || len(drawing.Days) != 3 || len(drawing.Legend) != 4 {
		t.Fatalf("%d bars, %d days, %d series", len(drawing.Bars), len(drawing.Days), len(drawing.Legend))
	}
	heights := map[string]int{}
	for _, b := range drawing.Bars {
		for _, p := range b.Parts {
			heights[p.Class] = p.H
			if p.X < 0 || p.X+p.W > drawing.Width || p.Y < chartTop-least || p.Y+p.H > drawing.Base {
				t.Errorf("%+v is outside the drawing", p)
			}
		}
	}
	if heights["silent"] != 80 || heights["other"] != 40 || heights["closing"] != least || heights["late"] != least {
		t.Errorf("heights %v", heights)
	}
	if empty := newDays(dossier.Day{Year: 2026, Month: 2, Day: 28}).draw(); len(empty.Bars) != 0 || len(empty.Weeks) == 0 {
		t.Error("a drawing of nothing")
	}
}

func TestWhatComesFirst(t *testing.T) {
	var first []entry
	for _, n := range []int{9, 3, 12, 1, 7, 5, 11, 2, 8, 4, 10, 6} {
		first = nearest(first, entry{number: n, on: on(11, 1).AddDays(n / 2)})
	}
	for i, e := range first {
		if e.number != i+1 {
			t.Errorf("place %d has %d", i, e.number)
		}
	}
	if len(first) != firstRows {
		t.Errorf("%d entries", len(first))
	}
}
