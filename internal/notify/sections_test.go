package notify

import (
	"strings"
	"testing"

	"relais/internal/call"
	"relais/internal/dossier"
)

// A batch that came due at once: the mail stays small, and says what it left out.
func TestThreeThousandReminders(t *testing.T) {
	const all = 3000
	o := newOffice(t)
	o.delivery.Console = "https://relais.example/suivi/"
	for n := range all {
		o.receive(10001+n, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), anne)
	}
	o.tick(on(11, 30, 9, 0))
	if len(o.post.messages) != 1 {
		t.Fatalf("%d mails", len(o.post.messages))
	}
	m := o.post.messages[0]
	if size := len(m.Text) + len(m.HTML); size > 300_000 {
		t.Errorf("%d bytes", size)
	}
	for part, body := range map[string]string{"text": plain.Replace(m.Text), "page": plain.Replace(visible(t, m.HTML))} {
		if n := strings.Count(body, "À faire"); n != mostFull {
			t.Errorf("the %s has %d lines in full", part, n)
		}
		if n := strings.Count(body, "Dossier n°"); n != mostFull+mostBrief {
			t.Errorf("the %s has %d lines", part, n)
		}
		if n := strings.Count(body, "hypothèse à confirmer"); n < mostFull+mostBrief {
			t.Errorf("the %s marks %d dates", part, n)
		}
		for _, want := range []string{"… et 2 750 autres : voir la page", "Ce message vaut rappel pour chacune", "3 000 échéances à traiter", "3 000 dans les 7 jours"} {
			if !strings.Contains(body, want) {
				t.Errorf("the %s lacks %q", part, want)
			}
		}
	}
	if !strings.Contains(m.Text, "voir la page https://relais.example/suivi/echeances\n") ||
		!strings.Contains(m.HTML, `<a href="https://relais.example/suivi/echeances" style="color:#000091;text-decoration:underline;">et`) {
		t.Error("no link to the page")
	}
	wantFrenchTypography(t, m.Subject, m.Text, visible(t, m.HTML))
	wantAccessible(t, m.HTML)
	if !strings.Contains(plain.Replace(m.Subject), "3 000 dossiers, dernier jour pour répondre") {
		t.Errorf("subject: %s", m.Subject)
	}
	o.wantStatuses(map[Status]int{Sent: all, Skipped: 2 * all})
	if done := o.deliver(on(11, 30, 10, 0)); done != (Delivered{}) {
		t.Errorf("then: %+v", done)
	}
}

// What is past does not hide what can still be done, and keeps its section.
func TestRoomGoesToWhatCanStillBeDone(t *testing.T) {
	c := bretagne()
	today := dossier.Day{Year: 2026, Month: 12, Day: 7}
	w := writer{now: today.At(9, 0, paris()), base: "https://demarche.example"}
	var reminders []statement
	for n := range 2 * mostFull {
		d := dossier.Deadline{Kind: "D14", PrudentOn: today.AddDays(-1 - n), DueOn: today.AddDays(-1 - n)}
		reminders = append(reminders, statementOf(&c, n+1, d))
	}
	d := dossier.Deadline{Kind: "D14", PrudentOn: today.AddDays(30), DueOn: today.AddDays(30)}
	reminders = append(reminders, statementOf(&c, 5000, d))
	found, hidden := sections(w.lines(reminders))
	if len(found) != 2 || hidden != 0 {
		t.Fatalf("%d sections, %d hidden", len(found), hidden)
	}
	late, later := found[0], found[1]
	if len(late.Lines) != mostFull-1 || len(late.Brief) != mostFull+1 || len(later.Lines) != 1 {
		t.Errorf("late: %d in full, %d brief; later: %d in full", len(late.Lines), len(late.Brief), len(later.Lines))
	}
	if last := late.Lines[len(late.Lines)-1].on; last != today.AddDays(-1) {
		t.Errorf("the latest of the past is of %s", last)
	}
}

func statementOf(c *call.Call, number int, d dossier.Deadline) statement {
	return statement{
		call: c, deadline: d, deadlines: []dossier.Deadline{d},
		intention: Intention{Kind: Reminder, Dossier: number, Deadline: d.Kind, DueOn: d.PrudentOn, Person: anne},
		record:    dossier.Record{Head: dossier.Head{Number: number, Demarche: 100}},
	}
}

// Without a page of our own, the platform is where the others are.
func TestMoreWithoutAPage(t *testing.T) {
	o := newOffice(t)
	for n := range mostFull + mostBrief + 1 {
		o.receive(1+n, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), anne)
	}
	o.tick(on(11, 30, 9, 0))
	if text := plain.Replace(o.post.messages[0].Text); !strings.Contains(text, "… et 1 autre : voir la plateforme https://demarche.example/procedures/100\n") {
		t.Error(text[len(text)-900:])
	}
}

func TestThePageOfDeadlines(t *testing.T) {
	for console, want := range map[string]string{
		"": "", "http://127.0.0.1:8480": "http://127.0.0.1:8480/echeances", "https://x.example/": "https://x.example/echeances",
		"https://x.example/relais/": "https://x.example/relais/echeances",
	} {
		if got := agenda(console); got != want {
			t.Errorf("%q: got %q", console, got)
		}
	}
}
