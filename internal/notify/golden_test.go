package notify

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
)

var update = flag.Bool("update", false, "write the golden mails anew")

// hostile is what a candidate may type as the name of a structure.
const hostile = "Les \"Amis\" <script>alert(1)</script> & Cie\r\nBcc: pirate@evil.example\u202e\u0007 🤝 " +
	"et un nom bien trop long pour tenir sur une seule ligne d’un message"

// reminderMail has a line in each section, several verdicts, a suspension, a
// hypothesis and a hostile name.
func reminderMail(t *testing.T) *office {
	c := bretagne()
	days := 15
	c.CorrectionDays = &days
	o := newOffice(t, c)
	now := on(12, 7, 9, 0)
	for n, f := range []struct {
		deposited time.Time
		verdict   dossier.Verdict
		name      string
		findings  []dossier.Finding
	}{
		{on(10, 7, 10, 0), dossier.AVerifier, "Mission locale du Léon", nil},
		{on(10, 8, 10, 0), dossier.ACompleter, hostile, []dossier.Finding{
			{Rule: "V80", Severity: dossier.Blocking, Outcome: dossier.Fail, Message: "Le RIB n’est pas joint."},
			{Rule: "V84", Severity: dossier.Blocking, Outcome: dossier.Fail, Message: "Le budget prévisionnel n’est pas joint."},
			{Rule: "V10", Severity: dossier.Blocking, Outcome: dossier.Pass, Message: "Le SIRET est valide."},
			{Rule: "V05", Severity: dossier.Blocking, Outcome: dossier.Unknown, Message: "La région n’est pas renseignée."},
			{Rule: "V63", Severity: dossier.Warning, Outcome: dossier.Fail, Message: "La somme des années ne donne pas le coût total."},
		}},
		{on(10, 15, 10, 0), dossier.NonRecevable, "", []dossier.Finding{
			{Rule: "V60", Severity: dossier.Blocking, Outcome: dossier.Fail, Message: "Le coût total (149\u202f999\u00a0€) est inférieur à 150\u202f000\u00a0€ sur 36\u00a0mois."},
		}},
		{on(11, 6, 10, 0), dossier.Recevable, "Association Ti ar Vro", nil},
	} {
		o.receive(12345001+n, c, f.deposited, on(10, 5, 8, 0), anne)
		o.edit(12345001+n, func(r *dossier.Record) {
			r.Judgement.Verdict, r.Judgement.Facts.Structure, r.Judgement.Findings = f.verdict, f.name, f.findings
			if n == 0 { // pieces were asked for, and came ten days later
				asked, came := on(11, 2, 10, 0), on(11, 12, 10, 0)
				r.Dossier.Messages = []dossier.Message{{CreatedAt: asked, Correction: &dossier.Correction{Reason: "incomplete", DateResolution: &came}}}
				r.Judgement.Deadlines = deadline.Plan(&c, "53", r.Dossier, deadline.Calendar{})
			}
		})
	}
	o.tick(now)
	return o
}

// openingMail adopts 30 dossiers and their call, in a demonstration.
func openingMail(t *testing.T) *office {
	c := normandie()
	o := newOffice(t, c)
	o.delivery.Demo, o.delivery.Console = true, "http://127.0.0.1:8080/"
	verdicts := []dossier.Verdict{dossier.Recevable, dossier.ACompleter, dossier.AVerifier, dossier.NonRecevable, dossier.Recevable}
	for n := range 30 {
		o.receive(20500100+n, c, on(9, 1+n, 10, 0), on(11, 10, 8, 30))
		o.edit(20500100+n, func(r *dossier.Record) { r.Judgement.Verdict = verdicts[n%len(verdicts)] })
	}
	o.tick(on(11, 10, 9, 0))
	return o
}

// mixedMail has reminders of two calls, the closing of one, and an opening; it
// is redirected.
func mixedMail(t *testing.T) *office {
	here, there := bretagne(), normandie()
	o := newOffice(t, here, there)
	o.store.demarches[100].Groupes[1].Instructeurs[0] = dossier.Profile{ID: anne, Email: "anne@dreets.example"}
	o.remind(on(11, 2, 9, 0)) // the calls are known
	o.receive(31000001, here, on(10, 8, 10, 0), on(10, 8, 11, 0))
	o.receive(31000002, there, on(10, 2, 10, 0), on(10, 2, 11, 0), anne)
	o.receive(31000003, there, on(8, 3, 10, 0), on(12, 2, 8, 30), anne)
	o.delivery.Mode = Mode{ModeRedirect, "essai@dreets.example"}
	o.tick(on(12, 2, 9, 0))
	return o
}

func TestGoldenMails(t *testing.T) {
	for name, story := range map[string]func(*testing.T) *office{
		"reminder": reminderMail, "opening": openingMail, "mixed": mixedMail,
	} {
		t.Run(name, func(t *testing.T) {
			o := story(t)
			if len(o.post.messages) == 0 {
				t.Fatal("no mail")
			}
			m := o.post.messages[0]
			golden(t, name+".txt", "Subject: "+m.Subject+"\n\n"+m.Text)
			golden(t, name+".html", m.HTML)
			wantFrenchTypography(t, m.Subject, m.Text, visible(t, m.HTML))
			wantAccessible(t, m.HTML)
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (go test -update writes it anew):\n%s", path, diff)
	}
}

// visible is the text of a page, as a reader meets it.
func visible(t *testing.T, page string) string {
	t.Helper()
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.WriteString(html.UnescapeString(string(z.Raw())))
		}
	}
}

var breakable = regexp.MustCompile(`[\p{L}\d)»] [:;!?»€]|« |\p{L}'\p{L}|\d \d{3}`)

func wantFrenchTypography(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		for _, found := range breakable.FindAllString(text, -1) {
			t.Errorf("typography: %q", found)
		}
	}
}

// wantAccessible checks what a machine can of a mail: its language, headings in
// order, layout tables declared as such, nothing remote, contrast of every text.
func wantAccessible(t *testing.T, page string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(page))
	level, background := 0, []string{"#ffffff"}
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		tok := z.Token()
		style := attr(tok, "style")
		switch {
		case kind == html.EndTagToken && tok.Data == "td":
			background = background[:len(background)-1]
		case kind != html.StartTagToken:
		case tok.Data == "html" && attr(tok, "lang") != "fr":
			t.Error("no language")
		case tok.Data == "table" && attr(tok, "role") != "presentation":
			t.Error("a layout table is announced as data")
		case tok.Data == "script", tok.Data == "img", tok.Data == "link", tok.Data == "style":
			t.Errorf("a mail may not hold <%s>", tok.Data)
		case tok.Data == "td":
			background = append(background, colour(style, "background-color"))
		case len(tok.Data) == 2 && tok.Data[0] == 'h' && tok.Data != "hr":
			next, _ := strconv.Atoi(tok.Data[1:])
			if next > level+1 {
				t.Errorf("h%d follows h%d", next, level)
			}
			level = next
		}
		if ink := colour(style, "color"); kind == html.StartTagToken && ink != "" && tok.Data != "body" {
			if c := contrast(ink, background[len(background)-1]); c < 4.5 {
				t.Errorf("<%s>: contrast %.1f between %s and %s", tok.Data, c, ink, background[len(background)-1])
			}
		}
		for _, word := range []string{"url(", "@import", "javascript:"} {
			if strings.Contains(style+attr(tok, "href")+attr(tok, "src"), word) {
				t.Errorf("remote or active content: %s", word)
			}
		}
	}
	if level == 0 {
		t.Error("no heading")
	}
}

func attr(tok html.Token, name string) string {
	for _, a := range tok.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func colour(style, property string) string {
	for _, declaration := range strings.Split(style, ";") {
		if name, value, ok := strings.Cut(strings.TrimSpace(declaration), ":"); ok && strings.TrimSpace(name) == property {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// contrast is the ratio of WCAG 2.1 between two #rrggbb.
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(colour string) float64 {
	var rgb [3]int
	if _, err := fmt.Sscanf(colour, "#%02x%02x%02x", &rgb[0], &rgb[1], &rgb[2]); err != nil {
		return 0.5
	}
	linear := func(v int) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		x := (s + 0.055) / 1.055
		return x * x * x / (0.6 + 0.4*x) // close to x^2.4, without a table
	}
	return 0.2126*linear(rgb[0]) + 0.7152*linear(rgb[1]) + 0.0722*linear(rgb[2])
}

func TestCandidatesTextIsData(t *testing.T) {
	m := reminderMail(t).post.messages[0]
	for part, body := range map[string]string{"subject": m.Subject, "text": m.Text, "html": m.HTML, "message id": m.MessageID} {
		for _, bad := range []string{"\u202e", "\u0007", "\r", "\nBcc"} {
			if strings.Contains(body, bad) {
				t.Errorf("the %s holds %q", part, bad)
			}
		}
	}
	if strings.Contains(m.Subject, "Amis") || strings.ContainsAny(m.Subject, "\n") {
		t.Errorf("a candidate's text reached the subject: %q", m.Subject)
	}
	if strings.Contains(m.HTML, "<script") || !strings.Contains(m.HTML, "&lt;script&gt;") {
		t.Error("the name is not escaped, or not shown at all")
	}
}

// The two parts say the same: every line of text is in the page.
func TestTheTwoPartsSayTheSame(t *testing.T) {
	m := reminderMail(t).post.messages[0]
	page := visible(t, m.HTML)
	for _, want := range []string{
		"12345001", "12345002", "12345003", "12345004", "lundi 7\u00a0décembre\u00a02026", "Structure non renseignée",
		"Le RIB n’est pas joint. (V80)", "et 1\u00a0autre point", "hypothèse à confirmer", "à compléter", "Relais ne décide rien",
		"Avec la suspension enregistrée", "dernier jour pour répondre\u00a0: lundi 7", "CRPA, art. L. 231-4, 3°", "vous suivez ces dossiers",
	} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("the text lacks %q", want)
		}
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestSubjects(t *testing.T) {
	for name, test := range map[string]struct {
		story func(*testing.T) *office
		want  string
	}{
		"reminder": {reminderMail, "O2R Bretagne : 1 dossier, dernier jour pour répondre : 7 décembre 2026 (puis 2 autres) ; 1 date prudente passée (date suspendue : 16 décembre 2026) ; 1 dossier à compléter"},
		"opening":  {openingMail, "[Données fictives] O2R Normandie : 1 dossier, dernier jour pour répondre : 10 novembre 2026 (puis 7 autres) ; 10 rejets implicites nés depuis le 1er novembre 2026 ; 30 dossiers suivis"},
		"mixed":    {mixedMail, "[Redirigé] O2R Bretagne et O2R Normandie : 1 clôture d’appel : 4 décembre 2026 ; 1 dossier, dernier jour pour répondre : 7 décembre 2026 ; 2 rejets implicites nés depuis le 3 octobre 2026"},
	} {
		t.Run(name, func(t *testing.T) {
			got := test.story(t).post.messages[0].Subject
			if plain := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(got); plain != test.want {
				t.Errorf("got  %s\nwant %s", plain, test.want)
			}
			if n := utf8.RuneCountInString(got); n > longestSubject {
				t.Errorf("%d characters", n)
			}
		})
	}
}

func TestShortNames(t *testing.T) {
	for want, c := range map[string]call.Call{
		"O2R Bretagne":                   bretagne(),
		"O2R":                            {Family: "o2r"},
		"SPIE":                           {Family: "spie", Regions: []string{"53", "28"}},
		"O2R Provence-Alpes-Côte d’Azur": {Family: "o2r", Regions: []string{"93"}},
		"Un appel sans famille":          {Title: "Un appel sans\nfamille"},
		"PIC":                            {Family: "pic", Regions: []string{"??"}},
	} {
		if got := shortName(&c); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
