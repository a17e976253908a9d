package sqlite_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"relais/internal/dossier"
)

// full is a dossier of the usual size, some 30 kB of JSON with 60 champs, and a
// head with its findings.
func full(number int) dossier.Record {
	r := sample(number)
	for i := range 60 {
		r.Dossier.Champs = append(r.Dossier.Champs, dossier.Champ{
			ID: fmt.Sprintf("Q2hhbXAtNDQ%d", i*7919+number), DescriptorID: fmt.Sprintf("Q2hhbXAtMzM%d", i*104729),
			Type: dossier.TextChamp, Label: fmt.Sprintf("Question %d de la démarche", i), UpdatedAt: noon,
			Text: fmt.Sprintf("Réponse %d du dossier %d : l'accompagnement dure %d mois, avec %d personnes, dont %d en emploi.",
				i, number, i+number%17, number%311, number%97),
			StringValue: fmt.Sprintf("Réponse %d du dossier %d", i, number),
		})
	}
	for i := range 17 {
		r.Judgement.Findings = append(r.Judgement.Findings, dossier.Finding{
			Rule: fmt.Sprintf("V%d", i), Severity: dossier.Blocking, Outcome: dossier.Pass,
			Message: fmt.Sprintf("Le coût total (%d €) atteint le plancher de l'appel (150 000 €).", number*100),
		})
	}
	return r
}

const page = 100

func BenchmarkPut(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "relais.db"))
	number := 0
	for b.Loop() {
		records := make([]dossier.Record, page)
		for i := range records {
			number++
			records[i] = full(number)
		}
		put(b, s, records...)
	}
	b.ReportMetric(float64(b.N*page)/b.Elapsed().Seconds(), "dossiers/s")
}

func BenchmarkHeads(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "relais.db"))
	var numbers []int
	for number := range 10 * page {
		put(b, s, full(number+1))
		if number%10 == 0 {
			numbers = append(numbers, number+1)
		}
	}
	for b.Loop() {
		heads, err := s.Heads(b.Context(), demarche, numbers)
		if err != nil || len(heads) != page {
			b.Fatal(len(heads), err)
		}
	}
}

func BenchmarkJudgedOtherwise(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "relais.db"))
	for number := range 10 * page {
		put(b, s, full(number+1))
	}
	for name, stamp := range map[string]string{"none": "s1", "all": "s2"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				records, err := s.JudgedOtherwise(b.Context(), demarche, stamp, 500, page)
				if want := map[string]int{"none": 0, "all": page}[name]; err != nil || len(records) != want {
					b.Fatal(len(records), err)
				}
			}
		})
	}
}
