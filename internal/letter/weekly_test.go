package letter

import (
	"errors"
	"strings"
	"testing"

	"relais/internal/report"
)

func painted(report.Figures) ([]byte, string, error) {
	return []byte("PNG"), "Ce que montre l’image.", nil
}

func TestTheWeeklyReport(t *testing.T) {
	l, err := write(weeklyReport(), painted)
	if err != nil {
		t.Fatal(err)
	}
	wantForm(t, l)
	if len(l.Files) != 1 || l.Files[0].ContentID != "rapport-1@dreets.example" || l.Files[0].Type != "image/png" || string(l.Files[0].Data) != "PNG" {
		t.Errorf("files: %+v", l.Files)
	}
	if !strings.Contains(l.HTML, `<img src="cid:rapport-1@dreets.example"`) {
		t.Error("the picture is not shown")
	}
	text := unfolded(l.Text)
	for _, want := range []string{
		"Rapport de la semaine : O2R Bretagne", "Du lundi 30 novembre au dimanche 6 décembre 2026", "2 dossiers non décidés, date prudente passée.",
		"4 dossiers à décider dans les 7 jours.", "17 dossiers expirent avant le comité du 15 décembre 2026.", "Ce que montre l’image.",
		"En instruction : 17", "Total : 42", "Non recevable : 3", "Délais tenus : 15", "Délais manqués : 3", "Rejets implicites nés : 3 (hypothèse à confirmer)",
		"Délai médian, du dépôt à la décision : 41,5 jours", "Âge médian des dossiers non décidés : 23 jours", "Coût total : 8 412 350,50 € (40 dossiers)",
		"Montant demandé : 5 230 000 € (39 dossiers)", "Personnes à repérer : 3 180 (38 dossiers)", "Personnes à accompagner : 1 940 (37 dossiers)",
		"Rapport de la semaine : O2R Normandie", "Aucun dossier pour cet appel.", "votre adresse reçoit le rapport hebdomadaire des appels O2R Bretagne et O2R Normandie",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q", want)
		}
	}
	if _, err := write(weeklyReport(), func(report.Figures) ([]byte, string, error) { return nil, "", errors.New("no ink") }); err == nil {
		t.Error("a picture that cannot be drawn is no error")
	}
}

// A call whose file says nothing of silence has no deadlines to count.
func TestAReportWithoutSilence(t *testing.T) {
	d := weeklyReport()
	d.Reports[1].Call.Silence = nil
	d.Reports[1].Figures.MedianToDecision = nil
	l, err := write(d, painted)
	if err != nil {
		t.Fatal(err)
	}
	if text := unfolded(l.Text); strings.Contains(text, "Délais tenus") || !strings.Contains(text, "du dépôt à la décision : pas encore") {
		t.Error(text)
	}
}

// A report goes along with the morning mail of who also instructs.
func TestAReportBehindAMorning(t *testing.T) {
	d := morning()
	d.Reports = weeklyReport().Reports
	l := written(t, d)
	wantForm(t, l)
	text := unfolded(l.Text)
	if strings.Index(text, "Rapport de la semaine : O2R") < strings.Index(text, "== Depuis le dernier message") || !strings.Contains(text, "- 2 rapports de la semaine") {
		t.Error("the report is not last, or not announced")
	}
	if len(l.Files) != 2 {
		t.Errorf("%d files", len(l.Files))
	}
}

func TestDaysOfAMedian(t *testing.T) {
	for want, v := range map[string]float64{"0 jour": 0, "1,5 jour": 1.5, "2 jours": 2, "41,3 jours": 41.25} {
		if got := spaced.Replace(days(&v)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
