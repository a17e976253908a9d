package console

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"relais/internal/dossier"
	"relais/internal/french"
)

// contains checks what a page must and must not show; "!" negates. The
// unbreakable spaces are written as plain ones.
func contains(t *testing.T, body string, wants ...string) {
	t.Helper()
	body = strings.NewReplacer(french.NBSP, " ", french.NNBSP, " ", "&nbsp;", " ").Replace(body)
	for _, want := range wants {
		word, absent := strings.CutPrefix(want, "!")
		if strings.Contains(body, word) == absent {
			t.Errorf("page of %d bytes should contain %q", len(body), want)
		}
	}
}

func TestOverview(t *testing.T) {
	_, body := get(t, New(options()), "/")
	contains(t, body,
		"Données fictives", "O2R Pays de la Loire", "il y a 4 minutes", "!Copie ancienne",
		`href="/dossiers?call=o2r-pays-de-la-loire&amp;state=en_instruction&amp;verdict=non_recevable"`,
		`href="/dossiers?call=-&amp;state=en_construction&amp;verdict=-"`,
		`/echeances?day=2026-11-24"><time datetime="2026-11-24">mardi 24 novembre<`, "dans 3 jours", "Dernier jour avant rejet implicite : 1", "Clôture de l’appel : 1",
		"!25 novembre", // the deadline of a purged dossier
		"en_attente_de_demain", "indecis",
		"1 dossier n’est plus sur la plateforme", "2 courriels rédigés", "<code>pic-invisibles</code>",
		"Dossiers sans appel", `href="/echeances?when=passed">1 à regarder`)
}

func TestAnOldCopyIsSaid(t *testing.T) {
	o := options()
	o.Reader.(*memory).completed = now.Add(-16 * time.Minute)
	_, body := get(t, New(o), "/")
	contains(t, body, "Copie ancienne", "il y a 16 minutes")
	o.Reader.(*memory).completed = time.Time{}
	_, body = get(t, New(o), "/")
	contains(t, body, "Jamais")
}

// numbers are the dossiers that a list shows, in its order.
func numbers(body string) []string {
	var out []string
	for _, part := range strings.Split(body, `scope="row"><a href="/dossiers/`)[1:] {
		number, _, _ := strings.Cut(part, `"`)
		out = append(out, number)
	}
	return out
}

func TestListFilters(t *testing.T) {
	h := New(options())
	cases := map[string][]string{
		"":                            {"1207", "1206", "1205", "1204", "1203", "1202", "1201"},
		"call=-":                      {"1205"},
		"call=o2r-la-reunion":         nil,
		"verdict=a_verifier":          {"1203"},
		"verdict=-&state=refuse":      {"1206"},
		"state=en_instruction":        {"1203", "1201"},
		"q=1204":                      {"1204"},
		"q=120":                       {"1207", "1206", "1205", "1204", "1203", "1202", "1201"},
		"q=204":                       nil, // not the start of a number, nor in a SIRET
		"q=123+456+789+00012":         {"1207", "1204", "1203", "1202", "1201"},
		"q=REGIE":                     {"1203"},
		"q=l%27%C3%89CLAIRCIE":        nil, // another apostrophe
		"q=eclaircie":                 {"1201"},
		"q=%22%3E%3Cscript":           {"1201"},
		"q=loire&verdict=a_completer": {"1202"},
		"q=vignoble&call=o2r-pays-de-la-loire&verdict=a_completer&state=en_construction": {"1202"},
	}
	for query, want := range cases {
		status, body := get(t, h, "/dossiers?"+query)
		if diff := cmp.Diff(want, numbers(body)); status != 200 || diff != "" {
			t.Errorf("%q: status %d %s", query, status, diff)
		}
	}
}

func TestListRefusesUnknownParameters(t *testing.T) {
	h := New(options())
	for _, query := range []string{
		"verdict=refuse", "state=brouillon", "call=../secret", "call=%3Cb%3E", "page=0", "page=-1", "page=1.5", "page=01",
		"page=99999999999999999999", "page=1000001", "q=%ff%fe", "q=" + strings.Repeat("a", 101), "q=%zz", "a;b",
	} {
		status, body := get(t, h, "/dossiers?"+query)
		if status != http.StatusBadRequest {
			t.Errorf("%q: status %d", query, status)
		}
		if strings.Contains(body, "secret") || strings.Contains(body, "<b>") {
			t.Errorf("%q is echoed", query)
		}
	}
	for _, query := range []string{"when=31", "day=2026-02-30", "day=demain", "call=-"} {
		if status, _ := get(t, h, "/echeances?"+query); status != http.StatusBadRequest {
			t.Errorf("%q: status %d", query, status)
		}
	}
}

func TestPages(t *testing.T) {
	m := &memory{}
	for n := 1; n <= 121; n++ {
		m.heads = append(m.heads, head(n, "", dossier.EnConstruction, ""))
	}
	o := options()
	o.Reader = m
	h := New(o)
	_, first := get(t, h, "/dossiers?state=en_construction")
	contains(t, first, "Dossiers 1 à 50 sur 121", `href="/dossiers?page=2&amp;state=en_construction"`, "!Page précédente")
	_, last := get(t, h, "/dossiers?page=3")
	contains(t, last, "Dossiers 101 à 121 sur 121", `href="/dossiers"`, "!Page suivante")
	_, beyond := get(t, h, "/dossiers?page=900")
	if diff := cmp.Diff(numbers(last), numbers(beyond)); diff != "" {
		t.Error(diff)
	}
	if got := numbers(last); len(got) != 21 || got[0] != "21" || got[20] != "1" {
		t.Errorf("last page: %v", got)
	}
}

func TestDossier(t *testing.T) {
	_, body := get(t, New(options()), "/dossiers/1201")
	contains(t, body,
		`href="https://demarches.example/procedures/101/dossiers/1201"`,
		"Proposition : <span class=\"tag bad\">Non recevable", "123 456 789 00012", "Association déclarée", "Fermé", "W442000000",
		"Pays de la Loire", "148 200 €", "92 625,50 €", "62,5 %", "1 instructeur",
		"V60", "inférieur au plancher de 150 000 €", "Coût total du projet au moins égal au plancher", "Source : ", "Liste de contrôle", "Toutes les règles",
		"mardi 24 novembre 2026", "(dans 3 jours)", "hypothèse à confirmer", "à confirmer par l’autorité", "CRPA, art. L. 231-4, 3°",
		"J-1", "23 novembre 2026 à 8 h 00", "à venir", "traité", `href="/mails/m-1"`,
		"!usager@example.org", "!instructrice@example.org", "!<script>")
	if fail, unknown := strings.Index(body, "V60"), strings.Index(body, "V63"); fail > unknown {
		t.Error("a blocking failure comes first")
	}
}

func TestDossierGone(t *testing.T) {
	_, body := get(t, New(options()), "/dossiers/1206")
	contains(t, body, "Effacé", "n’est plus visible", "!demarches.example/procedures/101/dossiers", "Sans rappel")
}

func TestMetTooLateIsNotKept(t *testing.T) {
	_, body := get(t, New(options()), "/dossiers/1204")
	contains(t, body, "Tenue hors délai", "14 novembre 2026", "sans objet")
}

func TestInstantsAreThoseOfTheCall(t *testing.T) {
	o := options()
	h := head(9, "", dossier.EnConstruction, "")
	h.Judgement.Call = "o2r-la-reunion"
	h.DateDepot = time.Date(2026, time.November, 1, 21, 30, 0, 0, time.UTC)
	o.Reader = &memory{heads: []dossier.Head{h}}
	_, body := get(t, New(o), "/dossiers/9")
	contains(t, body, "2 novembre 2026 à 1 h 30 (Indian/Reunion)")
	_, body = get(t, New(o), "/dossiers")
	contains(t, body, "2 novembre 2026")
}

func TestUnknownPages(t *testing.T) {
	h := New(options())
	for _, target := range []string{
		"/rien", "/dossiers/", "/dossiers/0", "/dossiers/-1", "/dossiers/+1201", "/dossiers/01201", "/dossiers/1201.0",
		"/dossiers/1%32%30%31", "/dossiers/1201/", "/dossiers/9999", "/dossiers/99999999999999999999999", "/dossiers/x",
		"/dossiers/1201%00", "/mails/m-9", "/mails/m-9/html", "/mails/m-2/html", "/mails/..%2f..%2fetc", "/mails/%2e%2e",
		"/mails/.m-1", "/mails/m%2d1%00", "/mails/" + strings.Repeat("a", 200), "/style.css/", "/favicon.ico", "/pages/layout.html",
	} {
		if status, _ := get(t, h, target); status != http.StatusNotFound {
			t.Errorf("%s: status %d", target, status)
		}
	}
}

func TestIdentifiers(t *testing.T) {
	for id, want := range map[string]bool{
		"0193c2-4f": true, "1732208645.M1P2.host": true, "a@b+c=d_e": true, "o2r-pays-de-la-loire": true,
		"": false, ".": false, "..": false, ".hidden": false, "a..b": false, "a/b": false, `a\b`: false, "-rf": false, "a b": false,
		"é": false, "a\x00": false, "%2e": false, strings.Repeat("a", 128): true, strings.Repeat("a", 129): false,
	} {
		if got := identifier(id); got != want {
			t.Errorf("%q: %v", id, got)
		}
	}
}

func TestEcheances(t *testing.T) {
	_, body := get(t, New(options()), "/echeances")
	contains(t, body,
		"jeudi 19 novembre 2026", "il y a 2 jours", "Délai suspendu", "4 décembre 2026", // late but suspended
		"mardi 24 novembre 2026", "Dossier 1201", "lundi 30 novembre 2026", "Appel O2R Pays de la Loire",
		"!1203", "!1204", "!1206", "Échéances 1 à 3 sur 3")
	_, body = get(t, New(options()), "/echeances?when=passed")
	contains(t, body, "Dossier 1203", "mardi 10 novembre 2026", "!1201", "!1202")
	_, body = get(t, New(options()), "/echeances?when=7&call=o2r-pays-de-la-loire")
	contains(t, body, "Dossier 1201", "!Appel O2R Pays")
	_, body = get(t, New(options()), "/echeances?day=2026-11-24")
	contains(t, body, "Dossier 1201", "Échéances 1 à 1 sur 1")
	_, body = get(t, New(options()), "/echeances?day=2026-11-10")
	contains(t, body, "Dossier 1203", "Dépassée")
	_, body = get(t, New(options()), "/echeances?day=2026-11-12")
	contains(t, body, "Aucune échéance", "!1204") // met
}

func TestMails(t *testing.T) {
	h := New(options())
	_, body := get(t, h, "/mails")
	contains(t, body, `href="/mails/m-1"`, "(sans objet)", "instructrice@example.org", "Courriels 1 à 2 sur 2", "Retenue")
	if strings.Index(body, "/mails/m-2") > strings.Index(body, "/mails/m-1") {
		t.Error("the latest mail comes first")
	}
	_, body = get(t, h, "/mails/m-1")
	contains(t, body, `<iframe class="letter" sandbox="allow-popups allow-popups-to-escape-sandbox" title="Version HTML du courriel" src="/mails/m-1/html">`, "dossier 1201", "&lt;script&gt;", "!<script>")
	_, frame := get(t, h, "/mails/m-1/html")
	contains(t, frame, "<strong>24 novembre</strong>")
	_, body = get(t, h, "/mails/m-2")
	contains(t, body, "Sans HTML.", "!<iframe")
}

// A mail as package letter writes it has links; the frame opens them in a tab of
// their own and changes nothing else.
func TestLinksOfAMail(t *testing.T) {
	goldens, err := filepath.Glob("../letter/testdata/*.html.golden")
	if err != nil || len(goldens) == 0 {
		t.Fatalf("no mail to look at: %v", err)
	}
	links := 0
	for _, path := range goldens {
		written, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		links += checkFrame(t, string(written))
	}
	if links == 0 {
		t.Error("no link to open")
	}
}

func checkFrame(t *testing.T, written string) (links int) {
	t.Helper()
	o := options()
	o.Mails = letters{"m-3": {MailInfo: MailInfo{ID: "m-3"}, HTML: written}}
	_, frame := get(t, New(o), "/mails/m-3/html")
	const base = `<base target="_blank">`
	if strings.Replace(frame, base, "", 1) != written {
		t.Error("the frame is not the mail as it was written")
	}
	doc, err := html.Parse(strings.NewReader(frame))
	if err != nil {
		t.Fatal(err)
	}
	if found := all(all(doc, "head")[0], "base"); len(found) != 1 || attr(found[0], "target") != "_blank" {
		t.Error("the head does not say that links open in a new tab")
	}
	for _, a := range all(doc, "a") {
		links++
		href := attr(a, "href")
		if _, own := lookup(a, "target"); own || !strings.HasPrefix(href, "https://") && !strings.HasPrefix(href, "http://") {
			t.Errorf("a link to %q opens elsewhere", href)
		}
	}
	return links
}

// The images that a mail brings along stand in its frame; what it lacks stays as it
// is and is fetched from nowhere.
func TestImagesOfAMail(t *testing.T) {
	h := New(options())
	_, frame := get(t, h, "/mails/m-1/html")
	contains(t, frame, `<img src="data:image/png;base64,cG5n" alt="Chiffres">`, `src="cid:absent"`, "!cid:chiffres")
	page := `<img src="cid:a"><img src="cid:b">`
	images := []Image{{ContentID: "a", Type: "image/svg+xml", Data: []byte("<svg onload=x>")}, {ContentID: "b", Type: `image/png" onerror="x`, Data: []byte("b")}}
	if got := withImages(page, images); got != page {
		t.Errorf("an image that may run something is shown: %s", got)
	}
}

func TestFilesOfAMail(t *testing.T) {
	_, body := get(t, New(options()), "/mails/m-1")
	contains(t, body, "Pièces jointes", "échéances.ics", "text/calendar", "15 octets", "jointe", "3 octets", "dans le texte")
	for n, want := range map[int64]string{0: "0 octet", 999: "999 octets", 1000: "1 ko", 1001: "2 ko", 10 << 20: "10 486 ko"} {
		contains(t, size(n), want)
	}
}

// lazy is a folder whose list tells ids and dates only, one of them broken.
type lazy struct{ letters }

func (l lazy) List(ctx context.Context) ([]MailInfo, error) {
	out := []MailInfo{{ID: "broken"}, {ID: "../x"}}
	for id, m := range l.letters {
		out = append(out, MailInfo{ID: id, Date: m.Date})
	}
	return out, nil
}

func TestListReadsTheMailsItShows(t *testing.T) {
	o := options()
	o.Mails = lazy{o.Mails.(letters)}
	status, body := get(t, New(o), "/mails")
	contains(t, body, "Urgent : 1 dossier", "instructrice@example.org", "(sans objet)", "(illisible)", "!/mails/broken", "!../x")
	if status != http.StatusOK {
		t.Errorf("status %d", status)
	}
}

func TestMailsNotKept(t *testing.T) {
	o := options()
	o.Mails = nil
	h := New(o)
	_, body := get(t, h, "/mails")
	contains(t, body, "1 courriel rédigé", "ne sont pas gardés")
	if status, _ := get(t, h, "/mails/m-1"); status != http.StatusNotFound {
		t.Errorf("status %d", status)
	}
	_, body = get(t, h, "/dossiers/1201")
	contains(t, body, "!/mails/m-1")
}

func TestDemoIsSaidOnEveryPage(t *testing.T) {
	o := options()
	demo := New(o)
	o.Demo = false
	real := New(o)
	for _, target := range []string{"/", "/dossiers", "/dossiers/1201", "/echeances", "/mails", "/mails/m-1", "/rien"} {
		_, body := get(t, demo, target)
		contains(t, body, "Données fictives.", "(données fictives)</title>")
		_, body = get(t, real, target)
		contains(t, body, "!fictives")
	}
}

func TestHealth(t *testing.T) {
	o := options()
	status, body := get(t, New(o), "/sante")
	var got map[string]any
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"status": "ok", "at": "2026-11-21T17:04:05Z", "demo": true, "calls": 2.0,
		"demarches": []any{map[string]any{"number": 101.0, "completed_at": "2026-11-21T17:00:05Z", "age_seconds": 240.0}},
	}
	if diff := cmp.Diff(want, got); status != 200 || diff != "" {
		t.Errorf("status %d %s", status, diff)
	}
	o.Reader.(*memory).completed = time.Time{}
	status, body = get(t, New(o), "/sante")
	contains(t, body, `"status":"late"`, `"age_seconds":null`)
	if status != 200 {
		t.Errorf("status %d", status)
	}
}

func TestPlatformLinks(t *testing.T) {
	for platform, want := range map[string]string{
		"":                                 "",
		"javascript:alert(1)":              "",
		"javascript://demarches.example/":  "",
		"demarches.example":                "",
		"https://demarches.example":        "https://demarches.example/procedures/7/dossiers/12",
		"http://127.0.0.1:9000/ds/":        "http://127.0.0.1:9000/ds/procedures/7/dossiers/12",
		"https://u:p@demarches.example/?t": "https://demarches.example/procedures/7/dossiers/12",
	} {
		s := &site{Options: Options{Platform: platform}}
		if got := s.platformURL(7, 12); got != want {
			t.Errorf("%q: %q, want %q", platform, got, want)
		}
	}
}
