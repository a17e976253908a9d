package console

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

func TestListSorts(t *testing.T) {
	o := options()
	m := o.Reader.(*memory)
	m.heads[2].Judgement.Facts.RequestedAmount = euro(10)
	m.heads[3].Judgement.Facts.RequestedAmount = nil
	m.heads[1].DateDepot = now.AddDate(-1, 0, 0)
	later := silence(on(12, 30), on(12, 30)) // the first one counts
	later.Kind = "D21"
	m.heads[2].Judgement.Deadlines = append(m.heads[2].Judgement.Deadlines, later)
	h := New(o)
	for query, want := range map[string][]string{
		"sort=number":                       {"1201", "1202", "1203", "1204", "1205", "1206", "1207"},
		"sort=-number":                      {"1207", "1206", "1205", "1204", "1203", "1202", "1201"},
		"sort=structure":                    {"1201", "1204", "1207", "1202", "1203", "1205", "1206"}, // without a name last
		"sort=-structure":                   {"1203", "1202", "1207", "1204", "1201", "1205", "1206"},
		"sort=prudent":                      {"1203", "1202", "1201", "1204", "1205", "1206", "1207"},
		"sort=-prudent":                     {"1201", "1202", "1203", "1204", "1205", "1206", "1207"},
		"sort=amount&state=en_instruction":  {"1203", "1201"},
		"sort=-amount&state=en_instruction": {"1201", "1203"},
		"sort=deposit":                      {"1202", "1201", "1203", "1204", "1205", "1206", "1207"},
		"due=late":                          {"1203"},
		"due=soon":                          {"1202", "1201"}, // the prudent day of one held is past
		"region=52":                         {"1207", "1204", "1203", "1202", "1201"},
		"region=-":                          {"1206", "1205"},
		"region=04":                         nil,
		"groupe=DREETS+Pays+de+la+Loire&due=late": {"1203"},
		"groupe=Ailleurs":                         nil,
	} {
		status, body := get(t, h, "/dossiers?"+query)
		if diff := cmp.Diff(want, numbers(body)); status != 200 || diff != "" {
			t.Errorf("%q: status %d %s", query, status, diff)
		}
	}
	for _, query := range []string{"sort=", "sort=size", "sort=--number", "sort=-", "due=never", "region=99", "groupe=" + strings.Repeat("a", 201)} {
		want := http.StatusBadRequest
		if query == "sort=" {
			want = http.StatusOK
		}
		if status, _ := get(t, h, "/dossiers?"+query); status != want {
			t.Errorf("%q: status %d", query, status)
		}
	}
}

func TestSheetLinesAreCounted(t *testing.T) {
	h := New(options())
	for target, want := range map[string]string{"/dossiers?q=1201": "(CSV, 1 ligne)", "/dossiers": "(CSV, 7 lignes)"} {
		if _, body := get(t, h, target); !strings.Contains(strings.ReplaceAll(body, "\u00a0", " "), want) {
			t.Errorf("%s does not say %q", target, want)
		}
	}
}

// TestSortingIsSaid: one column says how the list is sorted, each title leads to
// its own order, and the one that sorts turns it round.
func TestSortingIsSaid(t *testing.T) {
	h := New(options())
	for _, c := range []struct{ query, column, sorted, turned string }{
		{"", "Dossier", "descending", "/dossiers?sort=number"},
		{"?sort=number", "Dossier", "ascending", "/dossiers"},
		{"?sort=-amount&q=loire", "Demandé", "descending", "/dossiers?q=loire&sort=amount"},
		{"?sort=prudent&page=1", "Échéance", "ascending", "/dossiers?sort=-prudent"},
	} {
		_, body := get(t, h, "/dossiers"+c.query)
		doc, err := html.Parse(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		said := 0
		for _, th := range all(doc, "th") {
			sorted, has := lookup(th, "aria-sort")
			if !has {
				continue
			}
			said++
			if link := all(th, "a"); text(th) != c.column || sorted != c.sorted || attr(link[0], "href") != c.turned {
				t.Errorf("%q: column %q sorted %q, to %q", c.query, text(th), sorted, attr(link[0], "href"))
			}
		}
		if said != 1 {
			t.Errorf("%q: %d columns say that they sort", c.query, said)
		}
	}
}

func TestSheetIsTheList(t *testing.T) {
	o := options()
	o.Reader.(*memory).heads[1].Judgement.Facts.Structure = "=HYPERLINK(\"http://evil.example\";\"x\")"
	h := New(o)
	res := ask(t, h, http.MethodGet, "/dossiers.csv?call=o2r-pays-de-la-loire&sort=prudent&page=7")
	if kind := res.Header.Get("Content-Type"); kind != "text/csv; charset=utf-8" || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment;") {
		t.Errorf("headers %v", res.Header)
	}
	r := csv.NewReader(res.Body)
	r.Comma = ';'
	lines, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, line := range lines[1:] {
		got = append(got, line[0])
	}
	if diff := cmp.Diff([]string{"1203", "1202", "1201", "1204", "1206", "1207"}, got); diff != "" {
		t.Error(diff)
	}
	if name := lines[2][1]; !strings.HasPrefix(name, "'=") {
		t.Errorf("a structure's name is a formula: %q", name)
	}
	if len(lines[0]) != len(sheetColumns) || lines[1][len(sheetColumns)-3] != "2026-11-10" || lines[2][len(sheetColumns)-2] != "2026-12-04" {
		t.Errorf("lines %q", lines[:3])
	}
	if purged := lines[5]; purged[9] != "Effacé" || purged[len(sheetColumns)-1] != "" {
		t.Errorf("a purged dossier: %q", purged)
	}
	for query, want := range map[string]int{"sort=size": 400, "page=0": 200, "q=rien+de+tel": 200} {
		if status, _ := get(t, h, "/dossiers.csv?"+query); status != want {
			t.Errorf("%q: status %d", query, status)
		}
	}
}
