package console

import (
	"maps"
	"slices"

	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/french"
)

// The days that the timeline shows, today apart.
const (
	daysBehind = 7
	daysAhead  = 60
	week       = 7
)

// The drawing, in its own units: a column a day, bars that stand on a base line.
const (
	columnWidth = 14
	barWidth    = 11
	chartTop    = 34
	chartHeight = 120
	chartBase   = chartTop + chartHeight
	chartBottom = 40
	least       = 3 // height of one deadline beside hundreds
)

// series are what bars are stacked of, from the base up.
var series = []struct{ class, title string }{
	{"late", "Dépassées"},
	{"silent", "Rejet implicite"},
	{"closing", "Clôture d’appel"},
	{"other", "Autres échéances"},
}

func seriesOf(e entry) int {
	switch {
	case e.passed():
		return 0
	case e.kind == deadline.SilentRejet:
		return 1
	case e.kind == deadline.Closing || e.kind == deadline.ClosingSoon:
		return 2
	}
	return 3
}

// days counts deadlines by day, as the timeline and its table show them.
type days struct {
	today dossier.Day
	by    map[dossier.Day]*dayTally
}

type dayTally struct {
	series [4]int
	total  int
	kinds  map[string]int
}

func newDays(today dossier.Day) *days { return &days{today, map[dossier.Day]*dayTally{}} }

func (d *days) add(e entry) {
	from := e.on.Sub(d.today)
	if !e.live() && !e.passed() || from < -daysBehind || from > daysAhead {
		return
	}
	t := d.by[e.on]
	if t == nil {
		t = &dayTally{kinds: map[string]int{}}
		d.by[e.on] = t
	}
	t.series[seriesOf(e)]++
	t.kinds[e.kind]++
	t.total++
}

// timeline is the drawing and its table.
type timeline struct {
	Width, Height, Base int
	// Today is where its line stands, with its name above; the days gone by have a
	// ground of their own, as high as a column.
	Today, TodayTop, TodayText int
	ColumnWidth, ColumnHeight  int
	Text                       string
	Ahead                      int
	Legend                     []legendEntry
	Weeks                      []weekMark
	Bars                       []bar
	Days                       []dayRow
}

type legendEntry struct{ Class, Title string }

// weekMark is a Monday, with its tick under the base and its name.
type weekMark struct {
	X, Y, Tick int
	Text       string
}

// bar is one day, a link to its deadlines. Hit is the whole column, for a pointer.
type bar struct {
	URL, Label string
	Hit        int
	Middle     int
	Top        int
	Total      string
	Parts      []part
}

type part struct {
	Class      string
	X, Y, W, H int
}

// dayRow is the same day in the table.
type dayRow struct {
	Day      moment
	URL      string
	Distance string
	Total    string
	Kinds    []string
}

func (d *days) draw() timeline {
	columns := daysBehind + 1 + daysAhead
	t := timeline{
		Width: columns * columnWidth, Height: chartBase + chartBottom, Base: chartBase,
		Today: daysBehind * columnWidth, TodayTop: chartTop - 18, TodayText: chartTop - 22, Ahead: daysAhead,
		ColumnWidth: columnWidth, ColumnHeight: chartHeight + 18,
	}
	most, total := 1, 0
	var seen [4]bool
	for _, one := range d.by {
		most, total = max(most, one.total), total+one.total
		for i, n := range one.series {
			seen[i] = seen[i] || n > 0
		}
	}
	for i, s := range series {
		if seen[i] {
			t.Legend = append(t.Legend, legendEntry{s.class, s.title})
		}
	}
	t.Text = french.Count(total, "échéance", "échéances") + " du " + french.Day(d.today.AddDays(-daysBehind)) +
		" au " + french.Day(d.today.AddDays(daysAhead)) + ", une barre par jour. Le tableau qui suit donne les mêmes nombres."
	t.Weeks = d.weeks()
	for _, on := range slices.SortedFunc(maps.Keys(d.by), dossier.Day.Compare) {
		row := d.row(on)
		t.Days = append(t.Days, row)
		t.Bars = append(t.Bars, d.bar(on, row, most))
	}
	return t
}

// weeks marks the Mondays, those too near today left out.
func (d *days) weeks() []weekMark {
	var out []weekMark
	for n := -daysBehind; n <= daysAhead; n++ {
		on := d.today.AddDays(n)
		if on.Weekday() != 1 || n > daysAhead-3 {
			continue
		}
		out = append(out, weekMark{(n+daysBehind)*columnWidth + columnWidth/2, chartBase + 22, chartBase + 7, shortDay(on)})
	}
	return out
}

func (d *days) row(on dossier.Day) dayRow {
	one := d.by[on]
	r := dayRow{
		Day: nearDay(on), URL: agendaQuery{Day: on}.url(1), Distance: french.Distance(on.Sub(d.today)),
		Total: french.Integer(one.total),
	}
	for _, kind := range slices.Sorted(maps.Keys(one.kinds)) {
		r.Kinds = append(r.Kinds, kindTitle(kind)+french.NBSP+": "+french.Integer(one.kinds[kind]))
	}
	return r
}

func (d *days) bar(on dossier.Day, row dayRow, most int) bar {
	one, left := d.by[on], (on.Sub(d.today)+daysBehind)*columnWidth
	b := bar{
		URL: row.URL, Hit: left, Middle: left + columnWidth/2, Total: row.Total,
		Label: row.Day.Text + ", " + row.Distance + french.NBSP + ": " + french.Count(one.total, "échéance", "échéances"),
	}
	top := chartBase
	for i, n := range one.series {
		if n == 0 {
			continue
		}
		height := max(least, n*chartHeight/most)
		top -= height
		b.Parts = append(b.Parts, part{series[i].class, left + (columnWidth-barWidth)/2, top, barWidth, height})
	}
	b.Top = top - 4
	return b
}
