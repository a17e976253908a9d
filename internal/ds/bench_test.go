package ds

import (
	"fmt"
	"strings"
	"testing"

	"relais/internal/dossier"
)

// aRichPage is 100 invented dossiers of 60 champs of every common type.
func aRichPage(b testing.TB) []byte {
	paragraph := strings.Repeat("Accompagner vers l’emploi des personnes éloignées. ", 6)
	var nodes []any
	for n := range 100 {
		var champs []any
		for i := range 60 {
			id := fmt.Sprintf("Q2hhbXAtMTIzN%04d", i)
			label := object{"label": fmt.Sprintf("Intitulé du champ numéro %d du formulaire", i)}
			champs = append(champs, benchChamp(i, id, paragraph).with(label))
		}
		nodes = append(nodes, aDossier(n+1).with(object{"champs": champs}))
	}
	return encode(b, dossiersAnswer(pageInfo(true, "c2"), nodes...)["data"])
}

func benchChamp(i int, id, paragraph string) object {
	switch i % 10 {
	case 0:
		return aChamp("HeaderSectionChamp", id, nil)
	case 1:
		return aChamp("TextChamp", id, object{"stringValue": paragraph, "textValue": paragraph})
	case 2:
		return aChamp("DecimalNumberChamp", id, object{"stringValue": "150000.5", "decimalValue": 150000.5})
	case 3:
		return aChamp("YesNoChamp", id, object{"stringValue": "true", "yesNoValue": true})
	case 4:
		return aChamp("PieceJustificativeChamp", id, object{"files": []any{object{
			"filename": "budget prévisionnel.pdf", "contentType": "application/pdf", "checksum": "q1w2e3r4t5y6u7i8o9p0aa==",
			"byteSizeBigInt": "123456", "createdAt": parisMoment, "virusScanResult": "safe",
		}}})
	case 5:
		return aChamp("IntegerNumberChamp", id, object{"stringValue": "12", "integerValue": "12"})
	case 6:
		return aChamp("RegionChamp", id, object{"stringValue": "Pays de la Loire", "region": object{"code": "52", "name": "Pays de la Loire"}})
	case 7:
		return aChamp("DateChamp", id, object{"stringValue": "1 mars 2026", "date": "2026-03-01"})
	case 8:
		return aChamp("SiretChamp", id, object{"stringValue": "12345678900011", "etablissement": aCompany()})
	}
	return aChamp("DropDownListChamp", id, object{"stringValue": "Association", "dropDownValue": "Association"})
}

func BenchmarkDecodePage(b *testing.B) {
	data := aRichPage(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		l, failed := readListing[wireDossier](answer{data: data})
		if failed != nil {
			b.Fatal(failed)
		}
		page, account := decodePage(&l, 62515, func(*decoder) {})
		if account != nil || len(page.Dossiers) != 100 {
			b.Fatal(account)
		}
	}
	b.ReportMetric(float64(b.N*100)/b.Elapsed().Seconds(), "dossiers/s")
}

// BenchmarkReadPage adds the transport and the GraphQL library, over loopback.
func BenchmarkReadPage(b *testing.B) {
	data := append(append([]byte(`{"data":`), aRichPage(b)...), '}')
	client := newClient(b, answering(200, nil, data))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.Dossiers(b.Context(), 62515, dossier.Position{}, 100, false); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*100)/b.Elapsed().Seconds(), "dossiers/s")
}
