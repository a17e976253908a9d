package letter

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"relais/internal/call"
	"relais/internal/dossier"
)

func TestSubjects(t *testing.T) {
	c := bretagne()
	c.Silence.ConfirmedBy = "DREETS"
	issue := draft(on(12, 7, 8, 0))
	for n, v := range []dossier.Verdict{dossier.ACompleter, dossier.ACompleter} {
		issue.Items = append(issue.Items, filed(c, n+1, on(10, 15, 10, 0), "", v).as(Date))
	}
	issue.Items = append(issue.Items, filed(c, 9, on(11, 30, 10, 0), "", dossier.ACompleter).news(News{Edited: true}))
	onlyNews := draft(on(12, 7, 8, 0), filed(c, 1, on(12, 1, 10, 0), "", dossier.Recevable).news(News{New: true}))
	for name, test := range map[string]struct {
		draft Draft
		want  string
	}{
		"of the issue": {issue, "O2R Bretagne : 2 rejets implicites dans 7 jours, 3 dossiers à compléter, 1 dossier modifié"},
		"news":         {onlyNews, "O2R Bretagne : 1 nouveau dossier"},
		"morning":      {morning(), "O2R Bretagne : 1 dossier à décider aujourd’hui, 1 rejet implicite dans 7 jours, 1 rejet implicite né le 2 décembre 2026 à 0 h 00 (hypothèse à confirmer)"},
		"urgent":       {urgent(), "Urgent, O2R Bretagne : 1 dossier à décider aujourd’hui, 1 dossier sans instructeur à prévenir, 1 dossier à compléter"},
		"opening":      {opening(), "[Données fictives] O2R Normandie : 1 dossier à décider aujourd’hui, 1 dossier à décider demain, 6 rejets implicites dans 2 à 7 jours, 22 rejets implicites nés depuis le 20 octobre 2026"},
		"mixed":        {mixed(), "[Redirigé] O2R Bretagne et O2R Normandie : 1 clôture d’appel dans 2 jours, 1 rejet implicite dans 5 jours, 2 rejets implicites nés depuis le 3 octobre 2026"},
		"report":       {weeklyReport(), "O2R Bretagne et O2R Normandie : rapport de la semaine, 42 dossiers, 4 réponses attendues dans les 7 jours"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := spaced.Replace(written(t, test.draft).Subject); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// A subject has the whole of its first part, however long the names of the calls.
func TestASubjectNeverCutsADate(t *testing.T) {
	a, b := bretagne(), bretagne()
	a.Family, a.Regions = strings.Repeat("une-famille-", 20), []string{"93"}
	b.ID, b.Family = "b", strings.Repeat("une-autre-famille-", 20)
	a.Title = a.Family
	d := draft(on(11, 20, 9, 0), filed(a, 1, on(9, 29, 10, 0), "", "").as(Date), filed(b, 2, on(9, 29, 10, 0), "", "").as(Date))
	d.Demo, d.Redirected, d.Urgent = true, "x", true
	got := spaced.Replace(written(t, d).Subject)
	if !strings.HasSuffix(got, " : 2 rejets implicites dans 8 jours") || utf8.RuneCountInString(got) > longestSubject {
		t.Errorf("%d characters: %s", utf8.RuneCountInString(got), got)
	}
}

// Whatever a candidate types, no character of it reaches the subject or the words
// beside it, and the mail stays in order.
func TestNoTextOfACandidateInTheSubject(t *testing.T) {
	marks := []rune("ⓐⓑⓒ漢字\r\n\t\x00\u202e\u200b<>&\"'=+@-\u2028")
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.StringOf(rapid.SampledFrom(marks)).Draw(rt, "name") + "ⓩ"
		deposited := on(9, 20, 10, 0).AddDate(0, 0, rapid.IntRange(0, 70).Draw(rt, "deposited"))
		f := filed(bretagne(), 1, deposited, name, rapid.SampledFrom([]dossier.Verdict{"", dossier.ACompleter, "ⓩ"}).Draw(rt, "verdict")).
			found(dossier.Finding{Rule: "V01", Severity: dossier.Blocking, Outcome: dossier.Fail, Message: name}).because(Belongs, name)
		kind := rapid.SampledFrom([]Kind{Date, Opening, Change}).Draw(rt, "kind")
		if kind == Change {
			f.News = News{New: rapid.Bool().Draw(rt, "new"), Edited: true}
		}
		l, err := Write(draft(on(12, 7, 8, 0), f.as(kind)))
		if err != nil {
			rt.Fatal(err)
		}
		beside, _, _ := strings.Cut(l.HTML, "<table")
		if strings.ContainsAny(l.Subject, "ⓐⓑⓒⓩ漢字") || strings.ContainsAny(beside, "ⓐⓑⓒⓩ漢字") {
			rt.Fatalf("a candidate’s text: %s", l.Subject)
		}
		if strings.ContainsFunc(l.Subject, unicode.IsControl) || utf8.RuneCountInString(l.Subject) > longestSubject {
			rt.Fatalf("subject: %q", l.Subject)
		}
		for _, part := range []string{strings.ReplaceAll(l.Text, "\n", ""), strings.ReplaceAll(l.HTML, "\n", "")} {
			if strings.ContainsFunc(part, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
				rt.Fatalf("a control character in %q", part)
			}
		}
		wantBalanced(t, l.HTML)
		wantSameWords(t, l.Text, visible(parsed(t, l.HTML)))
		if t.Failed() {
			rt.Fatal("see above")
		}
	})
}

func TestShortNames(t *testing.T) {
	for want, c := range map[string]call.Call{
		"O2R Bretagne":                   *bretagne(),
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
	national := call.Call{Family: "o2r"}
	if got := nameIn(&national, "53"); got != "O2R Bretagne" {
		t.Errorf("a national call in a region: %q", got)
	}
}
