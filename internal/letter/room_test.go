package letter

import (
	"fmt"
	"strings"
	"testing"

	"relais/internal/dossier"
)

func many(n int) Draft {
	d := draft(on(11, 30, 9, 0))
	for i := range n {
		name := fmt.Sprintf("Association pour l’insertion par l’activité économique n°\u00a0%d", i+1)
		d.Items = append(d.Items, filed(bretagne(), 10001+i, on(10, 8, 10, 0), name, dossier.ACompleter).found(missing...).as(Date))
	}
	return d
}

// Some mail services cut a mail at 100 kB, and with it why it was sent.
func TestALongMailIsNotClipped(t *testing.T) {
	for _, n := range []int{50, 110} {
		l := written(t, many(n))
		t.Logf("%d lines: %d bytes of HTML, %d of text", n, len(l.HTML), len(l.Text))
		if len(l.HTML) > mostHTML {
			t.Errorf("%d lines: %d bytes of HTML", n, len(l.HTML))
		}
	}
}

// Quotes are five times longer once escaped.
func TestNamesDoNotFillAMail(t *testing.T) {
	for _, name := range []string{strings.Repeat(`"`, 300), strings.Repeat("𠜎", 300)} {
		d := many(mostFull + mostBrief)
		for i := range d.Items {
			d.Items[i].Head.Judgement.Facts.Structure = name
		}
		l := written(t, d)
		wantForm(t, l)
		lines := strings.Count(unfolded(l.Text), "Dossier n°")
		if len(l.HTML) > mostHTML || lines < mostFull+1 || lines < mostFull+mostBrief && !strings.Contains(l.Text, "Ce message vaut aussi pour ces lignes") {
			t.Errorf("%.4q: %d lines, %d bytes of HTML", name, lines, len(l.HTML))
		}
	}
}

// A batch that came due at once: the mail stays small, and says what it left out.
func TestThreeThousandDates(t *testing.T) {
	const all = 3000
	l := written(t, many(all))
	wantForm(t, l)
	if size := len(l.Text) + len(l.HTML); size > 150_000 {
		t.Errorf("%d bytes", size)
	}
	for part, body := range map[string]string{"text": unfolded(l.Text), "page": spaced.Replace(visible(parsed(t, l.HTML)))} {
		if n := strings.Count(body, "À faire :"); n != mostFull+1 { // and where to begin
			t.Errorf("the %s has %d lines in full", part, n)
		}
		if n := strings.Count(body, "Dossier n°"); n != mostFull+mostBrief+1 {
			t.Errorf("the %s has %d lines", part, n)
		}
		if n := strings.Count(body, "(hypothèse à confirmer)"); n != mostFull+mostBrief+1 {
			t.Errorf("the %s marks %d dates", part, n)
		}
		for _, want := range []string{"… et 2 890 autres : voir la page des échéances.", "Ce message vaut aussi pour ces lignes", "Dans les 7 jours (3 000)"} {
			if !strings.Contains(body, want) {
				t.Errorf("the %s lacks %q", part, want)
			}
		}
	}
	if !strings.Contains(l.Text, " https://relais.example/suivi/echeances\n") ||
		!strings.Contains(l.HTML, `<a href="https://relais.example/suivi/echeances" style="color:#000091">et`) {
		t.Error("no link to the page")
	}
	if !strings.Contains(spaced.Replace(l.Subject), "3 000 rejets implicites dans 7 jours") {
		t.Errorf("subject: %s", l.Subject)
	}
}

// What is past does not hide what can still be done, and keeps its section; what
// is new comes after dates.
func TestRoomGoesToWhatCanStillBeDone(t *testing.T) {
	c := bretagne()
	d := draft(on(12, 7, 9, 0))
	today := date(12, 7)
	item := func(number int, on dossier.Day) Item {
		i := filed(c, number, d.Now.AddDate(0, 0, -1), "", dossier.Recevable).as(Date)
		i.Deadline = dossier.Deadline{Kind: "D14", PrudentOn: on, DueOn: on}
		return i
	}
	for n := range 2 * mostFull {
		d.Items = append(d.Items, item(n+1, today.AddDays(-1-n)))
	}
	d.Items = append(d.Items, item(5000, today.AddDays(30)), filed(c, 6000, on(12, 6, 9, 0), "", "").news(News{New: true}))
	w := writerOf(d)
	found, hidden := fit(w.sections(w.lines()), mostBrief)
	if len(found) != 3 || hidden != 0 {
		t.Fatalf("%d sections, %d hidden", len(found), hidden)
	}
	over, later, fresh := found[0], found[1], found[2]
	if len(over.Lines) != mostFull-1 || len(over.Brief) != mostFull+1 || len(later.Lines) != 1 || len(fresh.Brief) != 1 {
		t.Errorf("over: %d in full, %d brief; later: %d in full; new: %d brief", len(over.Lines), len(over.Brief), len(later.Lines), len(fresh.Brief))
	}
	if last := over.Lines[len(over.Lines)-1].on; last != today.AddDays(-1) {
		t.Errorf("the latest of the past is of %s", last)
	}
	if best := first(w.lines()); best.number != 1 && best.number != 2*mostFull {
		t.Errorf("begin with dossier %d", best.number)
	}
}

// A flood of news is summed up too, each in a line that says something.
func TestAFloodOfNews(t *testing.T) {
	d := draft(on(12, 7, 9, 0))
	was := dossier.AVerifier
	for n := range 150 {
		f := filed(bretagne(), n+1, on(12, 1, 9, 0), fmt.Sprint("Association ", n), dossier.Recevable)
		if n%2 == 0 {
			d.Items = append(d.Items, f.news(News{New: true}))
		} else {
			d.Items = append(d.Items, f.news(News{Verdict: &was}))
		}
	}
	l := written(t, d)
	wantForm(t, l)
	for _, want := range []string{"Nouveaux dossiers (75)", "Depuis le dernier message (75)", "et 40 autres",
		"Proposition de Relais : recevable ; silence valant rejet, dernier jour pour répondre : dimanche 31 janvier 2027, dans 55 jours (J-55) (hypothèse à confirmer)",
		"Proposition de Relais : recevable (auparavant : à vérifier)"} {
		if !strings.Contains(unfolded(l.Text), want) {
			t.Errorf("lacks %q", want)
		}
	}
}

// Without a page of our own, the platform is where the others are.
func TestMoreWithoutAPage(t *testing.T) {
	d := many(mostFull + mostBrief + 1)
	d.Console = ""
	if text := unfolded(written(t, d).Text); !strings.Contains(text, "… et 1 autre : voir la plateforme. https://demarche.example/procedures/100 ") {
		t.Error("no link to the platform")
	}
}

func TestThePageOfDeadlines(t *testing.T) {
	for console, want := range map[string]string{
		"": "", "http://127.0.0.1:8480": "http://127.0.0.1:8480/echeances", "https://x.example/": "https://x.example/echeances",
		"https://x.example/relais/": "https://x.example/relais/echeances",
	} {
		if got := agendaPage(console); got != want {
			t.Errorf("%q: got %q", console, got)
		}
	}
}
