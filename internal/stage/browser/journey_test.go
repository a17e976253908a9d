package browser

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Somebody opens the page in the morning, clicks on a day of the timeline and sees
// what falls due on it.
func TestDayOfTheTimeline(t *testing.T) {
	tb := visitor(t, demonstration(t).url)
	tb.visit("/")
	labels := tb.attributes("svg.timeline a", "aria-label")
	links := tb.attributes("svg.timeline a", "href")
	if len(links) < 3 {
		t.Fatalf("the timeline has %d days", len(links))
	}
	day := len(links) / 2
	count := regexp.MustCompile(`^(.+), .+: (\d+) échéance`).FindStringSubmatch(strings.Join(strings.Fields(labels[day]), " "))
	if count == nil {
		t.Fatalf("a day is read aloud as %q", labels[day])
	}
	tb.to(200, chromedp.Click(chromedp.CSS(fmt.Sprintf(`svg.timeline a[href=%q] .hit`, links[day]))))
	tb.at(links[day])
	if got := len(tb.all("table.agenda tbody tr")); strconv.Itoa(got) != count[2] {
		t.Errorf("%s: the day has %d deadlines", labels[day], got)
	}
	if heading := tb.one("main section h2"); !strings.HasPrefix(heading, count[1]) {
		t.Errorf("the day of %q is headed %q", labels[day], heading)
	}

	tb.visit("/")
	tb.reach(fmt.Sprintf(`e.getAttribute("href") === %q && e.closest("svg")`, links[day]))
	tb.to(200, press(kb.Enter))
	tb.at(links[day])
}

// The same days are there as a table, for whoever cannot see the picture.
func TestTimelineAsTable(t *testing.T) {
	tb := visitor(t, demonstration(t).url)
	tb.visit("/")
	tb.reachNamed("Les mêmes échéances en tableau")
	tb.do(press(kb.Enter))
	days := tb.attributes("table.days a", "href")
	if want := tb.attributes("svg.timeline a", "href"); !slices.Equal(days, want) {
		t.Errorf("the table has the days %q, the picture %q", days, want)
	}
	tb.reach(`e.closest("table.days")`)
	tb.to(200, press(kb.Enter))
	tb.at(days[0])
}

// Search, filter, sort, next page: with the mouse.
func TestListOfDossiers(t *testing.T) {
	tb := visitor(t, demonstration(t).url)
	tb.visit("/")
	tb.follow("Dossiers")
	all := total(tb)
	first := tb.all("tbody th[scope=row]")

	tb.follow("Page suivante")
	tb.says("Page 2 sur")
	if second := tb.all("tbody th[scope=row]"); len(second) == 0 || slices.Contains(first, second[0]) {
		t.Errorf("the second page begins with %q", second)
	}
	tb.follow("Première page")

	tb.do(chromedp.SendKeys(chromedp.ID("f-q"), first[3]))
	tb.follow("Filtrer")
	if found := tb.all("tbody th[scope=row]"); !slices.Equal(found, first[3:4]) {
		t.Errorf("the number %s finds %q", first[3], found)
	}
	if kept := read[string](tb, `document.getElementById("f-q").value`); kept != first[3] {
		t.Errorf("the search is shown as %q", kept)
	}
	tb.follow("Effacer le filtre")
	if got := total(tb); got != all {
		t.Errorf("without the filter there are %d dossiers, before it %d", got, all)
	}

	tb.follow("Demandé")
	requested := amounts(t, tb)
	tb.follow("Demandé")
	again := amounts(t, tb)
	if slices.IsSorted(requested) == slices.IsSorted(again) {
		t.Errorf("sorted once %v, twice %v", requested, again)
	}
	if sorted := tb.attributes("th[aria-sort]", "aria-sort"); len(sorted) != 1 {
		t.Errorf("columns said to be sorted: %q", sorted)
	}
}

// The same filter with the keyboard alone.
func TestFilterByKeyboard(t *testing.T) {
	tb := visitor(t, demonstration(t).url)
	tb.visit("/dossiers")
	all := total(tb)
	tb.reachNamed("Proposition")
	tb.do(press(kb.ArrowDown))
	chosen := read[string](tb, `document.activeElement.selectedOptions[0].textContent`)
	tb.do(press(kb.Tab))
	tb.reachNamed("Filtrer")
	tb.to(200, press(kb.Enter))
	if got := total(tb); got == 0 || got >= all {
		t.Errorf("%d of %d dossiers are %q", got, all, chosen)
	}
	for _, tag := range tb.all(`td[data-label="Proposition"] .tag`) {
		if tag != chosen {
			t.Errorf("a dossier is %q, not %q", tag, chosen)
		}
	}
	if kept := read[string](tb, `document.getElementById("f-verdict").selectedOptions[0].textContent`); kept != chosen {
		t.Errorf("the filter is shown as %q, not %q", kept, chosen)
	}
}

var caption = regexp.MustCompile(`sur ([\d ]+)`)

// total is how many dossiers the list says that it has.
func total(tb *tab) int {
	tb.Helper()
	m := caption.FindStringSubmatch(tb.one("main table caption"))
	if m == nil {
		tb.Fatalf("the list does not say how long it is: %q", tb.one("main table caption"))
	}
	n, err := strconv.Atoi(strings.ReplaceAll(m[1], " ", ""))
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// amounts are those of the column, in cents, the dossiers without one left out.
func amounts(t *testing.T, tb *tab) (list []int) {
	t.Helper()
	for _, text := range tb.all(`td[data-label="Demandé"]`) {
		if text == "—" {
			continue
		}
		euros, cents, _ := strings.Cut(strings.NewReplacer(" ", "", "€", "").Replace(text), ",")
		n, err := strconv.Atoi(euros + (cents + "00")[:2])
		if err != nil {
			t.Fatalf("an amount is %q", text)
		}
		list = append(list, n)
	}
	if len(list) < 5 {
		t.Fatalf("only %d dossiers have an amount", len(list))
	}
	return list
}
