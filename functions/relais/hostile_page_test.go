package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

// view is a page as it was answered.
type view struct {
	path   string
	status int
	header http.Header
	body   string
}

// visit asks serve for every page that shows something of the dossiers.
func (s *siege) visit() {
	served := s.serve()
	at := strings.TrimSuffix(served.where("page: ", 20*time.Second), "/")
	served.until("poll: ", 20*time.Second)
	for _, path := range s.paths() {
		s.views = append(s.views, s.get(at, path))
	}
	for n, link := range links(s.view("/mails").body, "/mails/") {
		for _, more := range []string{"", "/html"} {
			v := s.get(at, link+more)
			v.path = fmt.Sprintf("/mails/%d%s", n, more)
			s.views = append(s.views, v)
		}
	}
	choices := s.get(at, strings.TrimPrefix(s.mails[len(s.mails)/2].Unsubscribe, ourChoices))
	choices.path = "/preferences/"
	s.views = append(s.views, choices)
	for n, label := range s.labels() {
		v := s.get(at, "/dossiers?"+url.Values{"groupe": {label}}.Encode())
		v.path = fmt.Sprintf("/dossiers?groupe=%d", n)
		s.views = append(s.views, v)
	}
	_ = served.cmd.Process.Kill()
	served.drain(20 * time.Second)
	_ = served.cmd.Wait()
	s.printed = append(s.printed, printed{"serve", outcome{err: served.errors()}})
}

// view is a page that was visited; the zero view when it was not.
func (s *siege) view(path string) view {
	for _, v := range s.views {
		if v.path == path {
			return v
		}
	}
	return view{}
}

// paths are those of the pages, but of the mails themselves.
func (s *siege) paths() []string {
	list := []string{"/", "/dossiers", "/mails", "/mails?page=2", "/dossiers?page=2", "/echeances", "/echeances?page=2", "/quarantaine", "/etat", "/sante",
		"/dossiers.csv", "/dossiers?sort=structure", "/dossiers?sort=-structure", "/dossiers?q=Balise"}
	for _, d := range s.platform.papers {
		list = append(list, fmt.Sprintf("/dossiers/%d", d.number))
	}
	for i := range 2 * len(attacks) {
		q := attacks[i/2].text("Balise000", i%2)
		q = q[:min(len(q), []int{100, 400}[i%2])] // the longer ones are too long
		list = append(list, "/dossiers?"+url.Values{"q": {q}}.Encode())
	}
	return list
}

func (s *siege) get(at, path string) view {
	s.Helper()
	resp, err := http.Get(at + path)
	if err != nil {
		s.Error(err)
		return view{path: path}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, mostPage+1))
	if err != nil {
		s.Error(err)
	}
	return view{path, resp.StatusCode, resp.Header, string(body)}
}

// mostPage bounds a page, in bytes.
const mostPage = 2 << 20

// samePages compares the pages about hostile dossiers with those about harmless
// ones: the same elements, wherever the names have sorted them.
func samePages(t *testing.T, hostile, harmless *siege) {
	t.Helper()
	if len(hostile.views) != len(harmless.views) {
		t.Errorf("%d pages, %d about harmless dossiers", len(hostile.views), len(harmless.views))
		return
	}
	listed, own := map[int]bool{}, map[int]bool{}
	for n, v := range hostile.views {
		twin := harmless.views[n]
		searched := strings.HasPrefix(v.path, "/dossiers?") && !strings.HasPrefix(v.path, "/dossiers?page") // other dossiers, or others first
		if v.status != twin.status && !searched || v.status != http.StatusOK && !(searched && v.status == http.StatusBadRequest) {
			t.Errorf("%s: status %d, %d about harmless dossiers", v.path, v.status, twin.status)
		}
		if len(v.body) > mostPage {
			t.Errorf("%s: more than %d bytes", v.path, mostPage)
		}
		if policy := v.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") || policy != twin.header.Get("Content-Security-Policy") {
			t.Errorf("%s: the policy %q", v.path, policy)
		}
		for name, values := range v.header {
			if marked(strings.Join(values, "")) {
				t.Errorf("%s: the header %s: %q", v.path, name, values)
			}
		}
		for number := range hostile.page(t, v, twin, harmless, searched) {
			listed[number] = listed[number] || v.path == "/dossiers" || v.path == "/dossiers?page=2"
			own[number] = own[number] || v.path == fmt.Sprintf("/dossiers/%d", number)
		}
	}
	for i := range hundred {
		if number := 7_000_001 + 3*i; mark(i) != "" && (!listed[number] || !own[number]) {
			t.Errorf("dossier %d: in the list %v, on its page %v", number, listed[number], own[number])
		}
	}
}

// page looks at one page, beside its twin unless it was searched for; it returns
// the names that it shows.
func (s *siege) page(t *testing.T, v, twin view, harmless *siege, searched bool) map[int][]string {
	t.Helper()
	kind := v.header.Get("Content-Type")
	switch {
	case strings.HasPrefix(kind, "application/json"):
		if marked(v.body) {
			t.Errorf("%s: %s", v.path, v.body)
		}
		return nil
	case !strings.HasPrefix(kind, "text/html"):
		return nil // a table, looked at elsewhere
	}
	if !searched {
		ours, calm := skeletonOf(t, v.body, s.bases()), skeletonOf(t, twin.body, harmless.bases())
		slices.Sort(ours)
		slices.Sort(calm)
		if diff := cmp.Diff(calm, ours); diff != "" {
			t.Errorf("%s: a name made something of the page (-harmless +hostile):\n%.2000s", v.path, diff)
		}
	}
	s.quiet(t, v)
	shown := names(t, v.body, "bdi")
	s.named(t, v.path, shown, 200)
	return shown
}

// quiet wants a page to run nothing, and its texts to be fit for one.
func (s *siege) quiet(t *testing.T, v view) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(v.body))
	if err != nil {
		t.Error(err)
		return
	}
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && unseemly(n.Data, "\n"+joiners) {
			t.Errorf("%s: the text %q", v.path, n.Data)
		}
		if n.Type == html.ElementNode && n.Data == "bdi" && utf8.RuneCountInString(words(n)) > 200 {
			t.Errorf("%s: a name of %d characters", v.path, utf8.RuneCountInString(words(n)))
		}
		for _, a := range n.Attr {
			link := a.Key == "href" || a.Key == "src" || a.Key == "action"
			if strings.HasPrefix(a.Key, "on") || a.Key == "srcdoc" || link && !leads(a.Val, s.bases()) {
				t.Errorf("%s: <%s %s=%q>", v.path, n.Data, a.Key, a.Val)
			}
		}
	}
}

// leads tells a link to us, to the platform, or within the page.
func leads(link string, bases []string) bool {
	return strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "//") || strings.HasPrefix(link, "#") ||
		strings.HasPrefix(link, "data:,") || strings.HasPrefix(link, "data:image/png;base64,") || link == "" ||
		slices.ContainsFunc(bases, func(base string) bool { return strings.HasPrefix(link, base+"/") })
}

// links are the places under a path that a page leads to, in its order.
func links(page, under string) []string {
	var list []string
	seen := map[string]bool{}
	for z := html.NewTokenizer(strings.NewReader(page)); z.Next() != html.ErrorToken; {
		for _, a := range z.Token().Attr {
			if a.Key == "href" && strings.HasPrefix(a.Val, under) && !seen[a.Val] {
				seen[a.Val] = true
				list = append(list, a.Val)
			}
		}
	}
	return list
}

// labels are those of the hostile groupes, as the filter of the list gives them.
func (s *siege) labels() []string {
	doc, err := html.Parse(strings.NewReader(s.view("/dossiers").body))
	if err != nil {
		s.Error(err)
		return nil
	}
	var list []string
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "option" || !strings.Contains(readable(words(n)), "Secteur") {
			continue
		}
		for _, a := range n.Attr {
			if a.Key == "value" {
				list = append(list, a.Val)
			}
		}
	}
	return list
}

// everyLabel wants the filter to find the dossiers of each groupe.
func (s *siege) everyLabel(t *testing.T) {
	t.Helper()
	groupes, dossiers := 0, 0
	for _, v := range s.views {
		if strings.HasPrefix(v.path, "/dossiers?groupe=") {
			groupes++
			dossiers += len(links(v.body, "/dossiers/"))
		}
	}
	if groupes != 10 || dossiers != hundred {
		t.Errorf("%d groupes with %d dossiers to choose from", groupes, dossiers)
	}
}
